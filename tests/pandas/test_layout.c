/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which columns a file has, and where its rows begin: sections 1.1, 1.3, 1.4 and 1.5 of
 * tests/golden/blackbox/README.md by example, with both parsers.
 */
#include "pandas/layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/folder.h"

#define MARK "\xEF\xBB\xBF"

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;
static struct test_folder folder;

static int make_folder(void **state)
{
    (void)state;
    folder = test_folder_new();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_free(&folder);
    return 0;
}

/* Prints a layout as "A|B index 1 limit 3 from 12 line 2 after 1"; or the message. */
static void show_layout(const char *parser_name, const char *text, size_t size,
                        char shown[600])
{
    struct gpuc_parser parser;
    struct gpuc_layout layout;
    struct gpuc_error error;
    struct gpuc_source *source = NULL;
    assert_int_equal(gpuc_parser_find(parser_name, &parser, NULL), GPUC_OK);
    const char *path = test_folder_write(&folder, "in.csv", text, size);
    assert_int_equal(gpuc_source_open(path, true, -1, &source, NULL), GPUC_OK);
    enum gpuc_status status = gpuc_layout_read(source, &parser, &pandas, &layout, &error);
    gpuc_source_close(source);
    if (status != GPUC_OK) {
        const char *message = strstr(error.message, "in.csv:");
        assert_non_null(message);
        snprintf(shown, 600, "%s", message);
        return;
    }
    size_t n = 0;
    shown[0] = '\0';
    for (size_t i = 0; i < layout.labels.n_items; i++)
        n += (size_t)snprintf(shown + n, 600 - n, "%s%.*s", i == 0 ? "" : "|",
                              (int)layout.labels.items[i].size,
                              (const char *)gpuc_label_text(&layout.labels, i));
    snprintf(shown + n, 600 - n,
             " index %zu limit %zu from %" PRIu64 " line %" PRIu64 " after %" PRIu64,
             layout.n_index, layout.n_columns, layout.data_offset, layout.data_line,
             layout.n_records_before);
    gpuc_layout_done(&layout);
}

struct example {
    const char *text, *expected;
};

static void check_examples(const struct example *examples, size_t n_examples)
{
    static const char *const parsers[] = {"native", "libcsv"};
    for (size_t i = 0; i < n_examples; i++)
        for (size_t k = 0; k < 2; k++) {
            char shown[600];
            show_layout(parsers[k], examples[i].text, strlen(examples[i].text), shown);
            /* Where the native parser reads what libcsv refuses, there is one check. */
            if (strstr(shown, "libcsv refuses") == NULL &&
                strcmp(shown, examples[i].expected) != 0)
                fail_msg("%s: \"%s\":\n%s, not\n%s", parsers[k], examples[i].text, shown,
                         examples[i].expected);
        }
}

static void test_headers(void **state)
{
    static const struct example examples[] = {
        {"ID,A,B\n1,2,3\n", "A|B index 1 limit 3 from 7 line 2 after 1"},
        {"ID,A,B", "A|B index 1 limit 3 from 6 line 1 after 1"},
        {"ID,A,B\r\n1,2,3", "A|B index 1 limit 3 from 8 line 2 after 1"},
        {"ID,A,B\r1,2,3", "A|B index 1 limit 3 from 7 line 2 after 1"},
        {"ID\n1\n", " index 1 limit 1 from 3 line 2 after 1"},
        {"ID,A,\n1,2,3\n", "A|Unnamed: 2 index 1 limit 3 from 6 line 2 after 1"},
        {",\n1,2\n", "Unnamed: 1 index 1 limit 2 from 2 line 2 after 1"},
        {"\"ID\",\"A\"\"x\"\"\n\r\n\",\"B,C\"\n1,2,3\n",
         "A\"x\"\n\r\n|B,C index 1 limit 3 from 23 line 4 after 1"},
        {"A,A,A\n", "A.1|A.2 index 1 limit 3 from 6 line 2 after 1"},
        {"ID,A,A,A.1\n", "A|A.2|A.1 index 1 limit 4 from 11 line 2 after 1"},
        {" ID , A\n", " A index 1 limit 2 from 8 line 2 after 1"},
        {" ,\t\n", "\t index 1 limit 2 from 4 line 2 after 1"},
    };
    (void)state;
    check_examples(examples, sizeof examples / sizeof examples[0]);
}

static void test_blank_records(void **state)
{
    static const struct example examples[] = {
        {"\n \r\n\"\"\n\xE3\x80\x80\nID,A\n\n\n1,2\n",
         "A index 1 limit 2 from 16 line 6 after 5"},
        {"\"\n \n\"\nID,A\n", "A index 1 limit 2 from 11 line 5 after 2"},
        {"", "in.csv:1: No columns to parse from file"},
        {"\n\r\n \n\"\"\n", "in.csv:1: No columns to parse from file"},
        {" ", "in.csv:1: No columns to parse from file"},
    };
    (void)state;
    check_examples(examples, sizeof examples / sizeof examples[0]);
}

