/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole jobs on tricky input: the size of pieces, threads, rows an engine gets at once,
 * the CSV parser and the route of the input change no byte of the output, and no word of
 * an error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv/packing.h"
#include "csv/scan.h"
#include "csv/seam_texts.h"
#include "jobs/forest_runs.h"
#include "support/cmocka_all.h"
#include "support/folder.h"
#include "support/stdin_pipe.h"

static const char model_folder[] = GPUC_TEST_DATA "/golden/models/lgb_cat_strings";

/* What a job gave. */
struct outcome {
    struct forest_output output;
    enum gpuc_status status;
    struct gpuc_error error;
};

/* An input by several routes, and the outcome that all must have. */
struct subject {
    const char *name;
    struct test_folder folder;
    char file_path[600];
    char packed_path[600];
    struct test_file file;
    struct gpuc_model *model;
    struct gpuc_engine *engine;
    struct outcome expected;
    size_t n_runs;
};

static const struct gpuc_job_options reference_options = {
    .csv_parser = "portable", .n_threads = 1, .cancel_fd = -1};

/* What a message says behind the name of the input. */
static const char *without_name(const char *message)
{
    static const char *const names[] = {"in.csv.gz", "in.csv", "<stdin>"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *name = strstr(message, names[i]);
        if (name != NULL)
            return name + strlen(names[i]);
    }
    return message;
}

static struct outcome run(const struct subject *subject,
                          const struct gpuc_job_options *options)
{
    const struct forest_run_setup setup = {subject->model, subject->engine, *options};
    struct outcome outcome;
    outcome.status = forest_run(&setup, &outcome.output, &outcome.error);
    return outcome;
}

static void check(struct subject *subject, const struct gpuc_job_options *options)
{
    const struct outcome *expected = &subject->expected;
    bool is_pipe = options->input_path == NULL;
    int saved = is_pipe ? test_stdin_pipe(&subject->file) : -1;
    struct outcome outcome = run(subject, options);
    if (is_pipe)
        test_stdin_restore(saved);
    subject->n_runs++;
    bool is_refused = strstr(outcome.error.message, "libcsv refuses a quote") != NULL;
    bool is_same = outcome.status == expected->status &&
                   strcmp(without_name(outcome.error.message),
                          without_name(expected->error.message)) == 0 &&
                   (outcome.status != GPUC_OK ||
                    (outcome.output.size == expected->output.size &&
                     (outcome.output.size == 0 ||
                      memcmp(outcome.output.bytes, expected->output.bytes,
                             outcome.output.size) == 0)));
    if (!is_same && !(is_refused && strcmp(options->csv_parser, "libcsv") == 0))
        fail_msg("%s: other output, pieces of %u, %u threads, %u rows, %s, %s: '%s'",
                 subject->name, (unsigned)options->piece_bytes,
                 (unsigned)options->n_threads, (unsigned)options->batch_rows,
                 options->csv_parser, is_pipe ? "a pipe" : options->input_path,
                 outcome.error.message);
    free(outcome.output.bytes);
}

static struct subject subject_new(const char *model_path)
{
    struct subject subject = {.folder = test_folder_new()};
    snprintf(subject.file_path, sizeof subject.file_path, "%s/in.csv",
             subject.folder.path);
    snprintf(subject.packed_path, sizeof subject.packed_path, "%s/in.csv.gz",
             subject.folder.path);
    subject.model = forest_open_model(model_path, NULL);
    subject.engine = forest_open_engine("scalar");
    return subject;
}

static void subject_free(struct subject *subject)
{
    gpuc_engine_close(subject->engine);
    gpuc_model_free(subject->model);
    unlink(subject->file_path);
    unlink(subject->packed_path);
    test_folder_free(&subject->folder);
}

/* Writes the input, and runs the job as simply as can be. */
static void subject_set(struct subject *subject, const char *name, uint8_t *bytes,
                        size_t size)
{
    struct packed packed = {.bytes = NULL};
    struct gpuc_job_options options = reference_options;
    subject->name = name;
    subject->file = (struct test_file){bytes, size};
    packed_add(&packed, PACKING_GZIP, bytes, size);
    test_folder_write(&subject->folder, "in.csv", bytes, size);
    test_folder_write(&subject->folder, "in.csv.gz", packed.bytes, packed.size);
    options.input_path = subject->file_path;
    free(packed.bytes);
    free(subject->expected.output.bytes);
    subject->expected = run(subject, &options);
}

