/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/csv_job.h"

#include "base/clock.h"
#include "jobs/job_bad_rows.h"
#include "jobs/job_journal.h"
#include "jobs/job_range.h"

/* What says how rows are classified means nothing where none is. */
static enum gpuc_status check_options(const struct gpuc_job_options *options,
                                      struct gpuc_error *error)
{
    const char *name = options->output_columns != NULL ? "output"
                       : options->filter != NULL       ? "filter"
                                                       : gpuc_job_feature_option(options);
    if (name == NULL)
        return GPUC_OK;
    return gpuc_fail(error, GPUC_EUSAGE, "--%s is for jobs with a model: leave it out",
                     name);
}

/* Writes rows in the order of the input, so that of several bad ones the first is told.
 */
static enum gpuc_status write_rows(const struct gpuc_csv_job *job,
                                   struct gpuc_bytes *scratch, struct gpuc_batch *batch,
                                   struct gpuc_error *error)
{
    const struct gpuc_rows *rows = &batch->rows;
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < rows->n_items; i++) {
        size_t bad = gpuc_job_columns_bad_row(&job->columns, rows,
                                              (struct gpuc_span){i, rows->n_items});
        size_t begin = i;
        bool mend = false;
        for (; i < bad; i++)
            GPUC_TRY(gpuc_csv_format_row(job, scratch, batch, &rows->items[i], error));
        if (bad < rows->n_items)
            GPUC_TRY(
                gpuc_job_bad_row(&job->base, &job->columns, batch, bad, &mend, error));
        batch->n_written += bad - begin + mend;
        if (mend)
            GPUC_TRY(gpuc_csv_format_row(job, scratch, batch, &rows->items[bad], error));
    }
out:
    return status;
}

static enum gpuc_status work(void *context, uint32_t worker, struct gpuc_batch *batch,
                             struct gpuc_error *error)
{
    const struct gpuc_csv_job *job = context;
    double start = gpuc_clock_seconds();
    batch->output.size = 0;
    batch->n_written = 0;
    gpuc_job_begin_bad_rows(batch);
    enum gpuc_status status = write_rows(job, &job->scratch[worker], batch, error);
    batch->seconds.format = gpuc_clock_seconds() - start;
    return status;
}

static enum gpuc_status collect(void *context, struct gpuc_batch *batch,
                                struct gpuc_error *error)
{
    struct gpuc_csv_job *job = context;
    struct gpuc_bytes *output = &batch->output;
    if (job->form == GPUC_CSV_JSON && !job->any_row && output->size > 0)
        memmove(output->data, output->data + 1, --output->size); /* the comma */
    job->any_row = job->any_row || output->size > 0;
    enum gpuc_status status = gpuc_job_write(&job->base, batch, error);
    if (status != GPUC_OK)
        return status;
    return gpuc_job_collect_bad_rows(&job->base, batch, error);
}

static enum gpuc_status run_pass(struct gpuc_csv_job *job, struct gpuc_error *error)
{
    const struct gpuc_pass pass = {.work = work, .collect = collect, .context = job};
    return gpuc_job_run_pass(&job->base, job->columns.place, &pass, error);
}

/* Opens the first input, and all that depends on its columns. */
static enum gpuc_status begin(struct gpuc_csv_job *job, struct gpuc_error *error)
{
    struct gpuc_job *base = &job->base;
    enum gpuc_status status;
    GPUC_TRY(check_options(base->options, error));
    GPUC_TRY(gpuc_job_range_options(base, error));
    if (job->form == GPUC_CSV_JSON && base->options->n_shards > 1)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "a JSON array cannot be written in parts: leave --json out, or "
                         "--shard");
    GPUC_TRY(gpuc_job_columns_options(&job->columns, base, error));
    GPUC_TRY(gpuc_job_bad_rows_options(base, error));
    gpuc_job_keep(base, &job->any_row, sizeof job->any_row);
    GPUC_TRY(gpuc_job_open(base, error));
    GPUC_TRY(gpuc_job_open_rejects(base, error));
    GPUC_TRY(gpuc_job_range_open(base, error));
    GPUC_TRY(gpuc_job_columns_read(&job->columns, base, error));
    GPUC_TRY(gpuc_csv_make_frame(job, error));
    struct gpuc_row_width width = {.n_fields = job->columns.names.n_items,
                                   .n_bytes = job->leads.bytes.size};
    GPUC_TRY(gpuc_job_prepare(base, &width, error));
    job->scratch = gpuc_alloc(base->n_workers, sizeof *job->scratch);
    if (job->scratch == NULL)
        return gpuc_fail_memory(error, base->n_workers * sizeof *job->scratch, "workers");
    base->progress.n_passes = 1;
    gpuc_job_begin_pass(base, gpuc_job_total_bytes(base));
    if (gpuc_job_range_is_first(base) && !gpuc_journal_goes_on(base))
        GPUC_TRY(gpuc_sink_write(base->sink, job->begin.data, job->begin.size, error));
out:
    return status;
}

static enum gpuc_status run(struct gpuc_csv_job *job, struct gpuc_error *error)
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
        GPUC_TRY(run_pass(job, error));
    }
    GPUC_TRY(gpuc_sink_write(base->sink, job->end, strlen(job->end), error));
    GPUC_TRY(gpuc_job_commit(base, error));
    base->report.rows = base->progress.rows;
    base->report.input_bytes = base->progress.bytes;
out:
    return status;
}

static void job_done(struct gpuc_csv_job *job)
{
    for (uint32_t i = 0; job->scratch != NULL && i < job->base.n_workers; i++)
        gpuc_bytes_done(&job->scratch[i]);
    gpuc_free(job->scratch);
    gpuc_bytes_done(&job->begin);
    gpuc_text_list_done(&job->leads);
    gpuc_job_columns_done(&job->columns);
    gpuc_job_done(&job->base);
}

enum gpuc_status gpuc_csv_job_run(const struct gpuc_job *base, enum gpuc_csv_form form,
                                  struct gpuc_job_report *ret_report,
                                  struct gpuc_error *error)
{
    struct gpuc_csv_job job = {.base = *base, .form = form};
    enum gpuc_status status = gpuc_job_end(&job.base, run(&job, error), error);
    job_done(&job);
    if (status == GPUC_OK)
        *ret_report = job.base.report;
    return status;
}