static void test_field_counts(void **state)
{
    static const struct example examples[] = {
        /* shifted labels */
        {"A,B\n1,2,3\n4,5,6\n", "A|B index 1 limit 3 from 4 line 2 after 1"},
        {"A,B\n1,2,\n", "A|B index 1 limit 3 from 4 line 2 after 1"},
        {"A,B\n1,2,3,4\n", "A|B index 1 limit 3 from 4 line 2 after 1"},
        {"A,A\n1,2,3\n", "A|A.1 index 1 limit 3 from 4 line 2 after 1"},
        {"A\n1,2\n", "A index 1 limit 2 from 2 line 2 after 1"},
        /* a later row that is longer, or a first row that is shorter, changes nothing */
        {"A,B\n1,2\n4,5,6\n", "B index 1 limit 2 from 4 line 2 after 1"},
        {"A,B,C\n1\n4,5,6\n", "B|C index 1 limit 3 from 6 line 2 after 1"},
        /* a row of index names: 1 field and 3, with 2 labels */
        {"A,B\nx\n4,5,6\n", "A|B index 1 limit 3 from 6 line 3 after 2"},
        {"A,B\n\nx\n\n4,5,6\n", "A|B index 1 limit 3 from 7 line 4 after 3"},
        {"A,B\n\"x\ny\"\n4,5,6\n", "A|B index 1 limit 3 from 10 line 4 after 2"},
        {"A,B\nA\n4,5,6\n", "A.1|B index 1 limit 3 from 6 line 3 after 2"},
        {"A,B\nx,y\n1,2,3,4\n", "A|B index 2 limit 4 from 8 line 3 after 2"},
        {"A,B\nA,A\n1,2,3,4\n", "A.2|B index 2 limit 4 from 8 line 3 after 2"},
        {"A\nx,y,z\n1,2,3,4\n", "A index 3 limit 4 from 8 line 3 after 2"},
        /* near misses of it */
        {"A,B\nx\n4,5\n", "B index 1 limit 2 from 4 line 2 after 1"},
        {"A,B\nx\n1,2,3,4\n", "B index 1 limit 2 from 4 line 2 after 1"},
        {"A,B\n\"\"\n4,5,6\n", "A|B index 1 limit 3 from 4 line 2 after 1"},
        {"A,B\nx\n", "B index 1 limit 2 from 4 line 2 after 1"},
    };
    (void)state;
    check_examples(examples, sizeof examples / sizeof examples[0]);
}

static void test_mark(void **state)
{
    static const struct example examples[] = {
        {MARK "ID,A\n1,2\n", "A index 1 limit 2 from 8 line 2 after 1"},
        {MARK "A,B\n1,2,3\n", "A|B index 1 limit 3 from 7 line 2 after 1"},
        {MARK "\n1,2\n", "Unnamed: 0 index 1 limit 2 from 4 line 2 after 1"},
        {MARK "\"A\",B\n1,2,3\n", "A|B index 1 limit 3 from 9 line 2 after 1"},
        {MARK "\"A\"x\"y,B\n1,2,3\n", "Ax\"y|B index 1 limit 3 from 12 line 2 after 1"},
        {MARK "\"\",B\n1,2,3\n", "Unnamed: 0|B index 1 limit 3 from 8 line 2 after 1"},
        {MARK MARK "A,B\n1,2,3\n", MARK "A|B index 1 limit 3 from 10 line 2 after 1"},
        {MARK " A,B\n1,2,3\n", " A|B index 1 limit 3 from 8 line 2 after 1"},
        {"ID," MARK "A\n", MARK "A index 1 limit 2 from 8 line 2 after 1"},
        {"\n" MARK "A,B\n1,2,3\n", MARK "A|B index 1 limit 3 from 8 line 3 after 2"},
        {"\"" MARK "A\",B\n1,2,3\n", "A|B index 1 limit 3 from 9 line 2 after 1"},
        {MARK "\"A,B\",C\n",
         "in.csv:1: substring not found: the first label, behind a byte order mark, has "
         "a quote that is not closed in it (save the file without the mark)"},
    };
    (void)state;
    check_examples(examples, sizeof examples / sizeof examples[0]);
}

static void test_faults(void **state)
{
    static const struct {
        const char *text, *start;
    } cases[] = {
        {"A,\"B\n", "in.csv:1: unexpected end of data"},
        {"\n\nA,\"B\"x\n", "in.csv:3: ',' expected after '\"'"},
        {"A,B\n1,\"2\n", "in.csv:2: unexpected end of data"},
        {"A,B\n1,2\n\"\n\"x\n", "in.csv:4: ',' expected after '\"'"},
        {"A,\xFF\n", "in.csv:1: not UTF-8: byte 0xff"},
        {"A\n1\n\n\xC3\n", "in.csv:4: not UTF-8: byte 0xc3"},
    };
    (void)state;
    char shown[600];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        show_layout("native", cases[i].text, strlen(cases[i].text), shown);
        if (strncmp(shown, cases[i].start, strlen(cases[i].start)) != 0)
            fail_msg("\"%s\": %s", cases[i].text, shown);
    }
    /* What comes after the second row is not looked at. */
    const char *text = "A,B\n1,2\n3,4\n\"unclosed\xFF";
    show_layout("native", text, strlen(text), shown);
    assert_string_equal(shown, "B index 1 limit 2 from 4 line 2 after 1");
    /* A label may hold NUL; only the text shown ends there. */
    show_layout("native", "A,B\0C\n", 6, shown);
    assert_string_equal(shown, "B index 1 limit 2 from 6 line 2 after 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),      cmocka_unit_test(test_blank_records),
        cmocka_unit_test(test_field_counts), cmocka_unit_test(test_mark),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
