/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/table.h"

#include <string.h>

#include "csv/parsing.h"
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

/* Fills a table of four columns; rows have five fields if they are as they should be. */
static void fill(struct parsing *parsing, const char *text)
{
    const struct gpuc_parser parser = parsing_parser("portable");
    parsing_run(parsing, &parser, text, strlen(text), 4, 5);
    assert_string_equal(parsing->error.message, "");
}

/* Short rows get absent fields, long ones lose what has no column. */
static void test_short_and_long_rows(void **state)
{
    enum { N_ROWS = 8 };
    (void)state;
    struct parsing parsing = {0};
    fill(&parsing, "ab\nab,ab\nab,ab,ab\nab,ab,ab,ab\nab,ab,ab,ab,ab\n"
                   "ab,ab,ab,ab,ab,ab\nab,ab,ab,ab,ab,ab,ab\nab,ab,ab,ab,ab,ab,ab,ab\n");
    const struct gpuc_table *table = &parsing.table;
    assert_int_equal(table->n_rows, N_ROWS);
    for (size_t row = 0; row < N_ROWS; row++)
        for (size_t column = 0; column < 4; column++) {
            const struct gpuc_field *field = gpuc_table_field(table, column, row);
            bool absent = column > row;
            assert_int_equal(field->absent, absent);
            assert_int_equal(field->size, absent ? 0 : 2);
            assert_int_equal(field->plain, 1);
            assert_int_equal(field->missing, 0);
        }
    /* What has no column has no place in the size of the texts either. */
    assert_int_equal(table->text_size, 2 * (1 + 2 + 3 + 5 * 4));
    /* The first row of more than 5 fields is remembered, not the longest. */
    assert_int_equal(table->long_row, 5);
    assert_int_equal(table->long_row_n_fields, 6);
    assert_int_equal(table->short_row, 0);
    assert_int_equal(table->short_row_n_fields, 1);
    /* Nothing is left of that for the next rows. */
    fill(&parsing, "1,2,3,4,5\n1,2,3,4,5\n1,2,3,4\n,2,3\n");
    assert_true(table->long_row == SIZE_MAX);
    assert_int_equal(table->short_row, 2);
    assert_int_equal(table->short_row_n_fields, 4);
    assert_int_equal(table->text_size, 4 + 4 + 4 + 2);
    fill(&parsing, "1,2,3,4,5\n");
    assert_true(table->long_row == SIZE_MAX && table->short_row == SIZE_MAX);
    parsing_done(&parsing);
}

/* Without columns nothing is kept, but rows are counted and looked at. */
static void test_no_columns(void **state)
{
    (void)state;
    const struct gpuc_parser parser = parsing_parser("portable");
    struct parsing parsing = {0};
    parsing_run(&parsing, &parser, "a,b\nc,\"d\"\"\",e\n\n", 15, 0, 2);
    assert_int_equal(parsing.table.n_rows, 2);
    assert_int_equal(parsing.table.text_size, 0);
    assert_int_equal(parsing.table.long_row, 1);
    assert_int_equal(parsing.table.long_row_n_fields, 3);
    assert_true(parsing.table.short_row == SIZE_MAX);
    parsing_done(&parsing);
}

/* Quotes are taken off and doubled ones made single; which fields are plain is told. */
static void test_contents(void **state)
{
    static const struct {
        const char *text;
        bool plain;
    } expected[3][4] = {
        {{"a", true}, {"b c", true}, {"d,e", false}, {"f\r\ng", false}},
        {{"\"", false}, {"h\"i\"", false}, {"", true}, {"", true}},
        {{" \"j\"", false}, {"\xC3\xA4", false}, {"\t", false}, {"k", true}},
    };
    (void)state;
    struct parsing parsing = {0};
    fill(&parsing, "a,\"b c\",\"d,e\",\"f\r\ng\",x\n"
                   "\"\"\"\",\"h\"\"i\"\"\",\"\",,x\n \"j\",\xC3\xA4,\t,\"k\",x");
    assert_int_equal(parsing.table.n_rows, 3);
    size_t text_size = 0;
    for (size_t row = 0; row < 3; row++)
        for (size_t column = 0; column < 4; column++) {
            size_t size;
            const uint8_t *text = parsing_field(&parsing, column, row, &size);
            const char *wanted = expected[row][column].text;
            assert_int_equal(size, strlen(wanted));
            assert_memory_equal(text, wanted, size);
            assert_int_equal(gpuc_table_field(&parsing.table, column, row)->plain,
                             expected[row][column].plain);
            text_size += size;
        }
    assert_int_equal(parsing.table.text_size, text_size);
    parsing_done(&parsing);
}

