/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fields of some rows say, column-major: field `column` of row `row` is
 * fields[column * stride + row]. The stride is that of src/base/stride.h; below 64 rows
 * it is their number, so that a very wide table of few rows stays small.
 *
 * Fields are slices of `text`, which the table does not own: it is the batch's input,
 * with the fields that held doubled quotes written behind its end.
 */
#ifndef GPUC_TABLE_H
#define GPUC_TABLE_H

#include "base/bytes.h"
#include "csv/rows.h"

enum {
    GPUC_FIELD_SIZE_MAX = (1 << 29) - 1,
    /* Readable bytes that follow any field's text, so that copies may overrun. */
    GPUC_TEXT_SLACK = 64
};

struct gpuc_field {
    uint32_t offset;      /* of the first byte in the table's text */
    uint32_t size : 29;   /* bytes */
    uint32_t plain : 1;   /* only ASCII, and no TAB, CR, LF, quote or delimiter */
    uint32_t absent : 1;  /* the record had no such field */
    uint32_t missing : 1; /* a missing-value token; set by the job */
};

/* What a table must hold. */
struct gpuc_table_shape {
    size_t n_columns;    /* fields of a row that are kept: the first so many */
    size_t n_fields_max; /* a row with more is a long row */
    size_t max_rows;
};

struct gpuc_table {
    const uint8_t *text;
    struct gpuc_field *fields;
    size_t field_capacity;
    size_t n_columns;
    size_t n_fields_max;
    size_t stride;
    size_t n_rows;
    size_t text_size; /* bytes of all its fields */

    /* The first row with more than n_fields_max fields; SIZE_MAX: there is none. */
    size_t long_row;
    size_t long_row_n_fields;

    /* The first row with fewer than n_fields_max fields; SIZE_MAX: there is none. */
    size_t short_row;
    size_t short_row_n_fields;
};

/* Empties the table and gives it a shape. */
enum gpuc_status gpuc_table_reset(struct gpuc_table *table,
                                  const struct gpuc_table_shape *shape,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_table_done(struct gpuc_table *table);

/* The elements from one column to the next for tables of up to max_rows rows. */
size_t gpuc_table_stride(size_t max_rows);

static inline const struct gpuc_field *gpuc_table_field(const struct gpuc_table *table,
                                                        size_t column, size_t row)
{
    return &table->fields[column * table->stride + row];
}

/* What the `plain` flag of a field with this text is. GPUC_TEXT_SLACK bytes behind the
 * text must be readable. */
bool gpuc_field_is_plain(const struct gpuc_dialect *dialect, const uint8_t *text,
                         size_t size);

/*
 * Fills a table that was reset with rows [first, first + n_rows), none of them faulty.
 * `bytes` holds their text, and what fields with doubled quotes say is put behind it; the
 * text may move, which `rows` and the table follow.
 */
enum gpuc_status gpuc_table_fill(struct gpuc_table *table,
                                 const struct gpuc_dialect *dialect,
                                 struct gpuc_rows *rows, struct gpuc_span which,
                                 struct gpuc_bytes *bytes, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
