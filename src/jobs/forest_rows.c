/* SPDX-License-Identifier: Apache-2.0 */
/* The pass over the rows: workers do all of a batch, the collector writes it in order. */
#include "base/clock.h"
#include "jobs/forest_job.h"
#include "jobs/forest_statistics.h"
#include "jobs/job_bad_rows.h"

/* Room for the features of rows from number `row` of those that are classified on. */
static struct gpuc_feature_values values_from(const struct gpuc_forest_job *job,
                                              struct gpuc_forest_worker *worker,
                                              size_t row)
{
    size_t size = gpuc_number_size(job->features.rules.number);
    return (struct gpuc_feature_values){.values =
                                            (char *)worker->room.values + row * size,
                                        .stride = worker->room.stride,
                                        .scratch = &worker->scratch};
}

/* Decides on a bad value, as gpuc_job_bad_row() does on a row. */
static enum gpuc_status bad_value(const struct gpuc_forest_job *job,
                                  struct gpuc_batch *batch,
                                  const struct gpuc_bad_value *bad, bool *ret_mend,
                                  struct gpuc_error *error)
{
    const struct gpuc_text_list *names = &job->map.names;
    uint32_t column = job->map.feature_columns[bad->feature];
    struct gpuc_reject reject = {.row = bad->row,
                                 .kind = GPUC_BAD_VALUE,
                                 .column = gpuc_text_list_at(names, column),
                                 .column_size = names->items[column].size};
    if (job->base.bad_rows_rule == GPUC_BAD_ROWS_ERROR)
        return gpuc_feature_values_fail(&job->features, &batch->rows, bad,
                                        gpuc_source_name(job->base.source),
                                        gpuc_job_row_line(batch, bad->row), error);
    if (gpuc_job_tells_bad_row(&job->base, batch))
        gpuc_feature_values_reason(&job->features, &batch->rows, bad, &reject.reason);
    *ret_mend = job->base.bad_rows_rule == GPUC_BAD_ROWS_NULL;
    return gpuc_job_note_bad_row(&job->base, batch, &reject, *ret_mend, error);
}

/*
 * Makes the features of some rows. Those that are left out make room for others in the
 * batch's list; *ret_kept are the rows that stay.
 */
static enum gpuc_status make_features(const struct gpuc_forest_job *job,
                                      struct gpuc_forest_worker *worker,
                                      struct gpuc_batch *batch, struct gpuc_span which,
                                      struct gpuc_span *ret_kept,
                                      struct gpuc_error *error)
{
    struct gpuc_rows *rows = &batch->rows;
    struct gpuc_span kept = {which.begin, which.begin};
    struct gpuc_span good = {which.begin,
                             gpuc_job_columns_bad_row(&job->columns, rows, which)};
    enum gpuc_status status = GPUC_OK;
    while (which.begin < which.end) {
        struct gpuc_feature_values values =
            values_from(job, worker, kept.end - kept.begin);
        struct gpuc_bad_value bad;
        bool mend = false;
        if (which.begin > good.end)
            good.end = gpuc_job_columns_bad_row(&job->columns, rows, which);
        good.begin = which.begin;
        GPUC_TRY(
            gpuc_feature_values_read(&job->features, rows, good, &values, &bad, error));
        if (bad.row == SIZE_MAX)
            bad = (struct gpuc_bad_value){.row = good.end, .feature = SIZE_MAX};
        size_t n_good = bad.row - which.begin;
        if (kept.end < which.begin)
            memmove(&rows->items[kept.end], &rows->items[which.begin],
                    n_good * sizeof *rows->items);
        kept.end += n_good;
        which.begin = bad.row + 1;
        if (bad.row == which.end)
            break;
        status = bad.feature != SIZE_MAX ? bad_value(job, batch, &bad, &mend, error)
                                         : gpuc_job_bad_row(&job->base, &job->columns,
                                                            batch, bad.row, &mend, error);
        if (status != GPUC_OK)
            goto out;
        if (!mend)
            continue;
        values = values_from(job, worker, kept.end - kept.begin);
        GPUC_TRY(gpuc_feature_values_mend(&job->features, rows, bad.row, &values, error));
        rows->items[kept.end++] = rows->items[bad.row];
    }
    *ret_kept = kept;
out:
    return status;
}

/* Classifies some rows, and appends their output. */
static enum gpuc_status do_rows(const struct gpuc_forest_job *job,
                                struct gpuc_forest_worker *worker,
                                struct gpuc_batch *batch, struct gpuc_span which,
                                struct gpuc_error *error)
{
    struct gpuc_stage_seconds *seconds = &batch->seconds;
    struct gpuc_span kept;
    enum gpuc_status status;
    double start = gpuc_clock_seconds();
    GPUC_TRY(make_features(job, worker, batch, which, &kept, error));
    double encoded = gpuc_clock_seconds();
    seconds->encode += encoded - start;
    if (kept.begin == kept.end)
        goto out;
    GPUC_TRY(gpuc_forest_room_classify(&worker->room,
                                       job->base.seats[worker->number].session,
                                       kept.end - kept.begin, error));
    if (job->base.tally.size > 0)
        gpuc_forest_statistics_add(job, &worker->room, kept.end - kept.begin,
                                   &batch->tally);
    double classified = gpuc_clock_seconds();
    if (worker->picked != NULL)
        kept = gpuc_forest_filter_rows(&job->filter, job->base.model, &worker->room,
                                       worker->picked, &batch->rows, kept);
    batch->n_written += kept.end - kept.begin;
    if (kept.begin < kept.end)
        GPUC_TRY(job->style.is_json
                     ? gpuc_forest_format_json(job, worker, batch, kept, error)
                     : gpuc_forest_format_csv(job, worker, batch, kept, error));
    seconds->classify += classified - encoded;
    seconds->format += gpuc_clock_seconds() - classified;
out:
    return status;
}

/*
 * Rows are looked at in the order of the input, so that of several faults the first one
 * is told, wherever batches end.
 */
enum gpuc_status gpuc_forest_work(const struct gpuc_forest_job *job,
                                  uint32_t worker_number, struct gpuc_batch *batch,
                                  struct gpuc_error *error)
{
    struct gpuc_forest_worker *worker = &job->workers[worker_number];
    enum gpuc_status status = GPUC_OK;
    batch->output.size = 0;
    batch->n_written = 0;
    gpuc_job_begin_bad_rows(batch);
    if (job->base.tally.size > 0)
        GPUC_TRY(gpuc_tally_begin(&job->base.tally_shape, &batch->tally, error));
    for (struct gpuc_span which = {0, 0}; which.end < batch->rows.n_items;) {
        which = gpuc_job_next_rows(&job->base, worker_number, batch, which.end);
        GPUC_TRY(do_rows(job, worker, batch, which, error));
    }
out:
    return status;
}

static enum gpuc_status work(void *context, uint32_t worker_number,
                             struct gpuc_batch *batch, struct gpuc_error *error)
{
    return gpuc_forest_work(context, worker_number, batch, error);
}

static enum gpuc_status collect(void *context, struct gpuc_batch *batch,
                                struct gpuc_error *error)
{
    struct gpuc_forest_job *job = context;
    enum gpuc_status status = gpuc_job_write(&job->base, batch, error);
    if (status != GPUC_OK)
        return status;
    return gpuc_job_collect_bad_rows(&job->base, batch, error);
}

enum gpuc_status gpuc_forest_rows(struct gpuc_forest_job *job, struct gpuc_error *error)
{
    const struct gpuc_pass pass = {.work = work, .collect = collect, .context = job};
    return gpuc_job_run_pass(&job->base, job->columns.place, &pass, error);
}
