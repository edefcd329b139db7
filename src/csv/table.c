/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/table.h"

#include "base/stride.h"
#include "csv/utf8.h"

size_t gpuc_table_stride(size_t max_rows)
{
    /* Very wide tables of few rows stay small. */
    return max_rows < GPUC_ROW_MULTIPLE ? max_rows : gpuc_stride(max_rows);
}

enum gpuc_status gpuc_table_reset(struct gpuc_table *table,
                                  const struct gpuc_table_shape *shape,
                                  struct gpuc_error *error)
{
    size_t n_columns = shape->n_columns;
    size_t stride = gpuc_table_stride(shape->max_rows);
    if (n_columns > 0 && stride > SIZE_MAX / n_columns)
        return gpuc_fail_memory(error, SIZE_MAX, "fields");
    void *fields = table->fields;
    enum gpuc_status status =
        gpuc_grow(&fields, &table->field_capacity, n_columns * stride,
                  sizeof *table->fields, "fields", error);
    table->fields = fields;
    if (status != GPUC_OK)
        return status;
    table->text = NULL;
    table->n_columns = n_columns;
    table->n_fields_max = shape->n_fields_max;
    table->stride = stride;
    table->n_rows = 0;
    table->n_records = 0;
    table->long_row = SIZE_MAX;
    table->short_row = SIZE_MAX;
    return GPUC_OK;
}

void gpuc_table_done(struct gpuc_table *table)
{
    gpuc_free(table->fields);
    *table = (struct gpuc_table){0};
}

bool gpuc_field_is_plain(const struct gpuc_dialect *dialect, const uint8_t *text,
                         size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] >= 0x80 || text[i] == '\t' || text[i] == '\n' || text[i] == '\r' ||
            text[i] == dialect->quote || text[i] == dialect->delimiter)
            return false;
    return true;
}

void gpuc_table_end_record(struct gpuc_table *table, size_t n_fields,
                           struct gpuc_field first, uint64_t line)
{
    table->n_records++;
    if (n_fields == 0 ||
        (n_fields == 1 && gpuc_utf8_is_space(table->text + first.offset, first.size)))
        return;
    for (size_t column = n_fields; column < table->n_columns; column++)
        gpuc_table_put(table, column, (struct gpuc_field){.plain = 1, .absent = 1});
    if (n_fields > table->n_fields_max && table->long_row == SIZE_MAX) {
        table->long_row = table->n_rows;
        table->long_row_n_fields = n_fields;
        table->long_row_line = line;
    }
    if (n_fields < table->n_fields_max && table->short_row == SIZE_MAX) {
        table->short_row = table->n_rows;
        table->short_row_n_fields = n_fields;
    }
    table->n_rows++;
}
