/* SPDX-License-Identifier: Apache-2.0 */
/* The pass over the rows: workers do all of a batch, the collector writes it in order. */
#include "base/clock.h"
#include "jobs/forest_job.h"

/* The first row that is faulty in itself or has not as many fields as it should. */
static size_t first_bad_row(const struct gpuc_forest_job *job,
                            const struct gpuc_rows *rows)
{
    size_t i = 0;
    while (i < rows->n_items && rows->items[i].fault == GPUC_ROW_GOOD &&
           rows->items[i].n_fields == job->n_columns)
        i++;
    return i;
}

/* Says what is wrong with a row that first_bad_row() found. */
static enum gpuc_status fail_row(const struct gpuc_forest_job *job,
                                 const struct gpuc_batch *batch, size_t row,
                                 struct gpuc_error *error)
{
    if (batch->rows.items[row].fault != GPUC_ROW_GOOD)
        return gpuc_job_check_rows(&job->base, batch, error);
    return gpuc_fail_at(error, GPUC_EDATA, gpuc_source_name(job->base.source),
                        gpuc_job_row_line(batch, row),
                        "expected %zu fields, as in the %s, saw %u", job->n_columns,
                        job->has_header ? "header" : "first row",
                        (unsigned)batch->rows.items[row].n_fields);
}

/* Makes the features of some rows. */
static enum gpuc_status make_features(const struct gpuc_forest_job *job,
                                      struct gpuc_forest_worker *worker,
                                      const struct gpuc_batch *batch,
                                      struct gpuc_span which, struct gpuc_error *error)
{
    const struct gpuc_feature_values values = {
        .values = worker->values, .stride = job->stride, .scratch = &worker->scratch};
    struct gpuc_bad_value bad;
    enum gpuc_status status = gpuc_feature_values_read(&job->features, &batch->rows,
                                                       which, &values, &bad, error);
    if (status != GPUC_OK || bad.row == SIZE_MAX)
        return status;
    return gpuc_feature_values_fail(&job->features, &batch->rows, &bad,
                                    gpuc_source_name(job->base.source),
                                    gpuc_job_row_line(batch, bad.row), error);
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

/* Classifies some rows, and appends their output. */
static enum gpuc_status do_rows(const struct gpuc_forest_job *job,
                                struct gpuc_forest_worker *worker,
                                struct gpuc_batch *batch, struct gpuc_span which,
                                struct gpuc_error *error)
{
    struct gpuc_stage_seconds *seconds = &batch->seconds;
    enum gpuc_status status;
    double start = gpuc_clock_seconds();
    GPUC_TRY(make_features(job, worker, batch, which, error));
    double encoded = gpuc_clock_seconds();
    GPUC_TRY(classify(job, worker, which.end - which.begin, error));
    double classified = gpuc_clock_seconds();
    GPUC_TRY(gpuc_forest_format(job, worker, batch, which, error));
    seconds->encode += encoded - start;
    seconds->classify += classified - encoded;
    seconds->format += gpuc_clock_seconds() - classified;
out:
    return status;
}

/*
 * Whatever is wrong with a batch, the fault that comes first in the input is reported, so
 * that the message does not depend on where batches end.
 */
static enum gpuc_status work(void *context, uint32_t worker_number,
                             struct gpuc_batch *batch, struct gpuc_error *error)
{
    const struct gpuc_forest_job *job = context;
    struct gpuc_forest_worker *worker = &job->workers[worker_number];
    size_t n_good = first_bad_row(job, &batch->rows);
    enum gpuc_status status = GPUC_OK;
    batch->output.size = 0;
    for (struct gpuc_span which = {0, 0}; which.end < n_good;) {
        which = gpuc_job_next_rows(&job->base, batch, which.end);
        which.end = which.end < n_good ? which.end : n_good;
        GPUC_TRY(do_rows(job, worker, batch, which, error));
    }
    if (n_good < batch->rows.n_items)
        status = fail_row(job, batch, n_good, error);
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
    return gpuc_job_run_pass(&job->base, job->place, &pass, error);
}
