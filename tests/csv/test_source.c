/* SPDX-License-Identifier: Apache-2.0 */
/* Sources of every kind: what is read, and read again, is what is in them. */
#include "csv/source.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "support/cmocka_all.h"
#include "support/folder.h"
#include "support/random.h"

enum { SIZE = 300000 };

static uint8_t content[SIZE];
static struct test_folder folder;

static int make_content(void **state)
{
    (void)state;
    struct test_random random = {8};
    for (size_t i = 0; i < SIZE; i++)
        content[i] = (uint8_t)test_random_next(&random);
    folder = test_folder_new();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_free(&folder);
    return 0;
}

static struct gpuc_source *open_source(const char *path, bool rereadable)
{
    struct gpuc_source *source = NULL;
    struct gpuc_error error = {.message = ""};
    enum gpuc_status status = gpuc_source_open(path, rereadable, -1, &source, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, GPUC_OK);
    return source;
}

/* Reads once; what comes must be the content from `pos` on. Returns the new place. */
static size_t read_some(struct gpuc_source *source, size_t pos, size_t end, size_t size)
{
    static uint8_t bytes[SIZE];
    size_t n = SIZE + 1;
    assert_int_equal(gpuc_source_read(source, bytes, size, &n, NULL), GPUC_OK);
    assert_true(n <= size && n <= end - pos && (n > 0 || pos == end));
    assert_memory_equal(bytes, content + pos, n);
    return pos + n;
}

static void read_to(struct gpuc_source *source, size_t pos, size_t end, size_t piece)
{
    while (pos < end)
        pos = read_some(source, pos, end, piece < end - pos ? piece : end - pos);
}

static void read_end(struct gpuc_source *source)
{
    for (int i = 0; i < 3; i++)
        read_some(source, SIZE, SIZE, 1000);
}

static void test_file(void **state)
{
    (void)state;
    const char *path = test_folder_write(&folder, "in.csv", content, SIZE);
    struct gpuc_source *source = open_source(path, true);
    assert_string_equal(gpuc_source_name(source), path);
    assert_int_equal(gpuc_source_size(source), SIZE);
    for (size_t piece = 1000; piece < SIZE; piece = piece * 5 / 2) {
        read_to(source, 0, SIZE, piece);
        read_end(source);
        gpuc_source_seek(source, 0);
    }
    gpuc_source_seek(source, SIZE / 3);
    read_to(source, SIZE / 3, SIZE, 7777);
    read_end(source);
    gpuc_source_close(source);

    path = test_folder_write(&folder, "empty.csv", "", 0);
    source = open_source(path, true);
    assert_int_equal(gpuc_source_size(source), 0);
    size_t n = 1;
    assert_int_equal(gpuc_source_read(source, content, 1, &n, NULL), GPUC_OK);
    assert_int_equal(n, 0);
    gpuc_source_close(source);
    gpuc_source_close(NULL);
}

/* A pipe that gives the content, in pieces of odd sizes. */
struct giver {
    int fds[2];
    pthread_t thread;
    char path[32];
};

static void *give(void *argument)
{
    const struct giver *giver = argument;
    size_t pos = 0;
    for (size_t piece = 1; pos < SIZE; piece = piece * 3 % 10007) {
        size_t n = piece < SIZE - pos ? piece : SIZE - pos;
        if (write(giver->fds[1], content + pos, n) != (ssize_t)n)
            return NULL;
        pos += n;
    }
    close(giver->fds[1]);
    return NULL;
}

static void start(struct giver *giver)
{
    assert_int_equal(pipe(giver->fds), 0);
    snprintf(giver->path, sizeof giver->path, "/dev/fd/%d", giver->fds[0]);
    assert_int_equal(pthread_create(&giver->thread, NULL, give, giver), 0);
}

static void finish(struct giver *giver)
{
    pthread_join(giver->thread, NULL);
    close(giver->fds[0]);
}

static void test_pipe(void **state)
{
    (void)state;
    struct giver giver;
    start(&giver);
    struct gpuc_source *source = open_source(giver.path, false);
    assert_int_equal(gpuc_source_size(source), 0);
    read_to(source, 0, SIZE, 5000);
    read_end(source);
    gpuc_source_close(source);
    finish(&giver);
}

/* How much of the content a callback has given. */
struct given {
    size_t size;
    size_t n_calls;
};

