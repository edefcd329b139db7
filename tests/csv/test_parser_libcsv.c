/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two parsers against each other: whatever libcsv reads, the native one reads alike.
 * Then both against the files of csv-spectrum, where that corpus is at hand.
 */
#include "csv/parser.h"

#include <stdio.h>
#include <stdlib.h>

#include "csv/parsing.h"
#include "csv/tricky.h"
#include "support/cases.h"
#include "support/cmocka_all.h"

enum { N_TEXTS = 500000 };

static bool equal_fields(const struct gpuc_table *a, const struct gpuc_table *b,
                         size_t column, size_t row)
{
    const struct gpuc_field *x = gpuc_table_field(a, column, row);
    const struct gpuc_field *y = gpuc_table_field(b, column, row);
    return x->size == y->size && x->absent == y->absent && x->plain == y->plain &&
           memcmp(a->text + x->offset, b->text + y->offset, x->size) == 0;
}

/* What is different in two tables of one shape, NULL if nothing is. */
static const char *difference(const struct gpuc_table *a, const struct gpuc_table *b)
{
    if (a->n_rows != b->n_rows)
        return "another number of rows";
    for (size_t row = 0; row < a->n_rows; row++)
        for (size_t column = 0; column < a->n_columns; column++)
            if (!equal_fields(a, b, column, row))
                return "another field";
    if (a->long_row != b->long_row || a->short_row != b->short_row)
        return "another long or short row";
    if (a->long_row != SIZE_MAX && a->long_row_n_fields != b->long_row_n_fields)
        return "another size of the long row";
    if (a->short_row != SIZE_MAX && a->short_row_n_fields != b->short_row_n_fields)
        return "another size of the short row";
    return NULL;
}

/* The same of two parsings, with how many records there are and where rows begin. */
static const char *parsing_difference(const struct parsing *a, const struct parsing *b)
{
    if (a->rows.n_records != b->rows.n_records || a->rows.n_items != b->rows.n_items)
        return "another number of records or rows";
    for (size_t row = 0; row < a->rows.n_items; row++)
        if (a->rows.items[row].begin != b->rows.items[row].begin ||
            a->rows.items[row].n_fields != b->rows.items[row].n_fields)
            return "another begin or number of fields";
    return difference(&a->table, &b->table);
}

/* True if a field that does not begin with a quote holds one: libcsv refuses those. */
static bool has_inner_quote(const struct gpuc_table *table)
{
    for (size_t row = 0; row < table->n_rows; row++)
        for (size_t column = 0; column < table->n_columns; column++) {
            const struct gpuc_field *field = gpuc_table_field(table, column, row);
            if (memchr(table->text + field->offset, '"', field->size) != NULL)
                return true;
        }
    return false;
}

static void test_random_texts(void **state)
{
    (void)state;
    const struct gpuc_parser with_native = parsing_parser("native");
    const struct gpuc_parser with_libcsv = parsing_parser("libcsv");
    struct test_random random = {7};
    struct parsing native = {0}, libcsv = {0};
    size_t n_equal = 0, n_both_refuse = 0, n_only_native = 0;
    for (size_t i = 0; i < N_TEXTS; i++) {
        uint8_t text[TRICKY_SIZE_MAX];
        size_t size = tricky_text(&random, text);
        size_t n_columns = test_random_below(&random, 5);
        parsing_run(&libcsv, &with_libcsv, text, size, n_columns, 3);
        if (libcsv.status != GPUC_OK)
            n_columns = 2 * TRICKY_SIZE_MAX; /* to see every quote */
        parsing_run(&native, &with_native, text, size, n_columns, 3);
        if (native.status != GPUC_OK) {
            if (libcsv.status != GPUC_EDATA)
                parsing_fail("libcsv reads what the native parser refuses", text, size);
            n_both_refuse++;
        } else if (libcsv.status != GPUC_OK) {
            if (libcsv.status != GPUC_EDATA || !has_inner_quote(&native.table))
                parsing_fail(libcsv.error.message, text, size);
            n_only_native++;
        } else {
            const char *what = parsing_difference(&native, &libcsv);
            if (what != NULL)
                parsing_fail(what, text, size);
            n_equal++;
        }
    }
    parsing_done(&native);
    parsing_done(&libcsv);
    print_message("%d texts: %zu alike, %zu refused by both, %zu by libcsv alone\n",
                  N_TEXTS, n_equal, n_both_refuse, n_only_native);
    assert_true(n_equal > N_TEXTS / 5);
}

/* Faults that both parsers name, and the line that libcsv is at. */
static void test_faults(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a\n\"b", "in.csv:2: unexpected end of data"},
        {"a\n\"b\n,\"\"", "in.csv:2: unexpected end of data"},
        {"a\nb\"c\n\"", "in.csv:2: libcsv refuses a quote here (the native parser may "
                        "read it)"},
        {"a\nb\"c", "in.csv:2: libcsv refuses a quote here (the native parser may read "
                    "it)"},
        {"a\n\"b\"c\n", "in.csv:2: libcsv refuses a quote here (the native parser may "
                        "read it)"},
        {"a\nb\n\n1,\"\n\",\"12\n456\"\n\n",
         "in.csv:5: field larger than field limit (5)"},
        {"a\n\xFF", "in.csv:2: not UTF-8: byte 0xff cannot stand here (convert the file, "
                    "for instance with iconv -t UTF-8)"},
    };
    (void)state;
    const struct gpuc_parser parser = parsing_parser("libcsv");
    const struct gpuc_dialect dialect = {
        .delimiter = ',', .quote = '"', .max_field_chars = 5};
    struct parsing parsing = {.dialect = &dialect};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        parsing_run(&parsing, &parser, cases[i].text, strlen(cases[i].text), 2, 2);
        assert_int_equal(parsing.status, GPUC_EDATA);
        assert_string_equal(parsing.error.message, cases[i].message);
    }
    parsing_done(&parsing);
}

