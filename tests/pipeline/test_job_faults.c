/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole jobs whose system calls fail, that are cancelled, whose output cannot be taken,
 * or whose input changes under them: the output is the old file or the whole new one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/job_tests.h"
#include "support/cmocka_all.h"
#include "support/faults.h"
#include "support/stdin_pipe.h"

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

/* Runs a case under a fault; true if the fault struck. */
static bool check_fault(const struct test_case *item, const struct test_fault *fault,
                        bool piped, const char *old)
{
    const struct gpuc_job_options options = {
        .input_path = piped ? "-" : item->input_path, .n_threads = 1, .cancel_fd = -1};
    struct test_file input = test_read_file(item->input_path);
    struct gpuc_error error;
    if (old != NULL)
        test_folder_write(&tests.folder, "out.csv", old, strlen(old));
    int saved = piped ? test_stdin_pipe(&input) : -1;
    test_fault_arm(fault);
    enum gpuc_status status = job_tests_run(&tests, &options, &error);
    test_fault_disarm();
    if (piped)
        test_stdin_restore(saved);
    free(input.bytes);
    if (status != GPUC_OK) {
        assert_int_equal(status, GPUC_EIO);
        assert_true(test_fault_struck());
        assert_non_null(strstr(error.message, strerror(fault->errno_value)));
    }
    job_tests_check(&tests, item, status, old);
    return test_fault_struck();
}

static void test_system_calls(void **state)
{
    static const enum test_call calls[] = {
        TEST_CALL_CLOSE,   TEST_CALL_FCHMOD, TEST_CALL_FSYNC,
        TEST_CALL_MKSTEMP, TEST_CALL_POLL,   TEST_CALL_PREAD,
        TEST_CALL_READ,    TEST_CALL_RENAME, TEST_CALL_WRITE};
    static const int errno_values[] = {EIO, ENOSPC, EINTR};
    static const char *const names[] = {"short-rows", "quoted-newlines"};
    (void)state;
    size_t n_faults = 0;
    for (size_t i = 0; i < 2 * sizeof calls / sizeof calls[0]; i++)
        for (size_t k = 0; k < 3; k++) {
            const struct test_case *item = job_tests_case(&tests, names[k % 2]);
            struct test_fault fault = {calls[i / 2], 0, 1, errno_values[k]};
            bool piped = i % 2 == 0;
            while (check_fault(item, &fault, piped, fault.at % 2 == 0 ? "old" : NULL)) {
                n_faults++;
                fault.at++;
            }
        }
    print_message("%zu faults\n", n_faults);
    assert_true(n_faults > 50);
}

/* What the callbacks of a job do at their n-th call. */
struct meddling {
    size_t n_calls;
    size_t at;
    int write_answer;
    int cancel_fd;            /* closed, which makes the other end readable; -1: not */
    const char *changed_path; /* a file that gets other bytes; NULL: none */
    const char *bytes;
};

static void meddle(void *context, const struct gpuc_progress *progress)
{
    struct meddling *meddling = context;
    (void)progress;
    if (meddling->n_calls++ != meddling->at)
        return;
    if (meddling->cancel_fd >= 0)
        close(meddling->cancel_fd);
    if (meddling->changed_path != NULL) {
        FILE *stream = fopen(meddling->changed_path, "wb");
        assert_non_null(stream);
        fputs(meddling->bytes, stream);
        fclose(stream);
    }
}

static int take_output(void *context, const void *bytes, size_t size)
{
    struct meddling *meddling = context;
    (void)bytes;
    (void)size;
    return meddling->n_calls++ == meddling->at ? meddling->write_answer : 0;
}

/* Cancelled after any number of batches, of either pass. */
static void test_cancelled(void **state)
{
    (void)state;
    const struct test_case *item = job_tests_case(&tests, "plain-137");
    size_t n_cancelled = 0, n_done = 0;
    for (size_t at = 0; at < 4000; at += at < 5 ? 1 : at / 2) {
        int cancel[2];
        assert_int_equal(pipe(cancel), 0);
        struct meddling meddling = {.at = at, .cancel_fd = cancel[1]};
        const struct gpuc_job_options options = {.input_path = item->input_path,
                                                 .n_threads = 2,
                                                 .cancel_fd = cancel[0],
                                                 .progress = meddle,
                                                 .context = &meddling};
        struct gpuc_error error;
        enum gpuc_status status = job_tests_run(&tests, &options, &error);
        assert_true(status == GPUC_OK || status == GPUC_ECANCELLED);
        assert_true(status == GPUC_OK || strcmp(error.message, "cancelled") == 0);
        n_cancelled += status == GPUC_ECANCELLED;
        n_done += status == GPUC_OK;
        job_tests_check(&tests, item, status, NULL);
        if (meddling.n_calls <= at)
            close(cancel[1]);
        close(cancel[0]);
    }
    print_message("%zu cancelled, %zu done before that\n", n_cancelled, n_done);
    assert_true(n_cancelled > 5 && n_done > 0);
}

