/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/job.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cores.h"

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

size_t gpuc_job_n_inputs(const struct gpuc_job *job)
{
    return job->options->n_input_paths > 0 ? job->options->n_input_paths : 1;
}

static const char *input_path(const struct gpuc_job *job, size_t i)
{
    const struct gpuc_job_options *options = job->options;
    const char *path =
        options->n_input_paths > 0 ? options->input_paths[i] : options->input_path;
    return path != NULL && strcmp(path, "-") != 0 ? path : NULL;
}

static int stat_input(const struct gpuc_job *job, size_t i, struct stat *ret_info)
{
    const char *path = input_path(job, i);
    return path != NULL ? stat(path, ret_info) : fstat(STDIN_FILENO, ret_info);
}

/* Looks at the inputs before hours of work: whether they are there. */
static enum gpuc_status check_inputs(const struct gpuc_job *job, struct gpuc_error *error)
{
    struct stat info;
    for (size_t i = 0; i < gpuc_job_n_inputs(job); i++) {
        const char *path = input_path(job, i);
        if (stat_input(job, i, &info) != 0 || (path != NULL && access(path, R_OK) != 0))
            return gpuc_fail_errno(error, errno, "%s", path != NULL ? path : "<stdin>");
    }
    return GPUC_OK;
}

enum gpuc_status gpuc_job_check_target(const struct gpuc_job *job, const char *path,
                                       const char *what, struct gpuc_error *error)
{
    struct stat out, in;
    if (path == NULL || strcmp(path, "-") == 0 || stat(path, &out) != 0 ||
        !S_ISREG(out.st_mode))
        return GPUC_OK;
    for (size_t i = 0; i < gpuc_job_n_inputs(job); i++)
        if (stat_input(job, i, &in) == 0 && S_ISREG(in.st_mode) &&
            in.st_dev == out.st_dev && in.st_ino == out.st_ino)
            return gpuc_fail(error, GPUC_EUSAGE,
                             "%s: input and %s are the same file; name another %s", path,
                             what, what);
    return GPUC_OK;
}

enum gpuc_status gpuc_job_open(struct gpuc_job *job, struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->options;
    const char *output = options->write == NULL ? options->output_path : NULL;
    enum gpuc_status status;

    GPUC_TRY(gpuc_parser_find(options->csv_parser, &job->parser, error));
    GPUC_TRY(gpuc_parser_check(&job->parser, &job->dialect, error));
    GPUC_TRY(check_inputs(job, error));
    GPUC_TRY(gpuc_job_check_target(job, output, "output", error));
    if (options->write != NULL)
        status =
            gpuc_sink_open_callback(options->write, options->context, &job->sink, error);
    else
        status = gpuc_sink_open(output, wanted_threads(job), options->cancel_fd,
                                &job->sink, error);
out:
    return status;
}

enum gpuc_status gpuc_job_open_input(struct gpuc_job *job, size_t i, bool rereadable,
                                     struct gpuc_error *error)
{
    gpuc_source_close(job->source);
    job->source = NULL;
    job->input = i;
    return gpuc_source_open(input_path(job, i), rereadable, job->options->cancel_fd,
                            &job->source, error);
}

