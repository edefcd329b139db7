/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults in the input of forest jobs: the first one in the input is told, in the same
 * words on every engine, with every parser, number of threads and batch size.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs/forest_runs.h"
#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/folder.h"

#define EXACT GPUC_TEST_DATA "/golden/models/xgb_exact/model.ubj"

static struct gpuc_engine *engines[64];
static size_t n_engines;
static struct gpuc_model *model;
static struct test_folder folder;

static int open_all(void **state)
{
    static struct gpuc_device_list list;
    (void)state;
    assert_int_equal(gpuc_devices_list(&list, NULL), GPUC_OK);
    for (size_t i = 0; i < list.n_devices; i++)
        if (list.devices[i].usable)
            engines[n_engines++] = forest_open_engine(list.devices[i].name);
        else
            print_message("%s: SKIPPED, %s\n", list.devices[i].name,
                          list.devices[i].reason);
    model = forest_open_model(EXACT, NULL);
    folder = test_folder_new();
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_engines; i++)
        gpuc_engine_close(engines[i]);
    gpuc_model_free(model);
    test_folder_free(&folder);
    return 0;
}

/* An input of many good rows with some lines replaced, and what is said about it. */
struct fault {
    struct {
        size_t line; /* from 1, the header; 0: none */
        const char *text;
    } lines[3];
    const char *message; /* behind the file's name */
};

#define ROW_HINT "(--bad-rows skip leaves such rows out)"
#define NUMBER_HINT                                                                      \
  "is not a number (--missing TOKENS says what stands for a missing value)"

static const struct fault faults[] = {
    {{{5, "1,x,3"}}, ":5: column 'x1': 'x' " NUMBER_HINT},
    {{{2, "1,2,"}, {3, "1,2,3 4"}}, ":3: column 'x2': '3 4' " NUMBER_HINT},
    {{{301, "?,2,3"}}, ":301: column 'x0': '?' " NUMBER_HINT},
    {{{5, "1,2"}}, ":5: expected 3 fields, as in the header, saw 2 " ROW_HINT},
    {{{5, "1,2,3,4"}}, ":5: expected 3 fields, as in the header, saw 4 " ROW_HINT},
    {{{301, "1,2,3,"}}, ":301: expected 3 fields, as in the header, saw 4 " ROW_HINT},
    {{{5, "1,\"2,3"}}, ":5: unexpected end of data"},
    {{{5, "1,\"2\"x,3"}}, ":5: ',' expected after '\"'"},
    {{{5, "1,\xFF,3"}},
     ":5: not UTF-8: byte 0xff cannot stand here (convert the file, "
     "for instance with iconv -t UTF-8)"},
    /* The first of several, near and far. */
    {{{5, "x,2,3"}, {6, "1,\"2\"x,3"}}, ":5: column 'x0': 'x' " NUMBER_HINT},
    {{{5, "x,2,3"}, {200, "1,\"2\"x,3"}}, ":5: column 'x0': 'x' " NUMBER_HINT},
    {{{5, "1,\"2\"x,3"}, {6, "x,2,3"}}, ":5: ',' expected after '\"'"},
    {{{5, "1,\"2\"x,3"}, {200, "x,2,3"}}, ":5: ',' expected after '\"'"},
    {{{5, "1,2,x"}, {6, "x,2,3"}}, ":5: column 'x2': 'x' " NUMBER_HINT},
    {{{5, "1,2,x"}, {100, "x,2,3"}}, ":5: column 'x2': 'x' " NUMBER_HINT},
    {{{5, "1,2"}, {6, "x,2,3"}},
     ":5: expected 3 fields, as in the header, saw 2 " ROW_HINT},
    {{{5, "x,2,3"}, {6, "1,2"}}, ":5: column 'x0': 'x' " NUMBER_HINT},
    {{{5, "1,2,3,4"}, {6, "1,2"}},
     ":5: expected 3 fields, as in the header, saw 4 " ROW_HINT},
    {{{5, "1,2"}, {6, "1,2,3,4"}},
     ":5: expected 3 fields, as in the header, saw 2 " ROW_HINT},
    {{{5, "x,2"}}, ":5: expected 3 fields, as in the header, saw 2 " ROW_HINT},
    {{{5, "1,2"}, {6, "1,\xFF,3"}},
     ":5: expected 3 fields, as in the header, saw 2 " ROW_HINT},
    {{{5, "x,2,3"}, {6, "1,\xFF,3"}}, ":5: column 'x0': 'x' " NUMBER_HINT},
    {{{5, "1,\xFF,3"}, {6, "x,2,3"}, {7, "1"}},
     ":5: not UTF-8: byte 0xff cannot stand here (convert the file, for instance with "
     "iconv -t UTF-8)"},
    {{{150, "1,y,3"}, {151, "z,2,3"}, {290, "1,\"2"}},
     ":150: column 'x1': 'y' " NUMBER_HINT},
    /* Lines are those of the file, not of the rows. */
    {{{4, ""}, {5, " "}, {6, "x,2,3"}}, ":6: column 'x0': 'x' " NUMBER_HINT},
    {{{4, "\"1\n\",2,3"}}, ":4: column 'x0': '1?' " NUMBER_HINT},
    {{{4, "1,2,3\r\n\r\n\n1,2,3"}, {6, "x,2,3"}}, ":9: column 'x0': 'x' " NUMBER_HINT},
    {{{4, "\" 1 \",\" 2\",3"}, {6, "x,\"\n\",3"}}, ":6: column 'x0': 'x' " NUMBER_HINT},
    {{{6, "\"say \"\"hi\"\"\",2,3"}}, ":6: column 'x0': 'say \"hi\"' " NUMBER_HINT},
    /* The header. */
    {{{1, "x0,x1,y"}}, ":1: the header lacks 1 of the model's 3 features: 'x2'"},
    {{{1, "\n \nx0,x1,y"}}, ":3: the header lacks 1 of the model's 3 features: 'x2'"},
    {{{1, "x0,x1,x2,x1"}}, ":1: the header has the feature 'x1' 2 times"},
    {{{1, "x0,x1,x2,id"}}, ":2: expected 4 fields, as in the header, saw 3 " ROW_HINT},
    {{{1, "x0,\"x1\"a,x2"}}, ":1: ',' expected after '\"'"},
    {{{1, "x0,x1,\xC3"}},
     ":1: not UTF-8: byte 0xc3 cannot stand here (convert the file, for instance with "
     "iconv -t UTF-8)"},
};
enum { N_FAULTS = sizeof faults / sizeof faults[0], N_LINES = 301 };

