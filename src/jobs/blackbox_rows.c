/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Second pass. Workers parse, build each row's repr, have the engine classify the texts
 * and format the output; the collector writes it in order.
 */
#include "jobs/blackbox_job.h"

#include "base/clock.h"
#include "jobs/job_range.h"
#include "pandas/missing.h"

/* What repr() gives for the empty Series that pandas makes of rows without data columns.
 */
static const char empty_series[] = "Series([], dtype: float64)";

/* Bytes that a number's canonical text can have more than the text it was read from. */
enum { INDEX_TEXT_EXTRA = 32 };

static void mark_missing(const struct gpuc_blackbox_job *job, struct gpuc_table *table)
{
    for (size_t column = 0; column < table->n_columns; column++) {
        if (column < job->layout.n_index && job->index_kinds[column] == GPUC_INDEX_RAW)
            continue;
        struct gpuc_field *fields = table->fields + column * table->stride;
        for (size_t row = 0; row < table->n_rows; row++)
            fields[row].missing =
                gpuc_is_missing(table->text + fields[row].offset, fields[row].size);
    }
}

/* The text of one index value as it stands in a row's name. */
static const uint8_t *level_text(const struct gpuc_blackbox_job *job,
                                 const struct gpuc_table *table, size_t level, size_t row,
                                 uint8_t *scratch, size_t *ret_size)
{
    static const uint8_t nan[] = "nan";
    const struct gpuc_field *field = gpuc_table_field(table, level, row);
    if (field->missing) {
        *ret_size = sizeof nan - 1;
        return nan;
    }
    return gpuc_index_text(job->index_kinds[level], table->text + field->offset,
                           field->size, scratch, ret_size);
}

/* A row's name of several levels: "(a, b)". */
static enum gpuc_status tuple_name(const struct gpuc_blackbox_job *job,
                                   const struct gpuc_table *table, size_t row,
                                   struct gpuc_bytes *name, struct gpuc_error *error)
{
    uint8_t scratch[GPUC_INDEX_SCRATCH_SIZE];
    enum gpuc_status status = GPUC_OK;
    name->size = 0;
    for (size_t level = 0; level < job->layout.n_index; level++) {
        size_t size;
        const uint8_t *text = level_text(job, table, level, row, scratch, &size);
        GPUC_TRY(
            gpuc_bytes_append(name, level == 0 ? "(" : ", ", level == 0 ? 1 : 2, error));
        GPUC_TRY(gpuc_bytes_append(name, text, size, error));
    }
    GPUC_TRY(gpuc_bytes_append(name, ")", 1, error));
out:
    return status;
}

static enum gpuc_status append_row(const struct gpuc_blackbox_job *job,
                                   const struct gpuc_table *table, size_t row,
                                   struct gpuc_bytes *name, struct gpuc_bytes *text,
                                   struct gpuc_error *error)
{
    uint8_t scratch[GPUC_INDEX_SCRATCH_SIZE];
    if (job->layout.labels.n_items == 0) {
        gpuc_bytes_put(text, empty_series, sizeof empty_series - 1);
        return GPUC_OK;
    }
    if (job->layout.n_index == 1) {
        size_t size;
        const uint8_t *only = level_text(job, table, 0, row, scratch, &size);
        gpuc_row_repr_append(&job->repr, table, row, only, size, text);
        return GPUC_OK;
    }
    enum gpuc_status status = tuple_name(job, table, row, name, error);
    if (status == GPUC_OK)
        gpuc_row_repr_append(&job->repr, table, row, name->data, name->size, text);
    return status;
}

/* Builds the text of every row of the batch. */
static enum gpuc_status encode(const struct gpuc_blackbox_job *job,
                               struct gpuc_blackbox_worker *worker,
                               struct gpuc_batch *batch, struct gpuc_error *error)
{
    struct gpuc_table *table = &batch->table;
    struct gpuc_texts *texts = &batch->texts;
    enum gpuc_status status;
    GPUC_TRY(gpuc_texts_reset(texts, table->n_rows, error));
    mark_missing(job, table);
    /* Names are parts of the input; escapes at most double them. */
    size_t row_size = job->repr.row_size_max + sizeof empty_series +
                      job->layout.n_index * (INDEX_TEXT_EXTRA + sizeof "(, )");
    GPUC_TRY(gpuc_bytes_reserve(
        &texts->bytes, table->n_rows * row_size + 2 * table->text_size + GPUC_TEXT_SLACK,
        error));
    for (size_t row = 0; row < table->n_rows; row++) {
        size_t offset = texts->bytes.size;
        GPUC_TRY(append_row(job, table, row, &worker->name, &texts->bytes, error));
        texts->offsets[row] = (uint32_t)offset;
        texts->sizes[row] = (uint32_t)(texts->bytes.size - offset);
    }
    texts->n_rows = table->n_rows;
out:
    return status;
}

