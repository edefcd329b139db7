/* SPDX-License-Identifier: Apache-2.0 */
/* What can go wrong when rows are written again: input, options, memory, the output. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/memory.h"
#include "jobs/csv_runs.h"
#include "support/cmocka_all.h"
#include "support/live_blocks.h"

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

#define SKIP_HINT "(--bad-rows skip leaves such rows out)"
#define JSON GPUC_CSV_JSON
#define CSV GPUC_CSV_CANONICAL

static const struct {
    const char *input;
    const char *message; /* behind the file's name; NULL: there is no fault */
    enum gpuc_csv_form form;
    bool no_header;
} inputs[] = {
    {"", ":1: the input is empty: there is no header", CSV, false},
    {"\n \n", ":1: the input is empty", CSV, true},
    {"", ":1: the input is empty: there is no header", JSON, false},
    {"a,b\n1,2\n\n1\n", ":4: expected 2 fields, as in the header, saw 1 " SKIP_HINT, CSV,
     false},
    {"a,b\n1,2\n1,2,3\n", ":3: expected 2 fields, as in the header, saw 3 " SKIP_HINT,
     JSON, false},
    {"1,2\n1,2,3\n", ":2: expected 2 fields, as in the first row, saw 3 " SKIP_HINT, JSON,
     true},
    {"a,b\n1,\"2\"x\n1\n", ":2: ',' expected after '\"'", CSV, false},
    {"a,b\n1\n1,\"2\"x\n", ":2: expected 2 fields, as in the header, saw 1 " SKIP_HINT,
     CSV, false},
    {"a,b\n1,\"2\n", ":2: unexpected end of data", CSV, false},
    {"a,b\n1,\xFF\n",
     ":2: not UTF-8: byte 0xff cannot stand here (convert the file, for instance with "
     "iconv -t UTF-8)",
     JSON, false},
    {"\n\nb,a,\"b\"\n",
     ":3: the header has the column 'b' twice, a JSON object cannot: rename one, or read "
     "the header as a row with --no-header",
     JSON, false},
    {"a,,\n",
     ":1: the header has the column '' twice, a JSON object cannot: rename one, "
     "or read the header as a row with --no-header",
     JSON, false},
    {"b,a,b\n1,2,3", NULL, JSON, true},
    {"b,a,b\n1,2,3", NULL, CSV, false},
};

/* The same words whatever the threads and the pieces. */
static void faults_are_named_by_line(void **state)
{
    static const uint32_t pieces[] = {1, 3, 0};
    (void)state;
    struct csv_run run = {.folder = &folder};
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        for (size_t k = 0; k < 6; k++) {
            char expected[1024] = "";
            run.form = inputs[i].form;
            run.options.no_header = inputs[i].no_header;
            run.options.piece_bytes = pieces[k % 3];
            run.options.n_threads = 1 + (uint32_t)k / 3;
            enum gpuc_status status =
                csv_run(&run, inputs[i].input, strlen(inputs[i].input));
            assert_int_equal(status, inputs[i].message != NULL ? GPUC_EDATA : GPUC_OK);
            if (inputs[i].message != NULL)
                snprintf(expected, sizeof expected, "%s%s",
                         test_folder_file(&folder, "in.csv"), inputs[i].message);
            assert_string_equal(run.error.message, expected);
        }
    csv_run_done(&run);
}

static void options_that_make_no_sense(void **state)
{
    static const struct {
        struct gpuc_job_options options;
        const char *message;
    } mistakes[] = {
        {{.output_columns = "label"}, "--output is for jobs with a model"},
        {{.columns = "a"}, "--columns is for jobs with a model"},
        {{.ignore = "a"}, "--ignore is for jobs with a model"},
        {{.missing = "NA"}, "--missing is for jobs with a model"},
        {{.unseen = "error"}, "--unseen is for jobs with a model"},
        {{.delimiter = '"'}, "the delimiter"},
        {{.csv_parser = "x"}, "no CSV parser 'x' on this machine"},
    };
    (void)state;
    struct csv_run run = {.folder = &folder};
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        run.options = mistakes[i].options;
        assert_int_equal(csv_run(&run, "a\n1\n", 4), GPUC_EUSAGE);
        assert_non_null(strstr(run.error.message, mistakes[i].message));
        assert_int_equal(run.output.size, 0);
    }
    csv_run_done(&run);
}

