/* SPDX-License-Identifier: Apache-2.0 */
/* The pass over the rows: workers do all of a batch, the collector writes it in order. */
#include "base/clock.h"
#include "jobs/forest_job.h"

/*
 * Makes the features of a parsed batch. Whatever is wrong with the batch, the fault that
 * comes first in the input is reported, so that the message does not depend on where
 * batches end. `parse_status` is what the parser said of the record behind the table.
 */
static enum gpuc_status make_features(const struct gpuc_forest_job *job,
                                      const struct gpuc_forest_worker *worker,
                                      struct gpuc_batch *batch,
                                      enum gpuc_status parse_status,
                                      struct gpuc_error *error)
{
    struct gpuc_table *table = &batch->table;
    const char *input = gpuc_source_name(job->base.source);
    bool is_short = table->short_row < table->long_row;
    size_t ragged = is_short ? table->short_row : table->long_row;
    size_t n_rows = table->n_rows;

    table->n_rows = ragged < n_rows ? ragged : n_rows;
    struct gpuc_bad_value bad =
        gpuc_feature_values_read(&job->features, table, worker->values, job->stride);
    table->n_rows = n_rows;
    if (bad.row != SIZE_MAX)
        return gpuc_feature_values_fail(&job->features, table, &bad, input,
                                        gpuc_job_row_line(&job->base, batch, bad.row),
                                        error);
    if (ragged < n_rows)
        return gpuc_fail_at(
            error, GPUC_EDATA, input, gpuc_job_row_line(&job->base, batch, ragged),
            "expected %zu fields, as in the %s, saw %zu", job->n_columns,
            job->has_header ? "header" : "first row",
            is_short ? table->short_row_n_fields : table->long_row_n_fields);
    return parse_status;
}

static enum gpuc_status classify(const struct gpuc_forest_job *job,
                                 const struct gpuc_forest_worker *worker, size_t n_rows,
                                 struct gpuc_error *error)
{
    const struct gpuc_work work = {
        .features = {.values = worker->values, .stride = job->stride, .n_rows = n_rows},
        .forest = {
            .margins = worker->margins, .leaves = worker->leaves, .stride = job->stride}};
    enum gpuc_status status =
        job->base.engine->ops->classify(worker->session, &work, error);
    if (status != GPUC_OK || worker->linked == NULL)
        return status;
    gpuc_link_apply(&job->base.model->link,
                    &(struct gpuc_link_rows){.margins = worker->margins,
                                             .values = worker->linked,
                                             .labels = worker->labels,
                                             .stride = job->stride,
                                             .n_rows = n_rows});
    return GPUC_OK;
}

static enum gpuc_status work(void *context, uint32_t worker_number,
                             struct gpuc_batch *batch, struct gpuc_error *error)
{
    const struct gpuc_forest_job *job = context;
    const struct gpuc_forest_worker *worker = &job->workers[worker_number];
    enum gpuc_status status;
    double start = gpuc_clock_seconds();
    status = gpuc_job_parse(&job->base, job->n_columns, job->n_columns, batch, error);
    if (status != GPUC_OK && status != GPUC_EDATA)
        return status;
    double parsed = gpuc_clock_seconds();
    GPUC_TRY(make_features(job, worker, batch, status, error));
    double encoded = gpuc_clock_seconds();
    GPUC_TRY(classify(job, worker, batch->table.n_rows, error));
    double classified = gpuc_clock_seconds();
    GPUC_TRY(gpuc_forest_format(job, worker, batch, error));
    batch->seconds.parse = parsed - start;
    batch->seconds.encode = encoded - parsed;
    batch->seconds.classify = classified - encoded;
    batch->seconds.format = gpuc_clock_seconds() - classified;
out:
    return status;
}

static enum gpuc_status collect(void *context, struct gpuc_batch *batch,
                                struct gpuc_error *error)
{
    struct gpuc_forest_job *job = context;
    return gpuc_job_write(&job->base, batch, error);
}

enum gpuc_status gpuc_forest_rows(struct gpuc_forest_job *job, struct gpuc_error *error)
{
    const struct gpuc_pass pass = {.work = work, .collect = collect, .context = job};
    struct gpuc_job *base = &job->base;
    struct gpuc_reader *reader = &job->records.reader;
    enum gpuc_status status;

    base->progress.n_passes = 1;
    reader->batch_rows = base->batch_rows;
    reader->sequence = 0;
    GPUC_TRY(gpuc_sink_write(base->sink, job->header.data, job->header.size, error));
    GPUC_TRY(
        gpuc_job_run_pass(base, reader, &pass, gpuc_source_size(base->source), error));
    base->report.rows = base->progress.rows;
    base->report.input_bytes = base->progress.bytes;
out:
    return status;
}
