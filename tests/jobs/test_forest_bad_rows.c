/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that are bad and jobs that go on after them: what is left out, what is mended, and
 * what is listed, for every number of threads and size of pieces and batches. What must
 * come of a bad input is what comes of an input without its bad rows, or with them mended
 * by hand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jobs/forest_runs.h"
#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/folder.h"
#include "support/random.h"

#define MODELS GPUC_TEST_DATA "/golden/models/"
#define LONG_FIELD "1234567890123456789012345678901234567890"

static struct gpuc_engine *engine;
static struct gpuc_model *model;
static struct test_folder folder;

static int open_all(void **state)
{
    (void)state;
    engine = forest_open_engine("cpu");
    model = forest_open_model(MODELS "xgb_exact/model.ubj", NULL);
    folder = test_folder_new();
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    gpuc_engine_close(engine);
    gpuc_model_free(model);
    test_folder_free(&folder);
    return 0;
}

/* A row of id, x0, x1, x2, and what must come of it; fields are at most 30 characters. */
struct sample {
    const char *text;
    const char *mended; /* what --bad-rows null makes of it; NULL: it is left out */
    const char *column; /* what the rejects file says; */
    const char *reason; /* NULL: the row is good */
    enum gpuc_bad_row kind;
};

static const struct sample samples[] = {
    {"a,1,2,3", NULL, NULL, NULL, 0},
    {"b,0.25,,-1e3", NULL, NULL, NULL, 0},
    {"\"c\n\"\"c\"\"\",1,\"2\",3", NULL, NULL, NULL, 0},
    {"\xC3\xA9,nan,7,3", NULL, NULL, NULL, 0},
    {"d,1,2", "d,1,2,", "", "expected 4 fields, saw 3", GPUC_BAD_N_FIELDS},
    {"e", "e,,,", "", "expected 4 fields, saw 1", GPUC_BAD_N_FIELDS},
    {"f,1,2,3,x,y", "f,1,2,3", "", "expected 4 fields, saw 6", GPUC_BAD_N_FIELDS},
    {"g,x,2", "g,,2,", "", "expected 4 fields, saw 3", GPUC_BAD_N_FIELDS},
    {"h,x,2,3", "h,,2,3", "x0", "'x' is not a number", GPUC_BAD_VALUE},
    {"i,1,y,z", "i,1,,", "x1", "'y' is not a number", GPUC_BAD_VALUE},
    {"j,1,2,\"say \"\"3\"\",\n\"", "j,1,2,", "x2", "'say \"3\",?' is not a number",
     GPUC_BAD_VALUE},
    {"k,\"1\"2,3,4", NULL, "", "text behind a closing quote", GPUC_BAD_QUOTES},
    {"\"l\nl\" ,2,3,4", NULL, "", "text behind a closing quote", GPUC_BAD_QUOTES},
    {"m,1,\xFF,3", NULL, "", "not UTF-8", GPUC_BAD_ENCODING},
    {"n,1," LONG_FIELD ",3", NULL, "", "a field of more than 30 characters",
     GPUC_BAD_FIELD_SIZE},
    {"\"o\n" LONG_FIELD "\n" LONG_FIELD "\n" LONG_FIELD "\n" LONG_FIELD "\",1,2,3", NULL,
     "", "a field of more than 30 characters", GPUC_BAD_FIELD_SIZE},
};
enum { N_SAMPLES = sizeof samples / sizeof samples[0], N_ROWS = 300, MAX_FIELD = 30 };

/* An input with bad rows, and what must come of it. */
struct made {
    char *input;
    char *good;                     /* the good rows alone, with the header */
    char *mended;                   /* with those that can be mended */
    char *rejects;                  /* with its header */
    struct gpuc_bad_rows counts[2]; /* under skip, under null */
};

static void put_quoted(FILE *stream, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, stream);
        return;
    }
    fputc('"', stream);
    for (; *text != '\0'; text++)
        fprintf(stream, *text == '"' ? "\"\"" : "%c", *text);
    fputc('"', stream);
}