static void test_find(void **state)
{
    static const char *const unknown[] = {"Native", "", "libcsv ", "csv"};
    (void)state;
    struct gpuc_parser parser = parsing_parser(NULL);
    assert_ptr_equal(parser.scanner, gpuc_scanner_find(NULL));
    assert_false(parser.use_libcsv);
    parser = parsing_parser("native");
    assert_ptr_equal(parser.scanner, gpuc_scanner_find("native"));
    assert_false(parser.use_libcsv);
    parser = parsing_parser("portable");
    assert_ptr_equal(parser.scanner, &gpuc_scanner_portable);
    assert_false(parser.use_libcsv);
    parser = parsing_parser("libcsv");
    assert_non_null(parser.scanner);
    assert_true(parser.use_libcsv);
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        char start[64];
        struct gpuc_error error;
        snprintf(start, sizeof start, "no CSV parser '%s' on this machine: ", unknown[i]);
        assert_int_equal(gpuc_parser_find(unknown[i], &parser, &error), GPUC_EUSAGE);
        assert_memory_equal(error.message, start, strlen(start));
    }
}

/* Moves to the next string of a JSON text and unescapes it; NULL if there is none. */
static const char *next_string(const char **json, char string[256])
{
    size_t n = 0;
    const char *at = strchr(*json, '"');
    if (at == NULL)
        return NULL;
    for (at++; *at != '"' && n < 255; at++) {
        bool is_escaped = *at == '\\';
        at += is_escaped;
        string[n] = *at;
        if (is_escaped && (*at == 'n' || *at == 'r'))
            string[n] = *at == 'n' ? '\n' : '\r';
        n++;
    }
    string[n] = '\0';
    *json = at + 1;
    return string;
}

static bool is_field(const struct parsing *parsing, size_t column, size_t row,
                     const char *expected)
{
    size_t size;
    const uint8_t *text = parsing_field(parsing, column, row, &size);
    return size == strlen(expected) && memcmp(text, expected, size) == 0;
}

/*
 * One file against its JSON: an array of objects, one a row, that name every field. True
 * if the parser refused the file, and the native one read it in its place.
 */
static bool check_spectrum(const char *name, const char *parser_name)
{
    const struct gpuc_parser parser = parsing_parser(parser_name);
    const struct gpuc_parser native = parsing_parser("native");
    char path[512];
    snprintf(path, sizeof path, "%s/corpora/csv-spectrum/csvs/%s.csv", GPUC_SHARED, name);
    struct test_file csv = test_read_file(path);
    snprintf(path, sizeof path, "%s/corpora/csv-spectrum/json/%s.json", GPUC_SHARED,
             name);
    struct test_file json = test_read_file(path);
    assert_non_null(csv.bytes);
    assert_non_null(json.bytes);
    struct parsing parsing = {0};
    parsing_run(&parsing, &parser, csv.bytes, csv.size, 10, 10);
    bool refused = parsing.status != GPUC_OK;
    if (refused) {
        /* It has 37.8"N in a field without quotes. */
        assert_true(parser.use_libcsv);
        assert_string_equal(name, "location_coordinates");
        parsing_run(&parsing, &native, csv.bytes, csv.size, 10, 10);
    }
    assert_string_equal(parsing.error.message, "");
    size_t n_columns = 0;
    while (n_columns < 10 && !gpuc_table_field(&parsing.table, n_columns, 0)->absent)
        n_columns++;
    const char *at = (const char *)json.bytes;
    char string[256];
    for (size_t row = 1; row < parsing.table.n_rows; row++)
        for (size_t column = 0; column < n_columns; column++) {
            assert_non_null(next_string(&at, string));
            assert_true(is_field(&parsing, column, 0, string));
            /* The corpus has another telephone number in the JSON than in the CSV. */
            bool is_unlike = strcmp(string, "Contact Phone Number") == 0;
            assert_non_null(next_string(&at, string));
            if (!is_field(&parsing, column, row, string) && !is_unlike)
                fail_msg("%s, %s: row %zu, column %zu", name, parser_name, row, column);
        }
    assert_null(next_string(&at, string));
    parsing_done(&parsing);
    free(csv.bytes);
    free(json.bytes);
    return refused;
}

static void test_csv_spectrum(void **state)
{
    static const char *const names[] = {"comma_in_quotes",
                                        "empty",
                                        "empty_crlf",
                                        "escaped_quotes",
                                        "json",
                                        "newlines",
                                        "newlines_crlf",
                                        "location_coordinates",
                                        "simple",
                                        "utf8",
                                        "simple_crlf",
                                        "quotes_and_newlines"};
    enum { N_NAMES = sizeof names / sizeof names[0] };
    (void)state;
    struct test_file first =
        test_read_file(GPUC_SHARED "/corpora/csv-spectrum/csvs/simple.csv");
    if (first.bytes == NULL) {
        print_message("skipped: %d files of csv-spectrum are not here\n", N_NAMES);
        skip();
    }
    free(first.bytes);
    size_t n_refused = 0;
    for (size_t i = 0; i < N_NAMES; i++) {
        assert_false(check_spectrum(names[i], "native"));
        n_refused += check_spectrum(names[i], "libcsv");
    }
    print_message("%d files, %zu of them not for libcsv\n", N_NAMES, n_refused);
    assert_int_equal(n_refused, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_csv_spectrum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
