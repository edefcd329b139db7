/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The texts of the first rows of golden cases against repr.txt, which pandas wrote: the
 * whole way from the file's bytes over layout, parser, missing values and index type.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/parsing.h"
#include "pandas/index_kind.h"
#include "pandas/layout.h"
#include "pandas/missing.h"
#include "pandas/row_repr.h"
#include "support/cases.h"
#include "support/cmocka_all.h"

enum { LEVELS_MAX = 4, NAME_SIZE = 4000 };

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;

/* One case, read whole into one table. */
struct golden {
    struct gpuc_layout layout;
    struct gpuc_row_repr repr;
    struct parsing parsing;
    enum gpuc_index_kind kinds[LEVELS_MAX];
};

static void read_golden(struct golden *golden, const char *path)
{
    const struct gpuc_parser parser = parsing_parser("native");
    struct gpuc_source *source = NULL;
    struct test_file file = test_read_file(path);
    assert_int_equal(gpuc_source_open(path, true, -1, &source, NULL), GPUC_OK);
    assert_int_equal(gpuc_layout_read(source, &parser, &pandas, &golden->layout, NULL),
                     GPUC_OK);
    gpuc_source_close(source);
    assert_true(golden->layout.n_index <= LEVELS_MAX);
    size_t offset = (size_t)golden->layout.data_offset;
    parsing_run(&golden->parsing, &parser, file.bytes + offset, file.size - offset,
                golden->layout.n_columns, golden->layout.n_columns);
    assert_string_equal(golden->parsing.error.message, "");
    free(file.bytes);
    assert_int_equal(gpuc_row_repr_init(&golden->repr, &golden->layout.labels,
                                        golden->layout.n_index, NULL),
                     GPUC_OK);
}

/* Marks what is missing and finds the kinds of the index columns. */
static void survey(struct golden *golden)
{
    struct gpuc_table *table = &golden->parsing.table;
    for (size_t column = 0; column < table->n_columns; column++) {
        struct gpuc_index_survey index = {0};
        for (size_t row = 0; row < table->n_rows; row++) {
            struct gpuc_field *field = &table->fields[column * table->stride + row];
            const uint8_t *text = table->text + field->offset;
            field->missing = gpuc_is_missing(text, field->size);
            if (column < golden->layout.n_index)
                gpuc_index_survey_add(&index, text, field->size);
        }
        if (column >= golden->layout.n_index)
            continue;
        golden->kinds[column] = golden->layout.labels_shifted
                                    ? gpuc_index_survey_kind_unnamed(&index)
                                    : gpuc_index_survey_kind(&index);
        for (size_t row = 0; row < table->n_rows; row++)
            if (golden->kinds[column] == GPUC_INDEX_RAW)
                table->fields[column * table->stride + row].missing = 0;
    }
}

/* A row's name: its index value, or "(a, b)". */
static size_t name_of(const struct golden *golden, size_t row, char name[NAME_SIZE])
{
    size_t n_index = golden->layout.n_index;
    size_t n = 0;
    for (size_t level = 0; level < n_index; level++) {
        const struct gpuc_field *field =
            gpuc_table_field(&golden->parsing.table, level, row);
        uint8_t scratch[GPUC_INDEX_SCRATCH_SIZE];
        size_t size = 3;
        const uint8_t *text = (const uint8_t *)"nan";
        if (!field->missing)
            text = gpuc_index_text(golden->kinds[level],
                                   golden->parsing.table.text + field->offset,
                                   field->size, scratch, &size);
        if (n_index > 1) {
            memcpy(name + n, level == 0 ? "(" : ", ", 2);
            n += level == 0 ? 1 : 2;
        }
        assert_true(n + size + 3 < NAME_SIZE);
        memcpy(name + n, text, size);
        n += size;
    }
    if (n_index > 1)
        name[n++] = ')';
    return n;
}

/* Compares row after row with the file; returns the rows that it has. */
static size_t check_rows(const struct golden *golden, const struct test_file *expected,
                         const char *case_name)
{
    static const char separator[] = "\n---\n";
    size_t pos = 0, row = 0;
    while (pos < expected->size) {
        char name[NAME_SIZE];
        size_t name_size = name_of(golden, row, name);
        struct gpuc_bytes text = {0};
        assert_int_equal(
            gpuc_bytes_reserve(
                &text, golden->repr.row_size_max + 2 * name_size + GPUC_TEXT_SLACK, NULL),
            GPUC_OK);
        gpuc_row_repr_append(&golden->repr, &golden->parsing.table, row, (uint8_t *)name,
                             name_size, &text);
        size_t left = expected->size - pos;
        if (text.size > left || memcmp(text.data, expected->bytes + pos, text.size) != 0)
            fail_msg("%s, row %zu:\n%.*s\nand not\n%s", case_name, row, (int)text.size,
                     (char *)text.data, (char *)expected->bytes + pos);
        pos += text.size;
        gpuc_bytes_done(&text);
        row++;
        size_t n = expected->size - pos < 5 ? expected->size - pos : 5;
        assert_memory_equal(expected->bytes + pos, separator, n);
        pos += n;
    }
    assert_int_equal(row, golden->parsing.table.n_rows < 20 ? golden->parsing.table.n_rows
                                                            : 20);
    return row;
}

static void test_golden(void **state)
{
    (void)state;
    struct test_cases cases = test_cases_load();
    size_t n_cases = 0, n_rows = 0, n_without_columns = 0;
    for (size_t i = 0; i < cases.n_items; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/golden/blackbox/%s/repr.txt", GPUC_TEST_DATA,
                 cases.items[i].name);
        struct test_file expected = test_read_file(path);
        if (expected.bytes == NULL)
            continue;
        struct golden golden = {.parsing = {0}};
        read_golden(&golden, cases.items[i].input_path);
        survey(&golden);
        /* Rows without data columns have a text that is not made here. */
        if (golden.layout.labels.n_items == 0)
            n_without_columns++;
        else
            n_rows += check_rows(&golden, &expected, cases.items[i].name);
        n_cases++;
        gpuc_layout_done(&golden.layout);
        gpuc_row_repr_done(&golden.repr);
        parsing_done(&golden.parsing);
        free(expected.bytes);
    }
    test_cases_free(&cases);
    print_message("%zu cases, %zu rows, %zu cases without data columns\n", n_cases,
                  n_rows, n_without_columns);
    assert_true(n_cases >= 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