static const char *write_fault(const struct fault *fault)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    for (size_t line = 1; line <= N_LINES; line++) {
        const char *content = line == 1 ? "x0,x1,x2" : "0.5,-1.25,NA";
        for (size_t k = 0; k < 3; k++)
            if (fault->lines[k].line == line)
                content = fault->lines[k].text;
        fprintf(stream, "%s\n", content);
    }
    assert_int_equal(fclose(stream), 0);
    const char *path = test_folder_write(&folder, "in.csv", text, size);
    free(text);
    return path;
}

/* What is said must be this, and never more rows written than are good. */
static void check(const struct forest_run_setup *setup, const char *expected)
{
    struct forest_output output;
    struct gpuc_error error;
    enum gpuc_status status = forest_run(setup, &output, &error);
    if (status != GPUC_EDATA || strcmp(error.message, expected) != 0)
        fail_msg("%s, %u threads, batches of %u: '%s' instead of '%s'",
                 gpuc_engine_device(setup->engine)->name, setup->options.n_threads,
                 setup->options.batch_rows, error.message, expected);
    size_t n_lines = 0;
    for (size_t i = 0; i < output.size; i++)
        n_lines += output.bytes[i] == '\n';
    assert_true(n_lines < error.line || output.size == 0);
    free(output.bytes);
}