static int give_some(void *context, void *bytes, size_t size, size_t *ret_size)
{
    struct given *given = context;
    size_t n = ++given->n_calls * 37 % 5003;
    n = n < size ? n : size;
    n = n < SIZE - given->size ? n : SIZE - given->size;
    memcpy(bytes, content + given->size, n);
    given->size += n;
    *ret_size = n;
    return 0;
}

/* It is read once, whatever is read again, and not at all once the source is stopped. */
static void test_callback(void **state)
{
    (void)state;
    for (int rereadable = 0; rereadable < 2; rereadable++) {
        struct given given = {0};
        struct gpuc_source *source = NULL;
        assert_int_equal(
            gpuc_source_open_callback(give_some, &given, rereadable, -1, &source, NULL),
            GPUC_OK);
        assert_string_equal(gpuc_source_name(source), "<input>");
        assert_int_equal(gpuc_source_size(source), 0);
        read_to(source, 0, SIZE, 5000);
        read_end(source);
        size_t n_calls = given.n_calls, n = 0;
        if (rereadable) {
            gpuc_source_seek(source, 0);
            read_to(source, 0, SIZE, 7000);
            assert_int_equal(given.n_calls, n_calls);
        }
        gpuc_source_close(source);

        given = (struct given){0};
        assert_int_equal(
            gpuc_source_open_callback(give_some, &given, rereadable, -1, &source, NULL),
            GPUC_OK);
        read_to(source, 0, 100, 100);
        n_calls = given.n_calls;
        gpuc_source_stop(source);
        assert_int_equal(gpuc_source_read(source, &(char){0}, 1, &n, NULL),
                         GPUC_ECANCELLED);
        assert_int_equal(given.n_calls, n_calls);
        gpuc_source_close(source);
    }
}

/* Read in part, again from the start and on behind that; and all of it again. */
static void test_spool(void **state)
{
    (void)state;
    struct giver giver;
    assert_int_equal(setenv("TMPDIR", folder.path, 1), 0);
    size_t n_files = test_folder_count(&folder);
    start(&giver);
    struct gpuc_source *source = open_source(giver.path, true);
    read_to(source, 0, SIZE / 3, 5000);
    assert_int_equal(test_folder_count(&folder), n_files); /* it has no name */
    gpuc_source_seek(source, 0);
    read_to(source, 0, SIZE, 7000);
    read_end(source);
    gpuc_source_seek(source, SIZE / 2);
    read_to(source, SIZE / 2, SIZE, 70000);
    read_end(source);
    gpuc_source_close(source);
    finish(&giver);
    assert_int_equal(unsetenv("TMPDIR"), 0);
}

/* Reads and seeks without any order. */
static void test_spool_at_random(void **state)
{
    enum { N_ROUNDS = 30, N_STEPS = 200 };
    (void)state;
    struct test_random random = {9};
    size_t n_seeks = 0;
    for (size_t round = 0; round < N_ROUNDS; round++) {
        struct giver giver;
        start(&giver);
        struct gpuc_source *source = open_source(giver.path, true);
        size_t pos = 0, furthest = 0;
        for (size_t step = 0; step < N_STEPS; step++) {
            pos = read_some(source, pos, SIZE, 1 + test_random_below(&random, 10000));
            furthest = pos > furthest ? pos : furthest;
            if (test_random_below(&random, 4) == 0) {
                pos = test_random_below(&random, furthest + 1);
                gpuc_source_seek(source, pos);
                n_seeks++;
            }
        }
        read_to(source, pos, SIZE, 50000);
        read_end(source);
        gpuc_source_close(source);
        finish(&giver);
    }
    print_message("%zu seeks\n", n_seeks);
}

static void test_spool_elsewhere(void **state)
{
    (void)state;
    static char long_name[5000];
    memset(long_name, 'x', sizeof long_name - 1);
    const char *const folders[] = {"/nowhere/at/all", "", long_name};
    for (size_t i = 0; i < 3; i++) {
        struct giver giver;
        assert_int_equal(setenv("TMPDIR", folders[i], 1), 0);
        start(&giver);
        struct gpuc_source *source = open_source(giver.path, true);
        read_to(source, 0, SIZE, 70000);
        gpuc_source_seek(source, 0);
        read_to(source, 0, SIZE, 70000);
        gpuc_source_close(source);
        finish(&giver);
    }
    assert_int_equal(unsetenv("TMPDIR"), 0);
}

/* Puts a descriptor in the place of standard input; -1: nothing. Returns the old one. */
static int put_stdin(int fd)
{
    int saved = dup(STDIN_FILENO);
    close(STDIN_FILENO);
    if (fd >= 0)
        assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    return saved;
}

