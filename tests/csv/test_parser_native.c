/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The native parser against the reference of reference.h, on random texts in buffers that
 * end at a guard page.
 */
#include "csv/parser.h"

#include <stdio.h>

#include "csv/parsing.h"
#include "csv/reference.h"
#include "csv/tricky.h"
#include "support/cmocka_all.h"
#include "support/guard.h"

enum {
    N_TEXTS = 200000,
    TEXT_MARGIN = 64 /* what scanners and tables may ask for behind a text */
};

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;

/* What is wrong with one field, NULL if nothing is. */
static const char *field_fault(const struct gpuc_table *table, size_t column, size_t row,
                               const struct reference *reference)
{
    const struct reference_row *expected = &reference->rows[row];
    const struct gpuc_field *field = gpuc_table_field(table, column, row);
    const uint8_t *text = table->text + field->offset;
    if (field->missing)
        return "a field called missing";
    if (column >= expected->n_fields)
        return field->absent && field->size == 0 && field->plain ? NULL
                                                                 : "a field too many";
    size_t i = expected->first_field + column;
    if (field->absent)
        return "a field called absent";
    if (field->size != reference->fields[i].size ||
        memcmp(text, reference->text + reference->fields[i].offset, field->size) != 0)
        return "another text";
    if (field->plain != gpuc_field_is_plain(&pandas, text, field->size))
        return "a wrong plain flag";
    return NULL;
}

/* What is wrong with the first row that is too long or too short and so reported. */
static const char *length_fault(const struct gpuc_table *table,
                                const struct reference *reference, bool is_long)
{
    size_t reported = is_long ? table->long_row : table->short_row;
    size_t n_fields = is_long ? table->long_row_n_fields : table->short_row_n_fields;
    for (size_t row = 0; row < table->n_rows; row++) {
        size_t expected = reference->rows[row].n_fields;
        if (is_long ? expected > table->n_fields_max : expected < table->n_fields_max)
            return reported == row && n_fields == expected ? NULL
                                                           : "another long or short row";
    }
    return reported == SIZE_MAX ? NULL : "a long or short row that is none";
}

/* Whether a row begins on its line and has its fields. */
static bool is_row(const struct parsing *parsing, size_t row,
                   const struct reference *reference)
{
    const struct gpuc_rows *rows = &parsing->rows;
    const struct reference_row *expected = &reference->rows[row];
    return rows->items[row].n_fields == expected->n_fields &&
           gpuc_rows_line(rows, 1, rows->items[row].begin) == expected->line;
}

static const char *table_fault(const struct parsing *parsing,
                               const struct reference *reference)
{
    const struct gpuc_table *table = &parsing->table;
    if (parsing->n_good != reference->n_rows || table->n_rows != reference->n_rows)
        return "another number of rows";
    if (reference->fault == NULL && parsing->rows.n_records != reference->n_records)
        return "another number of records";
    size_t text_size = 0;
    for (size_t row = 0; row < reference->n_rows; row++) {
        if (!is_row(parsing, row, reference))
            return "another line or number of fields";
        for (size_t column = 0; column < table->n_columns; column++) {
            const char *fault = field_fault(table, column, row, reference);
            if (fault != NULL)
                return fault;
            text_size += gpuc_table_field(table, column, row)->size;
        }
    }
    if (table->text_size != text_size)
        return "another size of all texts";
    const char *fault = length_fault(table, reference, true);
    return fault != NULL ? fault : length_fault(table, reference, false);
}

static const char *error_fault(enum gpuc_status status, const struct gpuc_error *error,
                               const struct reference *reference)
{
    char expected[100] = "";
    if (reference->fault == NULL)
        return status == GPUC_OK ? NULL : error->message;
    snprintf(expected, sizeof expected, "in.csv:%u: %s", (unsigned)reference->fault_line,
             reference->fault);
    if (status != GPUC_EDATA || error->line != reference->fault_line ||
        strncmp(error->message, expected, strlen(expected)) != 0) {
        print_error("expected %s, not %s\n", expected, error->message);
        return "another error";
    }
    return NULL;
}

/*
 * Scans a text with no more readable behind it than it takes, then fills a table from a
 * buffer whose capacity ends at the guard page; true if the text has no fault.
 */