/* Runs the job in ways that differ from the first in all that may. */
static void check_ways(struct subject *subject, size_t n_ways)
{
    static const uint32_t pieces[] = {1, 2, 3, 5, 8, 13, 30, 64, 100, 250, 1000, 0};
    static const uint32_t rows[] = {1, 2, 3, 5, 64, 128, 0};
    const char *parsers[] = {"native", "libcsv", "portable", "sse42", "avx2", "avx512"};
    const char *paths[] = {subject->file_path, NULL, subject->packed_path};
    size_t n_parsers = 2;
    for (size_t i = 2; i < sizeof parsers / sizeof parsers[0]; i++)
        if (gpuc_scanner_find(parsers[i]) != NULL)
            parsers[n_parsers++] = parsers[i];
    for (size_t i = 0; i < n_ways; i++) {
        const struct gpuc_job_options options = {.input_path = paths[i % 3],
                                                 .csv_parser = parsers[i % n_parsers],
                                                 .n_threads = 1 + (uint32_t)(i % 4),
                                                 .batch_rows = rows[i % 7],
                                                 .piece_bytes = pieces[i / 3 % 12],
                                                 .cancel_fd = -1};
        check(subject, &options);
    }
}

static void test_blackbox(void **state)
{
    enum { ROOM = 4096 };
    static uint8_t bytes[ROOM];
    (void)state;
    struct subject subject = subject_new("blackbox:py3");
    size_t n_good = 0;
    for (size_t i = 0; i < n_seam_texts; i++) {
        size_t size = seam_text_size(&seam_texts[i]);
        assert_true(size <= sizeof bytes);
        seam_text_write(&seam_texts[i], bytes);
        subject_set(&subject, seam_texts[i].name, bytes, size);
        n_good += subject.expected.status == GPUC_OK;
        check_ways(&subject, 36);
    }
    print_message("%zu runs, %zu inputs without a fault\n", subject.n_runs, n_good);
    assert_true(n_good > 30);
    free(subject.expected.output.bytes);
    subject_free(&subject);
}

/* The first rows of a golden input with another first column and other line ends. */
static struct test_file tricky_rows(const char *path)
{
    enum { N_LINES = 60, MORE = 16 };
    static const char *const ids[] = {
        "1",          "\"a\nb\"", "\"a\r\n\"\"b\"", "\"\"",     "\xC3\xA4",
        "\"x,\"\"\"", "a\"b",     "\"\"\"\r\"",     "\"\n\n\"", " \"b\" "};
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\n", "\r\n \r"};
    struct test_file from = test_read_file(path), to = {.size = 0};
    assert_non_null(from.bytes);
    to.bytes = malloc(from.size + N_LINES * MORE + 1);
    assert_non_null(to.bytes);
    char *line = strtok((char *)from.bytes, "\n");
    for (size_t i = 0; i < N_LINES && line != NULL; i++, line = strtok(NULL, "\n")) {
        const char *rest = strchr(line, ',');
        const char *id = i == 0 ? "id" : ids[i % 10];
        assert_non_null(rest);
        to.size +=
            (size_t)sprintf((char *)to.bytes + to.size, "%s%s%s", id, rest, ends[i % 5]);
    }
    free(from.bytes);
    return to;
}

static void test_forest(void **state)
{
    char path[600];
    (void)state;
    snprintf(path, sizeof path, "%s/model.txt", model_folder);
    struct subject subject = subject_new(path);
    snprintf(path, sizeof path, "%s/in.csv", model_folder);
    struct test_file file = tricky_rows(path);
    subject_set(&subject, "golden rows", file.bytes, file.size);
    assert_string_equal(subject.expected.error.message, "");
    check_ways(&subject, 300);
    /* A fault behind good rows, and one behind that. */
    memcpy(file.bytes + file.size * 2 / 3, "\n1,\"x\"y,\xFF\n", 10);
    subject_set(&subject, "golden rows with a fault", file.bytes, file.size);
    assert_int_equal(subject.expected.status, GPUC_EDATA);
    check_ways(&subject, 300);
    print_message("%zu runs\n", subject.n_runs);
    free(subject.expected.output.bytes);
    free(file.bytes);
    subject_free(&subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blackbox),
        cmocka_unit_test(test_forest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
