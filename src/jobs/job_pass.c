/* SPDX-License-Identifier: Apache-2.0 */
/* A pass over an input: rows, counting, writing. */
#include "base/clock.h"
#include "jobs/job_journal.h"

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

static void tell_progress(const struct gpuc_job *job)
{
    if (job->options->progress != NULL)
        job->options->progress(job->options->context, &job->progress);
}

/* Only the last pass writes. */
static bool is_resumable_pass(const struct gpuc_job *job)
{
    return job->journal != NULL && job->progress.pass == job->progress.n_passes;
}

void gpuc_job_begin_pass(struct gpuc_job *job, uint64_t total_bytes)
{
    job->progress.pass++;
    job->progress.rows = 0;
    job->progress.bytes = 0;
    job->progress.file_bytes = 0;
    job->progress.total_bytes = total_bytes;
    job->bytes_before = 0;
    job->file_bytes_before = 0;
    if (is_resumable_pass(job))
        gpuc_journal_put_back(job);
    tell_progress(job);
}

/* A pass of a job that can be resumed. */
struct resumable {
    struct gpuc_job *job;
    const struct gpuc_pass *pass;
};

static enum gpuc_status work_resumable(void *context, uint32_t worker,
                                       struct gpuc_batch *batch, struct gpuc_error *error)
{
    const struct gpuc_pass *pass = ((const struct resumable *)context)->pass;
    return pass->work(pass->context, worker, batch, error);
}

static enum gpuc_status collect_resumable(void *context, struct gpuc_batch *batch,
                                          struct gpuc_error *error)
{
    const struct resumable *resumable = context;
    const struct gpuc_pass *pass = resumable->pass;
    gpuc_journal_begin_batch(resumable->job);
    enum gpuc_status status = pass->collect(pass->context, batch, error);
    if (status != GPUC_OK)
        return status;
    return gpuc_journal_end_batch(resumable->job, batch, error);
}

enum gpuc_status gpuc_job_run_pass(struct gpuc_job *job, struct gpuc_place place,
                                   const struct gpuc_pass *pass, struct gpuc_error *error)
{
    struct gpuc_reader reader;
    struct gpuc_stitcher stitcher;
    const struct gpuc_input input = {&reader, &stitcher};
    struct resumable resumable = {job, pass};
    const struct gpuc_pass resumable_pass = {work_resumable, collect_resumable,
                                             &resumable};
    bool is_resumable = is_resumable_pass(job);
    enum gpuc_status status =
        is_resumable ? gpuc_journal_take_place(job, &place, error) : GPUC_OK;
    if (status != GPUC_OK)
        return status;
    job->progress.bytes = job->bytes_before + place.offset;
    gpuc_reader_init(&reader, job->source, job->piece_bytes, place.offset);
    gpuc_stitcher_init(&stitcher, gpuc_source_name(job->source), &job->parser,
                       &job->dialect, place.line);
    stitcher.reads_on = job->bad_rows_rule != GPUC_BAD_ROWS_ERROR;
    if (job->range.is_on) {
        struct gpuc_row_range *range = &job->range.rows;
        gpuc_row_range_begin_input(range);
        stitcher.range = range;
        stitcher.reads_on = stitcher.reads_on || gpuc_row_range_skips(range);
        reader.is_eager = range->end < UINT64_MAX;
    }
    status = gpuc_pipeline_run(&input, &job->pool, is_resumable ? &resumable_pass : pass,
                               job->n_workers, error);
    gpuc_stitcher_done(&stitcher);
    job->bytes_before = job->progress.bytes;
    job->file_bytes_before = job->progress.file_bytes;
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
    job->progress.file_bytes = job->file_bytes_before + batch->file_end;
    tell_progress(job);
}

enum gpuc_status gpuc_job_write(struct gpuc_job *job, struct gpuc_batch *batch,
                                struct gpuc_error *error)
{
    double start = gpuc_clock_seconds();
    enum gpuc_status status =
        gpuc_sink_write(job->sink, batch->output.data, batch->output.size, error);
    batch->seconds.write = gpuc_clock_seconds() - start;
    if (status != GPUC_OK)
        return status;
    if (job->tally.size > 0)
        gpuc_tally_merge(&job->tally_shape, &job->tally, &batch->tally);
    job->report.rows_written += batch->n_written;
    gpuc_job_count(job, batch);
    return GPUC_OK;
}
