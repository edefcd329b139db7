/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/table.h"

#include "base/stride.h"
#include "csv/block.h"

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
    table->long_row = SIZE_MAX;
    table->short_row = SIZE_MAX;
    return GPUC_OK;
}

void gpuc_table_done(struct gpuc_table *table)
{
    gpuc_free(table->fields);
    *table = (struct gpuc_table){0};
}

/* The bytes of a block that no plain field has. */
static uint64_t odd_bytes(const struct gpuc_dialect *dialect, const uint8_t *text)
{
    struct gpuc_block block = gpuc_block_load(text);
    return gpuc_block_high_or(&block, '\t', dialect->quote) |
           gpuc_block_any(&block, '\n', '\r', dialect->delimiter);
}

bool gpuc_field_is_plain(const struct gpuc_dialect *dialect, const uint8_t *text,
                         size_t size)
{
    for (; size > GPUC_BLOCK_SIZE; size -= GPUC_BLOCK_SIZE, text += GPUC_BLOCK_SIZE)
        if (odd_bytes(dialect, text) != 0)
            return false;
    return (odd_bytes(dialect, text) & gpuc_block_first((unsigned)size)) == 0;
}

/* What one field says; doubled quotes are made single behind the text. */
static struct gpuc_field make_field(const struct gpuc_dialect *dialect,
                                    const struct gpuc_rows *rows, struct gpuc_span span,
                                    struct gpuc_bytes *bytes)
{
    bool doubled;
    struct gpuc_span content = gpuc_field_content(dialect, rows->text, span, &doubled);
    if (doubled) {
        uint8_t *to = bytes->data + bytes->size;
        uint8_t *end = gpuc_copy_undoubled(to, rows->text, content, dialect->quote);
        content.begin = bytes->size;
        content.end = bytes->size += (size_t)(end - to);
    }
    size_t size = content.end - content.begin;
    return (struct gpuc_field){
        .offset = (uint32_t)content.begin,
        .size = (uint32_t)size & GPUC_FIELD_SIZE_MAX,
        .plain = gpuc_field_is_plain(dialect, bytes->data + content.begin, size)};
}

/* Notes a row that is longer or shorter than others. */
static void note_length(struct gpuc_table *table, size_t row, size_t n_fields)
{
    if (n_fields > table->n_fields_max && table->long_row == SIZE_MAX) {
        table->long_row = row;
        table->long_row_n_fields = n_fields;
    }
    if (n_fields < table->n_fields_max && table->short_row == SIZE_MAX) {
        table->short_row = row;
        table->short_row_n_fields = n_fields;
    }
}

enum gpuc_status gpuc_table_fill(struct gpuc_table *table,
                                 const struct gpuc_dialect *dialect,
                                 struct gpuc_rows *rows, struct gpuc_span which,
                                 struct gpuc_bytes *bytes, struct gpuc_error *error)
{
    /* Never more than the text itself: it is copied without quotes. */
    size_t more = rows->any_quote ? rows->end - rows->begin : 0;
    enum gpuc_status status = gpuc_bytes_reserve(bytes, more + GPUC_TEXT_SLACK, error);
    if (status != GPUC_OK)
        return status;
    rows->text = bytes->data;
    table->text = bytes->data;
    table->n_rows = which.end - which.begin;
    table->text_size = 0;
    for (size_t row = 0; row < table->n_rows; row++) {
        const struct gpuc_row *from = &rows->items[which.begin + row];
        struct gpuc_field *to = table->fields + row;
        for (size_t column = 0; column < table->n_columns;
             column++, to += table->stride) {
            *to = (struct gpuc_field){.plain = 1, .absent = 1};
            if (column < from->n_fields)
                *to =
                    make_field(dialect, rows, gpuc_row_field(rows, from, column), bytes);
            table->text_size += to->size;
        }
        note_length(table, row, from->n_fields);
    }
    return GPUC_OK;
}
