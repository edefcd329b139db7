/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every request for memory of a whole job fails, one after the other, once or from there
 * on: the job ends with GPUC_ENOMEM and leaves neither a file nor a block of memory
 * behind, or it gives the right bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "pipeline/job_tests.h"
#include "support/cmocka_all.h"
#include "support/live_blocks.h"

static struct job_tests tests;

static int load(void **state)
{
    (void)state;
    tests = job_tests_new();
    return 0;
}

static int unload(void **state)
{
    (void)state;
    job_tests_free(&tests);
    return 0;
}

/* Fails every request of one case in turn; returns how many jobs ran. */
static size_t sweep(const char *name, const char *csv_parser, bool for_ever)
{
    const struct test_case *item = job_tests_case(&tests, name);
    const struct gpuc_job_options options = {.input_path = item->input_path,
                                             .csv_parser = csv_parser,
                                             .n_threads = 2,
                                             .cancel_fd = -1};
    bool is_good = item->expected[1].bytes != NULL;
    for (long n_before = 0;; n_before++) {
        struct gpuc_error error;
        long n_live_before = test_live_blocks();
        gpuc_memory_fail_after(n_before, for_ever);
        enum gpuc_status status = job_tests_run(&tests, &options, &error);
        long n_requests = gpuc_memory_fail_after(-1, false);
        assert_int_equal(test_live_blocks(), n_live_before);
        job_tests_check(&tests, item, status, NULL);
        if (n_requests <= n_before) {
            assert_int_equal(status, is_good ? GPUC_OK : GPUC_EDATA);
            return (size_t)n_before + 1;
        }
        if (status == GPUC_ENOMEM)
            assert_non_null(strstr(error.message, "out of memory"));
        else /* the fault of the input may come before that of the memory */
            assert_int_equal(status, is_good ? GPUC_OK : GPUC_EDATA);
    }
}

static void test_jobs(void **state)
{
    static const char *const names[] = {"short-rows",
                                        "quotes",
                                        "quoted-newlines",
                                        "index-name-row-multi",
                                        "columns-61-none",
                                        "index-only",
                                        "header-only",
                                        "index-floats",
                                        "truncation-unicode",
                                        "unnamed-labels",
                                        "duplicate-labels",
                                        "first-row-one-longer",
                                        "classification-column",
                                        "bom-quoted-header",
                                        "blank-lines",
                                        "index-text-and-missing",
                                        "long-row",
                                        "unterminated-quote",
                                        "empty-file",
                                        "invalid-utf8"};
    enum { N_NAMES = sizeof names / sizeof names[0] };
    (void)state;
    size_t n_jobs = 0;
    for (size_t i = 0; i < N_NAMES; i++) {
        n_jobs += sweep(names[i], NULL, false);
        n_jobs += sweep(names[i], NULL, true);
    }
    n_jobs += sweep("short-rows", "libcsv", false);
    n_jobs += sweep("short-rows", "libcsv", true);
    print_message("%d cases, %zu jobs\n", N_NAMES, n_jobs);
}

static void test_models_and_engines(void **state)
{
    (void)state;
    size_t n_failures = 0;
    for (int for_ever = 0; for_ever < 2; for_ever++)
        for (long n_before = 0; n_before >= 0; n_before++) {
            struct gpuc_model *model = NULL;
            struct gpuc_engine *engine = NULL;
            struct gpuc_error error;
            long n_live_before = test_live_blocks();
            gpuc_memory_fail_after(n_before, for_ever == 1);
            enum gpuc_status model_status =
                gpuc_model_open("blackbox", NULL, &model, &error);
            enum gpuc_status engine_status = gpuc_engine_open("scalar", &engine, &error);
            bool failed = gpuc_memory_fail_after(-1, false) > n_before;
            assert_int_equal(model != NULL, model_status == GPUC_OK);
            assert_int_equal(engine != NULL, engine_status == GPUC_OK);
            assert_true(failed || (model != NULL && engine != NULL));
            gpuc_model_free(model);
            gpuc_engine_close(engine);
            assert_int_equal(test_live_blocks(), n_live_before);
            n_failures += failed;
            if (!failed)
                break;
        }
    print_message("%zu failures\n", n_failures);
    assert_true(n_failures > 2);
}

int main(void)
{
    const struct CMUnitTest unit_tests[] = {
        cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_models_and_engines),
    };
    return cmocka_run_group_tests(unit_tests, load, unload);
}
