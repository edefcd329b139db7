/* SPDX-License-Identifier: Apache-2.0 */
/* Packed sources: what is read, and read again, is what was packed. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "csv/packed_content.h"
#include "csv/packing.h"
#include "csv/source.h"
#include "support/cmocka_all.h"
#include "support/folder.h"

static void test_sizes(void **state)
{
    static const size_t sizes[] = {0, 1, 2, 100, 65535, 65536, 1 << 20, PACKED_SIZE};
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++)
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            struct packed packed = {0};
            packed_add(&packed, packing, packed_content, sizes[i]);
            packed_check(&packed, sizes[i], 1 << 18);
            packed_check(&packed, sizes[i], 7777);
            free(packed.bytes);
        }
}

static void test_read_sizes(void **state)
{
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++) {
        struct packed packed = {0};
        packed_add(&packed, packing, packed_content, PACKED_SMALL);
        for (size_t piece = 1; piece <= 70; piece++)
            packed_check(&packed, PACKED_SMALL, piece);
        free(packed.bytes);
    }
}

/* Members and frames of many sizes, empty ones too, read as one. */
static void test_many_frames(void **state)
{
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++) {
        struct packed packed = {0};
        size_t size = 0;
        for (size_t i = 0; i < 400; i++) {
            size_t n = i % 5 == 0 ? 0 : i * i % 3001;
            packed_add(&packed, packing, packed_content + size, n);
            size += n;
            if (packing == PACKING_ZSTD && i % 7 == 0)
                packed_append(&packed, "\x53\x2a\x4d\x18\x03\0\0\0abc", 11);
        }
        assert_true(packed.size > 3 << 16);
        packed_check(&packed, size, 10000);
        free(packed.bytes);
    }
}

/* A frame that is to be skipped may come first, or be all. */
static void test_skippable_first(void **state)
{
    (void)state;
    struct packed packed = {0};
    packed_append(&packed, "\x5f\x2a\x4d\x18\x02\0\0\0ab", 10);
    packed_check(&packed, 0, 100);
    packed_add(&packed, PACKING_ZSTD, packed_content, PACKED_SMALL);
    packed_check(&packed, PACKED_SMALL, 100);
    free(packed.bytes);
}

static void test_padding(void **state)
{
    static const uint8_t zeros[100000];
    (void)state;
    struct packed packed = {0};
    packed_add(&packed, PACKING_GZIP, packed_content, PACKED_SMALL);
    packed_append(&packed, zeros, 1);
    packed_check(&packed, PACKED_SMALL, 100);
    packed_append(&packed, zeros, sizeof zeros);
    packed_check(&packed, PACKED_SMALL, 100);
    packed_add(&packed, PACKING_GZIP, packed_content + PACKED_SMALL, PACKED_SMALL);
    packed_check(&packed, (size_t)2 * PACKED_SMALL, 100);
    free(packed.bytes);
}

/* Reads `size` bytes, which must be the packed_content from `pos` on. */
static void read_part(struct gpuc_source *source, size_t pos, size_t size)
{
    for (size_t n = 0; size > 0; pos += n, size -= n) {
        size_t piece = size < 50000 ? size : 50000;
        assert_int_equal(gpuc_source_read(source, packed_got, piece, &n, NULL), GPUC_OK);
        assert_true(n > 0 && n <= piece);
        assert_memory_equal(packed_got, packed_content + pos, n);
    }
}

/* Read in part, from the start, from the middle, on from there, to the end and again. */
static void check_rereading(struct gpuc_source *source)
{
    size_t n;
    read_part(source, 0, PACKED_SIZE / 2);
    gpuc_source_seek(source, 0);
    read_part(source, 0, PACKED_SIZE / 3);
    gpuc_source_seek(source, PACKED_SIZE / 7);
    read_part(source, PACKED_SIZE / 7, PACKED_SIZE / 7);
    gpuc_source_seek(source, PACKED_SIZE / 2);
    read_part(source, PACKED_SIZE / 2, PACKED_SIZE - PACKED_SIZE / 2);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(gpuc_source_read(source, packed_got, 10, &n, NULL), GPUC_OK);
        assert_int_equal(n, 0);
    }
    gpuc_source_seek(source, 0);
    assert_int_equal(packed_read_all(source, 1 << 18, &n, NULL), GPUC_OK);
    assert_int_equal(n, PACKED_SIZE);
    assert_memory_equal(packed_got, packed_content, PACKED_SIZE);
}

static void test_file_again(void **state)
{
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++) {
        struct packed packed = {0};
        struct gpuc_source *source = NULL;
        packed_add(&packed, packing, packed_content, PACKED_SIZE / 4);
        packed_add(&packed, packing, packed_content + PACKED_SIZE / 4,
                   PACKED_SIZE - PACKED_SIZE / 4);
        const char *path =
            test_folder_write(&packed_folder, "in.csv", packed.bytes, packed.size);
        assert_int_equal(gpuc_source_open(path, true, -1, &source, NULL), GPUC_OK);
        assert_int_equal(gpuc_source_size(source), packed.size);
        assert_int_equal(gpuc_source_file_position(source), 0);
        read_part(source, 0, PACKED_SIZE / 4);
        uint64_t part = gpuc_source_file_position(source);
        assert_true(part > 0 && part < packed.size);
        gpuc_source_seek(source, 0);
        check_rereading(source);
        assert_int_equal(gpuc_source_file_position(source), packed.size);
        gpuc_source_close(source);
        free(packed.bytes);
    }
}

