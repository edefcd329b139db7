/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First pass. Workers parse their batches, which finds every fault of a record, and
 * survey the index columns. The collector counts records and rows and remembers the first
 * row that has too many fields: pandas reports it only after it has read everything.
 */
#include "jobs/blackbox_job.h"

#include <inttypes.h>

#include "base/clock.h"

struct survey {
    struct gpuc_blackbox_job *job;
    uint64_t n_records; /* of the whole input, up to the batch collected last */
    uint64_t n_rows;

    bool any_long_row;
    uint64_t rows_before_long;
    uint64_t long_row_n_fields;
    uint64_t long_row_line;
};

/* Looks at the index columns of a table; `index`: one a level. */
static void survey_index(const struct gpuc_blackbox_job *job,
                         const struct gpuc_table *table, struct gpuc_index_survey *index)
{
    for (size_t level = 0; level < job->layout.n_index; level++) {
        for (size_t row = 0; row < table->n_rows; row++) {
            const struct gpuc_field *field = gpuc_table_field(table, level, row);
            gpuc_index_survey_add(&index[level], table->text + field->offset,
                                  field->size);
        }
    }
}

static enum gpuc_status work(void *context, uint32_t worker_number,
                             struct gpuc_batch *batch, struct gpuc_error *error)
{
    struct survey *survey = context;
    struct gpuc_blackbox_job *job = survey->job;
    const struct gpuc_table *table = &batch->table;
    double start = gpuc_clock_seconds();
    enum gpuc_status status;
    GPUC_TRY(gpuc_job_check_rows(&job->base, batch, error));
    for (struct gpuc_span which = {0, 0}; which.end < batch->rows.n_items;) {
        which = gpuc_job_next_rows(&job->base, worker_number, batch, which.end);
        struct gpuc_table_shape shape = {job->layout.n_index, job->layout.n_columns,
                                         which.end - which.begin};
        GPUC_TRY(gpuc_job_fill_table(&job->base, batch, which, &shape, error));
        survey_index(job, table, job->workers[worker_number].index_survey);
    }
    batch->seconds.survey = gpuc_clock_seconds() - start;
out:
    return status;
}

static void count(struct survey *survey, const struct gpuc_batch *batch)
{
    const struct gpuc_rows *rows = &batch->rows;
    for (size_t i = 0; i < rows->n_items && !survey->any_long_row; i++) {
        if (rows->items[i].n_fields <= survey->job->layout.n_columns)
            continue;
        survey->any_long_row = true;
        survey->rows_before_long = survey->n_rows + i;
        survey->long_row_n_fields = rows->items[i].n_fields;
        survey->long_row_line = gpuc_job_row_line(batch, i);
    }
    survey->n_records += rows->n_records;
    survey->n_rows += rows->n_items;
}

static enum gpuc_status collect(void *context, struct gpuc_batch *batch,
                                struct gpuc_error *error)
{
    struct survey *survey = context;
    (void)error;
    count(survey, batch);
    gpuc_job_count(&survey->job->base, batch);
    return GPUC_OK;
}

/*
 * pandas counts the line of a long row from the end of the file, without blank records;
 * its number is right only if none follows. The line in front is where the row really is.
 */
static enum gpuc_status fail_long_row(const struct survey *survey,
                                      struct gpuc_error *error)
{
    uint64_t rows_from_there = survey->n_rows - survey->rows_before_long;
    uint64_t pandas_line = survey->n_records - rows_from_there + 1;
    return gpuc_fail_at(
        error, GPUC_EDATA, gpuc_source_name(survey->job->base.source),
        survey->long_row_line, "Expected %zu fields in line %" PRIu64 ", saw %" PRIu64,
        survey->job->layout.n_columns, pandas_line, survey->long_row_n_fields);
}

/* Settles the types when all has been seen. */
static enum gpuc_status end_survey(const struct survey *survey, struct gpuc_error *error)
{
    const struct gpuc_blackbox_job *job = survey->job;
    if (survey->any_long_row)
        return fail_long_row(survey, error);
    for (size_t level = 0; level < job->layout.n_index; level++) {
        struct gpuc_index_survey all = {0};
        for (uint32_t i = 0; i < job->base.n_workers; i++)
            gpuc_index_survey_merge(&all, &job->workers[i].index_survey[level]);
        job->index_kinds[level] = job->layout.labels_shifted
                                      ? gpuc_index_survey_kind_unnamed(&all)
                                      : gpuc_index_survey_kind(&all);
    }
    return GPUC_OK;
}

enum gpuc_status gpuc_blackbox_survey(struct gpuc_blackbox_job *job,
                                      struct gpuc_error *error)
{
    struct survey survey = {.job = job, .n_records = job->layout.n_records_before};
    const struct gpuc_pass pass = {.work = work, .collect = collect, .context = &survey};
    enum gpuc_status status;
    GPUC_TRY(gpuc_blackbox_run_pass(job, &pass, gpuc_job_total_bytes(&job->base), error));
    GPUC_TRY(end_survey(&survey, error));
    job->base.report.rows = survey.n_rows;
    job->base.report.input_bytes = job->base.progress.bytes;
out:
    return status;
}

enum gpuc_status gpuc_blackbox_survey_batch(struct gpuc_blackbox_job *job,
                                            uint32_t worker, struct gpuc_batch *batch,
                                            struct gpuc_error *error)
{
    struct survey survey = {.job = job, .n_records = job->layout.n_records_before};
    enum gpuc_status status;
    GPUC_TRY(work(&survey, worker, batch, error));
    count(&survey, batch);
    GPUC_TRY(end_survey(&survey, error));
out:
    return status;
}