static void put_reject(FILE *stream, const struct sample *sample, uint64_t line)
{
    fprintf(stream, "%llu,%s,", (unsigned long long)line, sample->column);
    put_quoted(stream, sample->reason);
    fputc(',', stream);
    put_quoted(stream, sample->text);
    fputc('\n', stream);
}

static void count(struct made *made, const struct sample *sample, uint64_t line)
{
    for (size_t rule = 0; rule < 2; rule++) {
        struct gpuc_bad_rows *counts = &made->counts[rule];
        if (counts->n_rows++ == 0) {
            counts->first_line = line;
            snprintf(counts->first_reason, sizeof counts->first_reason, "%s%s%s%s",
                     sample->column[0] != '\0' ? "column '" : "", sample->column,
                     sample->column[0] != '\0' ? "': " : "", sample->reason);
        }
        counts->n_skipped += rule == 0 || sample->mended == NULL;
        counts->by_kind[sample->kind]++;
    }
}

/* Rows in random order with random line ends; one in `one_in` may be bad. */
static struct made make(uint64_t seed, size_t one_in)
{
    static const char *const line_ends[] = {"\n", "\r\n", "\r", "\n\n", "\n \r\n"};
    static const uint64_t n_lines[] = {1, 1, 1, 2, 2};
    struct made made = {0};
    struct test_random random = {seed};
    char **texts[] = {&made.input, &made.good, &made.mended, &made.rejects};
    FILE *streams[4];
    size_t sizes[4];
    uint64_t line = 2;
    for (size_t i = 0; i < 4; i++) {
        streams[i] = open_memstream(texts[i], &sizes[i]);
        assert_non_null(streams[i]);
        fputs(i < 3 ? "id,x0,x1,x2\n" : "line,column,reason,row\n", streams[i]);
    }
    for (size_t row = 0; row < N_ROWS; row++) {
        bool any = test_random_below(&random, one_in) == 0;
        const struct sample *sample =
            &samples[test_random_below(&random, any ? N_SAMPLES : 4)];
        size_t end = test_random_below(&random, 5);
        fprintf(streams[0], "%s%s", sample->text, line_ends[end]);
        if (sample->reason == NULL) {
            fprintf(streams[1], "%s\n", sample->text);
            fprintf(streams[2], "%s\n", sample->text);
        } else {
            if (sample->mended != NULL)
                fprintf(streams[2], "%s\n", sample->mended);
            put_reject(streams[3], sample, line);
            count(&made, sample, line);
        }
        line += n_lines[end];
        for (const char *c = sample->text; *c != '\0'; c++)
            line += *c == '\n';
    }
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(fclose(streams[i]), 0);
    return made;
}

static void free_made(struct made *made)
{
    free(made->input);
    free(made->good);
    free(made->mended);
    free(made->rejects);
}

/* What a text gives where nothing in it is bad. */
static struct forest_output run_good(const char *text, const char *columns)
{
    struct forest_output output;
    struct gpuc_error error;
    const struct forest_run_setup setup = {
        .model = model,
        .engine = engine,
        .options = {.input_path =
                        test_folder_write(&folder, "good.csv", text, strlen(text)),
                    .columns = columns,
                    .cancel_fd = -1}};
    if (forest_run(&setup, &output, &error) != GPUC_OK)
        fail_msg("%s", error.message);
    return output;
}

static void check_counts(const struct gpuc_bad_rows *counts,
                         const struct gpuc_bad_rows *expected)
{
    assert_int_equal(counts->n_rows, expected->n_rows);
    assert_int_equal(counts->n_skipped, expected->n_skipped);
    assert_int_equal(counts->first_line, expected->first_line);
    assert_int_equal(counts->first_input, 0);
    assert_string_equal(counts->first_reason, expected->first_reason);
    for (size_t kind = 0; kind < GPUC_BAD_N_KINDS; kind++)
        assert_int_equal(counts->by_kind[kind], expected->by_kind[kind]);
}

