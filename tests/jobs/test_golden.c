/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every golden case, through the library: all engines, thread counts, batch sizes and CSV
 * parsers give the bytes that pandas wrote, or its error and no output at all. Called as
 * `test_golden DEVICE` it runs each case once, on that device.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpuclassify.h"
#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/wanted_device.h"

static const uint32_t thread_counts[] = {1, 2, 5};
static const uint32_t batch_sizes[] = {1, 7, 64, 100, 4096};

struct collected {
    uint8_t *bytes;
    size_t size;
};

static int collect(void *context, const void *bytes, size_t size)
{
    struct collected *output = context;
    output->bytes = realloc(output->bytes, output->size + size + 1);
    assert_non_null(output->bytes);
    memcpy(output->bytes + output->size, bytes, size);
    output->size += size;
    return 0;
}

/* The message that pandas gave must be in ours, word for word, where users know it. */
static bool is_expected_error(const struct test_case *item,
                              const struct gpuc_error *error)
{
    bool is_fixed = strncmp(item->error, "ParserError: ", 13) == 0 ||
                    strncmp(item->error, "EmptyDataError: ", 16) == 0;
    return error->status == GPUC_EDATA && error->line > 0 &&
           (!is_fixed || strstr(error->message, strchr(item->error, ' ') + 1) != NULL);
}

/* Runs one case; true if it came out as pandas has it. */
static bool run_case(const struct test_case *item, int model_number,
                     struct gpuc_engine *engine, uint32_t n_threads, uint32_t batch_rows,
                     const char *csv_parser)
{
    struct gpuc_error error = {0};
    struct gpuc_model *model = NULL;
    struct collected output = {0};
    struct gpuc_job_options options = GPUC_JOB_OPTIONS_INIT;
    options.input_path = item->input_path;
    options.n_threads = n_threads;
    options.batch_rows = batch_rows;
    options.csv_parser = csv_parser;
    options.write = collect;
    options.context = &output;
    assert_int_equal(
        gpuc_model_open(test_case_models[model_number], NULL, &model, &error), GPUC_OK);
    enum gpuc_status status = gpuc_job_run(model, engine, &options, NULL, &error);
    const struct test_file *expected = &item->expected[model_number];
    bool good;
    if (expected->bytes == NULL)
        good = status != GPUC_OK && output.size == 0 && is_expected_error(item, &error);
    else
        good =
            status == GPUC_OK && output.size == expected->size &&
            (output.size == 0 || memcmp(output.bytes, expected->bytes, output.size) == 0);
    if (!good)
        print_error("%s %s %s threads %u batch rows %u: status %d %s\n", item->name,
                    test_case_models[model_number], gpuc_engine_device(engine)->name,
                    n_threads, batch_rows, status,
                    status != GPUC_OK ? error.message : "");
    free(output.bytes);
    gpuc_model_free(model);
    return good;
}

/* All cases on one engine with all thread counts and batch sizes. */
static unsigned run_engine(const struct test_cases *cases, struct gpuc_engine *engine,
                           unsigned *n_runs)
{
    unsigned n_bad = 0;
    for (size_t i = 0; i < cases->n_items; i++)
        for (int model = 0; model < 2; model++)
            for (int t = 0; t < 3; t++)
                for (int b = 0; b < 5; b++, ++*n_runs)
                    n_bad += !run_case(&cases->items[i], model, engine, thread_counts[t],
                                       batch_sizes[b], NULL);
    return n_bad;
}