static bool check_text(const struct test_guard *guard, struct parsing *parsing,
                       const struct gpuc_parser *parser, const uint8_t *text, size_t size,
                       size_t n_columns)
{
    static struct reference reference;
    reference_read(&reference, text, size, parsing->dialect->max_field_chars);
    uint8_t *place = test_guard_place(guard, size + TEXT_MARGIN);
    if (size > 0)
        memcpy(place, text, size);
    parsing_find_rows(parsing, parser, place, (struct gpuc_span){0, size});
    size_t capacity = size + TEXT_MARGIN + (parsing->rows.any_quote ? size : 0);
    uint8_t *data = test_guard_place(guard, capacity);
    parsing->bytes = (struct gpuc_bytes){.data = data, .capacity = capacity};
    gpuc_bytes_put(&parsing->bytes, text, size);
    parsing_fill_table(parsing, n_columns, 3);
    assert_ptr_equal(parsing->bytes.data, data);
    const char *fault = error_fault(parsing->status, &parsing->error, &reference);
    if (fault == NULL)
        fault = table_fault(parsing, &reference);
    if (fault != NULL)
        parsing_fail(fault, text, size);
    parsing->bytes = (struct gpuc_bytes){0};
    return parsing->status == GPUC_OK;
}

static void check_random_texts(const char *name, uint64_t seed)
{
    static const uint32_t limits[] = {131072, 131072, 131072, 12, 2};
    const struct gpuc_parser parser = parsing_parser(name);
    struct test_guard guard = test_guard_new(2 * TRICKY_SIZE_MAX + TEXT_MARGIN);
    struct test_random random = {seed};
    struct gpuc_dialect dialect = pandas;
    struct parsing parsing = {.dialect = &dialect};
    size_t n_bytes = 0, n_read = 0;
    for (size_t i = 0; i < N_TEXTS; i++) {
        uint8_t text[TRICKY_SIZE_MAX];
        size_t size = tricky_text(&random, text);
        if (i % 16 == 0)
            tricky_break(&random, text, size);
        dialect.max_field_chars = limits[test_random_below(&random, 5)];
        n_read += check_text(&guard, &parsing, &parser, text, size,
                             test_random_below(&random, 6));
        n_bytes += size;
    }
    print_message("%s: %d texts, %zu bytes, %zu texts read\n", parser.scanner->name,
                  N_TEXTS, n_bytes, n_read);
    parsing_done(&parsing);
    test_guard_free(&guard);
}

static void test_random_texts(void **state)
{
    (void)state;
    check_random_texts("portable", 6);
    check_random_texts("native", 8);
}

/* Behind every field there is the slack that readers of fields count on. */
static void test_slack(void **state)
{
    (void)state;
    const struct gpuc_parser parsers[] = {parsing_parser("native"),
                                          parsing_parser("libcsv")};
    size_t n_fields = 0;
    for (size_t size = 6; size < 300; size++)
        for (size_t i = 0; i < 4; i++) {
            struct parsing parsing = {0};
            uint8_t text[300];
            memset(text, 'x', size);
            memcpy(text, i < 2 ? "a,\"\"\"" : "a,\"b\"", 5);
            text[i < 2 ? size - 1 : 5] = i < 2 ? '"' : '\n';
            parsing_run(&parsing, &parsers[i % 2], text, size, 2, 2);
            assert_string_equal(parsing.error.message, "");
            for (size_t row = 0; row < parsing.table.n_rows; row++)
                for (size_t column = 0; column < 2; column++, n_fields++) {
                    const struct gpuc_field *field =
                        gpuc_table_field(&parsing.table, column, row);
                    assert_true((size_t)field->offset + field->size + GPUC_TEXT_SLACK <=
                                parsing.bytes.capacity);
                }
            assert_ptr_equal(parsing.table.text, parsing.bytes.data);
            parsing_done(&parsing);
        }
    print_message("%zu fields\n", n_fields);
}