/* Runs a bad input, and checks what comes of it. */
static void check_bad(const struct gpuc_job_options *shape,
                      const struct forest_output *expected, const char *rejects,
                      const struct gpuc_bad_rows *counts)
{
    struct gpuc_job_options options = *shape;
    struct forest_output output = {0};
    struct gpuc_job_report report;
    struct gpuc_error error;
    char rejects_path[600];
    snprintf(rejects_path, sizeof rejects_path, "%s",
             test_folder_file(&folder, "bad.csv"));
    options.write = forest_collect;
    options.context = &output;
    options.rejects_path = rejects_path;
    options.max_field_chars = MAX_FIELD;
    options.cancel_fd = -1;
    if (gpuc_job_run(model, engine, &options, &report, &error) != GPUC_OK)
        fail_msg("%s", error.message);
    bool same = output.size == expected->size &&
                memcmp(output.bytes, expected->bytes, output.size) == 0;
    bool same_rejects = test_folder_holds(&folder, "bad.csv", rejects, strlen(rejects));
    if (!same || !same_rejects)
        fail_msg("%u threads, pieces of %u, batches of %u, %s: other %s",
                 options.n_threads, options.piece_bytes, options.batch_rows,
                 options.bad_rows, same ? "rejects" : "output");
    assert_int_equal(report.rows, N_ROWS);
    check_counts(&report.bad_rows, counts);
    free(output.bytes);
    unlink(rejects_path);
}

/* Under skip and null, in every shape. */
static void what_becomes_of_bad_rows(void **state)
{
    static const uint32_t piece_bytes[] = {1, 7, 64, 1000, 0};
    static const uint32_t batch_rows[] = {1, 64, 4096};
    (void)state;
    size_t n_jobs = 0;
    for (uint64_t seed = 1; seed <= 3; seed += 2) {
        struct made made = make(seed, seed);
        const struct forest_output good = run_good(made.good, NULL);
        /* What is wrong in a field passes through, so that is left out. */
        const struct forest_output mended = run_good(made.mended, "id");
        char input_path[600];
        snprintf(input_path, sizeof input_path, "%s",
                 test_folder_write(&folder, "in.csv", made.input, strlen(made.input)));
        for (size_t i = 0; i < 5 * 3 * 3; i++) {
            struct gpuc_job_options options = {.input_path = input_path,
                                               .piece_bytes = piece_bytes[i % 5],
                                               .batch_rows = batch_rows[i / 5 % 3],
                                               .n_threads = (uint32_t)(i / 15 + 1),
                                               .bad_rows = "skip"};
            check_bad(&options, &good, made.rejects, &made.counts[0]);
            options.bad_rows = "null";
            options.columns = "id";
            check_bad(&options, &mended, made.rejects, &made.counts[1]);
            n_jobs += 2;
        }
        free_made(&made);
        free(good.bytes);
        free(mended.bytes);
    }
    print_message("%zu jobs\n", n_jobs);
}

/* A job over a short text that collects its output. */
static enum gpuc_status run_text(const char *text, const struct gpuc_job_options *options,
                                 struct forest_output *ret_output,
                                 struct gpuc_error *error)
{
    struct forest_run_setup setup = {
        .model = model, .engine = engine, .options = *options};
    setup.options.input_path = test_folder_write(&folder, "in.csv", text, strlen(text));
    setup.options.cancel_fd = -1;
    return forest_run(&setup, ret_output, error);
}

