/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of repr(row) for a row of a pandas DataFrame of strings, at pandas' default
 * display options:
 *
 *     SKU                           17612
 *     DESCRIPTION    814a9c18f5abff398...
 *     Name: 1, dtype: object
 *
 * Widths count code points. A cell has one space in front and at most 50 characters with
 * it; longer ones end in "...". Of more than 60 columns only the first and last 5 show.
 *
 * Built once a job from the labels, then immutable: any number of threads may use it.
 */
#ifndef GPUC_ROW_REPR_H
#define GPUC_ROW_REPR_H

#include "csv/table.h"
#include "pandas/labels.h"

enum { GPUC_REPR_LINES_MAX = 60 };

/* The start of a line: a label, escaped and padded, and then as many spaces as a cell can
 * need. A part of it, by the size of the cell, is copied to each row's text. */
struct gpuc_repr_line {
    size_t column;     /* of the table; SIZE_MAX: the dots for columns that do not show */
    size_t offset;     /* in the templates' text */
    size_t label_size; /* bytes before the spaces that pad the cell */
};

struct gpuc_row_repr {
    struct gpuc_bytes templates;
    struct gpuc_repr_line lines[GPUC_REPR_LINES_MAX];
    size_t n_lines;
    char footer[64]; /* what follows the name */
    size_t footer_size;
    size_t row_size_max; /* bytes of any row's text without its name */
};

/* `first_column`: the table's column that labels->items[0] names. */
enum gpuc_status gpuc_row_repr_init(struct gpuc_row_repr *repr,
                                    const struct gpuc_labels *labels, size_t first_column,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

void gpuc_row_repr_done(struct gpuc_row_repr *repr);

/*
 * Appends the text of one row to `text`, where repr->row_size_max + 2 * name_size bytes
 * and GPUC_TEXT_SLACK more were reserved. `name`: the index value's text, not escaped
 * yet.
 */
void gpuc_row_repr_append(const struct gpuc_row_repr *repr,
                          const struct gpuc_table *table, size_t row, const uint8_t *name,
                          size_t name_size, struct gpuc_bytes *text);

#endif
