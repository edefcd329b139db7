/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/job_journal.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "jobs/job_finished.h"
#include "jobs/job_identity.h"
#include "jobs/journal_file.h"

/* What a kill costs at most, beside the batches under way. */
enum { CHECKPOINT_BYTES = 64 << 20, CHECKPOINT_SECONDS = 5 };

struct gpuc_journal {
    char path[PATH_MAX];
    struct gpuc_bytes identity;
    struct gpuc_bytes counts;       /* of the checkpoint that the job goes on from */
    struct gpuc_checkpoint at;      /* of the last batch that was collected, */
    bool at_is_now;                 /* and nothing has been counted since */
    struct gpuc_checkpoint written; /* what the file says, */
    bool is_written;                /* if it is there */
    double seconds_written;         /* when, on gpuc_clock_seconds() */
    bool is_ours;                   /* the output is this job's to go on with */
    bool goes_on;                   /* it does, from a run before */
    bool place_is_taken;            /* and has begun to */
};

static enum gpuc_status check_options(const struct gpuc_job_options *options,
                                      struct gpuc_error *error)
{
    const char *path = options->output_path;
    if (options->write == NULL && path != NULL && strcmp(path, "-") != 0)
        return GPUC_OK;
    return gpuc_fail(error, GPUC_EUSAGE,
                     "what goes to standard output cannot be resumed: name a file with "
                     "-o, or drop --resume");
}

/* What the job's own counts are kept of, whatever its kind. */
static void keep_counts(struct gpuc_job *job)
{
    gpuc_job_keep(job, &job->progress.rows, sizeof job->progress.rows);
    gpuc_job_keep(job, &job->bytes_before, sizeof job->bytes_before);
    gpuc_job_keep(job, &job->file_bytes_before, sizeof job->file_bytes_before);
    gpuc_job_keep(job, &job->report.rows_written, sizeof job->report.rows_written);
    gpuc_job_keep(job, &job->report.bad_rows, sizeof job->report.bad_rows);
    gpuc_job_keep(job, &job->report.seconds, sizeof job->report.seconds);
}

/* Removes the journal: what the output holds is of no use. */
static void forget(struct gpuc_journal *journal)
{
    gpuc_journal_file_remove(journal->path);
    journal->goes_on = false;
    journal->is_written = false;
    journal->at = journal->written = (struct gpuc_checkpoint){0};
}

/* The bytes of what the job counts. */
static size_t counts_size(const struct gpuc_job *job)
{
    size_t size = 0;
    for (size_t i = 0; i < job->n_kept; i++)
        size += job->kept[i].size;
    return size;
}

static enum gpuc_status begin_anew(struct gpuc_job *job, const char *reason,
                                   struct gpuc_error *error)
{
    struct gpuc_journal *journal = job->journal;
    snprintf(job->report.warning, sizeof job->report.warning,
             "%.160s %s: the job begins anew", journal->path, reason);
    forget(journal);
    return gpuc_sink_return_to(job->sink, 0, error);
}

/* Reads the journal that is there, if there is one that is of this job. */
static enum gpuc_status read_journal(struct gpuc_job *job, struct gpuc_error *error)
{
    struct gpuc_journal *journal = job->journal;
    struct gpuc_journal_file file = {0};
    enum gpuc_journal_state state;
    enum gpuc_status status;
    GPUC_TRY(gpuc_journal_file_read(journal->path, &file, &state, error));
    if (state == GPUC_JOURNAL_DAMAGED) {
        status = begin_anew(job, "is damaged", error);
        goto out;
    }
    if (state == GPUC_JOURNAL_ABSENT) {
        status = gpuc_sink_return_to(job->sink, 0, error);
        goto out;
    }
    GPUC_TRY(gpuc_job_identity_check(&file.identity, &journal->identity, journal->path,
                                     error));
    status = gpuc_sink_return_to(job->sink, file.checkpoint.output_size, NULL);
    if (status != GPUC_OK || file.checkpoint.is_done) {
        status = begin_anew(job, "has lost its output", error);
        goto out;
    }
    journal->at = journal->written = file.checkpoint;
    journal->counts = file.counts;
    file.counts = (struct gpuc_bytes){0};
    journal->goes_on = journal->is_written = true;
out:
    gpuc_journal_file_done(&file);
    return status;
}

