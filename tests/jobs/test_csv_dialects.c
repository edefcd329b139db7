/* SPDX-License-Identifier: Apache-2.0 */
/* Rows written again from other dialects, and from inputs with bad rows. */
#include <stdio.h>

#include "jobs/csv_runs.h"
#include "support/cmocka_all.h"

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

/* Runs in pieces of several sizes, by one and two threads. */
static void check(struct csv_run *run, const char *input, const char *expected)
{
    static const uint32_t pieces[] = {1, 3, 8, 0};
    for (size_t k = 0; k < 8; k++) {
        run->options.piece_bytes = pieces[k % 4];
        run->options.n_threads = 1 + (uint32_t)k / 4;
        enum gpuc_status status = csv_run(run, input, strlen(input));
        assert_string_equal(run->error.message, "");
        assert_int_equal(status, GPUC_OK);
        assert_int_equal(gpuc_bytes_append(&run->output, "", 1, NULL), GPUC_OK);
        assert_string_equal(run->output.data, expected);
    }
}

static const struct {
    const char *input;
    struct gpuc_job_options options;
    const char *canonical;
} dialects[] = {
    {"a;b\n'1,''x';\"y\n",
     {.delimiter = ';', .quote = '\''},
     "a,b\n\"1,'x\",\"\"\"y\"\n"},
    {"a,b\n\"1,2\"\n", {.no_quote = true}, "a,b\n\"\"\"1\",\"2\"\"\"\n"},
    {"#c,d,e\na,b\n#\n1,2\n\"#3\",#4\n", {.comment = '#'}, "a,b\n1,2\n#3,#4\n"},
    {"\"what\never\na,b\n1,2\n", {.skip_lines = 2}, "a,b\n1,2\n"},
    {"a,b\n1234,5\n", {.max_field_chars = 4}, "a,b\n1234,5\n"},
};

static void dialects_become_the_canonical_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++) {
        struct csv_run run = {.folder = &folder, .options = dialects[i].options};
        check(&run, dialects[i].input, dialects[i].canonical);
        csv_run_done(&run);
    }
}

static const char bad_input[] =
    "a,b\n1,2\n3\n4,5,6\n7,\"8\"x\n9,\xFF\n\n10,11\n12345,6\n";

static const struct {
    const char *bad_rows;
    enum gpuc_csv_form form;
    const char *output;
    uint64_t n_skipped;
} rules[] = {
    {"skip", GPUC_CSV_CANONICAL, "a,b\n1,2\n10,11\n", 5},
    {"null", GPUC_CSV_CANONICAL, "a,b\n1,2\n3,\n4,5\n10,11\n", 3},
    {"skip", GPUC_CSV_JSON,
     "[\n{\"a\":\"1\",\"b\":\"2\"},\n{\"a\":\"10\",\"b\":\"11\"}\n]\n", 5},
    {"null", GPUC_CSV_JSON,
     "[\n{\"a\":\"1\",\"b\":\"2\"},\n{\"a\":\"3\",\"b\":null},\n"
     "{\"a\":\"4\",\"b\":\"5\"},\n{\"a\":\"10\",\"b\":\"11\"}\n]\n",
     3},
};

static void bad_rows_are_left_out_or_mended_and_listed(void **state)
{
    static const char rejects[] = "line,column,reason,row\n"
                                  "3,,\"expected 2 fields, saw 1\",3\n"
                                  "4,,\"expected 2 fields, saw 3\",\"4,5,6\"\n"
                                  "5,,text behind a closing quote,\"7,\"\"8\"\"x\"\n"
                                  "6,,not UTF-8,\"9,\xFF\"\n"
                                  "9,,a field of more than 4 characters,\"12345,6\"\n";
    char path[600];
    (void)state;
    snprintf(path, sizeof path, "%s", test_folder_file(&folder, "bad.csv"));
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct csv_run run = {.folder = &folder,
                              .form = rules[i].form,
                              .options = {.bad_rows = rules[i].bad_rows,
                                          .max_field_chars = 4,
                                          .rejects_path = path}};
        check(&run, bad_input, rules[i].output);
        const struct gpuc_bad_rows *bad = &run.report.bad_rows;
        assert_int_equal(run.report.rows, 7);
        assert_int_equal(bad->n_rows, 5);
        assert_int_equal(bad->n_skipped, rules[i].n_skipped);
        assert_int_equal(bad->first_line, 3);
        assert_string_equal(bad->first_reason, "expected 2 fields, saw 1");
        assert_true(test_folder_holds(&folder, "bad.csv", rejects, sizeof rejects - 1));
        csv_run_done(&run);
    }
}

/* The first row that is written may follow many that are not. */
static void no_comma_stands_before_the_first_row(void **state)
{
    struct csv_run run = {
        .folder = &folder, .form = GPUC_CSV_JSON, .options = {.bad_rows = "skip"}};
    (void)state;
    check(&run, "a,b\n1\n2\n3\n4\n5,6\n7\n", "[\n{\"a\":\"5\",\"b\":\"6\"}\n]\n");
    check(&run, "a,b\n1\n2\n3\n", "[\n]\n");
    csv_run_done(&run);
}

static const struct {
    struct gpuc_job_options options;
    enum gpuc_status status;
    const char *message;
} faults[] = {
    {{.bad_rows = "x"}, GPUC_EUSAGE, "not 'x'"},
    {{.rejects_path = "bad.csv"}, GPUC_EUSAGE, "--rejects lists the bad rows"},
    {{.no_quote = true, .quote = '\''}, GPUC_EUSAGE, "--quote or --no-quote"},
    {{.delimiter = '#', .comment = '#'}, GPUC_EUSAGE, "#"},
    {{.skip_lines = 9}, GPUC_EDATA, "behind the 9 lines that --skip-lines"},
    {{.max_field_chars = 2}, GPUC_EDATA, ":3: field larger than field limit (2)"},
    {{.bad_rows = "skip"}, GPUC_EDATA, "is never closed"},
};

static void what_is_wrong_is_said(void **state)
{
    static const char input[] = "a,b\n1,2\n345,6\n\"\n";
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct csv_run run = {.folder = &folder, .options = faults[i].options};
        enum gpuc_status status = csv_run(&run, input, sizeof input - 1);
        if (strstr(run.error.message, faults[i].message) == NULL)
            fail_msg("case %zu: %s", i, run.error.message);
        assert_int_equal(status, faults[i].status);
        csv_run_done(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dialects_become_the_canonical_one),
        cmocka_unit_test(bad_rows_are_left_out_or_mended_and_listed),
        cmocka_unit_test(no_comma_stands_before_the_first_row),
        cmocka_unit_test(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