/* What the user wants, else what the session wants, as far as memory stays bounded. */
static uint32_t choose_batch_rows(const struct gpuc_job *job,
                                  const struct gpuc_session *session,
                                  const struct gpuc_row_width *width)
{
    size_t rows = job->options->batch_rows > 0 ? job->options->batch_rows
                  : session->batch_rows > 0    ? session->batch_rows
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
        seat->batch_rows = choose_batch_rows(job, seat->session, width);
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

struct gpuc_span gpuc_job_next_rows(const struct gpuc_job *job, uint32_t worker,
                                    const struct gpuc_batch *batch, size_t first)
{
    size_t n_left = batch->rows.n_items - first, n_most = job->seats[worker].batch_rows;
    return (struct gpuc_span){first, first + (n_left < n_most ? n_left : n_most)};
}

enum gpuc_status gpuc_job_classify(const struct gpuc_job *job, uint32_t worker,
                                   const struct gpuc_work *work, struct gpuc_error *error)
{
    return job->engine->ops->classify(job->seats[worker].session, work, error);
}

enum gpuc_status gpuc_job_fill_table(const struct gpuc_job *job, struct gpuc_batch *batch,
                                     struct gpuc_span which,
                                     const struct gpuc_table_shape *shape,
                                     struct gpuc_error *error)
{
    enum gpuc_status status;
    GPUC_TRY(gpuc_table_reset(&batch->table, shape, error));
    batch->input.size = batch->piece_begin + batch->piece_size;
    GPUC_TRY(gpuc_table_fill(&batch->table, &job->dialect, &batch->rows, which,
                             &batch->input, error));
out:
    return status;
}

enum gpuc_status gpuc_job_check_rows(const struct gpuc_job *job,
                                     const struct gpuc_batch *batch,
                                     struct gpuc_error *error)
{
    const struct gpuc_rows *rows = &batch->rows;
    for (size_t i = 0; rows->any_fault && i < rows->n_items; i++)
        if (rows->items[i].fault != GPUC_ROW_GOOD)
            return gpuc_row_fail(rows, &rows->items[i], &job->dialect,
                                 gpuc_source_name(job->source), batch->first_line, error);
    return GPUC_OK;
}

uint64_t gpuc_job_row_line(const struct gpuc_batch *batch, size_t row)
{
    return gpuc_rows_line(&batch->rows, batch->first_line, batch->rows.items[row].begin);
}

void gpuc_job_begin_pass(struct gpuc_job *job, uint64_t total_bytes)
{
    job->progress.pass++;
    job->progress.rows = 0;
    job->progress.bytes = 0;
    job->progress.total_bytes = total_bytes;
    job->bytes_before = 0;
}

uint64_t gpuc_job_total_bytes(const struct gpuc_job *job)
{
    uint64_t total = 0;
    struct stat info;
    if (gpuc_job_n_inputs(job) == 1)
        return gpuc_source_size(job->source);
    for (size_t i = 0; i < gpuc_job_n_inputs(job); i++) {
        const char *path = input_path(job, i);
        if (path == NULL || stat(path, &info) != 0 || !S_ISREG(info.st_mode))
            return 0;
        total += (uint64_t)info.st_size;
    }
    return total;
}

enum gpuc_status gpuc_job_run_pass(struct gpuc_job *job, struct gpuc_place place,
                                   const struct gpuc_pass *pass, struct gpuc_error *error)
{
    struct gpuc_reader reader;
    struct gpuc_stitcher stitcher;
    const struct gpuc_input input = {&reader, &stitcher};
    job->progress.bytes = job->bytes_before + place.offset;
    gpuc_reader_init(&reader, job->source, job->piece_bytes, place.offset);
    gpuc_stitcher_init(&stitcher, gpuc_source_name(job->source), &job->parser,
                       &job->dialect, place.line);
    stitcher.reads_on = job->bad_rows_rule != GPUC_BAD_ROWS_ERROR;
    enum gpuc_status status =
        gpuc_pipeline_run(&input, &job->pool, pass, job->n_workers, error);
    gpuc_stitcher_done(&stitcher);
    job->bytes_before = job->progress.bytes;
    return status;
}

void gpuc_job_count(struct gpuc_job *job, const struct gpuc_batch *batch)
{
    struct gpuc_stage_seconds *sum = &job->report.seconds;
    const struct gpuc_stage_seconds *spent = &batch->seconds;
    sum->read += spent->read;
    sum->survey += spent->survey;
    sum->parse += spent->parse;
    sum->encode += spent->encode;
    sum->classify += spent->classify;
    sum->format += spent->format;
    sum->write += spent->write;
    job->progress.rows += batch->rows.n_items;
    job->progress.bytes += batch->piece_size;
    if (job->options->progress != NULL)
        job->options->progress(job->options->context, &job->progress);
}

enum gpuc_status gpuc_job_write(struct gpuc_job *job, struct gpuc_batch *batch,
                                struct gpuc_error *error)
{
    double start = gpuc_clock_seconds();
    enum gpuc_status status =
        gpuc_sink_write(job->sink, batch->output.data, batch->output.size, error);
    batch->seconds.write = gpuc_clock_seconds() - start;
    if (status == GPUC_OK)
        gpuc_job_count(job, batch);
    return status;
}

enum gpuc_status gpuc_job_commit(struct gpuc_job *job, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    /* Whoever finds the output finds the rejects too. */
    if (job->rejects != NULL)
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

void gpuc_job_done(struct gpuc_job *job)
{
    for (uint32_t i = 0; job->seats != NULL && i < job->n_workers; i++)
        job->engine->ops->detach(job->seats[i].session);
    gpuc_free(job->seats);
    gpuc_pool_done(&job->pool);
    gpuc_sink_close(job->rejects);
    gpuc_sink_close(job->sink);
    gpuc_source_close(job->source);
}