enum gpuc_status gpuc_journal_open(struct gpuc_job *job, uint32_t n_pack_threads,
                                   struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->options;
    enum gpuc_status status;
    GPUC_TRY(check_options(options, error));
    job->journal = gpuc_alloc(1, sizeof *job->journal);
    if (job->journal == NULL)
        return gpuc_fail_memory(error, sizeof *job->journal, "the journal");
    GPUC_TRY(gpuc_job_identity(job, &job->journal->identity, error));
    GPUC_TRY(gpuc_sink_open_partial(options->output_path, n_pack_threads,
                                    options->cancel_fd, &job->sink, error));
    gpuc_journal_path(gpuc_sink_target(job->sink), job->journal->path);
    GPUC_TRY(gpuc_job_check_target(job, gpuc_sink_partial(job->sink), "partial output",
                                   error));
    GPUC_TRY(gpuc_job_check_target(job, job->journal->path, "journal", error));
    keep_counts(job);
    GPUC_TRY(read_journal(job, error));
    job->journal->is_ours = true;
    job->journal->seconds_written = gpuc_clock_seconds();
out:
    return status;
}

enum gpuc_status gpuc_journal_open_rejects(struct gpuc_job *job, struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->options;
    enum gpuc_status status;
    if (strcmp(options->rejects_path, "-") == 0)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "rejects on standard output cannot be resumed: name a file with "
                         "--rejects, or drop --resume");
    GPUC_TRY(gpuc_sink_open_partial(options->rejects_path, 1, options->cancel_fd,
                                    &job->rejects, error));
    GPUC_TRY(gpuc_job_check_target(job, gpuc_sink_partial(job->rejects),
                                   "partial rejects", error));
    status = gpuc_sink_return_to(job->rejects, job->journal->at.rejects_size, NULL);
    if (status == GPUC_OK)
        return GPUC_OK;
    GPUC_TRY(begin_anew(job, "has lost its rejects", error));
    GPUC_TRY(gpuc_sink_return_to(job->rejects, 0, error));
out:
    return status;
}

bool gpuc_journal_goes_on(const struct gpuc_job *job)
{
    return job->journal != NULL && job->journal->goes_on;
}

size_t gpuc_journal_first_input(const struct gpuc_job *job)
{
    return gpuc_journal_goes_on(job) ? (size_t)job->journal->at.input : 0;
}

void gpuc_journal_put_back(struct gpuc_job *job)
{
    const struct gpuc_journal *journal = job->journal;
    size_t at = 0;
    if (!gpuc_journal_goes_on(job) || journal->counts.size != counts_size(job))
        return;
    for (size_t i = 0; i < job->n_kept; i++) {
        memcpy(job->kept[i].bytes, journal->counts.data + at, job->kept[i].size);
        at += job->kept[i].size;
    }
    if (job->range.is_on)
        job->range.rows.n_rows = journal->at.next_row;
}

enum gpuc_status gpuc_journal_take_place(struct gpuc_job *job, struct gpuc_place *place,
                                         struct gpuc_error *error)
{
    struct gpuc_journal *journal = job->journal;
    if (!journal->goes_on || journal->place_is_taken || job->input != journal->at.input)
        return GPUC_OK;
    if (journal->counts.size != counts_size(job))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s is of a run that counted other things: run the command as "
                         "it was, or delete the journal to begin anew",
                         journal->path);
    journal->place_is_taken = true;
    *place = (struct gpuc_place){journal->at.offset, journal->at.line};
    gpuc_source_seek(job->source, place->offset);
    return GPUC_OK;
}

/* Makes the output durable, and then the journal that speaks of it. */
static enum gpuc_status write_checkpoint(struct gpuc_job *job, struct gpuc_error *error)
{
    struct gpuc_journal *journal = job->journal;
    struct gpuc_journal_file file = {.identity = journal->identity,
                                     .checkpoint = journal->at};
    enum gpuc_status status;
    GPUC_TRY(gpuc_sink_sync(job->sink, error));
    if (job->rejects != NULL)
        GPUC_TRY(gpuc_sink_sync(job->rejects, error));
    for (size_t i = 0; i < job->n_kept; i++)
        GPUC_TRY(gpuc_bytes_append(&file.counts, job->kept[i].bytes, job->kept[i].size,
                                   error));
    GPUC_TRY(gpuc_journal_file_write(journal->path, &file, error));
    /* The names must last too, once. */
    if (!journal->is_written)
        gpuc_sync_folder(journal->path);
    journal->is_written = true;
    journal->written = journal->at;
    journal->seconds_written = gpuc_clock_seconds();
out:
    gpuc_bytes_done(&file.counts);
    return status;
}