/* Columns that a short row lacks are empty where they pass through, in any order. */
static void short_rows_pass_through(void **state)
{
    static const struct {
        const char *columns;
        const char *output;
    } cases[] = {
        {NULL, "a,b,x0,x1,x2,c,margin\n\"1\",2,x,4,,,"},
        {"a", "a,margin\n\"1\","},
        {"c,b", "c,b,margin\n,2,"},
        {"x2,c,a", "x2,c,a,margin\n,,\"1\","},
        {"x1,x2,c", "x1,x2,c,margin\n4,,,"},
        {"c,x2,x1", "c,x2,x1,margin\n,,4,"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct gpuc_job_options options = {
            .columns = cases[i].columns, .bad_rows = "null", .output_columns = "margin"};
        struct forest_output output;
        struct gpuc_error error;
        assert_int_equal(
            run_text("a,b,x0,x1,x2,c\n\"1\",2,x,4\n", &options, &output, &error),
            GPUC_OK);
        size_t size = strlen(cases[i].output);
        assert_true(output.size > size + 1);
        assert_memory_equal(output.bytes, cases[i].output, size);
        assert_null(memchr(output.bytes + size, ',', output.size - size));
        free(output.bytes);
    }
}

/* What takes the rest of the input with it is an error whatever is done with bad rows;
 * neither file appears, and old ones stay. */
static void what_cannot_be_left_out(void **state)
{
    static const struct {
        const char *text;
        const char *parser;
        const char *said; /* behind the file's name */
    } cases[] = {
        {"x0,x1,x2\n1,x,3\n1,\"2,3\n4,5,6\n", NULL,
         ":3: unexpected end of data: a quote that this row opens is never closed, so "
         "that all that follows is in it"},
        {"x0,x1,x2\n1,x,3\n\"1\"2,\"2,3\n4,5,6\n", NULL,
         ":3: unexpected end of data: a quote that this row opens is never closed, so "
         "that all that follows is in it"},
        {"x0,x1,x2\n1,x,3\n\xFF,\"2,3\n4,5,6\n", NULL,
         ":3: unexpected end of data: a quote that this row opens is never closed, so "
         "that all that follows is in it"},
        {"x0,x1,x2\n1,x,3\n1,2\"3,4\n", "libcsv",
         ":3: libcsv refuses a quote here (the native parser may read it)"},
        {"x0,x1,\"x2\"x\n1,x,3\n", NULL, ":1: ',' expected after '\"'"},
    };
    static const char *const rules[] = {"skip", "null"};
    (void)state;
    for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
        const char *text = cases[i / 2].text;
        struct gpuc_error error;
        char expected[900], paths[3][600];
        static const char *const names[] = {"in.csv", "out.csv", "bad.csv"};
        for (size_t k = 0; k < 3; k++)
            snprintf(paths[k], sizeof paths[k], "%s",
                     test_folder_write(&folder, names[k], k == 0 ? text : "old",
                                       k == 0 ? strlen(text) : 3));
        const struct gpuc_job_options options = {.input_path = paths[0],
                                                 .output_path = paths[1],
                                                 .rejects_path = paths[2],
                                                 .bad_rows = rules[i % 2],
                                                 .csv_parser = cases[i / 2].parser,
                                                 .piece_bytes = i % 2 == 0 ? 5 : 0,
                                                 .cancel_fd = -1};
        assert_int_equal(gpuc_job_run(model, engine, &options, NULL, &error), GPUC_EDATA);
        snprintf(expected, sizeof expected, "%s%s", paths[0], cases[i / 2].said);
        assert_string_equal(error.message, expected);
        assert_true(test_folder_holds(&folder, "out.csv", "old", 3));
        assert_true(test_folder_holds(&folder, "bad.csv", "old", 3));
        unlink(paths[1]);
        unlink(paths[2]);
    }
}

/* Categories that training had not are bad values where they are errors. */
static void unseen_categories(void **state)
{
    static const char text[] = "x0,x1,x2,x3,x4,x5,x6,x7,x8,x9\n"
                               "1,green,1,1,,1,1,1,1,1\n1,red1,1,1,,1,1,1,1,1\n"
                               "1,,1,1,,1,1,1,1,1\n";
    (void)state;
    struct gpuc_model *categories =
        forest_open_model(MODELS "xgb_cat_strings/model.json", NULL);
    struct gpuc_job_options options = {
        .input_path = test_folder_write(&folder, "in.csv", text, sizeof text - 1),
        .columns = "none",
        .cancel_fd = -1};
    struct forest_run_setup setup = {
        .model = categories, .engine = engine, .options = options};
    struct forest_output output;
    struct gpuc_error error;
    setup.options.bad_rows = "null";
    assert_int_equal(forest_run(&setup, &output, &error), GPUC_OK);
    /* As the row behind it, where the category is missing. */
    const char *lines[4] = {strtok(output.bytes, "\n"), strtok(NULL, "\n"),
                            strtok(NULL, "\n"), strtok(NULL, "\n")};
    assert_non_null(lines[3]);
    assert_string_equal(lines[2], lines[3]);
    free(output.bytes);
    gpuc_model_free(categories);
}