static void the_first_fault_is_told(void **state)
{
    static const uint32_t batch_rows[] = {1, 2, 3, 64, 100, 1000};
    (void)state;
    size_t n_runs = 0;
    for (size_t i = 0; i < N_FAULTS; i++) {
        char expected[900];
        const char *path = write_fault(&faults[i]);
        struct forest_run_setup setup = {
            .model = model, .options = {.input_path = path, .cancel_fd = -1}};
        snprintf(expected, sizeof expected, "%s%s", path, faults[i].message);
        for (size_t e = 0; e < n_engines; e++)
            for (size_t b = 0; b < 6; b++)
                for (uint32_t n_threads = 1; n_threads <= 3; n_threads += 2) {
                    setup.engine = engines[e];
                    setup.options.n_threads = n_threads;
                    setup.options.batch_rows = batch_rows[b];
                    check(&setup, expected);
                    n_runs++;
                }
        /* libcsv has its own words for broken quotes. */
        setup.options.csv_parser = "libcsv";
        if (strstr(expected, "expected after") == NULL &&
            strstr(expected, "unexpected end") == NULL)
            check(&setup, expected);
    }
    print_message("%d inputs, %zu runs\n", N_FAULTS, n_runs);
}

static const struct {
    struct gpuc_job_options options;
    const char *message;
} mistakes[] = {
    {{.output_columns = "pred"},
     "unknown output column 'pred': this model gives label,proba,margin,leaf"},
    {{.output_columns = ""},
     "unknown output column '': this model gives label,proba,margin,leaf"},
    {{.output_columns = "label,proba,label"},
     "output column 'label' is named twice: leave one out"},
    {{.output_columns = "lab"},
     "unknown output column 'lab': this model gives label,proba,margin,leaf"},
    {{.columns = "x0,x0"},
     "the output would have the column 'x0' twice: choose input columns with "
     "--columns or results with --output, or give one another name with --rename, or "
     "results a --prefix"},
    {{.has_threshold = true, .threshold = 1.5},
     "--threshold is a probability, from 0 to 1"},
    {{.has_threshold = true, .threshold = (double)NAN},
     "--threshold is a probability, from 0 to 1"},
    {{.columns = "\"x0"}, "--columns: a quote is not closed: end the item with one"},
    {{.ignore = "\"x0"}, "--ignore: a quote is not closed: end the item with one"},
    {{.missing = "\"x0"}, "--missing: a quote is not closed: end the item with one"},
    {{.unseen = "ignore"}, "an unseen category is an 'error' or 'missing', not 'ignore'"},
    {{.delimiter = '"'},
     "the quote and the delimiter are both '\"': name another --quote, or give "
     "--no-quote"},
    {{.delimiter = '\n'}, "the delimiter cannot be a line end: name another character"},
    {{.quote = '\r'}, "the quote cannot be a line end: name another character"},
    {{.delimiter = '\xC3'}, "the delimiter must be one ASCII character"},
    {{.comment = '\xC3'}, "the comment must be one ASCII character"},
    {{.delimiter = '1'},
     "the delimiter cannot be '1': letters, digits and + - . _ are what results are "
     "written with"},
    {{.quote = '-'},
     "the quote cannot be '-': letters, digits and + - . _ are what results are "
     "written with"},
    {{.comment = 'e'},
     "the comment cannot be 'e': letters, digits and + - . _ are what results are "
     "written with"},
    {{.comment = ','},
     "the comment and the delimiter are both ',': name another --comment"},
    {{.comment = '"'}, "the comment and the quote are both '\"': name another --comment"},
    {{.quote = '\'', .no_quote = true},
     "a quote character, and no quotes: give --quote or --no-quote"},
    {{.comment = '#', .csv_parser = "libcsv"},
     "libcsv cannot read comments: leave --csv-parser libcsv out"},
    {{.no_quote = true, .csv_parser = "libcsv"},
     "libcsv cannot read text without quotes: leave --csv-parser libcsv out"},
    {{.bad_rows = "drop"},
     "bad rows are an 'error', or one can 'skip' them or 'null' what is bad in them, "
     "not 'drop'"},
    {{.rejects_path = "bad.csv"},
     "--rejects lists the bad rows that the job goes on after: say --bad-rows skip "
     "or "
     "--bad-rows null too"},
    {{.rejects_path = "bad.csv", .bad_rows = "error"},
     "--rejects lists the bad rows that the job goes on after: say --bad-rows skip "
     "or "
     "--bad-rows null too"},
    {{.csv_parser = "x"},
     "no CSV parser 'x' on this machine: there are native (the fastest), avx512, "
     "avx2, sse42, portable and libcsv"},
};

