/* SPDX-License-Identifier: Apache-2.0 */
#include "forest_run.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"

enum { N_PASSES_MAX = 4096 };

struct worker {
    pthread_t thread;
    struct gpuc_session *session;
    const struct forest_batch *batches; /* its part */
    size_t n_batches;
    enum gpuc_status status;
    struct gpuc_error error;
};

static void *classify_part(void *argument)
{
    struct worker *worker = argument;
    const struct gpuc_engine_ops *ops = worker->session->engine->ops;
    worker->status = GPUC_OK;
    for (size_t i = 0; i < worker->n_batches && worker->status == GPUC_OK; i++) {
        const struct forest_batch *batch = &worker->batches[i];
        struct gpuc_work work = {.features = batch->features, .forest = batch->results};
        worker->status = ops->classify(worker->session, &work, &worker->error);
    }
    return NULL;
}

/* One pass over all rows, in seconds. */
static enum gpuc_status run_pass(struct worker *workers, uint32_t n_workers,
                                 double *ret_seconds, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    uint32_t n_running = 1;
    double start = gpuc_clock_seconds();
    for (; n_running < n_workers && status == GPUC_OK; n_running++) {
        int failure = pthread_create(&workers[n_running].thread, NULL, classify_part,
                                     &workers[n_running]);
        if (failure != 0) {
            status = gpuc_fail_errno(error, failure, "cannot start a thread");
            break;
        }
    }
    classify_part(&workers[0]);
    for (uint32_t i = 1; i < n_running; i++)
        pthread_join(workers[i].thread, NULL);
    *ret_seconds = gpuc_clock_seconds() - start;
    for (uint32_t i = 0; i < n_running && status == GPUC_OK; i++) {
        status = workers[i].status;
        if (status != GPUC_OK && error != NULL)
            *error = workers[i].error;
    }
    return status;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static enum gpuc_status time_passes(struct worker *workers,
                                    const struct forest_run_options *options,
                                    struct forest_timing *timing,
                                    struct gpuc_error *error)
{
    double passes[N_PASSES_MAX];
    enum gpuc_status status = GPUC_OK;
    size_t n_passes = 0;
    if (options->seconds > 0)
        GPUC_TRY(run_pass(workers, options->n_workers, &passes[0], error));
    double start = gpuc_clock_seconds();
    do
        GPUC_TRY(run_pass(workers, options->n_workers, &passes[n_passes++], error));
    while (n_passes < N_PASSES_MAX && gpuc_clock_seconds() - start < options->seconds);
    qsort(passes, n_passes, sizeof *passes, by_value);
    *timing = (struct forest_timing){n_passes, passes[0], passes[n_passes / 2]};
out:
    return status;
}

enum gpuc_status forest_run(struct gpuc_engine *engine, const struct gpuc_model *model,
                            const struct forest_rows *rows,
                            const struct forest_run_options *options,
                            struct forest_timing *ret_timing, struct gpuc_error *error)
{
    size_t n_workers = options->n_workers;
    enum gpuc_status status = GPUC_OK;
    struct worker *workers = gpuc_alloc(n_workers, sizeof *workers);
    if (workers == NULL)
        return gpuc_fail_memory(error, n_workers * sizeof *workers, "workers");
    for (size_t i = 0; i < n_workers; i++) {
        struct worker *worker = &workers[i];
        size_t first = rows->n_batches * i / n_workers;
        worker->batches = rows->batches + first;
        worker->n_batches = rows->n_batches * (i + 1) / n_workers - first;
        GPUC_TRY(engine->ops->attach(engine, model, &worker->session, error));
    }
    GPUC_TRY(time_passes(workers, options, ret_timing, error));
out:
    for (size_t i = 0; i < n_workers; i++)
        engine->ops->detach(workers[i].session);
    gpuc_free(workers);
    return status;
}
