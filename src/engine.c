/* SPDX-License-Identifier: Apache-2.0 */
#include "engine.h"

#include <string.h>

uint32_t gpuc_engine_one_session_a_thread(const struct gpuc_engine *engine,
                                          uint32_t n_threads)
{
    (void)engine;
    return n_threads;
}

struct gpuc_device_share *gpuc_report_share(struct gpuc_job_report *report,
                                            const char *name)
{
    for (size_t i = 0; i < report->n_shares; i++)
        if (strcmp(report->shares[i].name, name) == 0)
            return &report->shares[i];
    if (report->n_shares == GPUC_DEVICE_SHARES_MAX)
        return NULL;
    struct gpuc_device_share *share = &report->shares[report->n_shares++];
    *share = (struct gpuc_device_share){0};
    memcpy(share->name, name, strnlen(name, sizeof share->name - 1));
    return share;
}

void gpuc_session_report(const struct gpuc_session *session,
                         struct gpuc_job_report *report)
{
    const struct gpuc_device_share *done = &session->done;
    struct gpuc_device_share *sum =
        gpuc_report_share(report, session->engine->device.name);
    if (sum == NULL)
        return;
    sum->n_workers += done->n_calls > 0;
    sum->rows += done->rows;
    sum->n_calls += done->n_calls;
    sum->seconds += done->seconds;
    sum->quantise_seconds += done->quantise_seconds;
    sum->copy_seconds += done->copy_seconds;
    sum->kernel_seconds += done->kernel_seconds;
    sum->copied_bytes += done->copied_bytes;
    sum->lost = sum->lost || done->lost;
}
