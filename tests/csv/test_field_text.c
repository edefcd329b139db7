/* SPDX-License-Identifier: Apache-2.0 */
/* Fields as CSV text: a table of what Python's csv writes, and fields that come back. */
#include "csv/field_text.h"

#include <stdlib.h>
#include <string.h>

#include "csv/parsing.h"
#include "csv/tricky.h"
#include "support/cmocka_all.h"

/*
 * What Python's csv.writer(stream, delimiter=';' or ',', lineterminator='\n') writes for
 * a field beside another one; `as_rfc` where RFC 4180 wants quotes and Python has none.
 */
static const struct {
    const char *field;
    const char *text;
    const char *as_rfc; /* NULL: the same */
    char delimiter;
} fields[] = {
    {"", "", NULL, ','},
    {"a", "a", NULL, ','},
    {" a ", " a ", NULL, ','},
    {"1.5", "1.5", NULL, ','},
    {"a,b", "\"a,b\"", NULL, ','},
    {"a;b", "a;b", NULL, ','},
    {"a,b", "a,b", NULL, ';'},
    {"a;b", "\"a;b\"", NULL, ';'},
    {"a\tb", "\"a\tb\"", NULL, '\t'},
    {"a\tb", "a\tb", NULL, ','},
    {",", "\",\"", NULL, ','},
    {"\"", "\"\"\"\"", NULL, ','},
    {"a\"", "\"a\"\"\"", NULL, ','},
    {"say \"hi\"", "\"say \"\"hi\"\"\"", NULL, ','},
    {"a\nb", "\"a\nb\"", NULL, ','},
    {"\n", "\"\n\"", NULL, ','},
    {"a\r\nb", "\"a\r\nb\"", NULL, ','},
    {"a\rb", "a\rb", "\"a\rb\"", ','},
    {"\r", "\r", "\"\r\"", ','},
    {"\xC3\xA4,\xE2\x82\xAC", "\"\xC3\xA4,\xE2\x82\xAC\"", NULL, ','},
    {"'", "'", NULL, ','},
    {"\\", "\\", NULL, ','},
};

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        for (int quote_cr = 0; quote_cr <= 1; quote_cr++) {
            const struct gpuc_dialect dialect = {
                .delimiter = (uint8_t)fields[i].delimiter, .quote = '"'};
            const char *expected =
                quote_cr && fields[i].as_rfc != NULL ? fields[i].as_rfc : fields[i].text;
            uint8_t text[64];
            size_t size = strlen(fields[i].field);
            const uint8_t *end = gpuc_field_text(text, (const uint8_t *)fields[i].field,
                                                 size, &dialect, quote_cr);
            assert_int_equal(end - text, strlen(expected));
            assert_memory_equal(text, expected, strlen(expected));
            assert_true((size_t)(end - text) <= 2 * size + GPUC_FIELD_TEXT_EXTRA);
        }
}

enum { N_FIELDS = 3, N_ROWS = 20 };

/* Fields of one text, and what they were made from. */
struct sheet {
    uint8_t bytes[N_ROWS * N_FIELDS][TRICKY_SIZE_MAX];
    size_t sizes[N_ROWS * N_FIELDS];
};

static void write_sheet(const struct sheet *sheet, const struct gpuc_dialect *dialect,
                        struct gpuc_bytes *text)
{
    const size_t room = N_ROWS * N_FIELDS * (2 * TRICKY_SIZE_MAX + 3);
    text->size = 0;
    assert_int_equal(gpuc_bytes_reserve(text, room, NULL), GPUC_OK);
    uint8_t *to = text->data;
    for (size_t i = 0; i < (size_t)N_ROWS * N_FIELDS; i++) {
        to = gpuc_field_text(to, sheet->bytes[i], sheet->sizes[i], dialect, true);
        *to++ = i % N_FIELDS == N_FIELDS - 1 ? '\n' : dialect->delimiter;
    }
    text->size = (size_t)(to - text->data);
}

static void check_sheet(const struct sheet *sheet, const struct gpuc_parser *parser,
                        struct gpuc_bytes *text, struct parsing *parsing)
{
    const struct gpuc_table *table = &parsing->table;
    write_sheet(sheet, parsing->dialect, text);
    parsing_run(parsing, parser, text->data, text->size, N_FIELDS, N_FIELDS);
    assert_string_equal(parsing->error.message, "");
    assert_int_equal(parsing->status, GPUC_OK);
    assert_int_equal(table->n_rows, N_ROWS);
    assert_int_equal(table->long_row, SIZE_MAX);
    assert_int_equal(table->short_row, SIZE_MAX);
    for (size_t i = 0; i < (size_t)N_ROWS * N_FIELDS; i++) {
        const struct gpuc_field *field =
            gpuc_table_field(table, i % N_FIELDS, i / N_FIELDS);
        assert_int_equal(field->size, sheet->sizes[i]);
        assert_memory_equal(table->text + field->offset, sheet->bytes[i],
                            sheet->sizes[i]);
    }
}

/* What is written is read back by both parsers, whatever the delimiter. */
static void test_round_trip(void **state)
{
    enum { N_SHEETS = 600 };
    static const char delimiters[] = ",;\t| x";
    (void)state;
    const struct gpuc_parser parsers[] = {parsing_parser("native"),
                                          parsing_parser("libcsv")};
    struct sheet *sheet = malloc(sizeof *sheet);
    struct test_random random = {31};
    struct gpuc_bytes text = {0};
    struct gpuc_dialect dialect = GPUC_DIALECT_PANDAS;
    struct parsing parsing = {.dialect = &dialect};
    assert_non_null(sheet);
    for (size_t n = 0; n < N_SHEETS; n++) {
        dialect.delimiter = (uint8_t)delimiters[n % (sizeof delimiters - 1)];
        for (size_t i = 0; i < (size_t)N_ROWS * N_FIELDS; i++)
            sheet->sizes[i] = tricky_text(&random, sheet->bytes[i]);
        for (size_t p = 0; p < 2; p++)
            check_sheet(sheet, &parsers[p], &text, &parsing);
    }
    print_message("%d fields\n", N_SHEETS * N_ROWS * N_FIELDS);
    parsing_done(&parsing);
    gpuc_bytes_done(&text);
    free(sheet);
}

/* Comments begin with a character that makes quotes needed; or there are no quotes. */
static void test_dialects(void **state)
{
    static const struct {
        const char *field;
        struct gpuc_dialect dialect;
        const char *text;
    } cases[] = {
        {"#a", {.delimiter = ',', .quote = '"', .comment = '#'}, "\"#a\""},
        {"a#", {.delimiter = ',', .quote = '"', .comment = '#'}, "a#"},
        {"", {.delimiter = ',', .quote = '"', .comment = '#'}, ""},
        {"#a", {.delimiter = ',', .quote = '"'}, "#a"},
        {"it's", {.delimiter = ',', .quote = '\''}, "'it''s'"},
        {"a\"b", {.delimiter = ',', .quote = '\''}, "a\"b"},
        {"a\"b", {.delimiter = ',', .quote = '"', .no_quote = true}, "a\"b"},
        {"#a", {.delimiter = ',', .comment = '#', .no_quote = true}, "#a"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t text[64];
        const uint8_t *end =
            gpuc_field_text(text, (const uint8_t *)cases[i].field, strlen(cases[i].field),
                            &cases[i].dialect, true);
        assert_int_equal(end - text, strlen(cases[i].text));
        assert_memory_equal(text, cases[i].text, strlen(cases[i].text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_dialects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
