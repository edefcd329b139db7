/* SPDX-License-Identifier: Apache-2.0 */
/* Writes that come through whole whatever the system does, and waits that end. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka_all.h"
#include "support/faults.h"

struct pipe_ends {
    int fds[2]; /* to read from, to write to */
};

static struct pipe_ends open_pipe(void)
{
    struct pipe_ends ends;
    assert_int_equal(pipe(ends.fds), 0);
    return ends;
}

static void close_pipe(struct pipe_ends *ends)
{
    close(ends->fds[0]);
    close(ends->fds[1]);
}

static uint8_t pattern(size_t i)
{
    return (uint8_t)(i * 7 + (i >> 8));
}

/* The end of a pipe to read from, and how much came out as it went in. */
struct drain {
    int fd;
    size_t n_right;
};

static void *drain_all(void *argument)
{
    struct drain *drain = argument;
    uint8_t bytes[1000];
    ssize_t n;
    /* Not read(): its counters belong to the writing thread. */
    FILE *stream = fdopen(dup(drain->fd), "rb");
    while ((n = (ssize_t)fread(bytes, 1, sizeof bytes, stream)) > 0)
        for (ssize_t i = 0; i < n; i++)
            drain->n_right += bytes[i] == pattern(drain->n_right);
    fclose(stream);
    return NULL;
}

/* Writes `size` bytes through a pipe under a fault; they must all come out. */
static void check_arrives(size_t size, int cancel_fd, const struct test_fault *fault)
{
    struct pipe_ends ends = open_pipe();
    uint8_t *bytes = malloc(size + 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = pattern(i);
    pthread_t reader;
    struct drain drain = {.fd = ends.fds[0]};
    assert_int_equal(pthread_create(&reader, NULL, drain_all, &drain), 0);
    test_fault_arm(fault);
    enum gpuc_status status =
        gpuc_write_all(ends.fds[1], bytes, size, cancel_fd, "a pipe", NULL);
    test_fault_disarm();
    close(ends.fds[1]);
    pthread_join(reader, NULL);
    close(ends.fds[0]);
    free(bytes);
    assert_int_equal(status, GPUC_OK);
    assert_int_equal(drain.n_right, size);
    assert_true(fault == NULL || size == 0 || test_fault_struck());
}

static void test_writes_all(void **state)
{
    static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 100000, 1000000};
    static const struct test_fault faults[] = {
        {TEST_CALL_WRITE, 0, 5, EINTR},
        {TEST_CALL_WRITE, 0, 5, EAGAIN},
        {TEST_CALL_WRITE, 0, 1000, 0},
        {TEST_CALL_POLL, 0, 5, EINTR},
    };
    (void)state;
    struct pipe_ends quiet = open_pipe();
    size_t n_writes = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        check_arrives(sizes[i], -1, NULL);
        check_arrives(sizes[i], quiet.fds[0], NULL);
        for (size_t k = 0; k < sizeof faults / sizeof faults[0]; k++) {
            check_arrives(sizes[i], quiet.fds[0], &faults[k]);
            if (faults[k].call == TEST_CALL_WRITE)
                check_arrives(sizes[i], -1, &faults[k]);
            n_writes += 2;
        }
    }
    close_pipe(&quiet);
    print_message("%zu writes under faults\n", n_writes);
}

/* A failure is reported after whatever was written before it. */
static void test_write_fails(void **state)
{
    enum { N_PIECES = 3, PIECE = 4096 };
    static const uint8_t bytes[N_PIECES * PIECE];
    (void)state;
    struct gpuc_error error;
    struct pipe_ends quiet = open_pipe();
    for (unsigned at = 0; at < N_PIECES; at++) {
        struct pipe_ends ends = open_pipe();
        test_fault_arm(&(struct test_fault){TEST_CALL_WRITE, at, 1, ENOSPC});
        enum gpuc_status status = gpuc_write_all(ends.fds[1], bytes, sizeof bytes,
                                                 quiet.fds[0], "a pipe", &error);
        test_fault_disarm();
        assert_int_equal(status, GPUC_EIO);
        assert_string_equal(error.message, "a pipe: No space left on device");
        assert_int_equal(test_fault_count(TEST_CALL_WRITE), at + 1);
        close_pipe(&ends);
    }
    close_pipe(&quiet);
    assert_int_equal(gpuc_write_all(-1, "abc", 3, -1, "nothing", &error), GPUC_EIO);
    assert_string_equal(error.message, "nothing: Bad file descriptor");
}