/* Counts the results for the caller's statistics. */
static void count_results(const struct gpuc_blackbox_job *job, struct gpuc_batch *batch)
{
    double results[64];
    struct gpuc_tally_rows rows = {
        .values = results, .number = GPUC_FLOAT64, .stride = sizeof results};
    for (size_t begin = 0; begin < batch->table.n_rows; begin += rows.n_rows) {
        size_t n_left = batch->table.n_rows - begin, n_most = sizeof results / 8;
        rows.n_rows = n_left < n_most ? n_left : n_most;
        for (size_t i = 0; i < rows.n_rows; i++)
            results[i] = gpuc_blackbox_result(batch->results.fractions[begin + i]);
        gpuc_tally_scores(&job->base.tally_shape, &batch->tally, 0, &rows);
    }
}

/* Classifies the rows of the batch's table, and appends their output. */
static enum gpuc_status classify(struct gpuc_blackbox_job *job,
                                 struct gpuc_blackbox_worker *worker,
                                 struct gpuc_batch *batch, struct gpuc_error *error)
{
    struct gpuc_stage_seconds *seconds = &batch->seconds;
    enum gpuc_status status;
    double start = gpuc_clock_seconds();
    GPUC_TRY(encode(job, worker, batch, error));
    GPUC_TRY(gpuc_batch_reserve_results(batch, batch->table.n_rows, error));
    double encoded = gpuc_clock_seconds();
    GPUC_TRY(gpuc_job_classify(
        &job->base, worker->number,
        &(struct gpuc_work){.texts = &batch->texts, .blackbox = batch->results}, error));
    if (job->base.tally.size > 0)
        count_results(job, batch);
    double classified = gpuc_clock_seconds();
    GPUC_TRY(gpuc_blackbox_format(job, batch, error));
    seconds->encode += encoded - start;
    seconds->classify += classified - encoded;
    seconds->format += gpuc_clock_seconds() - classified;
out:
    return status;
}

enum gpuc_status gpuc_blackbox_work(struct gpuc_blackbox_job *job, uint32_t worker_number,
                                    struct gpuc_batch *batch, struct gpuc_error *error)
{
    size_t n_columns = job->layout.n_columns;
    enum gpuc_status status;
    batch->output.size = 0;
    batch->n_written = 0;
    GPUC_TRY(gpuc_job_check_rows(&job->base, batch, error));
    if (job->base.tally.size > 0)
        GPUC_TRY(gpuc_tally_begin(&job->base.tally_shape, &batch->tally, error));
    for (struct gpuc_span which = {0, 0}; which.end < batch->rows.n_items;) {
        double start = gpuc_clock_seconds();
        which = gpuc_job_next_rows(&job->base, worker_number, batch, which.end);
        struct gpuc_table_shape shape = {n_columns, n_columns, which.end - which.begin};
        GPUC_TRY(gpuc_job_fill_table(&job->base, batch, which, &shape, error));
        batch->seconds.parse += gpuc_clock_seconds() - start;
        GPUC_TRY(classify(job, &job->workers[worker_number], batch, error));
    }
out:
    return status;
}

static enum gpuc_status work(void *context, uint32_t worker, struct gpuc_batch *batch,
                             struct gpuc_error *error)
{
    return gpuc_blackbox_work(context, worker, batch, error);
}

static enum gpuc_status collect(void *context, struct gpuc_batch *batch,
                                struct gpuc_error *error)
{
    struct gpuc_blackbox_job *job = context;
    return gpuc_job_write(&job->base, batch, error);
}

enum gpuc_status gpuc_blackbox_rows(struct gpuc_blackbox_job *job,
                                    struct gpuc_error *error)
{
    const struct gpuc_pass pass = {.work = work, .collect = collect, .context = job};
    struct gpuc_job *base = &job->base;
    uint64_t file_bytes = gpuc_job_total_bytes(base);
    /* What a pipe has given is a spool by now. */
    uint64_t total_bytes = file_bytes > 0 ? file_bytes : base->report.input_bytes;
    enum gpuc_status status = GPUC_OK;
    gpuc_job_range_begin(base, base->report.input_bytes);
    if (gpuc_job_range_enters(base, 0))
        status = gpuc_blackbox_run_pass(job, &pass, total_bytes, error);
    else
        base->progress.rows = 0;
    if (status != GPUC_OK)
        return status;
    if (!base->range.is_on && (base->progress.rows != base->report.rows ||
                               base->progress.bytes != base->report.input_bytes))
        return gpuc_fail(error, GPUC_EDATA,
                         "%s: the file changed while it was being read",
                         gpuc_source_name(base->source));
    base->report.rows = base->progress.rows;
    return GPUC_OK;
}
