/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sinks and sources whose system calls fail, one after the other: the target is the old
 * file or the complete new one, nothing else stays in the folder, and what is read is
 * right or an error.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv/sink.h"
#include "csv/source.h"
#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/faults.h"
#include "support/folder.h"
#include "support/random.h"

enum { N_PIECES = 3, PIECE = 10000, SIZE = N_PIECES * PIECE };

/* A sink's file, and the bytes that it must hold. */
static struct target {
    const char *name;
    struct test_file expected;
} targets[] = {{.name = "out.csv"}, {.name = "out.csv.gz"}, {.name = "out.csv.zst"}};

enum { N_TARGETS = sizeof targets / sizeof targets[0] };

static uint8_t content[SIZE];
static struct test_folder folder;

static enum gpuc_status write_file(const char *path, struct gpuc_error *error)
{
    struct gpuc_sink *sink = NULL;
    enum gpuc_status status = gpuc_sink_open(path, 2, -1, &sink, error);
    for (size_t i = 0; i < N_PIECES && status == GPUC_OK; i++)
        status = gpuc_sink_write(sink, content + i * PIECE, PIECE, error);
    if (status == GPUC_OK)
        status = gpuc_sink_commit(sink, error);
    gpuc_sink_close(sink);
    return status;
}

static int make_content(void **state)
{
    (void)state;
    struct test_random random = {10};
    for (size_t i = 0; i < SIZE; i++)
        content[i] = (uint8_t)test_random_next(&random);
    folder = test_folder_new();
    for (size_t i = 0; i < N_TARGETS; i++) {
        const char *path = test_folder_file(&folder, targets[i].name);
        assert_int_equal(write_file(path, NULL), GPUC_OK);
        targets[i].expected = test_read_file(path);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(targets[0].expected.size, SIZE);
    assert_memory_equal(targets[0].expected.bytes, content, SIZE);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_TARGETS; i++)
        free(targets[i].expected.bytes);
    test_folder_free(&folder);
    return 0;
}

/* True if output must be there although this fault struck. */
static bool is_harmless(const struct test_fault *fault)
{
    /* The second fsync and close are of the folder, after the file is in its place. */
    bool of_folder = fault->call == TEST_CALL_FSYNC || fault->call == TEST_CALL_CLOSE;
    bool of_write = fault->call == TEST_CALL_WRITE &&
                    (fault->errno_value == EINTR || fault->errno_value == EAGAIN ||
                     fault->errno_value == 0);
    return of_write || (of_folder && fault->at > 0);
}

/* Writes a file, with or without an old one, under a fault; true if the fault struck. */
static bool check_sink(const struct target *target, const struct test_fault *fault,
                       bool any_old)
{
    char path[600];
    struct gpuc_error error = {.message = ""};
    snprintf(path, sizeof path, "%s",
             any_old ? test_folder_write(&folder, target->name, "old", 3)
                     : test_folder_file(&folder, target->name));
    test_fault_arm(fault);
    enum gpuc_status status = write_file(path, &error);
    test_fault_disarm();
    size_t n_files = test_folder_count(&folder);
    assert_int_equal(status == GPUC_OK, !test_fault_struck() || is_harmless(fault));
    if (status == GPUC_OK) {
        assert_true(test_folder_holds(&folder, target->name, target->expected.bytes,
                                      target->expected.size));
        assert_int_equal(n_files, 1);
    } else {
        assert_int_equal(status, GPUC_EIO);
        assert_int_equal(error.status, GPUC_EIO);
        assert_non_null(strstr(error.message, strerror(fault->errno_value)));
        assert_non_null(strstr(error.message, path));
        assert_int_equal(n_files, any_old);
        if (any_old)
            assert_true(test_folder_holds(&folder, target->name, "old", 3));
        /* A second fsync could succeed although the bytes are lost. */
        if (fault->call == TEST_CALL_FSYNC)
            assert_int_equal(test_fault_count(TEST_CALL_FSYNC), fault->at + 1);
    }
    unlink(path);
    return test_fault_struck();
}

/* Every call of every kind fails once; returns how many faults struck. */
static size_t sweep(const struct target *target)
{
    static const enum test_call calls[] = {TEST_CALL_MKSTEMP, TEST_CALL_FCHMOD,
                                           TEST_CALL_WRITE,   TEST_CALL_FSYNC,
                                           TEST_CALL_CLOSE,   TEST_CALL_RENAME};
    static const int errno_values[] = {EIO, ENOSPC, EINTR, EDQUOT, EROFS, 0};
    size_t n_faults = 0;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        for (size_t k = 0; k < sizeof errno_values / sizeof errno_values[0]; k++) {
            struct test_fault fault = {calls[i], 0, 1, errno_values[k]};
            if (fault.errno_value == 0 && fault.call != TEST_CALL_WRITE)
                continue;
            while (check_sink(target, &fault, false) &&
                   check_sink(target, &fault, true)) {
                n_faults += 2;
                fault.at++;
            }
            assert_true(fault.at >= 1);
        }
    return n_faults;
}

static void test_sink(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_TARGETS; i++)
        print_message("%s: %zu faults\n", targets[i].name, sweep(&targets[i]));
}