/* Some rows in the middle: the table's rows count from the first of them. */
static void test_some_rows(void **state)
{
    (void)state;
    struct parsing parsing = {0};
    fill(&parsing, "0,\"a\"\"\"\n\n1,\"b\"\"\"\n2,\"c\"\"\",x\n3,d\n4\n");
    assert_int_equal(parsing.rows.n_items, 5);
    const struct gpuc_table_shape shape = {2, 2, 3};
    struct gpuc_table *table = &parsing.table;
    assert_int_equal(gpuc_table_reset(table, &shape, NULL), GPUC_OK);
    assert_int_equal(gpuc_table_fill(table, &pandas, &parsing.rows,
                                     (struct gpuc_span){1, 4}, &parsing.bytes, NULL),
                     GPUC_OK);
    assert_int_equal(table->n_rows, 3);
    for (size_t row = 0; row < 3; row++) {
        size_t size;
        const uint8_t *text = parsing_field(&parsing, 0, row, &size);
        assert_int_equal(size, 1);
        assert_int_equal(text[0], '1' + row);
        text = parsing_field(&parsing, 1, row, &size);
        assert_int_equal(size, row < 2 ? 2 : 1);
        assert_memory_equal(text, row == 0 ? "b\"" : row == 1 ? "c\"" : "d", size);
    }
    assert_int_equal(table->long_row, 1);
    assert_int_equal(table->long_row_n_fields, 3);
    assert_true(table->short_row == SIZE_MAX);
    parsing_done(&parsing);
}

/* Memory that is not there, and the text as it was. */
static void test_fill_failure(void **state)
{
    (void)state;
    struct parsing parsing = {0};
    struct gpuc_error error;
    fill(&parsing, "1,2,3,4,\"5\"\n");
    struct gpuc_bytes full = {.data = parsing.bytes.data,
                              .size = parsing.bytes.size,
                              .capacity = parsing.bytes.size};
    gpuc_memory_fail_after(0, true);
    assert_int_equal(gpuc_table_fill(&parsing.table, &pandas, &parsing.rows,
                                     (struct gpuc_span){0, 1}, &full, &error),
                     GPUC_ENOMEM);
    gpuc_memory_fail_after(-1, false);
    assert_ptr_equal(full.data, parsing.bytes.data);
    assert_int_equal(full.size, parsing.bytes.size);
    parsing_done(&parsing);
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
        uint8_t field[3 + GPUC_TEXT_SLACK] = {'a', 'b', (uint8_t)byte};
        bool expected = byte < 128 && strchr("\t\n\r\",", (int)byte) == NULL;
        expected = expected || byte == 0; /* which strchr() takes for the end */
        assert_int_equal(gpuc_field_is_plain(&pandas, field, 3), expected);
        assert_int_equal(gpuc_field_is_plain(&pandas, field + 2, 1), expected);
        assert_true(gpuc_field_is_plain(&pandas, field, 2));
        assert_true(gpuc_field_is_plain(&pandas, field + 2, 0));
        n_plain += expected;
    }
    assert_int_equal(n_plain, 128 - 5);
    const struct gpuc_dialect other = {
        .delimiter = ';', .quote = '\'', .max_field_chars = 10};
    static const uint8_t text[8 + GPUC_TEXT_SLACK] = "a,\"a;a'";
    assert_true(gpuc_field_is_plain(&other, text, 4));
    assert_false(gpuc_field_is_plain(&other, text + 3, 2));
    assert_false(gpuc_field_is_plain(&other, text + 5, 2));
}

/* One byte that is not plain, at every place of fields of more than a block. */
static void test_plain_blocks(void **state)
{
    enum { SIZE = 200 };
    (void)state;
    uint8_t text[SIZE + GPUC_TEXT_SLACK];
    memset(text, 'x', sizeof text);
    for (size_t place = 0; place < SIZE; place++) {
        text[place] = '\t';
        for (size_t size = 0; size <= SIZE; size++)
            assert_int_equal(gpuc_field_is_plain(&pandas, text, size), place >= size);
        text[place] = 'x';
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stride),         cmocka_unit_test(test_short_and_long_rows),
        cmocka_unit_test(test_no_columns),     cmocka_unit_test(test_contents),
        cmocka_unit_test(test_some_rows),      cmocka_unit_test(test_fill_failure),
        cmocka_unit_test(test_reset_failures), cmocka_unit_test(test_plain),
        cmocka_unit_test(test_plain_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