static void test_wait_fails(void **state)
{
    (void)state;
    struct gpuc_error error;
    test_fault_arm(&(struct test_fault){TEST_CALL_POLL, 0, 1, EINVAL});
    enum gpuc_status status = gpuc_wait_fd(0, POLLIN, -1, "a file", &error);
    test_fault_disarm();
    assert_int_equal(status, GPUC_EIO);
    assert_string_equal(error.message, "a file: Invalid argument");
}

static void test_cancelled(void **state)
{
    (void)state;
    struct gpuc_error error;
    struct pipe_ends cancel = open_pipe();
    struct pipe_ends data = open_pipe();
    assert_int_equal(gpuc_check_cancelled(-1, &error), GPUC_OK);
    assert_int_equal(gpuc_check_cancelled(cancel.fds[0], &error), GPUC_OK);
    assert_int_equal(gpuc_wait_fd(data.fds[1], POLLOUT, cancel.fds[0], "x", &error),
                     GPUC_OK);

    assert_int_equal(write(cancel.fds[1], "!", 1), 1);
    for (int i = 0; i < 2; i++) { /* a signal that was seen once still holds */
        assert_int_equal(gpuc_check_cancelled(cancel.fds[0], &error), GPUC_ECANCELLED);
        assert_string_equal(error.message, "cancelled");
        assert_int_equal(gpuc_wait_fd(data.fds[1], POLLOUT, cancel.fds[0], "x", &error),
                         GPUC_ECANCELLED);
        assert_int_equal(
            gpuc_write_all(data.fds[1], "abc", 3, cancel.fds[0], "x", &error),
            GPUC_ECANCELLED);
    }
    /* Nothing was written. */
    struct pollfd wait = {.fd = data.fds[0], .events = POLLIN};
    assert_int_equal(poll(&wait, 1, 0), 0);
    close_pipe(&cancel);
    close_pipe(&data);
}

static void *cancel_soon(void *argument)
{
    const struct pipe_ends *cancel = argument;
    const struct timespec delay = {.tv_nsec = 20000000};
    nanosleep(&delay, NULL);
    close(cancel->fds[1]); /* which makes the other end readable */
    return NULL;
}

/* A write that waits for a full pipe ends when it is cancelled. */
static void test_cancelled_when_full(void **state)
{
    enum { SIZE = 4 << 20 };
    (void)state;
    struct gpuc_error error;
    struct pipe_ends cancel = open_pipe();
    struct pipe_ends data = open_pipe();
    uint8_t *bytes = calloc(SIZE, 1);
    pthread_t helper;
    assert_non_null(bytes);
    assert_int_equal(pthread_create(&helper, NULL, cancel_soon, &cancel), 0);
    assert_int_equal(
        gpuc_write_all(data.fds[1], bytes, SIZE, cancel.fds[0], "a pipe", &error),
        GPUC_ECANCELLED);
    pthread_join(helper, NULL);
    close(cancel.fds[0]);
    close_pipe(&data);
    free(bytes);
}

static void test_broken_pipe(void **state)
{
    (void)state;
    struct gpuc_error error;
    struct pipe_ends quiet = open_pipe();
    struct pipe_ends data = open_pipe();
    close(data.fds[0]);
    for (int i = 0; i < 2; i++) {
        int cancel_fd = i == 0 ? -1 : quiet.fds[0];
        assert_int_equal(gpuc_write_all(data.fds[1], "abc", 3, cancel_fd, "out", &error),
                         GPUC_EPIPE);
        assert_string_equal(error.message, "out: Broken pipe");
    }
    close(data.fds[1]);
    close_pipe(&quiet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writes_all),          cmocka_unit_test(test_write_fails),
        cmocka_unit_test(test_wait_fails),          cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_cancelled_when_full), cmocka_unit_test(test_broken_pipe),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
