/* SPDX-License-Identifier: Apache-2.0 */
/* Sinks that pack: as those that do not, their output appears whole, or not at all. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv/sink.h"
#include "csv/source.h"
#include "support/cmocka_all.h"
#include "support/folder.h"

static const char *const names[] = {"out.csv.gz", "out.csv.zst"};

enum { N_NAMES = sizeof names / sizeof names[0] };

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

/* A packed file, or what comes through a named pipe, holds this text. */
static void check_text_of(const char *path, const char *text)
{
    struct gpuc_source *source = NULL;
    char got[64];
    size_t size = 0, n = 1;
    assert_int_equal(gpuc_source_open(path, true, -1, &source, NULL), GPUC_OK);
    for (; n > 0; size += n)
        assert_int_equal(
            gpuc_source_read(source, got + size, sizeof got - size, &n, NULL), GPUC_OK);
    gpuc_source_close(source);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(got, text, size);
}

/* Packed or not, the old file is replaced at once, in its mode and behind its link. */
static void test_replaced(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_NAMES; i++) {
        char path[600];
        struct stat info;
        const char *target = test_folder_write(&folder, "old.bin", "old", 3);
        assert_int_equal(chmod(target, 0640), 0);
        snprintf(path, sizeof path, "%s", test_folder_file(&folder, names[i]));
        assert_int_equal(symlink("old.bin", path), 0);
        size_t n_files = test_folder_count(&folder);
        struct gpuc_sink *sink = NULL;
        assert_int_equal(gpuc_sink_open(path, 2, -1, &sink, NULL), GPUC_OK);
        assert_int_equal(gpuc_sink_write(sink, "new content", 11, NULL), GPUC_OK);
        assert_true(test_folder_holds(&folder, "old.bin", "old", 3));
        assert_int_equal(test_folder_count(&folder), n_files + 1);
        assert_int_equal(gpuc_sink_commit(sink, NULL), GPUC_OK);
        assert_int_equal(test_folder_count(&folder), n_files);
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(info.st_mode & 07777, 0640);
        assert_int_equal(gpuc_sink_size(sink), info.st_size);
        gpuc_sink_close(sink);
        check_text_of(path, "new content");
        assert_int_equal(lstat(path, &info), 0);
        assert_true(S_ISLNK(info.st_mode));
        assert_int_equal(unlink(path), 0);
        assert_int_equal(unlink(test_folder_file(&folder, "old.bin")), 0);
    }
}

/* What is still to be packed when the output ends meets a full disk all the same. */
static void test_full_device(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_NAMES; i++) {
        char path[600], message[700];
        struct gpuc_sink *sink = NULL;
        struct gpuc_error error = {.message = ""};
        snprintf(path, sizeof path, "%s", test_folder_file(&folder, names[i]));
        snprintf(message, sizeof message, "%s: No space left on device", path);
        assert_int_equal(symlink("/dev/full", path), 0);
        enum gpuc_status status = gpuc_sink_open(path, 2, -1, &sink, &error);
        if (status == GPUC_OK)
            status = gpuc_sink_write(sink, "text", 4, &error);
        if (status == GPUC_OK)
            status = gpuc_sink_commit(sink, &error);
        assert_int_equal(status, GPUC_EIO);
        assert_string_equal(error.message, message);
        gpuc_sink_close(sink);
        assert_int_equal(unlink(path), 0);
    }
}

/* A file for nothing: an output that was begun and not committed. */
static void test_aborted(void **state)
{
    static const char text[10000];
    (void)state;
    for (size_t i = 0; i < N_NAMES; i++) {
        struct gpuc_sink *sink = NULL;
        const char *path = test_folder_write(&folder, names[i], "old", 3);
        assert_int_equal(gpuc_sink_open(path, 3, -1, &sink, NULL), GPUC_OK);
        for (int n = 0; n < 100; n++)
            assert_int_equal(gpuc_sink_write(sink, text, sizeof text, NULL), GPUC_OK);
        gpuc_sink_close(sink);
        assert_true(test_folder_holds(&folder, names[i], "old", 3));
        assert_int_equal(test_folder_count(&folder), 1);
        assert_int_equal(unlink(path), 0);
    }
}

static void *write_text(void *path)
{
    struct gpuc_sink *sink = NULL;
    assert_int_equal(gpuc_sink_open(path, 2, -1, &sink, NULL), GPUC_OK);
    assert_int_equal(gpuc_sink_write(sink, "through a pipe", 14, NULL), GPUC_OK);
    assert_int_equal(gpuc_sink_commit(sink, NULL), GPUC_OK);
    gpuc_sink_close(sink);
    return NULL;
}

/* The name decides, also where it is that of a pipe. */
static void test_named_pipe(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_NAMES; i++) {
        char path[600];
        pthread_t writer;
        snprintf(path, sizeof path, "%s", test_folder_file(&folder, names[i]));
        assert_int_equal(mkfifo(path, 0600), 0);
        assert_int_equal(pthread_create(&writer, NULL, write_text, path), 0);
        check_text_of(path, "through a pipe");
        pthread_join(writer, NULL);
        assert_int_equal(unlink(path), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replaced),
        cmocka_unit_test(test_full_device),
        cmocka_unit_test(test_aborted),
        cmocka_unit_test(test_named_pipe),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
