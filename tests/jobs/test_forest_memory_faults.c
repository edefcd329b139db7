/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every request for memory of a forest job, and of opening a model, fails, one after the
 * other, once or from there on: it ends with GPUC_ENOMEM and leaves neither a file nor a
 * block of memory behind, or it gives the right bytes.
 */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "jobs/forest_faults.h"
#include "support/cmocka_all.h"
#include "support/live_blocks.h"

/* Fails every request of one job in turn; returns how many jobs ran. */
static size_t sweep(struct forest_fault_setup *setup, bool for_ever)
{
    enum gpuc_status fault_of_input = setup->job->is_bad ? GPUC_EDATA : GPUC_OK;
    for (long n_before = 0;; n_before++) {
        struct gpuc_error error;
        long n_live_before = test_live_blocks();
        gpuc_memory_fail_after(n_before, for_ever);
        enum gpuc_status status = forest_fault_run(setup, false, &error);
        long n_requests = gpuc_memory_fail_after(-1, false);
        if (setup->job->options.statistics != NULL)
            gpuc_job_statistics_done(setup->job->options.statistics);
        assert_int_equal(test_live_blocks(), n_live_before);
        forest_fault_check(setup, status, NULL);
        if (n_requests <= n_before) {
            assert_int_equal(status, fault_of_input);
            return (size_t)n_before + 1;
        }
        if (status == GPUC_ENOMEM)
            assert_non_null(strstr(error.message, "out of memory"));
        else /* the fault of the input may come before that of the memory */
            assert_int_equal(status, fault_of_input);
    }
}

static void test_jobs(void **state)
{
    static const char *const engines[] = {"scalar", "cpu"};
    (void)state;
    size_t n_jobs = 0;
    for (size_t i = 0; i < forest_fault_n_jobs; i++)
        for (size_t e = 0; e < 2; e++) {
            struct forest_fault_setup setup =
                forest_fault_new(&forest_fault_jobs[i], engines[e]);
            n_jobs += sweep(&setup, false);
            n_jobs += sweep(&setup, true);
            forest_fault_free(&setup);
        }
    print_message("%zu inputs, %zu jobs\n", forest_fault_n_jobs, n_jobs);
    assert_true(n_jobs > 200);
}

/* With statistics, which the caller frees whether the job ended well or not. */
static void test_statistics(void **state)
{
    struct gpuc_job_statistics statistics = {0};
    struct forest_fault_job job = forest_fault_jobs[0];
    (void)state;
    job.options.statistics = &statistics;
    struct forest_fault_setup setup = forest_fault_new(&job, "scalar");
    gpuc_job_statistics_done(&statistics); /* of the run that showed what is right */
    size_t n_before = sweep(&setup, false), n_for_ever = sweep(&setup, true);
    forest_fault_free(&setup);
    assert_true(n_before > 20 && n_for_ever > 20);
}

static void test_models(void **state)
{
    (void)state;
    size_t n_failures = 0;
    for (size_t i = 0; i < 4; i++)
        for (long n_before = 0;; n_before++) {
            struct gpuc_model *model = NULL;
            struct gpuc_error error;
            long n_live_before = test_live_blocks();
            gpuc_memory_fail_after(n_before, n_before % 2 == 1);
            enum gpuc_status status =
                gpuc_model_open(forest_fault_jobs[i].model, NULL, &model, &error);
            bool failed = gpuc_memory_fail_after(-1, false) > n_before;
            assert_int_equal(status, failed ? GPUC_ENOMEM : GPUC_OK);
            assert_int_equal(model != NULL, status == GPUC_OK);
            gpuc_model_free(model);
            assert_int_equal(test_live_blocks(), n_live_before);
            n_failures += failed;
            if (!failed)
                break;
        }
    print_message("%zu failures\n", n_failures);
    assert_true(n_failures > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_statistics),
        cmocka_unit_test(test_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
