/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/job.h"

#include <assert.h>

#include "base/cores.h"
#include "jobs/job_journal.h"
#include "jobs/job_range.h"

enum {
    BATCH_ROWS_DEFAULT = 4096,
    /* Limits that make batches of very wide rows shorter, so that memory stays bounded.
     */
    BATCH_EXTRA_BYTES = 16 << 20,
    BATCH_FIELDS = 2 << 20,
    PIECE_BYTES_MAX = 16 << 20,
    PIECES_PER_WORKER = 8
};

/* Worker threads that the options ask for. */
static uint32_t wanted_threads(const struct gpuc_job *job)
{
    return job->options->n_threads > 0 ? job->options->n_threads : gpuc_count_cores();
}

enum gpuc_status gpuc_job_open(struct gpuc_job *job, struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->options;
    const char *output = options->write == NULL ? options->output_path : NULL;
    enum gpuc_status status;

    if (options->statistics != NULL && options->resume)
        return gpuc_fail(
            error, GPUC_EUSAGE,
            "a report counts all rows of a run, and one that is resumed does "
            "not read them all: drop --report or --resume");
    GPUC_TRY(gpuc_parser_find(options->csv_parser, &job->parser, error));
    GPUC_TRY(gpuc_parser_check(&job->parser, &job->dialect, error));
    GPUC_TRY(gpuc_job_check_inputs(job, error));
    GPUC_TRY(gpuc_job_check_target(job, output, "output", error));
    if (options->write != NULL && !options->resume)
        status =
            gpuc_sink_open_callback(options->write, options->context, &job->sink, error);
    else if (options->resume)
        status = gpuc_journal_open(job, wanted_threads(job), error);
    else
        status = gpuc_sink_open(output, wanted_threads(job), options->cancel_fd,
                                &job->sink, error);
    if (status == GPUC_OK && options->no_clobber)
        status = gpuc_sink_only_new(job->sink, error);
out:
    return status;
}

uint32_t gpuc_choose_batch_rows(const struct gpuc_session *session, uint32_t wanted,
                                const struct gpuc_row_width *width)
{
    size_t rows = wanted > 0                ? wanted
                  : session->batch_rows > 0 ? session->batch_rows
                                            : BATCH_ROWS_DEFAULT;
    size_t by_bytes = width->n_bytes > 0 ? BATCH_EXTRA_BYTES / width->n_bytes : SIZE_MAX;
    size_t by_fields = BATCH_FIELDS / width->n_fields;
    rows = rows < by_bytes ? rows : by_bytes;
    rows = rows < by_fields ? rows : by_fields;
    return rows > 0 ? (uint32_t)rows : 1;
}

/* Little enough for what is made of a piece whose rows are as short as they can be. */
static size_t choose_short_piece_bytes(const struct gpuc_row_width *width)
{
    size_t n_rows = BATCH_EXTRA_BYTES / (width->n_bytes + 1) + 1;
    size_t most = n_rows * width->n_fields;
    return most < GPUC_PIECE_BYTES ? most : GPUC_PIECE_BYTES;
}

/*
 * Enough for the rows that a session wants at once, as far as that can be known. Wishes
 * do not make pieces so large that there are too few of them to keep all workers busy.
 */
static size_t choose_piece_bytes(const struct gpuc_job *job,
                                 const struct gpuc_row_width *width)
{
    if (job->options->piece_bytes > 0)
        return job->options->piece_bytes;
    if (job->engine == NULL)
        return choose_short_piece_bytes(width);
    size_t row_size = width->n_fields * GPUC_FIELD_BYTES_USUAL;
    size_t wanted = job->report.batch_rows * row_size;
    uint64_t part =
        gpuc_job_total_bytes(job) / ((uint64_t)PIECES_PER_WORKER * job->n_workers);
    if (job->options->batch_rows == 0 && part > 0 && wanted > part)
        wanted = (size_t)part;
    if (wanted > PIECE_BYTES_MAX)
        return PIECE_BYTES_MAX;
    return wanted > GPUC_PIECE_BYTES ? wanted : GPUC_PIECE_BYTES;
}

/* Attaches the workers' sessions. */
static enum gpuc_status take_seats(struct gpuc_job *job,
                                   const struct gpuc_row_width *width,
                                   struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    job->seats = gpuc_alloc(job->n_workers, sizeof *job->seats);
    if (job->seats == NULL)
        return gpuc_fail_memory(error, job->n_workers * sizeof *job->seats, "workers");
    for (uint32_t i = 0; i < job->n_workers; i++) {
        struct gpuc_seat *seat = &job->seats[i];
        GPUC_TRY(
            job->engine->ops->attach(job->engine, job->model, &seat->session, error));
        seat->batch_rows =
            gpuc_choose_batch_rows(seat->session, job->options->batch_rows, width);
        if (job->report.batch_rows < seat->batch_rows)
            job->report.batch_rows = seat->batch_rows;
    }
out:
    return status;
}

enum gpuc_status gpuc_job_prepare(struct gpuc_job *job,
                                  const struct gpuc_row_width *width,
                                  struct gpuc_error *error)
{
    enum gpuc_status status;
    job->n_workers = wanted_threads(job);
    if (job->engine != NULL) {
        job->n_workers = job->engine->ops->n_sessions(job->engine, job->n_workers);
        GPUC_TRY(take_seats(job, width, error));
    }
    job->piece_bytes = choose_piece_bytes(job, width);
    job->report.n_threads = job->n_workers;
    status = gpuc_pool_init(&job->pool, job->n_workers, error);
out:
    return status;
}

enum gpuc_status gpuc_job_commit(struct gpuc_job *job, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    if (job->journal != NULL)
        status = gpuc_journal_end_rows(job, error);
    /* Whoever finds the output finds the rejects too. */
    if (status == GPUC_OK && job->rejects != NULL)
        status = gpuc_sink_commit(job->rejects, error);
    if (status == GPUC_OK)
        status = gpuc_sink_commit(job->sink, error);
    if (status == GPUC_OK)
        job->report.output_bytes = gpuc_sink_size(job->sink);
    for (uint32_t i = 0; status == GPUC_OK && job->seats != NULL && i < job->n_workers;
         i++)
        job->engine->ops->report(job->seats[i].session, &job->report);
    return status;
}

void gpuc_job_keep(struct gpuc_job *job, void *bytes, size_t size)
{
    assert(job->n_kept < GPUC_KEPT_MAX);
    job->kept[job->n_kept++] = (struct gpuc_kept){bytes, size};
}

enum gpuc_status gpuc_job_end(struct gpuc_job *job, enum gpuc_status status,
                              struct gpuc_error *error)
{
    if (job->journal == NULL)
        return status;
    return status == GPUC_OK ? gpuc_journal_finish(job, error)
                             : gpuc_journal_stop(job, status, error);
}

void gpuc_job_done(struct gpuc_job *job)
{
    for (uint32_t i = 0; job->seats != NULL && i < job->n_workers; i++)
        job->engine->ops->detach(job->seats[i].session);
    gpuc_free(job->seats);
    gpuc_pool_done(&job->pool);
    gpuc_bytes_done(&job->tally);
    gpuc_job_range_done(job);
    gpuc_sink_close(job->rejects);
    gpuc_sink_close(job->sink);
    gpuc_source_close(job->source);
    gpuc_journal_free(job->journal);
}
