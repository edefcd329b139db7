/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/parsing.h"

#include "support/cmocka_all.h"

void parsing_run(struct parsing *parsing, const struct gpuc_parser *parser,
                 const void *text, size_t size, size_t n_columns, size_t n_fields_max)
{
    struct gpuc_dialect dialect = GPUC_DIALECT_PANDAS;
    struct gpuc_records records = {
        .name = "in.csv", .first_line = 1, .bytes = &parsing->bytes, .complete = true};
    /* Every record but the last ends in a byte of its own. */
    const struct gpuc_table_shape shape = {n_columns, n_fields_max, size + 1};
    if (parsing->max_field_chars > 0)
        dialect.max_field_chars = parsing->max_field_chars;
    parsing->bytes.size = 0;
    parsing->error = (struct gpuc_error){0};
    assert_int_equal(gpuc_bytes_append(&parsing->bytes, text, size, NULL), GPUC_OK);
    parsing->status = gpuc_parse_records(parser, &dialect, &records, &shape,
                                         &parsing->table, &parsing->error);
}

void parsing_done(struct parsing *parsing)
{
    gpuc_table_done(&parsing->table);
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