static void golden_cases_on_every_engine(void **state)
{
    static struct gpuc_device_list list;
    struct test_cases cases = test_cases_load();
    unsigned n_bad = 0;
    (void)state;
    assert_int_equal(gpuc_devices_list(&list, NULL), GPUC_OK);
    for (size_t i = 0; i < list.n_devices; i++) {
        struct gpuc_engine *engine = NULL;
        struct gpuc_error error;
        unsigned n_runs = 0;
        if (!list.devices[i].usable) {
            print_message("%s: SKIPPED, %s\n", list.devices[i].name,
                          list.devices[i].reason);
            continue;
        }
        if (gpuc_engine_open(list.devices[i].name, &engine, &error) != GPUC_OK)
            fail_msg("%s", error.message);
        n_bad += run_engine(&cases, engine, &n_runs);
        print_message("%s: %u runs\n", list.devices[i].name, n_runs);
        gpuc_engine_close(engine);
    }
    test_cases_free(&cases);
    assert_int_equal(n_bad, 0);
}

/* Thread counts and batch sizes take turns. */
static void golden_cases_on_the_wanted_device(void **state)
{
    struct gpuc_engine *engine = test_wanted_engine();
    struct test_cases cases = test_cases_load();
    unsigned n_bad = 0;
    (void)state;
    for (size_t i = 0; i < 2 * cases.n_items; i++)
        n_bad += !run_case(&cases.items[i / 2], (int)(i % 2), engine,
                           thread_counts[i % 3], batch_sizes[i % 5], NULL);
    print_message("%s: %zu runs\n", test_wanted_name(), 2 * cases.n_items);
    gpuc_engine_close(engine);
    test_cases_free(&cases);
    assert_int_equal(n_bad, 0);
}

static bool is_refused_by_libcsv(const struct test_case *item, struct gpuc_engine *engine)
{
    struct gpuc_error error = {0};
    struct gpuc_model *model = NULL;
    struct collected output = {0};
    struct gpuc_job_options options = GPUC_JOB_OPTIONS_INIT;
    options.input_path = item->input_path;
    options.csv_parser = "libcsv";
    options.write = collect;
    options.context = &output;
    assert_int_equal(gpuc_model_open("blackbox", NULL, &model, &error), GPUC_OK);
    enum gpuc_status status = gpuc_job_run(model, engine, &options, NULL, &error);
    gpuc_model_free(model);
    free(output.bytes);
    return status == GPUC_EDATA && output.size == 0 &&
           strstr(error.message, "libcsv") != NULL;
}

/* libcsv cannot follow every rule; where it accepts a case, it must be the same. */
static void golden_cases_with_libcsv(void **state)
{
    struct test_cases cases = test_cases_load();
    struct gpuc_engine *engine = NULL;
    unsigned n_equal = 0, n_bad = 0, n_refused = 0;
    (void)state;
    assert_int_equal(gpuc_engine_open("scalar", &engine, NULL), GPUC_OK);
    for (size_t i = 0; i < cases.n_items; i++) {
        const struct test_case *item = &cases.items[i];
        /* A quote inside an unquoted field: strict libcsv calls it a fault. */
        bool refused = strcmp(item->name, "quotes") == 0 ||
                       strcmp(item->name, "bom-quoted-header") == 0 ||
                       strcmp(item->name, "bom-quoted-comma") == 0 ||
                       strncmp(item->name, "quote-then-", 11) == 0;
        bool good;
        if (refused) {
            good = is_refused_by_libcsv(item, engine);
            n_refused += good;
        } else {
            good = run_case(item, 1, engine, 2, 7, "libcsv");
        }
        n_equal += good && !refused;
        n_bad += !good;
    }
    print_message("libcsv: %u cases equal, %u refused\n", n_equal, n_refused);
    gpuc_engine_close(engine);
    test_cases_free(&cases);
    assert_int_equal(n_bad, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_cases_on_every_engine),
        cmocka_unit_test(golden_cases_with_libcsv),
    };
    const struct CMUnitTest wanted_tests[] = {
        cmocka_unit_test(golden_cases_on_the_wanted_device),
    };

    if (!test_want_device(argc, argv))
        return TEST_SKIPPED;
    if (test_wanted_name() != NULL)
        return cmocka_run_group_tests(wanted_tests, NULL, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
