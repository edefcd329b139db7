/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of scanned text by example: what is passed over, what is wrong with a row,
 * what its fields are and on which lines. Random texts are in test_parser_native.c.
 */
#include "csv/rows.h"

#include <stdio.h>

#include "csv/parsing.h"
#include "support/cmocka_all.h"

static const char *const fault_names[] = {"good", "after", "open", "big", "utf8"};

/* Prints a row as "LINE[FIELD|FIELD]", with ~ behind a field whose quotes are doubled; or
 * as "LINE!FAULT". */
static size_t show_row(const struct gpuc_rows *rows, const struct gpuc_row *row,
                       const struct gpuc_dialect *dialect, char *to, size_t size)
{
    unsigned line = (unsigned)gpuc_rows_line(rows, 1, row->begin);
    if (row->fault != GPUC_ROW_GOOD)
        return (size_t)snprintf(to, size, "%u!%s", line, fault_names[row->fault]);
    size_t n = (size_t)snprintf(to, size, "%u", line);
    for (size_t column = 0; column < row->n_fields; column++) {
        bool doubled;
        struct gpuc_span content = gpuc_field_content(
            dialect, rows->text, gpuc_row_field(rows, row, column), &doubled);
        n += (size_t)snprintf(to + n, size - n, "%c%.*s%s", column == 0 ? '[' : '|',
                              (int)(content.end - content.begin),
                              (const char *)rows->text + content.begin,
                              doubled ? "~" : "");
    }
    return n + (size_t)snprintf(to + n, size - n, "]");
}

/* All rows, and the number of records behind a slash. */
static void check_rows(const struct gpuc_dialect *dialect, const char *text,
                       const char *expected)
{
    const struct gpuc_parser parser = parsing_parser("portable");
    struct parsing parsing = {.dialect = dialect};
    const struct gpuc_rows *rows = &parsing.rows;
    char shown[500];
    size_t n = 0;
    parsing_run(&parsing, &parser, text, strlen(text), 0, 0);
    for (size_t i = 0; i < rows->n_items; i++)
        n += show_row(rows, &rows->items[i], dialect, shown + n, sizeof shown - n);
    snprintf(shown + n, sizeof shown - n, "/%zu", rows->n_records);
    if (strcmp(shown, expected) != 0) {
        print_error("expected %s\n", expected);
        parsing_fail(shown, (const uint8_t *)text, strlen(text));
    }
    parsing_done(&parsing);
}

struct example {
    const char *text, *expected;
};

static void check_examples(const struct gpuc_dialect *dialect,
                           const struct example *examples, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check_rows(dialect, examples[i].text, examples[i].expected);
}

#define CHECK_EXAMPLES(dialect, examples)                                                \
  check_examples((dialect), (examples), sizeof(examples) / sizeof(examples)[0])

static void test_fields(void **state)
{
    static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;
    static const struct example examples[] = {
        {"", "/0"},
        {"a", "1[a]/1"},
        {"a,b", "1[a|b]/1"},
        {"a,b\n", "1[a|b]/1"},
        {"a,b\r\n", "1[a|b]/1"},
        {"a,b\r", "1[a|b]/1"},
        {"a,b\nc,d\r\ne,f\rg,h", "1[a|b]2[c|d]3[e|f]4[g|h]/4"},
        {"a,", "1[a|]/1"},
        {",\n,", "1[|]2[|]/2"},
        {"a,\"", "1!open/1"},
        {"\"a\"", "1[a]/1"},
        {"\"a\",\"\"\n", "1[a|]/1"},
        {"\"a\"\"b\",\"\"\"\"", "1[a\"\"b~|\"\"~]/1"},
        {"\"a\nb\r\nc\rd\",e\nf", "1[a\nb\r\nc\rd|e]5[f]/2"},
        {"a\"b,\"c\"\n", "1[a\"b|c]/1"},
        /* blank records are passed over, but count as records and have lines */
        {"\n\r\n\ra\n\n", "4[a]/5"},
        {" \t\n\"\"\n\" \n \"\n\xE3\x80\x80\na", "6[a]/5"},
        {" , \n\"\",\n", "1[ | ]2[|]/2"},
        {"\"\"\"\"\n", "1[\"\"~]/1"},
        {"\n", "/1"},
        {" ", "/1"},
    };
    (void)state;
    CHECK_EXAMPLES(&pandas, examples);
}