/* The rules by example: records in brackets, fields between bars. */
static void test_rules(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"a,b\n", "[a|b]"},
        {"a,b", "[a|b]"},
        {"a,b\r\nc,d\re,f\n", "[a|b][c|d][e|f]"},
        {"a,\n,b\n,\n", "[a|][|b][|]"},
        {"a,", "[a|]"},
        {"a,\"b\"", "[a|b]"},
        {"\"a\",\"b,\"\"c\"\"\n\r\n\"\n", "[a|b,\"c\"\n\r\n]"},
        {"a, \"b\",c\"d\n", "[a| \"b\"|c\"d]"},
        {"\"\",\"\"\n", "[|]"},
        {"\"\"\"\"\n", "[\"]"},
        {"\n\r\n \t \n\"\"\n\" \"\na\n\xE3\x80\x80\n , \n", "[a][ | ]"},
        {"\"\n\"\nx", "[x]"}, /* white space alone, if on two lines */
        {"a\vb\fc\x1C\xC2\x85\xE2\x80\xA8,d", "[a\vb\fc\x1C\xC2\x85\xE2\x80\xA8|d]"},
        {"a\"\"b,\"c\"\n", "[a\"\"b|c]"},
        {"\"a\"b", "in.csv:1: ',' expected after '\"'"},
        {"x\n\"a\" \n", "in.csv:2: ',' expected after '\"'"},
        {"\"a\r\n\"\r\r\"\"\"b\"\"\"c", "in.csv:4: ',' expected after '\"'"},
        {"a,b\n\"c\nd\n", "in.csv:2: unexpected end of data"},
        {"\"", "in.csv:1: unexpected end of data"},
        {"\"a\"\"", "in.csv:1: unexpected end of data"},
        {"a\n\"b\n\xFF", "in.csv:3: not UTF-8: byte 0xff"},
        {"a\n\x1F\x8B", "in.csv:2: not UTF-8: byte 0x8b"},
        {"\"a\"x\xFF", "in.csv:1: ',' expected after '\"'"},
        {"", ""},
    };
    (void)state;
    const struct gpuc_parser parser = parsing_parser("native");
    struct parsing parsing = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char shown[400] = "";
        size_t n = 0;
        parsing_run(&parsing, &parser, cases[i].text, strlen(cases[i].text), 10, 10);
        const struct gpuc_table *table = &parsing.table;
        for (size_t row = 0; row < table->n_rows; row++)
            for (size_t column = 0; column < 10; column++) {
                const struct gpuc_field *field = gpuc_table_field(table, column, row);
                if (!field->absent)
                    n += (size_t)snprintf(shown + n, sizeof shown - n, "%c%.*s",
                                          column == 0 ? '[' : '|', (int)field->size,
                                          (const char *)table->text + field->offset);
                if (column == 9)
                    n += (size_t)snprintf(shown + n, sizeof shown - n, "]");
            }
        const char *result = parsing.status == GPUC_OK ? shown : parsing.error.message;
        if (strncmp(result, cases[i].expected, strlen(cases[i].expected)) != 0 ||
            (parsing.status == GPUC_OK && strlen(result) != strlen(cases[i].expected)))
            parsing_fail(result, (const uint8_t *)cases[i].text, strlen(cases[i].text));
    }
    parsing_done(&parsing);
}

/* A field of n times `one`, quoted or not, in a file with more around it. */
static void check_limit(const char *one, size_t n, bool quoted, bool too_big)
{
    const struct gpuc_parser parser = parsing_parser("native");
    struct gpuc_bytes text = {0};
    struct parsing parsing = {0};
    size_t one_size = strlen(one);
    assert_int_equal(gpuc_bytes_append(&text, "1,\n2,", 5, NULL), GPUC_OK);
    assert_int_equal(gpuc_bytes_reserve(&text, n * one_size + 100, NULL), GPUC_OK);
    gpuc_bytes_put(&text, "\"", quoted);
    for (size_t i = 0; i < n; i++)
        gpuc_bytes_put(&text, one, one_size);
    gpuc_bytes_put(&text, "\"", quoted);
    gpuc_bytes_put(&text, "\n3,x\n", 5);
    parsing_run(&parsing, &parser, text.data, text.size, 2, 2);
    assert_string_equal(parsing.error.message,
                        too_big ? "in.csv:2: field larger than field limit (131072)"
                                : "");
    assert_int_equal(parsing.table.n_rows, too_big ? 1 : 3);
    parsing_done(&parsing);
    gpuc_bytes_done(&text);
}

/* The limit counts characters after unquoting. */
static void test_field_limit(void **state)
{
    static const char *const chars[] = {"a", "\xC3\xA4", "\xE2\x82\xAC",
                                        "\xF0\x9F\x98\x80", "\"\""};
    (void)state;
    for (size_t i = 0; i < 5; i++)
        for (size_t n = 131071; n <= 131073; n++) {
            check_limit(chars[i], n, true, n > 131072);
            if (i < 4)
                check_limit(chars[i], n, false, n > 131072);
        }
    check_limit("\r\n", 65536, true, false);
    check_limit("\r\n", 65537, true, true);
    check_limit("a\"\"b", 43690, true, false); /* 131,070 characters */
    check_limit("a\"\"b", 43691, true, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_slack),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_field_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