/* Several inputs are one, if their headers agree; the comma in JSON goes over the cut. */
static void several_inputs_are_one(void **state)
{
    (void)state;
    struct csv_run run = {.folder = &folder, .form = JSON};
    char paths[3][600];
    const char *list[] = {paths[0], paths[1], paths[2], paths[0]};
    static const char *const contents[] = {"a,b\n", "a,b\n1,2\n", "b,a\n3,4"};
    for (size_t i = 0; i < 3; i++) {
        char name[16];
        snprintf(name, sizeof name, "%zu.csv", i);
        snprintf(paths[i], sizeof paths[i], "%s",
                 test_folder_write(&folder, name, contents[i], strlen(contents[i])));
    }
    run.options.input_paths = list;
    run.options.n_input_paths = 2;
    assert_int_equal(csv_run_file(&run), GPUC_OK);
    assert_int_equal(run.report.rows, 1);
    static const char expected[] = "[\n{\"a\":\"1\",\"b\":\"2\"}\n]\n";
    assert_int_equal(run.output.size, sizeof expected - 1);
    assert_memory_equal(run.output.data, expected, sizeof expected - 1);
    run.options.n_input_paths = 3;
    assert_int_equal(csv_run_file(&run), GPUC_EDATA);
    assert_non_null(strstr(run.error.message,
                           "2.csv:1: column 1 is 'b', where the first input has 'a'"));
    csv_run_done(&run);
}

static int refuse(void *context, const void *bytes, size_t size)
{
    size_t *n_left = context;
    (void)bytes;
    if (size > *n_left)
        return ENOSPC;
    *n_left -= size;
    return 0;
}

/* The first bytes, the rows, and in JSON the end. */
static void output_that_is_refused_fails_the_job(void **state)
{
    static const char input[] = "a,b\n1,2\n3,4\n";
    static const char json[] =
        "[\n{\"a\":\"1\",\"b\":\"2\"},\n{\"a\":\"3\",\"b\":\"4\"}\n]\n";
    (void)state;
    struct gpuc_job_options options = GPUC_JOB_OPTIONS_INIT;
    options.input_path = test_folder_write(&folder, "in.csv", input, sizeof input - 1);
    options.write = refuse;
    for (int form = 0; form < 2; form++)
        for (size_t n_bytes = 0;; n_bytes++) {
            size_t n_left = n_bytes;
            struct gpuc_error error;
            options.context = &n_left;
            enum gpuc_status status =
                gpuc_csv_run(&options, form == 0 ? CSV : JSON, NULL, &error);
            if (status == GPUC_OK) {
                assert_int_equal(n_bytes, (form == 0 ? sizeof input : sizeof json) - 1);
                break;
            }
            assert_int_equal(status, GPUC_EIO);
            assert_non_null(strstr(error.message, "No space left on device"));
        }
}

/* A caller who wants it to stop finds nothing written. */
static void a_job_can_be_stopped(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "", 1), 1);
    struct gpuc_job_options options = {.cancel_fd = ends[0]};
    char output[600];
    snprintf(output, sizeof output, "%s", test_folder_file(&folder, "out.csv"));
    options.output_path = output;
    options.input_path = test_folder_write(&folder, "in.csv", "a\n1\n", 4);
    assert_int_equal(gpuc_csv_run(&options, CSV, NULL, NULL), GPUC_ECANCELLED);
    assert_int_not_equal(access(output, F_OK), 0);
    close(ends[0]);
    close(ends[1]);
}

/* Every request for memory fails in turn: nothing is left behind, neither file nor block.
 */
static size_t fail_every_request(const struct gpuc_job_options *options,
                                 enum gpuc_csv_form form, bool for_ever)
{
    for (long n_before = 0;; n_before++) {
        struct gpuc_error error;
        long n_live_before = test_live_blocks();
        gpuc_memory_fail_after(n_before, for_ever);
        enum gpuc_status status = gpuc_csv_run(options, form, NULL, &error);
        long n_requests = gpuc_memory_fail_after(-1, false);
        assert_int_equal(test_live_blocks(), n_live_before);
        assert_int_equal(access(options->output_path, F_OK) == 0, status == GPUC_OK);
        unlink(options->output_path);
        if (n_requests <= n_before) {
            assert_int_equal(status, GPUC_OK);
            return (size_t)n_before;
        }
        assert_int_equal(status, GPUC_ENOMEM);
        assert_non_null(strstr(error.message, "out of memory"));
    }
}

static void without_memory_nothing_is_left_behind(void **state)
{
    static const char input[] = "a,\"b\"\"\"\n1,\"2,\"\"\"\n3,4\n5,\"\n\"\n";
    (void)state;
    struct gpuc_job_options options = GPUC_JOB_OPTIONS_INIT;
    char path[600];
    size_t n_requests = 0;
    snprintf(path, sizeof path, "%s",
             test_folder_write(&folder, "in.csv", input, sizeof input - 1));
    options.input_path = path;
    options.output_path = test_folder_file(&folder, "out.csv");
    options.n_threads = 1;
    options.piece_bytes = 4;
    for (int form = 0; form < 2; form++)
        for (int for_ever = 0; for_ever < 2; for_ever++)
            n_requests += fail_every_request(&options, form == 0 ? CSV : JSON, for_ever);
    print_message("%zu requests\n", n_requests);
    assert_true(n_requests > 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_named_by_line),
        cmocka_unit_test(options_that_make_no_sense),
        cmocka_unit_test(several_inputs_are_one),
        cmocka_unit_test(output_that_is_refused_fails_the_job),
        cmocka_unit_test(a_job_can_be_stopped),
        cmocka_unit_test(without_memory_nothing_is_left_behind),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