/* The caller's own output says no, at any batch. */
static void test_output_refused(void **state)
{
    (void)state;
    const struct test_case *item = job_tests_case(&tests, "short-rows");
    size_t n_refused = 0;
    for (size_t at = 0; at < 10; at++) {
        struct meddling meddling = {.at = at, .write_answer = ENOSPC, .cancel_fd = -1};
        const struct gpuc_job_options options = {.input_path = item->input_path,
                                                 .n_threads = 2,
                                                 .piece_bytes = 8,
                                                 .cancel_fd = -1,
                                                 .write = take_output,
                                                 .context = &meddling};
        struct gpuc_error error;
        enum gpuc_status status = job_tests_run(&tests, &options, &error);
        bool refused = meddling.n_calls > at;
        assert_int_equal(status, refused ? GPUC_EIO : GPUC_OK);
        if (refused) {
            assert_string_equal(error.message, "<output>: No space left on device");
            assert_int_equal(meddling.n_calls, at + 1); /* none after the failure */
        }
        n_refused += refused;
        assert_int_equal(test_folder_count(&tests.folder), 0);
    }
    assert_in_range(n_refused, 2, 9);
}

/* The input is another one in the second pass: an error where that can be seen. */
static void test_input_changes(void **state)
{
    static const struct {
        const char *bytes;
        const char *message; /* a part of it; NULL: nothing may crash, no more */
    } changes[] = {
        {"ID,A\n1,a\n2,b\n3,c\n4,d\n5,e\n6,f\n",
         "the file changed while it was being read"},
        {"ID,A\n1,a\n2,b\n", "the file changed while it was being read"},
        {"", "the file changed while it was being read"},
        {"ID,A\n1,a\n2,b\n3,\"\n4,d\n5,e\n", "unexpected end of data"},
        {"ID,A\n1,a\n2,b\n3,\xFF\n4,d\n5,e\n", "not UTF-8"},
        {"ID,A\nx,a\ny,b\nz,c\nu,d\nv,e\n", NULL},
        {"ID,A\n1,,\n2,b\n3,c\n4,d\n5,,\n", NULL},
        {"ID,A\n,,,\n\"\"\"a\n\"\",\n,,,\n,,,\n", NULL},
    };
    (void)state;
    static const char good[] = "ID,A\n1,a\n2,b\n3,c\n4,d\n5,e\n";
    struct test_folder folder = test_folder_new();
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s",
                 test_folder_write(&folder, "in.csv", good, sizeof good - 1));
        /* After the third batch, which is the last of the first pass; before that pass
         * there is a call too. */
        struct meddling meddling = {
            .at = 3, .cancel_fd = -1, .changed_path = path, .bytes = changes[i].bytes};
        const struct gpuc_job_options options = {.input_path = path,
                                                 .n_threads = 1,
                                                 .piece_bytes = 8,
                                                 .cancel_fd = -1,
                                                 .progress = meddle,
                                                 .context = &meddling};
        struct gpuc_error error;
        enum gpuc_status status = job_tests_run(&tests, &options, &error);
        if (changes[i].message != NULL) {
            assert_int_equal(status, GPUC_EDATA);
            assert_non_null(strstr(error.message, changes[i].message));
            assert_int_equal(test_folder_count(&tests.folder), 0);
        }
        unlink(test_folder_file(&tests.folder, "out.csv"));
    }
    test_folder_free(&folder);
}

int main(void)
{
    const struct CMUnitTest unit_tests[] = {
        cmocka_unit_test(test_system_calls),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_output_refused),
        cmocka_unit_test(test_input_changes),
    };
    return cmocka_run_group_tests(unit_tests, load, unload);
}
