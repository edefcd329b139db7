/* SPDX-License-Identifier: Apache-2.0 */
/* Sinks of every kind: output appears whole, or not at all. */
#include "csv/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "support/cmocka_all.h"
#include "support/folder.h"

static struct test_folder folder;

static int make_folder(void **state)
{
    (void)state;
    folder = test_folder_new();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_free(&folder);
    return 0;
}

static struct gpuc_sink *open_sink(const char *path)
{
    struct gpuc_sink *sink = NULL;
    struct gpuc_error error = {.message = ""};
    enum gpuc_status status = gpuc_sink_open(path, 1, -1, &sink, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, GPUC_OK);
    assert_int_equal(gpuc_sink_size(sink), 0);
    return sink;
}

static void write_text(struct gpuc_sink *sink, const char *text)
{
    uint64_t size = gpuc_sink_size(sink);
    assert_int_equal(gpuc_sink_write(sink, text, strlen(text), NULL), GPUC_OK);
    assert_int_equal(gpuc_sink_size(sink), size + strlen(text));
}

static void commit(struct gpuc_sink *sink)
{
    assert_int_equal(gpuc_sink_commit(sink, NULL), GPUC_OK);
    gpuc_sink_close(sink);
}

static unsigned mode_of(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

static void test_new_file(void **state)
{
    (void)state;
    static const unsigned masks[] = {022, 077, 0};
    for (size_t i = 0; i < 3; i++) {
        mode_t before = umask((mode_t)masks[i]);
        size_t n_files = test_folder_count(&folder);
        struct gpuc_sink *sink = open_sink(test_folder_file(&folder, "new.csv"));
        write_text(sink, "one\n");
        assert_int_not_equal(access(test_folder_file(&folder, "new.csv"), F_OK), 0);
        write_text(sink, "");
        write_text(sink, "two\n");
        commit(sink);
        assert_true(test_folder_holds(&folder, "new.csv", "one\ntwo\n", 8));
        assert_int_equal(test_folder_count(&folder), n_files + 1);
        assert_int_equal(mode_of(test_folder_file(&folder, "new.csv")), 0666 & ~masks[i]);
        assert_int_equal(umask(before), masks[i]); /* it was left as it was */
        assert_int_equal(unlink(test_folder_file(&folder, "new.csv")), 0);
    }
}

static void test_replaced_file(void **state)
{
    (void)state;
    static const mode_t modes[] = {0600, 0644, 0640, 0755, 0444};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        const char *path = test_folder_write(&folder, "old.csv", "old", 3);
        assert_int_equal(chmod(path, modes[i]), 0);
        size_t n_files = test_folder_count(&folder);
        struct gpuc_sink *sink = open_sink(path);
        write_text(sink, "new content");
        assert_true(test_folder_holds(&folder, "old.csv", "old", 3));
        assert_int_equal(test_folder_count(&folder), n_files + 1);
        commit(sink);
        assert_true(test_folder_holds(&folder, "old.csv", "new content", 11));
        assert_int_equal(test_folder_count(&folder), n_files);
        assert_int_equal(mode_of(test_folder_file(&folder, "old.csv")), modes[i]);
        assert_int_equal(unlink(test_folder_file(&folder, "old.csv")), 0);
    }
}

static void test_aborted(void **state)
{
    (void)state;
    size_t n_files = test_folder_count(&folder);
    struct gpuc_sink *sink = open_sink(test_folder_file(&folder, "never.csv"));
    write_text(sink, "text");
    gpuc_sink_close(sink);
    assert_int_equal(test_folder_count(&folder), n_files);

    sink = open_sink(test_folder_write(&folder, "kept.csv", "kept", 4));
    write_text(sink, "text");
    gpuc_sink_close(sink);
    assert_int_equal(test_folder_count(&folder), n_files + 1);
    assert_true(test_folder_holds(&folder, "kept.csv", "kept", 4));
    gpuc_sink_close(NULL);
}

/* Only a name, without a folder: the file is made where the process is. */
static void test_bare_name(void **state)
{
    (void)state;
    char before[PATH_MAX];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder.path), 0);
    struct gpuc_sink *sink = open_sink("bare.csv");
    write_text(sink, "text");
    commit(sink);
    assert_int_equal(chdir(before), 0);
    assert_true(test_folder_holds(&folder, "bare.csv", "text", 4));
}

