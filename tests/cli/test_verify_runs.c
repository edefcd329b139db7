/* SPDX-License-Identifier: Apache-2.0 */
/* verify with engines that are wrong, and which runs it makes. */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv/sink.h"
#include "engine.h"
#include "host/cli/verify/verify.h"
#include "support/cmocka_all.h"
#include "support/program.h"

static const char input_text[] = "id,x\n1,a\n2,b\n3,c\n4,d\n";

/* A verify of the black box with one thread and all rows at once. */
struct setup {
    struct gpuc_verify_options options;
    struct gpuc_verify verify;
    struct gpuc_model *model;
    char folder[64], input[96];
    const char *paths[1];
};

static void make_setup(struct setup *setup)
{
    struct gpuc_error error;
    *setup = (struct setup){.options = {.common.model = "blackbox",
                                        .threads = {{1}, 1},
                                        .batch_rows = {{1000, 2}, 2}},
                            .verify = {.job = GPUC_JOB_OPTIONS_INIT, .device_width = 12}};
    test_folder_make(setup->folder);
    snprintf(setup->input, sizeof setup->input, "%s/in.csv", setup->folder);
    test_write_file(setup->input, input_text, sizeof input_text - 1);
    setup->paths[0] = setup->input;
    assert_int_equal(gpuc_model_open("blackbox", NULL, &setup->model, &error), GPUC_OK);
    setup->verify.options = &setup->options;
    setup->verify.model = setup->model;
    setup->verify.job.input_paths = setup->paths;
    setup->verify.job.n_input_paths = 1;
    setup->verify.job.output_columns = "pred";
    setup->verify.reference_file = tmpfile();
    setup->verify.table = tmpfile();
    assert_non_null(setup->verify.reference_file);
    assert_non_null(setup->verify.table);
}

static void remove_setup(struct setup *setup)
{
    fclose(setup->verify.reference_file);
    fclose(setup->verify.table);
    gpuc_verify_done(&setup->verify);
    gpuc_model_free(setup->model);
    test_folder_remove(setup->folder);
}

/* Wrong in the last row of each batch. */
static enum gpuc_status classify_wrongly(struct gpuc_session *session,
                                         const struct gpuc_work *work,
                                         struct gpuc_error *error)
{
    enum gpuc_status status = gpuc_engine_ops_scalar.classify(session, work, error);
    if (status == GPUC_OK && work->texts->n_rows > 0)
        work->blackbox.fractions[work->texts->n_rows - 1] ^= UINT64_C(1) << 50;
    return status;
}

/* Not able to do more than two rows. */
static enum gpuc_status classify_few(struct gpuc_session *session,
                                     const struct gpuc_work *work,
                                     struct gpuc_error *error)
{
    if (work->texts->n_rows > 2)
        return gpuc_fail(error, GPUC_EDEVICE, "clFinish: CL_OUT_OF_RESOURCES");
    return gpuc_engine_ops_scalar.classify(session, work, error);
}

/* Runs the reference and then the grid on an engine with this function. */
static void run_with(struct setup *setup,
                     enum gpuc_status (*classify)(struct gpuc_session *session,
                                                  const struct gpuc_work *work,
                                                  struct gpuc_error *error))
{
    struct gpuc_engine_ops ops = gpuc_engine_ops_scalar;
    struct gpuc_engine *engine;
    struct gpuc_error error;
    ops.classify = classify;
    assert_int_equal(gpuc_verify_reference(&setup->verify, &error), GPUC_OK);
    assert_int_equal(gpuc_engine_open("scalar", &engine, &error), GPUC_OK);
    engine->ops = &ops;
    snprintf(engine->device.name, sizeof engine->device.name, "faulty");
    assert_int_equal(gpuc_verify_engine(&setup->verify, engine, &error), GPUC_OK);
    gpuc_engine_close(engine);
    assert_int_equal(gpuc_verify_print_totals(&setup->verify, &error), GPUC_OK);
}

static void expect_table(const struct setup *setup, const char *expected)
{
    char text[4096];
    rewind(setup->verify.table);
    text[fread(text, 1, sizeof text - 1, setup->verify.table)] = '\0';
    if (strstr(text, expected) == NULL)
        fail_msg("no '%s' in:\n%s", expected, text);
}

/* The report, through a file as the command writes it. */
static json_t *read_report(const struct setup *setup)
{
    char path[96];
    struct gpuc_sink *sink;
    struct gpuc_error error;
    snprintf(path, sizeof path, "%s/report.json", setup->folder);
    assert_int_equal(gpuc_sink_open(path, 1, -1, &sink, &error), GPUC_OK);
    assert_int_equal(gpuc_verify_write_report(&setup->verify, sink, &error), GPUC_OK);
    assert_int_equal(gpuc_sink_commit(sink, &error), GPUC_OK);
    gpuc_sink_close(sink);
    json_t *report = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(report);
    return report;
}

static json_int_t total(const json_t *report, const char *name)
{
    return json_integer_value(json_object_get(json_object_get(report, "totals"), name));
}

