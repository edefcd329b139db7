/* SPDX-License-Identifier: Apache-2.0 */
/* The output's text, as DataFrame.to_csv() writes it: LF line ends, quotes where needed.
 */
#include "jobs/blackbox_job.h"

#include "base/copy.h"
#include "csv/double_text.h"
#include "csv/field_text.h"

static uint8_t *put_text(uint8_t *to, const struct gpuc_blackbox_job *job,
                         const uint8_t *text, size_t size)
{
    return gpuc_field_text(to, text, size, &job->base.dialect, false);
}

static uint8_t *put_field(uint8_t *to, const struct gpuc_blackbox_job *job,
                          const struct gpuc_table *table, const struct gpuc_field *field)
{
    const uint8_t *text = table->text + field->offset;
    if (field->missing || field->absent)
        return to;
    return field->plain ? gpuc_copy_short(to, text, field->size)
                        : put_text(to, job, text, field->size);
}

static uint8_t *put_index(uint8_t *to, const struct gpuc_blackbox_job *job,
                          const struct gpuc_table *table, size_t level, size_t row)
{
    uint8_t scratch[GPUC_INDEX_SCRATCH_SIZE];
    const struct gpuc_field *field = gpuc_table_field(table, level, row);
    size_t size;
    if (field->missing)
        return to;
    const uint8_t *text =
        gpuc_index_text(job->index_kinds[level], table->text + field->offset, field->size,
                        scratch, &size);
    return put_text(to, job, text, size);
}

static double pred_of(const struct gpuc_batch *batch, size_t row)
{
    return gpuc_blackbox_result(batch->results.fractions[row]);
}

static uint8_t *put_pred(uint8_t *to, const struct gpuc_batch *batch, size_t row)
{
    return to + gpuc_double_text(pred_of(batch, row), (char *)to);
}

static uint8_t *put_digest(uint8_t *to, const struct gpuc_batch *batch, size_t row)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *digest = batch->results.digests + row * GPUC_DIGEST_SIZE;
    for (size_t i = 0; i < GPUC_DIGEST_SIZE; i++) {
        *to++ = (uint8_t)digits[digest[i] >> 4];
        *to++ = (uint8_t)digits[digest[i] & 15];
    }
    return to;
}

static uint8_t *put_row(uint8_t *to, const struct gpuc_blackbox_job *job,
                        const struct gpuc_batch *batch, size_t row)
{
    const struct gpuc_table *table = &batch->table;
    size_t n_index = job->layout.n_index;
    for (size_t level = 0; level < n_index; level++) {
        to = put_index(to, job, table, level, row);
        *to++ = ',';
    }
    for (size_t i = 0; i < job->layout.labels.n_items; i++) {
        if (i == job->result_column)
            to = put_pred(to, batch, row);
        else
            to = put_field(to, job, table, gpuc_table_field(table, n_index + i, row));
        *to++ = ',';
    }
    for (size_t i = 0; i < job->n_outputs; i++) {
        if (job->outputs[i] == GPUC_OUTPUT_DIGEST)
            to = put_digest(to, batch, row);
        else if (job->result_column == SIZE_MAX)
            to = put_pred(to, batch, row);
        else
            continue;
        *to++ = ',';
    }
    to[-1] = '\n';
    return to;
}

/* Whether a row is written. */
static bool is_wanted(const struct gpuc_blackbox_job *job, const struct gpuc_batch *batch,
                      size_t row)
{
    const struct gpuc_comparisons *filter = &job->filter;
    size_t i = 0;
    while (i < filter->n_items &&
           gpuc_comparison_holds(&filter->items[i], pred_of(batch, row)))
        i++;
    return i == filter->n_items;
}

/* Bytes that any row can take beside its fields, which quoting at most doubles. */
static size_t row_size_max(const struct gpuc_blackbox_job *job)
{
    size_t n_columns = job->layout.n_columns;
    return 3 * n_columns + 32 * job->layout.n_index + GPUC_DOUBLE_TEXT_SIZE +
           2 * GPUC_DIGEST_SIZE + 4;
}

enum gpuc_status gpuc_blackbox_format(const struct gpuc_blackbox_job *job,
                                      struct gpuc_batch *batch, struct gpuc_error *error)
{
    struct gpuc_bytes *output = &batch->output;
    size_t n_rows = batch->table.n_rows;
    enum gpuc_status status = gpuc_bytes_reserve(
        output, n_rows * row_size_max(job) + 2 * batch->table.text_size + GPUC_TEXT_SLACK,
        error);
    if (status != GPUC_OK)
        return status;
    uint8_t *to = output->data + output->size;
    for (size_t row = 0; row < n_rows; row++) {
        if (!is_wanted(job, batch, row))
            continue;
        to = put_row(to, job, batch, row);
        batch->n_written++;
    }
    output->size = (size_t)(to - output->data);
    return GPUC_OK;
}