static void test_faults(void **state)
{
    static const struct gpuc_dialect small = {
        .delimiter = ',', .quote = '"', .max_field_chars = 3};
    static const struct example examples[] = {
        {"\"a\"b\nc", "1!after2[c]/2"},
        {"a\n\"b\" \n\"c\"\"d\"e,f\ng,h\n", "1[a]2!after3!after4[g|h]/4"},
        {"a,\"b", "1!open/1"},
        {"a\n\"\n\n\"\"", "1[a]2!open/2"},
        {"abc\nabcd\nabc,abcd\n\"abc\"\n\"abcd\"\n", "1[abc]2!big3!big4[abc]5!big/5"},
        {"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\n\xC3\xA4xyz\n",
         "1[\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80]2!big/2"},
        {"\"\"\"\"\"\"\"\"\n\"\"\"\"\"\"\"\"\"\"\n", "1[\"\"\"\"\"\"~]2!big/2"},
        {"    \n   \n", "1!big/2"}, /* white space too may be too much of it */
        {"\xFF\na\n,\xC3,\n\xC3\xA4", "1!utf8"
                                      "2[a]3!utf8"
                                      "4[\xC3\xA4]/4"},
        /* the first fault of a row is the one that counts */
        {"\"a\"b,\xFF\n\xFF,\"a\"b\nabcd,\xFF\nabcd,\"", "1!after2!utf8"
                                                         "3!big4!big/4"},
        {"\"a\xFF", "1!utf8/1"},
        {"\"abc\"d", "1!after/1"},
        {"\"abcd\"d", "1!big/1"},
        {"\"abcd", "1!big/1"},
    };
    (void)state;
    CHECK_EXAMPLES(&small, examples);
}

static void test_comments(void **state)
{
    static const struct gpuc_dialect dialect = {
        .delimiter = ',', .quote = '"', .comment = '#', .max_field_chars = 3};
    static const struct example examples[] = {
        {"#a,b\nc,d\n", "2[c|d]/2"},
        {"c\n#\n\n#d", "1[c]/4"},
        {"#\"a\nb\r\n#\"\r\"c\"", "2[b]4[c]/4"},
        {"a,#b\n #c\n\"#d\"\n", "1[a|#b]2[ #c]3[#d]/3"},
        {"\"a\n#\"\n#\n", "1[a\n#]/2"},
        {"#abcd\n#\xFF\na\n", "3[a]/3"},
        /* 14 bytes are what fields of 3 characters can have at most; see dialect.h */
        {"#3456789012345\na\n", "2[a]/2"},
        {"a\n#34567890123456\n", "1[a]2!big/2"},
        {"a\n#\xFF"
         "34567890123456",
         "1[a]2!utf8/2"},
    };
    (void)state;
    CHECK_EXAMPLES(&dialect, examples);
}

static void test_no_quote(void **state)
{
    static const struct gpuc_dialect dialect = {
        .delimiter = ',', .quote = '"', .no_quote = true, .max_field_chars = 6};
    static const struct example examples[] = {
        {"\"a,b\"\n", "1[\"a|b\"]/1"},
        {"\"a\nb\"\n", "1[\"a]2[b\"]/2"},
        {"\"\"\n \n\"", "1[\"\"]3[\"]/3"},
        {"\"a\"b,\"\"\"\n", "1[\"a\"b|\"\"\"]/1"},
        {"\"345678,1\n\"3456,1\n", "1!big2[\"3456|1]/2"},
    };
    (void)state;
    CHECK_EXAMPLES(&dialect, examples);
}

/* Messages name the line of the fault, not that of the row. */
static void test_messages(void **state)
{
    static const struct gpuc_dialect dialect = {
        .delimiter = ';', .quote = '\'', .max_field_chars = 5};
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a\n'b\r\n\r';'c\n'd", "in.csv:5: ';' expected after '''"},
        {"a\n'b\n';'c\nd", "in.csv:3: unexpected end of data"},
        {"a\n'b\r\n\r';'c\n\n\n", "in.csv:4: unexpected end of data"},
        {"'\n\n';'12\n456'", "in.csv:3: field larger than field limit (5)"},
        {"a\r'\n\n\xFE'", "in.csv:4: not UTF-8: byte 0xfe cannot stand here (convert the "
                          "file, for instance with iconv -t UTF-8)"},
        {"a\n'b'c\n'd'e\n", "in.csv:2: ';' expected after '''"},
    };
    (void)state;
    const struct gpuc_parser parser = parsing_parser("portable");
    struct parsing parsing = {.dialect = &dialect};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        parsing_run(&parsing, &parser, cases[i].text, strlen(cases[i].text), 0, 0);
        assert_int_equal(parsing.status, GPUC_EDATA);
        assert_string_equal(parsing.error.message, cases[i].message);
    }
    parsing_done(&parsing);
}

/* Records in the middle of a text: positions are those of the text, lines are counted
 * from the line of the first record. */
