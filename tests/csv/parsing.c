/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/parsing.h"

#include "csv/number_padded.h"
#include "support/cmocka_all.h"

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;

static const struct gpuc_dialect *dialect_of(const struct parsing *parsing)
{
    return parsing->dialect != NULL ? parsing->dialect : &pandas;
}

struct gpuc_parser parsing_parser(const char *name)
{
    struct gpuc_parser parser;
    assert_int_equal(gpuc_parser_find(name, &parser, NULL), GPUC_OK);
    return parser;
}

void parsing_find_rows(struct parsing *parsing, const struct gpuc_parser *parser,
                       const uint8_t *bytes, struct gpuc_span text)
{
    const struct gpuc_dialect *dialect = dialect_of(parsing);
    const struct gpuc_scan_text piece = {bytes, text.begin, text.end};
    struct gpuc_scan_state state = GPUC_SCAN_STATE_INIT;
    struct gpuc_index *index = &parsing->index;
    struct gpuc_rows *rows = &parsing->rows;
    gpuc_index_reset(index);
    assert_int_equal(gpuc_scan(parser->scanner, dialect, &piece, &state, index, NULL),
                     GPUC_OK);
    assert_int_equal(gpuc_index_reserve(index, 1, 1, NULL), GPUC_OK);
    const struct gpuc_scanned scanned = {.text = bytes,
                                         .records = text,
                                         .index = index,
                                         .last_fault =
                                             gpuc_end_input(&state, text.end, index)};
    assert_int_equal(gpuc_parse_rows(parser, dialect, &scanned, index, rows, NULL),
                     GPUC_OK);
    size_t row = 0;
    while (row < rows->n_items && rows->items[row].fault == GPUC_ROW_GOOD)
        row++;
    parsing->n_good = row;
    parsing->status = GPUC_OK;
    parsing->error = (struct gpuc_error){0};
    if (row == rows->n_items)
        return;
    assert_true(rows->any_fault);
    parsing->status =
        gpuc_row_fail(rows, &rows->items[row], dialect, "in.csv", 1, &parsing->error);
}

void parsing_fill_table(struct parsing *parsing, size_t n_columns, size_t n_fields_max)
{
    const struct gpuc_table_shape shape = {n_columns, n_fields_max, parsing->n_good};
    assert_int_equal(gpuc_table_reset(&parsing->table, &shape, NULL), GPUC_OK);
    assert_int_equal(gpuc_table_fill(&parsing->table, dialect_of(parsing), &parsing->rows,
                                     (struct gpuc_span){0, parsing->n_good},
                                     &parsing->bytes, NULL),
                     GPUC_OK);
}

void parsing_run(struct parsing *parsing, const struct gpuc_parser *parser,
                 const void *text, size_t size, size_t n_columns, size_t n_fields_max)
{
    parsing->bytes.size = 0;
    assert_int_equal(gpuc_bytes_reserve(&parsing->bytes,
                                        GPUC_NUMBER_PADDING + size + GPUC_TEXT_SLACK,
                                        NULL),
                     GPUC_OK);
    memset(parsing->bytes.data, '7', GPUC_NUMBER_PADDING);
    parsing->bytes.size = GPUC_NUMBER_PADDING;
    gpuc_bytes_put(&parsing->bytes, text, size);
    parsing_find_rows(parsing, parser, parsing->bytes.data,
                      (struct gpuc_span){GPUC_NUMBER_PADDING, parsing->bytes.size});
    parsing_fill_table(parsing, n_columns, n_fields_max);
}

void parsing_done(struct parsing *parsing)
{
    gpuc_table_done(&parsing->table);
    gpuc_rows_done(&parsing->rows);
    gpuc_index_done(&parsing->index);
    gpuc_bytes_done(&parsing->bytes);
}

const uint8_t *parsing_field(const struct parsing *parsing, size_t column, size_t row,
                             size_t *ret_size)
{
    assert_true(column < parsing->table.n_columns && row < parsing->table.n_rows);
    const struct gpuc_field *field = gpuc_table_field(&parsing->table, column, row);
    assert_false(field->absent);
    *ret_size = field->size;
    return parsing->table.text + field->offset;
}

void parsing_fail(const char *what, const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        print_error(text[i] >= ' ' && text[i] < 127 ? "%c" : "\\x%02x", text[i]);
    print_error("\n");
    fail_msg("%s", what);
}
