/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forest jobs whose system calls fail, that are cancelled, or whose output cannot be
 * taken: the output is the old file or the whole new one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jobs/forest_faults.h"
#include "support/cmocka_all.h"
#include "support/faults.h"
#include "support/stdin_pipe.h"

/* Runs a job under a fault; true if the fault struck. */
static bool check_fault(struct forest_fault_setup *setup, const struct test_fault *fault,
                        bool piped, const char *old)
{
    struct test_file input = test_read_file(setup->input_path);
    enum gpuc_status fault_of_input = setup->job->is_bad ? GPUC_EDATA : GPUC_OK;
    struct gpuc_error error;
    if (old != NULL)
        test_folder_write(&setup->outputs, "out.csv", old, strlen(old));
    int saved = piped ? test_stdin_pipe(&input) : -1;
    test_fault_arm(fault);
    enum gpuc_status status = forest_fault_run(setup, piped, &error);
    test_fault_disarm();
    if (piped)
        test_stdin_restore(saved);
    free(input.bytes);
    if (status != fault_of_input) {
        assert_int_equal(status, GPUC_EIO);
        assert_true(test_fault_struck());
        assert_non_null(strstr(error.message, strerror(fault->errno_value)));
    }
    forest_fault_check(setup, status, old);
    return test_fault_struck();
}

static void test_system_calls(void **state)
{
    static const enum test_call calls[] = {
        TEST_CALL_CLOSE,   TEST_CALL_FCHMOD, TEST_CALL_FSYNC,
        TEST_CALL_MKSTEMP, TEST_CALL_POLL,   TEST_CALL_PREAD,
        TEST_CALL_READ,    TEST_CALL_RENAME, TEST_CALL_WRITE};
    /* The last one is no failure: a call transfers one byte at most. */
    static const int errno_values[] = {EIO, ENOSPC, EINTR, 0};
    (void)state;
    size_t n_faults = 0;
    for (size_t j = 0; j < forest_fault_n_jobs; j++) {
        struct forest_fault_setup setup =
            forest_fault_new(&forest_fault_jobs[j], "scalar");
        for (size_t i = 0; i < 2 * sizeof calls / sizeof calls[0]; i++)
            for (size_t k = 0; k < 4; k++) {
                struct test_fault fault = {calls[i / 2], 0, 1, errno_values[k]};
                bool transfers = fault.call == TEST_CALL_READ ||
                                 fault.call == TEST_CALL_PREAD ||
                                 fault.call == TEST_CALL_WRITE;
                /* Jobs after the first one take turns, which is quicker. */
                if ((errno_values[k] == 0 && !transfers) || (j > 0 && k != j % 4))
                    continue;
                while (check_fault(&setup, &fault, i % 2 == 0,
                                   fault.at % 2 == 0 ? "old" : NULL)) {
                    n_faults++;
                    fault.at++;
                }
            }
        forest_fault_free(&setup);
    }
    print_message("%zu faults\n", n_faults);
    assert_true(n_faults > 100);
}

/* What the callbacks of a job do at their n-th call. */
struct meddling {
    size_t n_calls;
    size_t at;
    int cancel_fd; /* closed, which makes the other end readable */
};

static void cancel(void *context, const struct gpuc_progress *progress)
{
    struct meddling *meddling = context;
    (void)progress;
    if (meddling->n_calls++ == meddling->at)
        close(meddling->cancel_fd);
}

static int refuse(void *context, const void *bytes, size_t size)
{
    struct meddling *meddling = context;
    (void)bytes;
    (void)size;
    return meddling->n_calls++ == meddling->at ? ENOSPC : 0;
}

/* Cancelled after any number of batches. */
static void test_cancelled(void **state)
{
    static char text[9 + 40 * 6 + 1] = "x0,x1,x2\n";
    static struct forest_fault_job many;
    (void)state;
    size_t n_cancelled = 0, n_done = 0;
    for (size_t row = 0; row < 40; row++)
        memcpy(text + 9 + 6 * row, "1,2,3\n", 7);
    many = (struct forest_fault_job){.model = forest_fault_jobs[0].model, .input = text};
    for (size_t at = 0; at < 22; at++) {
        int fds[2];
        assert_int_equal(pipe(fds), 0);
        struct meddling meddling = {.at = at, .cancel_fd = fds[1]};
        many.options = (struct gpuc_job_options){0};
        struct forest_fault_setup setup = forest_fault_new(&many, "scalar");
        struct gpuc_job_options options = {.input_path = setup.input_path,
                                           .output_path = setup.output_path,
                                           .batch_rows = 2,
                                           .piece_bytes = 12,
                                           .n_threads = 2,
                                           .cancel_fd = fds[0],
                                           .progress = cancel,
                                           .context = &meddling};
        struct gpuc_error error;
        enum gpuc_status status =
            gpuc_job_run(setup.model, setup.engine, &options, NULL, &error);
        assert_true(status == GPUC_OK || status == GPUC_ECANCELLED);
        n_cancelled += status == GPUC_ECANCELLED;
        n_done += status == GPUC_OK;
        forest_fault_check(&setup, status, NULL);
        forest_fault_free(&setup);
        if (meddling.n_calls <= at)
            close(fds[1]);
        close(fds[0]);
    }
    print_message("%zu cancelled, %zu done before that\n", n_cancelled, n_done);
    assert_true(n_cancelled >= 1 && n_done >= 1);
}

/* The caller's own output says no, at the header or at any batch. */
static void test_output_refused(void **state)
{
    (void)state;
    struct forest_fault_setup setup = forest_fault_new(&forest_fault_jobs[0], "scalar");
    size_t n_refused = 0;
    for (size_t at = 0; at < 8; at++) {
        struct meddling meddling = {.at = at};
        struct gpuc_job_options options = setup.job->options;
        struct gpuc_error error;
        options.input_path = setup.input_path;
        options.batch_rows = 2;
        options.piece_bytes = 12;
        options.n_threads = 2;
        options.cancel_fd = -1;
        options.write = refuse;
        options.context = &meddling;
        enum gpuc_status status =
            gpuc_job_run(setup.model, setup.engine, &options, NULL, &error);
        bool refused = meddling.n_calls > at;
        assert_int_equal(status, refused ? GPUC_EIO : GPUC_OK);
        if (refused) {
            assert_string_equal(error.message, "<output>: No space left on device");
            assert_int_equal(meddling.n_calls, at + 1); /* none after the failure */
        }
        n_refused += refused;
    }
    assert_in_range(n_refused, 3, 7);
    forest_fault_free(&setup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_system_calls),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_output_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
