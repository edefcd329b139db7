/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/table.h"

#include <string.h>

#include "support/cmocka_all.h"

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;

static void test_stride(void **state)
{
    (void)state;
    for (size_t n_rows = 0; n_rows < 64; n_rows++)
        assert_int_equal(gpuc_table_stride(n_rows), n_rows);
    for (size_t n_rows = 64; n_rows < 20000; n_rows++) {
        size_t stride = gpuc_table_stride(n_rows);
        assert_true(stride >= n_rows && stride < n_rows + 128);
        assert_int_equal(stride % 64, 0);
        assert_int_equal(stride / 64 % 2, 1);
    }
}

/* A table of one text: "ab", white space, and an empty field. */
static const uint8_t text[] = "ab \t\xC2\xA0";
static const struct gpuc_field word = {.offset = 0, .size = 2, .plain = 1};
static const struct gpuc_field blank = {.offset = 2, .size = 4};
static const struct gpuc_field empty = {.offset = 6, .plain = 1};

static void reset(struct gpuc_table *table, size_t n_columns, size_t n_fields_max)
{
    const struct gpuc_table_shape shape = {n_columns, n_fields_max, 100};
    assert_int_equal(gpuc_table_reset(table, &shape, NULL), GPUC_OK);
    assert_int_equal(table->n_rows, 0);
    assert_int_equal(table->n_records, 0);
    assert_true(table->long_row == SIZE_MAX);
    table->text = text;
}

/* Adds a record of n fields that begin with `first`. */
static void add(struct gpuc_table *table, size_t n, struct gpuc_field first,
                uint64_t line)
{
    for (size_t i = 0; i < n; i++)
        gpuc_table_put(table, i, i == 0 ? first : word);
    gpuc_table_end_record(table, n, first, line);
}

static void test_blank_records(void **state)
{
    (void)state;
    struct gpuc_table table = {0};
    for (size_t n_columns = 0; n_columns < 3; n_columns++) {
        reset(&table, n_columns, 5);
        add(&table, 0, empty, 1);
        add(&table, 1, empty, 2);
        add(&table, 1, blank, 3);
        assert_int_equal(table.n_rows, 0);
        add(&table, 1, word, 4);
        add(&table, 2, empty, 5);
        add(&table, 2, blank, 6);
        assert_int_equal(table.n_rows, 3);
        assert_int_equal(table.n_records, 6);
    }
    gpuc_table_done(&table);
}

/* Short rows get absent fields, long ones lose what has no column. */
static void test_short_and_long_rows(void **state)
{
    enum { N_COLUMNS = 4, N_ROWS = 8 };
    (void)state;
    struct gpuc_table table = {0};
    reset(&table, N_COLUMNS, 5);
    for (size_t n = 1; n <= N_ROWS; n++)
        add(&table, n, word, n);
    assert_int_equal(table.n_rows, N_ROWS);
    for (size_t row = 0; row < N_ROWS; row++)
        for (size_t column = 0; column < N_COLUMNS; column++) {
            const struct gpuc_field *field = gpuc_table_field(&table, column, row);
            bool absent = column > row;
            assert_int_equal(field->absent, absent);
            assert_int_equal(field->size, absent ? 0 : 2);
            assert_int_equal(field->plain, 1);
            assert_int_equal(field->missing, 0);
        }
    /* The first row of more than 5 fields is remembered, not the longest. */
    assert_int_equal(table.long_row, 5);
    assert_int_equal(table.long_row_n_fields, 6);
    assert_int_equal(table.long_row_line, 6);
    gpuc_table_done(&table);
}

static void test_reset_failures(void **state)
{
    (void)state;
    struct gpuc_table table = {0};
    struct gpuc_error error;
    struct gpuc_table_shape shape = {SIZE_MAX, 1, 1000};
    assert_int_equal(gpuc_table_reset(&table, &shape, &error), GPUC_ENOMEM);
    shape = (struct gpuc_table_shape){10, 10, 10};
    gpuc_memory_fail_after(0, true);
    assert_int_equal(gpuc_table_reset(&table, &shape, &error), GPUC_ENOMEM);
    gpuc_memory_fail_after(-1, false);
    assert_string_equal(error.message, "out of memory (800 bytes for fields)");
    assert_int_equal(gpuc_table_reset(&table, &shape, &error), GPUC_OK);
    gpuc_table_done(&table);
    gpuc_table_done(&table);
}

static void test_plain(void **state)
{
    (void)state;
    size_t n_plain = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        uint8_t field[3] = {'a', 'b', (uint8_t)byte};
        bool expected = byte < 128 && strchr("\t\n\r\",", (int)byte) == NULL;
        expected = expected || byte == 0; /* which strchr() takes for the end */
        assert_int_equal(gpuc_field_is_plain(&pandas, field, 3), expected);
        assert_int_equal(gpuc_field_is_plain(&pandas, field + 2, 1), expected);
        assert_true(gpuc_field_is_plain(&pandas, field, 2));
        n_plain += expected;
    }
    assert_int_equal(n_plain, 128 - 5);
    assert_true(gpuc_field_is_plain(&pandas, NULL, 0));
    const struct gpuc_dialect other = {
        .delimiter = ';', .quote = '\'', .max_field_chars = 10};
    assert_true(gpuc_field_is_plain(&other, (const uint8_t *)"a,\"", 3));
    assert_false(gpuc_field_is_plain(&other, (const uint8_t *)"a;", 2));
    assert_false(gpuc_field_is_plain(&other, (const uint8_t *)"a'", 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stride),
        cmocka_unit_test(test_blank_records),
        cmocka_unit_test(test_short_and_long_rows),
        cmocka_unit_test(test_reset_failures),
        cmocka_unit_test(test_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