void gpuc_journal_begin_batch(struct gpuc_job *job)
{
    job->journal->at_is_now = false;
}

enum gpuc_status gpuc_journal_end_batch(struct gpuc_job *job,
                                        const struct gpuc_batch *batch,
                                        struct gpuc_error *error)
{
    struct gpuc_journal *journal = job->journal;
    uint64_t wanted = job->options->checkpoint_bytes > 0 ? job->options->checkpoint_bytes
                                                         : CHECKPOINT_BYTES;
    if (!batch->next_is_known)
        return GPUC_OK;
    journal->at = (struct gpuc_checkpoint){
        .input = job->input,
        .offset = batch->next.offset,
        .line = batch->next.line,
        .rows = job->progress.rows,
        .next_row = batch->next_row,
        .output_size = gpuc_sink_size(job->sink),
        .rejects_size = job->rejects != NULL ? gpuc_sink_size(job->rejects) : 0};
    journal->at_is_now = true;
    if (journal->at.output_size - journal->written.output_size < wanted &&
        gpuc_clock_seconds() - journal->seconds_written < CHECKPOINT_SECONDS)
        return GPUC_OK;
    return write_checkpoint(job, error);
}

/* Whether the file does not say yet what the job has come to. */
static bool is_behind(const struct gpuc_journal *journal)
{
    return journal->at_is_now &&
           (!journal->is_written ||
            memcmp(&journal->at, &journal->written, sizeof journal->at) != 0);
}

enum gpuc_status gpuc_journal_end_rows(struct gpuc_job *job, struct gpuc_error *error)
{
    struct gpuc_journal *journal = job->journal;
    bool is_late = is_behind(journal);
    journal->at_is_now = false;
    if (!is_late || !(gpuc_sink_is_packed(job->sink) ||
                      (job->rejects != NULL && gpuc_sink_is_packed(job->rejects))))
        return GPUC_OK;
    return write_checkpoint(job, error);
}

enum gpuc_status gpuc_journal_finish(struct gpuc_job *job, struct gpuc_error *error)
{
    struct gpuc_journal *journal = job->journal;
    enum gpuc_status status = GPUC_OK;
    if (job->options->keep_journal)
        status = gpuc_job_note_finished(job, &journal->identity, journal->path, error);
    else
        forget(journal);
    gpuc_sync_folder(journal->path);
    return status;
}

/* What a failure's message has to say of going on. */
static void tell_of_going_on(const struct gpuc_job *job, enum gpuc_status status,
                             struct gpuc_error *error)
{
    struct gpuc_error reason = *error;
    if (status == GPUC_ECANCELLED)
        gpuc_fail(error, status,
                  "stopped after %" PRIu64 " rows; run the same command again to go on",
                  job->journal->written.rows);
    else
        gpuc_fail(error, status,
                  "%.800s; %" PRIu64
                  " rows are kept: run the same command again to go on",
                  reason.message, job->journal->written.rows);
    error->line = reason.line;
}

enum gpuc_status gpuc_journal_stop(struct gpuc_job *job, enum gpuc_status status,
                                   struct gpuc_error *error)
{
    struct gpuc_journal *journal = job->journal;
    struct gpuc_error unwanted;
    if (!journal->is_ours)
        return status;
    if (status == GPUC_EDATA) {
        forget(journal);
    } else if (is_behind(journal)) {
        bool is_first = status == GPUC_ECANCELLED;
        enum gpuc_status written = write_checkpoint(job, is_first ? error : &unwanted);
        status = is_first && written != GPUC_OK ? written : status;
    }
    if (journal->is_written) {
        if (error != NULL)
            tell_of_going_on(job, status, error);
        return status;
    }
    gpuc_sink_discard(job->sink);
    if (job->rejects != NULL)
        gpuc_sink_discard(job->rejects);
    if (status == GPUC_ECANCELLED)
        gpuc_fail(error, status, "stopped before any row was done; nothing is kept");
    return status;
}

void gpuc_journal_free(struct gpuc_journal *journal)
{
    if (journal == NULL)
        return;
    gpuc_bytes_done(&journal->identity);
    gpuc_bytes_done(&journal->counts);
    gpuc_free(journal);
}