/* Every write of one byte only, and a thousand that are interrupted. */
static void test_short_writes(void **state)
{
    const struct test_fault shortened = {TEST_CALL_WRITE, 0, 1000000, 0};
    const struct test_fault interrupted = {TEST_CALL_WRITE, 0, 1000, EINTR};
    (void)state;
    for (size_t i = 0; i < N_TARGETS; i++) {
        assert_true(check_sink(&targets[i], &shortened, true));
        assert_int_equal(test_fault_count(TEST_CALL_WRITE), targets[i].expected.size);
        assert_true(check_sink(&targets[i], &interrupted, true));
        assert_true(test_fault_count(TEST_CALL_WRITE) > 1000);
    }
    /* Text that is not packed is handed on as it comes. */
    assert_true(check_sink(&targets[0], &interrupted, false));
    assert_int_equal(test_fault_count(TEST_CALL_WRITE), 1000 + N_PIECES);
}

/* Reads everything twice; the bytes of what could be read are right. */
static enum gpuc_status read_twice(const char *path, struct gpuc_error *error)
{
    struct gpuc_source *source = NULL;
    uint8_t bytes[4096];
    enum gpuc_status status = gpuc_source_open(path, true, -1, &source, error);
    for (int round = 0; round < 2 && status == GPUC_OK; round++) {
        size_t pos = 0;
        gpuc_source_seek(source, 0);
        for (size_t n = 1; n > 0 && status == GPUC_OK; pos += n) {
            status = gpuc_source_read(source, bytes, sizeof bytes, &n, error);
            if (status != GPUC_OK)
                break;
            assert_true(n <= SIZE - pos);
            assert_memory_equal(bytes, content + pos, n);
        }
        assert_true(status != GPUC_OK || pos == SIZE);
    }
    gpuc_source_close(source);
    return status;
}

/* The same from a pipe, which holds all of the content. */
static enum gpuc_status read_pipe_twice(const struct test_fault *fault,
                                        struct gpuc_error *error)
{
    int data[2];
    char path[32];
    assert_int_equal(pipe(data), 0);
    assert_int_equal(write(data[1], content, SIZE), SIZE);
    close(data[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", data[0]);
    test_fault_arm(fault);
    enum gpuc_status status = read_twice(path, error);
    test_fault_disarm();
    close(data[0]);
    return status;
}

static enum gpuc_status read_file_twice(const struct test_fault *fault,
                                        struct gpuc_error *error)
{
    const char *path = test_folder_write(&folder, "in.csv", content, SIZE);
    test_fault_arm(fault);
    enum gpuc_status status = read_twice(path, error);
    test_fault_disarm();
    unlink(test_folder_file(&folder, "in.csv"));
    return status;
}

static void test_source(void **state)
{
    static const struct {
        enum test_call call;
        int errno_value;
        bool of_pipe, fails;
    } kinds[] = {
        {TEST_CALL_PREAD, EIO, false, true},   {TEST_CALL_PREAD, EINTR, false, false},
        {TEST_CALL_PREAD, 0, false, false},    {TEST_CALL_READ, EIO, true, true},
        {TEST_CALL_READ, EINTR, true, false},  {TEST_CALL_READ, EAGAIN, true, false},
        {TEST_CALL_READ, 0, true, false},      {TEST_CALL_PREAD, EIO, true, true},
        {TEST_CALL_PREAD, EINTR, true, false}, {TEST_CALL_PREAD, 0, true, false},
        {TEST_CALL_POLL, EINTR, true, false},  {TEST_CALL_WRITE, ENOSPC, true, true},
        {TEST_CALL_WRITE, EINTR, true, false}, {TEST_CALL_WRITE, 0, true, false},
    };
    (void)state;
    size_t n_faults = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        for (unsigned at = 0; at < 20; at++) {
            struct test_fault fault = {kinds[i].call, at, 1 + at % 3,
                                       kinds[i].errno_value};
            struct gpuc_error error = {.message = ""};
            enum gpuc_status status = kinds[i].of_pipe ? read_pipe_twice(&fault, &error)
                                                       : read_file_twice(&fault, &error);
            bool struck = test_fault_struck();
            n_faults += struck;
            assert_true(struck || at > 0);
            bool fails = struck && kinds[i].fails;
            assert_int_equal(status, fails ? GPUC_EIO : GPUC_OK);
            if (fails)
                assert_non_null(strstr(error.message, strerror(fault.errno_value)));
        }
    print_message("%zu faults\n", n_faults);
}

/* Where a spool cannot be, another folder serves; and if none does, that is said. */
static void test_spool_folders(void **state)
{
    (void)state;
    struct gpuc_error error;
    assert_int_equal(setenv("TMPDIR", folder.path, 1), 0);
    struct test_fault fault = {TEST_CALL_MKSTEMP, 0, 1, EACCES};
    for (fault.n = 1; fault.n <= 2; fault.n++)
        assert_int_equal(read_pipe_twice(&fault, &error), GPUC_OK);
    assert_int_equal(read_pipe_twice(&fault, &error), GPUC_EIO);
    assert_string_equal(error.message,
                        "cannot make a temporary file to keep a copy of the input (set "
                        "TMPDIR to a folder with room): Permission denied");
    fault = (struct test_fault){TEST_CALL_WRITE, 1, 1, ENOSPC};
    assert_int_equal(read_pipe_twice(&fault, &error), GPUC_EIO);
    assert_string_equal(error.message,
                        "cannot keep a temporary copy of the input (set TMPDIR to a "
                        "folder with room): No space left on device");
    assert_int_equal(unsetenv("TMPDIR"), 0);
    assert_int_equal(test_folder_count(&folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sink),
        cmocka_unit_test(test_short_writes),
        cmocka_unit_test(test_source),
        cmocka_unit_test(test_spool_folders),
    };
    return cmocka_run_group_tests(tests, make_content, remove_folder);
}