static void test_link(void **state)
{
    (void)state;
    char target[600];
    struct stat info;
    snprintf(target, sizeof target, "%s",
             test_folder_write(&folder, "target.csv", "old", 3));
    const char *path = test_folder_file(&folder, "link.csv");
    assert_int_equal(symlink("target.csv", path), 0);
    struct gpuc_sink *sink = open_sink(path);
    write_text(sink, "new");
    commit(sink);
    assert_int_equal(lstat(test_folder_file(&folder, "link.csv"), &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(lstat(target, &info), 0);
    assert_true(S_ISREG(info.st_mode));
    assert_true(test_folder_holds(&folder, "target.csv", "new", 3));
}

/* Whoever comes between opening and committing keeps his file, too. */
static void test_only_new(void **state)
{
    (void)state;
    char path[600];
    struct gpuc_error error;
    snprintf(path, sizeof path, "%s", test_folder_file(&folder, "only_new.csv"));
    size_t n_files = test_folder_count(&folder);
    struct gpuc_sink *sink = open_sink(path);
    assert_int_equal(gpuc_sink_only_new(sink, NULL), GPUC_OK);
    write_text(sink, "first");
    commit(sink);
    assert_true(test_folder_holds(&folder, "only_new.csv", "first", 5));

    sink = open_sink(path);
    assert_int_equal(gpuc_sink_only_new(sink, &error), GPUC_EIO);
    assert_memory_equal(error.message, path, strlen(path));
    assert_non_null(strstr(error.message, ": is there already"));
    gpuc_sink_close(sink);
    assert_int_equal(unlink(path), 0);

    sink = open_sink(path);
    assert_int_equal(gpuc_sink_only_new(sink, NULL), GPUC_OK);
    write_text(sink, "late");
    test_folder_write(&folder, "only_new.csv", "other", 5);
    assert_int_equal(gpuc_sink_commit(sink, &error), GPUC_EIO);
    assert_non_null(strstr(error.message, ": is there already"));
    gpuc_sink_close(sink);
    assert_true(test_folder_holds(&folder, "only_new.csv", "other", 5));
    assert_int_equal(test_folder_count(&folder), n_files + 1);
    assert_int_equal(unlink(path), 0);

    sink = open_sink("/dev/null");
    assert_int_equal(gpuc_sink_only_new(sink, NULL), GPUC_OK);
    commit(sink);
}

static void check_refused(const char *path, const char *message)
{
    struct gpuc_sink *sink = NULL;
    struct gpuc_error error = {.message = ""};
    assert_int_equal(gpuc_sink_open(path, 1, -1, &sink, &error), GPUC_EIO);
    assert_string_equal(error.message, message);
    assert_null(sink);
}

static void test_refused(void **state)
{
    (void)state;
    static char long_path[PATH_MAX + 100];
    char message[PATH_MAX + 200];
    snprintf(message, sizeof message, "%s: is a directory; name a file", folder.path);
    check_refused(folder.path, message);
    check_refused("/nowhere/at/all.csv", "/nowhere/at/all.csv: cannot write to folder "
                                         "/nowhere/at: No such file or directory");
    char link[600];
    snprintf(link, sizeof link, "%s", test_folder_file(&folder, "dangling.csv"));
    assert_int_equal(symlink("nothing.csv", link), 0);
    snprintf(message, sizeof message, "%s: is a link to nothing; name a file", link);
    check_refused(link, message);
    memset(long_path, 'x', sizeof long_path - 1);
    struct gpuc_error error;
    struct gpuc_sink *sink = NULL;
    assert_int_equal(gpuc_sink_open(long_path, 1, -1, &sink, &error), GPUC_EIO);
    assert_null(sink);
    /* A folder that even root cannot make files in. */
    assert_int_equal(gpuc_sink_open("/proc/out.csv", 1, -1, &sink, &error), GPUC_EIO);
    assert_non_null(strstr(error.message, "/proc/out.csv: cannot write to folder /proc"));
    if (geteuid() == 0) {
        print_message("skipped in part: root may write to every folder\n");
        return;
    }
    assert_int_equal(chmod(folder.path, 0500), 0);
    snprintf(message, sizeof message, "%s/x.csv: cannot write to folder %s: %s",
             folder.path, folder.path, strerror(EACCES));
    check_refused(test_folder_file(&folder, "x.csv"), message);
    assert_int_equal(chmod(folder.path, 0700), 0);
}

static void test_full_device(void **state)
{
    (void)state;
    struct gpuc_error error;
    struct gpuc_sink *sink = open_sink("/dev/full");
    assert_int_equal(gpuc_sink_write(sink, "text", 4, &error), GPUC_EIO);
    assert_string_equal(error.message, "/dev/full: No space left on device");
    gpuc_sink_close(sink);
    sink = open_sink("/dev/null");
    write_text(sink, "text");
    commit(sink);
    struct stat info;
    assert_int_equal(stat("/dev/null", &info), 0);
    assert_true(S_ISCHR(info.st_mode));
}

/* What the callback sink was given, and what it is to answer. */
struct taken {
    char text[64];
    size_t size;
    int answer;
};

static int take(void *context, const void *bytes, size_t size)
{
    struct taken *taken = context;
    memcpy(taken->text + taken->size, bytes, size);
    taken->size += size;
    return taken->answer;
}

static void test_callback(void **state)
{
    (void)state;
    struct taken taken = {.size = 0};
    struct gpuc_sink *sink = NULL;
    struct gpuc_error error;
    assert_int_equal(gpuc_sink_open_callback(take, &taken, &sink, &error), GPUC_OK);
    write_text(sink, "one ");
    write_text(sink, "two");
    assert_int_equal(taken.size, 7);
    assert_memory_equal(taken.text, "one two", 7);
    taken.answer = ENOSPC;
    assert_int_equal(gpuc_sink_write(sink, "x", 1, &error), GPUC_EIO);
    assert_string_equal(error.message, "<output>: No space left on device");
    taken.answer = ENOMEM;
    assert_int_equal(gpuc_sink_write(sink, "x", 1, &error), GPUC_ENOMEM);
    taken.answer = 0;
    commit(sink);
}

static void test_stdout(void **state)
{
    (void)state;
    static const char *const names[] = {"-", NULL};
    for (int i = 0; i < 2; i++) {
        const char *path = test_folder_write(&folder, "stdout.txt", "", 0);
        fflush(stdout);
        int saved = dup(STDOUT_FILENO);
        int fd = open(path, O_WRONLY);
        assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
        struct gpuc_sink *sink = open_sink(names[i]);
        write_text(sink, "text");
        commit(sink);
        bool still_open = fcntl(STDOUT_FILENO, F_GETFD) >= 0;
        dup2(saved, STDOUT_FILENO);
        close(saved);
        close(fd);
        assert_true(still_open);
        assert_true(test_folder_holds(&folder, "stdout.txt", "text", 4));
    }
}

static void *cancel_soon(void *argument)
{
    const int *fd = argument;
    const struct timespec delay = {.tv_nsec = 20000000};
    nanosleep(&delay, NULL);
    close(*fd);
    return NULL;
}

/* A write to a pipe that is full ends when it is cancelled, or when no one reads. */
static void test_pipe(void **state)
{
    enum { SIZE = 1 << 20 };
    (void)state;
    int data[2], cancel[2];
    char path[32];
    struct gpuc_sink *sink = NULL;
    struct gpuc_error error;
    pthread_t helper;
    char *bytes = calloc(SIZE, 1);
    assert_non_null(bytes);
    assert_int_equal(pipe(data), 0);
    assert_int_equal(pipe(cancel), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", data[1]);
    assert_int_equal(gpuc_sink_open(path, 1, cancel[0], &sink, &error), GPUC_OK);
    assert_int_equal(gpuc_sink_write(sink, "text", 4, &error), GPUC_OK);
    char text[4];
    assert_int_equal(read(data[0], text, 4), 4);
    assert_memory_equal(text, "text", 4);

    assert_int_equal(pthread_create(&helper, NULL, cancel_soon, &cancel[1]), 0);
    assert_int_equal(gpuc_sink_write(sink, bytes, SIZE, &error), GPUC_ECANCELLED);
    pthread_join(helper, NULL);
    gpuc_sink_close(sink);
    close(cancel[0]);

    sink = open_sink(path);
    close(data[0]);
    assert_int_equal(gpuc_sink_write(sink, "text", 4, &error), GPUC_EPIPE);
    assert_non_null(strstr(error.message, "Broken pipe"));
    gpuc_sink_close(sink);
    close(data[1]);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_file),    cmocka_unit_test(test_replaced_file),
        cmocka_unit_test(test_aborted),     cmocka_unit_test(test_bare_name),
        cmocka_unit_test(test_only_new),    cmocka_unit_test(test_link),
        cmocka_unit_test(test_refused),     cmocka_unit_test(test_callback),
        cmocka_unit_test(test_full_device), cmocka_unit_test(test_stdout),
        cmocka_unit_test(test_pipe),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
