/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/job_finished.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "jobs/job_identity.h"
#include "jobs/journal_file.h"

/* What tells an output from another one that was put in its place. */
static struct gpuc_checkpoint stamp_of(const struct stat *info)
{
    return (struct gpuc_checkpoint){.is_done = true,
                                    .output_size = (uint64_t)info->st_size,
                                    .done_seconds = (uint64_t)info->st_mtim.tv_sec,
                                    .done_nanoseconds = (uint64_t)info->st_mtim.tv_nsec};
}

/* Whether a journal is of this very job, and of the output that is there. */
static bool is_of(const struct gpuc_journal_file *file, const struct gpuc_bytes *identity,
                  const char *target)
{
    struct stat info;
    if (stat(target, &info) != 0)
        return false;
    struct gpuc_checkpoint now = stamp_of(&info);
    return memcmp(&now, &file->checkpoint, sizeof now) == 0 &&
           file->counts.size == sizeof(struct gpuc_job_report) &&
           file->identity.size == identity->size &&
           memcmp(file->identity.data, identity->data, identity->size) == 0;
}

enum gpuc_status gpuc_job_find_finished(const struct gpuc_job *job, bool *ret_is_finished,
                                        struct gpuc_job_report *ret_report,
                                        struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->options;
    char target[PATH_MAX], path[PATH_MAX];
    struct gpuc_bytes identity = {0};
    struct gpuc_journal_file file = {0};
    enum gpuc_journal_state state;
    enum gpuc_status status;
    *ret_is_finished = false;
    if (!options->resume || !options->keep_journal || options->output_path == NULL ||
        realpath(options->output_path, target) == NULL)
        return GPUC_OK;
    gpuc_journal_path(target, path);
    GPUC_TRY(gpuc_journal_file_read(path, &file, &state, error));
    if (state != GPUC_JOURNAL_TRUE)
        goto out;
    GPUC_TRY(gpuc_job_identity(job, &identity, error));
    *ret_is_finished = is_of(&file, &identity, target);
    if (*ret_is_finished)
        memcpy(ret_report, file.counts.data, sizeof *ret_report);
out:
    gpuc_journal_file_done(&file);
    gpuc_bytes_done(&identity);
    return status;
}

enum gpuc_status gpuc_job_note_finished(const struct gpuc_job *job,
                                        const struct gpuc_bytes *identity,
                                        const char *journal_path,
                                        struct gpuc_error *error)
{
    const char *target = gpuc_sink_target(job->sink);
    struct gpuc_journal_file file = {.identity = *identity};
    struct stat info;
    enum gpuc_status status;
    if (stat(target, &info) != 0)
        return gpuc_fail_errno(error, errno, "%s", target);
    file.checkpoint = stamp_of(&info);
    GPUC_TRY(gpuc_bytes_append(&file.counts, &job->report, sizeof job->report, error));
    GPUC_TRY(gpuc_journal_file_write(journal_path, &file, error));
out:
    gpuc_bytes_done(&file.counts);
    return status;
}

void gpuc_job_forget_finished(const char *output_path)
{
    char target[PATH_MAX], path[PATH_MAX];
    if (realpath(output_path, target) == NULL)
        return;
    gpuc_journal_path(target, path);
    gpuc_journal_file_remove(path);
}
