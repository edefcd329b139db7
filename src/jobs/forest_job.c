/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/forest_job.h"

#include "jobs/forest_statistics.h"
#include "jobs/job_bad_rows.h"
#include "jobs/job_journal.h"
#include "jobs/job_range.h"

enum gpuc_status gpuc_forest_make_workers(struct gpuc_forest_job *job,
                                          struct gpuc_error *error)
{
    uint32_t n_workers = job->base.n_workers;
    enum gpuc_status status = GPUC_OK;

    job->workers = gpuc_alloc(n_workers, sizeof *job->workers);
    if (job->workers == NULL)
        return gpuc_fail_memory(error, n_workers * sizeof *job->workers, "workers");
    for (uint32_t i = 0; i < n_workers; i++) {
        struct gpuc_forest_worker *worker = &job->workers[i];
        uint32_t n_rows = job->base.seats[i].batch_rows;
        worker->number = i;
        GPUC_TRY(gpuc_forest_room_init(&worker->room, job->base.model, &job->outputs,
                                       n_rows, error));
        GPUC_TRY(gpuc_result_columns_init(&worker->results, job->base.model,
                                          &job->outputs, &job->style, &worker->room,
                                          error));
        if (job->filter.comparisons.n_items == 0)
            continue;
        worker->picked = gpuc_alloc(n_rows, sizeof *worker->picked);
        if (worker->picked == NULL)
            return gpuc_fail_memory(error, n_rows * sizeof *worker->picked, "a filter");
    }
out:
    return status;
}

void gpuc_forest_workers_done(struct gpuc_forest_job *job)
{
    for (uint32_t i = 0; job->workers != NULL && i < job->base.n_workers; i++) {
        struct gpuc_forest_worker *worker = &job->workers[i];
        gpuc_result_columns_done(&worker->results);
        gpuc_forest_room_done(&worker->room);
        gpuc_free(worker->picked);
        gpuc_bytes_done(&worker->scratch);
    }
    gpuc_free(job->workers);
}

void gpuc_forest_columns_done(struct gpuc_forest_job *job)
{
    gpuc_bytes_done(&job->header);
    gpuc_text_list_done(&job->leads);
    gpuc_text_list_done(&job->names);
    gpuc_result_style_done(&job->style);
    gpuc_text_list_done(&job->naming.classes);
    gpuc_feature_runs_done(&job->features.runs);
    gpuc_value_rules_done(&job->features.rules);
    gpuc_column_map_done(&job->map);
    gpuc_job_columns_done(&job->columns);
}

static void job_done(struct gpuc_forest_job *job)
{
    gpuc_forest_workers_done(job);
    gpuc_forest_columns_done(job);
    gpuc_job_done(&job->base);
}

/* Opens the first input, and all that depends on its columns. */
static enum gpuc_status begin(struct gpuc_forest_job *job, struct gpuc_error *error)
{
    struct gpuc_job *base = &job->base;
    enum gpuc_status status;
    GPUC_TRY(gpuc_forest_read_options(job, error));
    GPUC_TRY(gpuc_job_open(base, error));
    GPUC_TRY(gpuc_job_open_rejects(base, error));
    GPUC_TRY(gpuc_job_range_open(base, error));
    GPUC_TRY(gpuc_forest_read_header(job, error));
    struct gpuc_row_width width = {
        .n_fields = job->columns.names.n_items,
        .n_bytes = gpuc_forest_room_row_bytes(base->model, &job->outputs)};
    GPUC_TRY(gpuc_job_prepare(base, &width, error));
    GPUC_TRY(gpuc_forest_make_workers(job, error));
    GPUC_TRY(gpuc_forest_statistics_begin(job, error));
    base->progress.n_passes = 1;
    gpuc_job_begin_pass(base, gpuc_job_total_bytes(base));
    if (gpuc_job_range_is_first(base) && !gpuc_journal_goes_on(base))
        GPUC_TRY(gpuc_sink_write(base->sink, job->header.data, job->header.size, error));
out:
    return status;
}

static enum gpuc_status run(struct gpuc_forest_job *job, struct gpuc_error *error)
{
    struct gpuc_job *base = &job->base;
    enum gpuc_status status;
    GPUC_TRY(begin(job, error));
    for (size_t i = 0; i < gpuc_job_n_inputs(base); i++) {
        if (!gpuc_job_range_enters(base, i) || i < gpuc_journal_first_input(base))
            continue;
        if (i > 0) {
            GPUC_TRY(gpuc_job_open_input(base, i, false, error));
            GPUC_TRY(gpuc_job_columns_check(&job->columns, base, error));
        }
        GPUC_TRY(gpuc_forest_rows(job, error));
    }
    GPUC_TRY(gpuc_forest_statistics_end(job, error));
    GPUC_TRY(gpuc_job_commit(base, error));
    base->report.rows = base->progress.rows;
    base->report.input_bytes = base->progress.bytes;
out:
    return status;
}

enum gpuc_status gpuc_forest_job_run(const struct gpuc_job *base,
                                     struct gpuc_job_report *ret_report,
                                     struct gpuc_error *error)
{
    struct gpuc_forest_job job = {.base = *base};
    enum gpuc_status status = gpuc_job_end(&job.base, run(&job, error), error);
    job_done(&job);
    if (status == GPUC_OK)
        *ret_report = job.base.report;
    return status;
}