static void test_middle_of_text(void **state)
{
    static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;
    static const uint8_t text[64 + 64] = "x,\ny\na,b\r\n\r\n\"c\"d,e\nf,\"";
    const struct gpuc_scan_text piece = {text, 5, 20};
    struct gpuc_scan_state scan_state = GPUC_SCAN_STATE_INIT;
    struct gpuc_index index = {0};
    struct gpuc_rows rows = {0};
    struct gpuc_error error;
    (void)state;
    assert_int_equal(
        gpuc_scan(&gpuc_scanner_portable, &pandas, &piece, &scan_state, &index, NULL),
        GPUC_OK);
    const struct gpuc_scanned scanned = {text, {5, 20}, &index, GPUC_ROW_GOOD};
    assert_int_equal(gpuc_rows_find(&rows, &pandas, &scanned, NULL), GPUC_OK);
    assert_int_equal(rows.n_records, 3);
    assert_int_equal(rows.n_items, 2);
    assert_int_equal(rows.items[0].begin, 5);
    assert_int_equal(gpuc_row_end(&rows, &rows.items[0]), 8);
    assert_int_equal(rows.items[1].begin, 12);
    assert_int_equal(gpuc_row_field(&rows, &rows.items[1], 0).end, 16);
    assert_int_equal(gpuc_row_field(&rows, &rows.items[1], 1).begin, 17);
    assert_int_equal(gpuc_rows_line(&rows, 3, rows.items[0].begin), 3);
    assert_int_equal(gpuc_rows_line(&rows, 3, rows.items[1].begin), 5);
    assert_int_equal(
        gpuc_row_fail(&rows, &rows.items[1], &pandas, "other.csv", 3, &error),
        GPUC_EDATA);
    assert_string_equal(error.message, "other.csv:5: ',' expected after '\"'");
    gpuc_memory_fail_after(0, true);
    struct gpuc_rows none = {0};
    assert_int_equal(gpuc_rows_find(&none, &pandas, &scanned, &error), GPUC_ENOMEM);
    gpuc_memory_fail_after(-1, false);
    gpuc_rows_done(&none);
    gpuc_rows_done(&rows);
    gpuc_index_done(&index);
}

/* A text of `before` empty fields, a field of n times `one`, and no line end. */
static size_t write_field(uint8_t *to, size_t before, const char *one, size_t n,
                          bool quoted)
{
    size_t size = before;
    memset(to, ',', before);
    if (quoted)
        to[size++] = '"';
    for (size_t i = 0; i < n; i++, size += strlen(one))
        memcpy(to + size, one, strlen(one));
    return size;
}

/*
 * Whoever reads may stop within a field that has more bytes than any that is not too big,
 * and end it there: wherever that is, even inside a character, it is said to be too big.
 * They stop no earlier than 3 bytes behind the legal size.
 */
static void test_cut_fields(void **state)
{
    static const char *const chars[] = {
        "x", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\"\"", " "};
    static const struct gpuc_dialect small = {
        .delimiter = ',', .quote = '"', .max_field_chars = 20};
    const size_t legal = gpuc_dialect_max_field_size(&small);
    (void)state;
    struct parsing parsing = {.dialect = &small};
    struct gpuc_rows *rows = &parsing.rows;
    size_t n_cut = 0;
    for (size_t before = 0; before < 3; before++)
        for (size_t i = 0; i < 12; i++) {
            uint8_t text[2000];
            size_t size = write_field(text, before, chars[i / 2], 200, i % 2 == 1);
            for (size_t end = before + legal + 3; end < size; end++, n_cut++) {
                const struct gpuc_scan_text piece = {text, 0, end};
                struct gpuc_scan_state scan_state = GPUC_SCAN_STATE_INIT;
                gpuc_index_reset(&parsing.index);
                assert_int_equal(gpuc_scan(&gpuc_scanner_portable, &small, &piece,
                                           &scan_state, &parsing.index, NULL),
                                 GPUC_OK);
                assert_int_equal(gpuc_index_reserve(&parsing.index, 1, 1, NULL), GPUC_OK);
                gpuc_end_input(&scan_state, end, &parsing.index);
                const struct gpuc_scanned scanned = {
                    text, {0, end}, &parsing.index, GPUC_ROW_FIELD_TOO_BIG};
                assert_int_equal(gpuc_rows_find(rows, &small, &scanned, NULL), GPUC_OK);
                assert_int_equal(rows->n_items, 1);
                assert_true(rows->any_fault);
                assert_int_equal(rows->items[0].fault, GPUC_ROW_FIELD_TOO_BIG);
                gpuc_row_fail(rows, rows->items, &small, "in.csv", 1, &parsing.error);
                assert_string_equal(parsing.error.message,
                                    "in.csv:1: field larger than field limit (20)");
            }
        }
    print_message("%zu fields cut\n", n_cut);
    parsing_done(&parsing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),         cmocka_unit_test(test_faults),
        cmocka_unit_test(test_comments),       cmocka_unit_test(test_no_quote),
        cmocka_unit_test(test_messages),       cmocka_unit_test(test_cut_fields),
        cmocka_unit_test(test_middle_of_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