static void restore_stdin(int saved)
{
    if (saved >= 0) {
        dup2(saved, STDIN_FILENO);
        close(saved);
    }
}

/* Standard input begins where it stands, and stays open. */
static void test_stdin(void **state)
{
    enum { USED = 1234 };
    (void)state;
    uint8_t used[USED];
    for (int kind = 0; kind < 2; kind++) {
        struct giver giver = {{-1, -1}, 0, ""};
        int fd = -1;
        if (kind == 0)
            fd = open(test_folder_write(&folder, "in.csv", content, SIZE), O_RDONLY);
        else
            start(&giver);
        int saved = put_stdin(kind == 0 ? fd : giver.fds[0]);
        for (size_t n = 0; n < USED;) /* from a pipe, not all comes at once */
            n += (size_t)read(STDIN_FILENO, used + n, USED - n);
        struct gpuc_source *source = open_source(kind == 0 ? "-" : NULL, true);
        assert_string_equal(gpuc_source_name(source), "<stdin>");
        assert_int_equal(gpuc_source_size(source), kind == 0 ? SIZE - USED : 0);
        for (int i = 0; i < 2; i++) {
            gpuc_source_seek(source, 0);
            read_to(source, USED, SIZE, 70000);
            read_end(source);
        }
        gpuc_source_close(source);
        assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
        restore_stdin(saved);
        close(fd);
        if (kind == 1)
            finish(&giver);
    }
}

static void check_refused(const char *path, const char *message)
{
    struct gpuc_source *source = NULL;
    struct gpuc_error error = {.message = ""};
    assert_int_equal(gpuc_source_open(path, true, -1, &source, &error), GPUC_EIO);
    assert_string_equal(error.message, message);
    assert_null(source);
}

static void test_refused(void **state)
{
    (void)state;
    char message[700];
    check_refused("/nowhere/in.csv", "/nowhere/in.csv: No such file or directory");
    snprintf(message, sizeof message, "%s: is a directory, not a CSV file", folder.path);
    check_refused(folder.path, message);
    check_refused("", ": No such file or directory");
    int saved = put_stdin(-1);
    check_refused("-", "<stdin>: Bad file descriptor");
    restore_stdin(saved);
}

static void test_unreadable(void **state)
{
    (void)state;
    char message[700];
    if (geteuid() == 0) {
        print_message("skipped: root may read every file\n");
        skip();
    }
    const char *path = test_folder_write(&folder, "secret.csv", "a", 1);
    assert_int_equal(chmod(path, 0), 0);
    snprintf(message, sizeof message, "%s: Permission denied", path);
    check_refused(path, message);
}

static void *cancel_soon(void *argument)
{
    const int *fd = argument;
    const struct timespec delay = {.tv_nsec = 20000000};
    nanosleep(&delay, NULL);
    close(*fd);
    return NULL;
}

/* A read that waits for a pipe ends when it is cancelled; no read begins after that. */
static void test_cancelled(void **state)
{
    (void)state;
    int data[2], cancel[2];
    char path[32];
    struct gpuc_source *source = NULL;
    struct gpuc_error error;
    size_t n;
    pthread_t helper;
    assert_int_equal(pipe(data), 0);
    assert_int_equal(pipe(cancel), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", data[0]);
    assert_int_equal(gpuc_source_open(path, true, cancel[0], &source, &error), GPUC_OK);
    assert_int_equal(pthread_create(&helper, NULL, cancel_soon, &cancel[1]), 0);
    assert_int_equal(gpuc_source_read(source, content, 10, &n, &error), GPUC_ECANCELLED);
    assert_string_equal(error.message, "cancelled");
    pthread_join(helper, NULL);
    gpuc_source_close(source);

    const char *file = test_folder_write(&folder, "in.csv", content, SIZE);
    assert_int_equal(gpuc_source_open(file, true, cancel[0], &source, &error), GPUC_OK);
    assert_int_equal(gpuc_source_read(source, content, 10, &n, &error), GPUC_ECANCELLED);
    gpuc_source_close(source);
    close(cancel[0]);
    close(data[0]);
    close(data[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_callback),
        cmocka_unit_test(test_spool),
        cmocka_unit_test(test_spool_at_random),
        cmocka_unit_test(test_spool_elsewhere),
        cmocka_unit_test(test_stdin),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests(tests, make_content, remove_folder);
}