/* The rejects of several inputs say of which they are. */
static void several_inputs(void **state)
{
    static const char *const texts[] = {"x0,x1,x2\n1,2,3\n", "x0,x1,x2\n1,2\n4,5,6\n",
                                        "x0,x1,x2\n1,2,3\n4,x,6\n"};
    (void)state;
    char paths[3][600], expected[2000];
    const char *inputs[3];
    for (size_t i = 0; i < 3; i++) {
        char name[8] = {(char)('a' + i), '.', 'c', 's', 'v', 0};
        snprintf(paths[i], sizeof paths[i], "%s",
                 test_folder_write(&folder, name, texts[i], strlen(texts[i])));
        inputs[i] = paths[i];
    }
    char rejects_path[600];
    snprintf(rejects_path, sizeof rejects_path, "%s",
             test_folder_file(&folder, "bad.csv"));
    struct gpuc_job_report report;
    struct gpuc_error error;
    const struct gpuc_job_options options = {.input_paths = inputs,
                                             .n_input_paths = 3,
                                             .output_path = "/dev/null",
                                             .rejects_path = rejects_path,
                                             .bad_rows = "skip",
                                             .cancel_fd = -1};
    assert_int_equal(gpuc_job_run(model, engine, &options, &report, &error), GPUC_OK);
    snprintf(expected, sizeof expected,
             "input,line,column,reason,row\n"
             "%s,2,,\"expected 3 fields, saw 2\",\"1,2\"\n"
             "%s,3,x1,'x' is not a number,\"4,x,6\"\n",
             paths[1], paths[2]);
    assert_true(test_folder_holds(&folder, "bad.csv", expected, strlen(expected)));
    assert_int_equal(report.rows, 5);
    assert_int_equal(report.bad_rows.n_rows, 2);
    assert_int_equal(report.bad_rows.first_input, 1);
    assert_int_equal(report.bad_rows.first_line, 2);
}

/* Without bad rows the rejects file has its header. */
static void no_bad_rows(void **state)
{
    static const char header[] = "line,column,reason,row\n";
    (void)state;
    char rejects_path[600];
    snprintf(rejects_path, sizeof rejects_path, "%s",
             test_folder_file(&folder, "bad.csv"));
    const struct gpuc_job_options options = {.bad_rows = "skip",
                                             .rejects_path = rejects_path};
    struct forest_output output;
    struct gpuc_error error;
    assert_int_equal(run_text("x0,x1,x2\n1,2,3\n", &options, &output, &error), GPUC_OK);
    assert_true(test_folder_holds(&folder, "bad.csv", header, sizeof header - 1));
    free(output.bytes);
}

/* Columns with long names, and a long value, in the report's short text. */
static void long_texts_are_cut(void **state)
{
    (void)state;
    struct gpuc_job_report report;
    struct gpuc_error error;
    char text[1000] = "x0,x1,x2\n1,2,";
    char *end = text + strlen(text);
    for (size_t i = 0; i < 200; i++)
        end = stpcpy(end, "\xC3\xA9");
    const struct gpuc_job_options options = {
        .input_path = test_folder_write(&folder, "in.csv", text, strlen(text)),
        .output_path = "/dev/null",
        .bad_rows = "skip",
        .cancel_fd = -1};
    assert_int_equal(gpuc_job_run(model, engine, &options, &report, &error), GPUC_OK);
    char expected[300] = "column 'x2': '";
    end = expected + strlen(expected);
    for (size_t i = 0; i < 40; i++)
        end = stpcpy(end, "\xC3\xA9");
    stpcpy(end, "...' is not a number");
    assert_string_equal(report.bad_rows.first_reason, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_becomes_of_bad_rows),
        cmocka_unit_test(short_rows_pass_through),
        cmocka_unit_test(what_cannot_be_left_out),
        cmocka_unit_test(unseen_categories),
        cmocka_unit_test(several_inputs),
        cmocka_unit_test(no_bad_rows),
        cmocka_unit_test(long_texts_are_cut),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