/* A pipe that gives bytes, the first ones singly. */
struct giver {
    struct packed packed;
    int fds[2];
};

static void *give(void *argument)
{
    const struct giver *giver = argument;
    for (size_t pos = 0, n = 0; pos < giver->packed.size; pos += n) {
        size_t left = giver->packed.size - pos;
        n = pos < 100 ? 1 : left < 10007 ? left : 10007;
        if (write(giver->fds[1], giver->packed.bytes + pos, n) != (ssize_t)n)
            break;
    }
    close(giver->fds[1]);
    return NULL;
}

static void test_pipe_again(void **state)
{
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++) {
        struct giver giver = {0};
        struct gpuc_source *source = NULL;
        pthread_t thread;
        char path[32];
        packed_add(&giver.packed, packing, packed_content, PACKED_SIZE);
        assert_int_equal(pipe(giver.fds), 0);
        snprintf(path, sizeof path, "/dev/fd/%d", giver.fds[0]);
        assert_int_equal(pthread_create(&thread, NULL, give, &giver), 0);
        assert_int_equal(gpuc_source_open(path, true, -1, &source, NULL), GPUC_OK);
        check_rereading(source);
        gpuc_source_close(source);
        pthread_join(thread, NULL);
        close(giver.fds[0]);
        free(giver.packed.bytes);
    }
}

/* Pipes whose first bytes are the start of a format, and then are not; and short ones. */
static void test_plain_pipes(void **state)
{
    static const char *const texts[] = {
        "", "a", "(", "(a,b)\n", "P*M,x\n1,2\n", "P", "\x28\xb5/", "P*M\n", "\x1f"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct gpuc_source *source = NULL;
        int fds[2];
        char path[32];
        size_t n, size = strlen(texts[i]);
        assert_int_equal(pipe(fds), 0);
        assert_int_equal(write(fds[1], texts[i], size), (ssize_t)size);
        close(fds[1]);
        snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
        assert_int_equal(gpuc_source_open(path, true, -1, &source, NULL), GPUC_OK);
        for (int round = 0; round < 2; round++) {
            assert_int_equal(packed_read_all(source, 3, &n, NULL), GPUC_OK);
            assert_int_equal(n, size);
            assert_memory_equal(packed_got, texts[i], size);
            gpuc_source_seek(source, 0);
        }
        gpuc_source_close(source);
        close(fds[0]);
    }
}

static void *cancel_soon(void *argument)
{
    int *fd = argument;
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    close(*fd);
    return NULL;
}

/* Cancelled while it waits for the rest of a frame, and while it need not wait. */
static void test_cancelled(void **state)
{
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++) {
        struct packed packed = {0};
        struct gpuc_source *source = NULL;
        struct gpuc_error error;
        int data[2], cancel[2];
        char path[32];
        size_t n;
        pthread_t helper;
        packed_add(&packed, packing, packed_content, PACKED_SMALL);
        assert_int_equal(pipe(data), 0);
        assert_int_equal(pipe(cancel), 0);
        assert_int_equal(write(data[1], packed.bytes, 7), 7);
        snprintf(path, sizeof path, "/dev/fd/%d", data[0]);
        assert_int_equal(gpuc_source_open(path, true, cancel[0], &source, NULL), GPUC_OK);
        assert_int_equal(pthread_create(&helper, NULL, cancel_soon, &cancel[1]), 0);
        assert_int_equal(packed_read_all(source, 10, &n, &error), GPUC_ECANCELLED);
        assert_string_equal(error.message, "cancelled");
        pthread_join(helper, NULL);
        gpuc_source_close(source);

        const char *file =
            test_folder_write(&packed_folder, "in.csv", packed.bytes, packed.size);
        assert_int_equal(gpuc_source_open(file, true, cancel[0], &source, NULL), GPUC_OK);
        assert_int_equal(packed_read_all(source, 10, &n, NULL), GPUC_ECANCELLED);
        gpuc_source_close(source);
        close(cancel[0]);
        close(data[0]);
        close(data[1]);
        free(packed.bytes);
    }
}

/* Every request for memory refused in turn. */
static void test_memory(void **state)
{
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++) {
        struct packed packed = {0};
        enum gpuc_status status = GPUC_ENOMEM;
        long n_refused = 0;
        packed_add(&packed, packing, packed_content, PACKED_SMALL);
        for (; status != GPUC_OK; n_refused++) {
            struct gpuc_error error = {.message = ""};
            size_t n;
            gpuc_memory_fail_after(n_refused, true);
            status = packed_read(&packed, 100, &n, &error);
            gpuc_memory_fail_after(-1, false);
            assert_true(status == GPUC_OK || status == GPUC_ENOMEM);
            if (status != GPUC_OK)
                assert_non_null(strstr(error.message, "out of memory ("));
        }
        print_message("%s: %ld requests\n", packing_names[packing], n_refused - 1);
        /* The source, its name, the unpacker and its buffer; zlib's state is ours too. */
        assert_true(n_refused - 1 >= (packing == PACKING_GZIP ? 6 : 4));
        free(packed.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),       cmocka_unit_test(test_read_sizes),
        cmocka_unit_test(test_many_frames), cmocka_unit_test(test_skippable_first),
        cmocka_unit_test(test_padding),     cmocka_unit_test(test_file_again),
        cmocka_unit_test(test_pipe_again),  cmocka_unit_test(test_plain_pipes),
        cmocka_unit_test(test_cancelled),   cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, packed_set_up, packed_tear_down);
}