static void a_wrong_engine_is_found(void **state)
{
    struct setup setup;
    (void)state;
    make_setup(&setup);
    run_with(&setup, classify_wrongly);
    assert_int_equal(setup.verify.n_runs, 2);
    assert_int_equal(gpuc_verify_n_different(&setup.verify), 2);
    /* The black box writes no header: rows are lines. */
    assert_int_equal(setup.verify.runs[0].result.difference.line, 4);
    assert_int_equal(setup.verify.runs[1].result.difference.line, 2);
    expect_table(&setup, "faulty             1       1000 ");
    expect_table(&setup, "(line 4)\n    expected: ");
    expect_table(&setup, "\n0 runs equal, 2 different\n");

    json_t *report = read_report(&setup);
    assert_int_equal(total(report, "equal"), 0);
    assert_int_equal(total(report, "different"), 2);
    json_t *run = json_array_get(json_object_get(report, "runs"), 0);
    assert_true(json_is_false(json_object_get(run, "equal")));
    json_t *difference = json_object_get(run, "first_difference");
    assert_int_equal(json_integer_value(json_object_get(difference, "line")), 4);
    assert_string_not_equal(json_string_value(json_object_get(difference, "expected")),
                            json_string_value(json_object_get(difference, "got")));
    json_decref(report);
    remove_setup(&setup);
}

/* Its other runs are left out, and what it did before counts. */
static void an_engine_that_fails_is_found(void **state)
{
    struct setup setup;
    (void)state;
    make_setup(&setup);
    setup.options.batch_rows = (struct gpuc_counts){{2, 3, 1}, 3};
    run_with(&setup, classify_few);
    assert_int_equal(setup.verify.n_runs, 1);
    assert_int_equal(setup.verify.failed.n_items, 1);
    expect_table(&setup, "faulty             1          3 FAILED: ");
    expect_table(&setup, "clFinish: CL_OUT_OF_RESOURCES\n");
    expect_table(&setup, "\n1 runs equal, 0 different, 1 failed\n");

    json_t *report = read_report(&setup);
    assert_int_equal(total(report, "equal"), 1);
    assert_int_equal(total(report, "failed"), 1);
    json_t *failed = json_array_get(json_object_get(report, "failed"), 0);
    assert_int_equal(json_integer_value(json_object_get(failed, "batch_rows")), 3);
    assert_non_null(
        strstr(json_string_value(json_object_get(failed, "reason")), "clFin"));
    json_decref(report);
    remove_setup(&setup);
}

static void expect_counts(const struct gpuc_counts *counts, const uint32_t *expected,
                          size_t n_expected)
{
    assert_int_equal(counts->n_items, n_expected);
    for (size_t i = 0; i < n_expected; i++)
        assert_int_equal(counts->items[i], expected[i]);
}

static void the_grid_suits_the_input(void **state)
{
    static const struct gpuc_counts none, named = {{1, 7}, 2};
    static const struct {
        uint64_t n_rows;
        size_t n, n_left_out;
        uint32_t batch_rows[8], left_out[8];
    } cases[] = {
        {0, 6, 0, {1, 63, 64, 65, 1000, 65536}, {0}},
        {2, 6, 0, {1, 63, 64, 65, 1000, 65536}, {0}},
        {801, 7, 0, {1, 63, 64, 65, 401, 1000, 65536}, {0}},
        {128, 6, 0, {1, 63, 64, 65, 1000, 65536}, {0}},
        {5000, 7, 0, {1, 63, 64, 65, 1000, 2500, 65536}, {0}},
        {5001, 6, 1, {63, 64, 65, 1000, 2501, 65536}, {1}},
        {6000, 6, 1, {63, 64, 65, 1000, 3000, 65536}, {1}},
        {1000000, 3, 4, {1000, 65536, 500000}, {1, 63, 64, 65}},
        {4000000000, 1, 6, {1000000}, {1, 63, 64, 65, 1000, 65536}},
        {40000000000, 1, 6, {1000000}, {1, 63, 64, 65, 1000, 65536}},
    };
    struct gpuc_verify_grid grid;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gpuc_verify_grid_init(&grid, &none, &none, cases[i].n_rows);
        expect_counts(&grid.threads, (const uint32_t[]){1, 2, 3}, 3);
        expect_counts(&grid.batch_rows, cases[i].batch_rows, cases[i].n);
        expect_counts(&grid.left_out, cases[i].left_out, cases[i].n_left_out);
    }
    /* Who names sizes gets them. */
    gpuc_verify_grid_init(&grid, &named, &named, 1000000);
    expect_counts(&grid.threads, named.items, 2);
    expect_counts(&grid.batch_rows, named.items, 2);
    assert_int_equal(grid.left_out.n_items, 0);
}

static void a_file_that_changes_is_found(void **state)
{
    struct setup setup;
    struct gpuc_known_file file;
    struct gpuc_error error;
    (void)state;
    make_setup(&setup);
    assert_int_equal(gpuc_known_file_find(setup.input, &file, &error), GPUC_OK);
    assert_int_equal(gpuc_known_file_check(&file, &error), GPUC_OK);
    struct timespec times[2] = {file.info.st_atim, file.info.st_mtim};
    times[1].tv_sec--;
    assert_int_equal(utimensat(AT_FDCWD, setup.input, times, 0), 0);
    assert_int_equal(gpuc_known_file_check(&file, &error), GPUC_EDATA);
    /* Another size will do, whatever the time. */
    test_write_file(setup.input, input_text, sizeof input_text - 2);
    times[1] = file.info.st_mtim;
    assert_int_equal(utimensat(AT_FDCWD, setup.input, times, 0), 0);
    assert_int_equal(gpuc_known_file_check(&file, &error), GPUC_EDATA);
    assert_int_equal(unlink(setup.input), 0);
    assert_int_equal(gpuc_known_file_check(&file, &error), GPUC_EIO);
    assert_int_equal(gpuc_known_file_find(setup.input, &file, &error), GPUC_EIO);
    assert_int_equal(gpuc_known_file_find("/dev/null", &file, &error), GPUC_EUSAGE);
    remove_setup(&setup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_engine_is_found),
        cmocka_unit_test(an_engine_that_fails_is_found),
        cmocka_unit_test(the_grid_suits_the_input),
        cmocka_unit_test(a_file_that_changes_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