/* What options may not be, whatever the input. */
static void options_are_checked(void **state)
{
    (void)state;
    const char *path = write_fault(&faults[0]);
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        struct forest_run_setup setup = {
            .model = model, .engine = engines[0], .options = mistakes[i].options};
        struct forest_output output;
        struct gpuc_error error;
        setup.options.input_path = path;
        setup.options.cancel_fd = -1;
        assert_int_equal(forest_run(&setup, &output, &error), GPUC_EUSAGE);
        assert_string_equal(error.message, mistakes[i].message);
        assert_int_equal(output.size, 0);
    }
}

/* A result's name that the input has too. */
static void names_clash(void **state)
{
    static const char text[] = "x0,x1,x2,label\n1,2,3,0\n";
    (void)state;
    const char *path = test_folder_write(&folder, "in.csv", text, sizeof text - 1);
    struct forest_run_setup setup = {.model = model,
                                     .engine = engines[0],
                                     .options = {.input_path = path, .cancel_fd = -1}};
    struct forest_output output;
    struct gpuc_error error;
    assert_int_equal(forest_run(&setup, &output, &error), GPUC_EUSAGE);
    assert_non_null(strstr(error.message, "the column 'label' twice"));
    setup.options.output_columns = "margin";
    assert_int_equal(forest_run(&setup, &output, &error), GPUC_OK);
    assert_memory_equal(output.bytes, "x0,x1,x2,label,margin\n1,2,3,0,", 29);
    free(output.bytes);
    /* Without a header nobody is confused. */
    setup.options.output_columns = NULL;
    setup.options.no_header = true;
    setup.options.ignore = "4";
    setup.options.missing = "x0,x1,x2";
    assert_int_equal(forest_run(&setup, &output, &error), GPUC_OK);
    assert_memory_equal(output.bytes, "x0,x1,x2,label,", 15);
    free(output.bytes);
}

struct counted {
    struct gpuc_progress last;
    size_t n_bytes;
};

static int count_bytes(void *context, const void *bytes, size_t size)
{
    (void)bytes;
    ((struct counted *)context)->n_bytes += size;
    return 0;
}

static void keep_progress(void *context, const struct gpuc_progress *progress)
{
    ((struct counted *)context)->last = *progress;
}

/* Rows and bytes are all counted, a byte order mark and blank lines too. */
static void report_and_progress(void **state)
{
    static const struct {
        const char *text;
        bool no_header;
        uint64_t n_rows;
    } inputs[] = {
        {"x0,x1,x2\n1,2,3\n4,5,6\n", false, 2},
        {"\xEF\xBB\xBFx0,x1,x2\n1,2,3\n4,5,6", false, 2},
        {"\n \nx0,x1,x2\n\n1,2,3\n\n", false, 1},
        {"x0,x1,x2", false, 0},
        {"1,2,3\n4,5,6\n", true, 2},
        {"\xEF\xBB\xBF\r\n\r\n1,2,3\n4,5,6\n\n7,8,9", true, 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        struct counted counted = {.n_bytes = 0};
        struct gpuc_job_report report;
        const struct gpuc_job_options options = {
            .input_path = test_folder_write(&folder, "in.csv", inputs[i].text,
                                            strlen(inputs[i].text)),
            .no_header = inputs[i].no_header,
            .batch_rows = 1,
            .n_threads = 2,
            .write = count_bytes,
            .progress = keep_progress,
            .context = &counted,
            .cancel_fd = -1};
        assert_int_equal(gpuc_job_run(model, engines[0], &options, &report, NULL),
                         GPUC_OK);
        assert_int_equal(report.rows, inputs[i].n_rows);
        assert_int_equal(report.input_bytes, strlen(inputs[i].text));
        assert_int_equal(report.output_bytes, counted.n_bytes);
        assert_int_equal(counted.last.rows, inputs[i].n_rows);
        if (inputs[i].n_rows > 0) {
            assert_int_equal(counted.last.bytes, strlen(inputs[i].text));
            assert_int_equal(counted.last.file_bytes, strlen(inputs[i].text));
            assert_int_equal(counted.last.total_bytes, strlen(inputs[i].text));
            assert_int_equal(counted.last.n_passes, 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_fault_is_told),
        cmocka_unit_test(options_are_checked),
        cmocka_unit_test(names_clash),
        cmocka_unit_test(report_and_progress),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
