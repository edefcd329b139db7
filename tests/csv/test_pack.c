/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packers: what is packed unpacks to the text, and is the same bytes for every number of
 * threads and however the text came; what fails, fails cleanly.
 */
#include "csv/pack.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/memory.h"
#include "csv/packed_content.h"
#include "csv/packing.h"
#include "support/cmocka_all.h"
#include "support/live_blocks.h"

/* Where the packers cut: to be known only here, for sizes that are worth a test. */
enum { GZIP_BLOCK = 1 << 18, ZSTD_JOB = 1 << 21 };

static const struct gpuc_pack_format *const formats[N_PACKINGS] = {&gpuc_pack_gzip,
                                                                   &gpuc_pack_zstd};

/* ---- threads that cannot be started --------------------------------------------- */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);

static unsigned threads_left = UINT_MAX; /* the next one fails when this is 0 */
static unsigned n_threads_started;

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument)
{
    if (threads_left == 0)
        return EAGAIN;
    threads_left -= threads_left != UINT_MAX;
    n_threads_started++;
    return __real_pthread_create(thread, attributes, run, argument);
}

/* ---- one packer ----------------------------------------------------------------- */

/* What came out of a packer. */
struct taken {
    uint8_t bytes[PACKED_SIZE];
    size_t size;
    unsigned writes_left; /* the next one fails when this is 0 */
};

static struct taken taken, expected;

static enum gpuc_status take(void *context, const void *bytes, size_t size,
                             struct gpuc_error *error)
{
    struct taken *to = context;
    if (to->writes_left == 0)
        return gpuc_fail(error, GPUC_EIO, "the disk is full");
    to->writes_left--;
    assert_true(size > 0 && size <= sizeof to->bytes - to->size);
    memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
    return GPUC_OK;
}

/* How a text is packed. */
struct way {
    enum packing packing;
    uint32_t n_threads;
    size_t piece; /* bytes that are written at a time */
};

/* Packs the first `size` bytes of the content to `to`, which takes `n_writes`. */
static enum gpuc_status pack(const struct way *way, size_t size, unsigned n_writes,
                             struct taken *to, struct gpuc_error *error)
{
    const struct gpuc_pack_format *format = formats[way->packing];
    struct gpuc_pack_output output = {.write = take, .context = to};
    void *packer = NULL;
    to->size = 0;
    to->writes_left = n_writes;
    enum gpuc_status status = format->open(way->n_threads, &output, &packer, error);
    assert_int_equal(status == GPUC_OK, packer != NULL);
    for (size_t pos = 0; pos < size && status == GPUC_OK; pos += way->piece) {
        size_t n = size - pos < way->piece ? size - pos : way->piece;
        status = format->write(packer, packed_content + pos, n, error);
    }
    if (status == GPUC_OK)
        status = format->finish(packer, error);
    if (packer != NULL)
        format->close(packer);
    return status;
}

static void pack_well(const struct way *way, size_t size, struct taken *to)
{
    struct gpuc_error error = {.message = ""};
    enum gpuc_status status = pack(way, size, UINT_MAX, to, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, GPUC_OK);
}

/* One member that holds the text, and nothing behind it. */
static void check_gzip(struct taken *packed, size_t size)
{
    static const uint8_t header[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255};
    z_stream stream = {0};
    assert_memory_equal(packed->bytes, header, sizeof header);
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = packed->bytes;
    stream.avail_in = (unsigned)packed->size;
    stream.next_out = packed_got;
    stream.avail_out = sizeof packed_got;
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.avail_in, 0);
    assert_int_equal(stream.total_out, size);
    inflateEnd(&stream);
}

/* One frame that holds the text and a checksum, and nothing behind it. */
static void check_zstd(const struct taken *packed, size_t size)
{
    assert_int_equal(ZSTD_findFrameCompressedSize(packed->bytes, packed->size),
                     packed->size);
    assert_true((packed->bytes[4] & 4) != 0); /* RFC 8878: Content_Checksum_flag */
    size_t n =
        ZSTD_decompress(packed_got, sizeof packed_got, packed->bytes, packed->size);
    assert_false(ZSTD_isError(n));
    assert_int_equal(n, size);
}

/* The text comes out, by the libraries and by our own reader. */
static void check_unpacks(enum packing packing, struct taken *packed, size_t size)
{
    struct packed input = {.bytes = packed->bytes, .size = packed->size};
    memset(packed_got, 0, size + 1);
    if (packing == PACKING_GZIP)
        check_gzip(packed, size);
    else
        check_zstd(packed, size);
    assert_memory_equal(packed_got, packed_content, size);
    packed_check(&input, size, 1 << 18);
}

/* ---- tests ---------------------------------------------------------------------- */

static void check_same(void)
{
    assert_int_equal(taken.size, expected.size);
    assert_memory_equal(taken.bytes, expected.bytes, expected.size);
}

static void test_sizes(void **state)
{
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++) {
        const size_t cut = packing == PACKING_GZIP ? GZIP_BLOCK : ZSTD_JOB;
        const size_t sizes[] = {0, 1, 100, cut - 1, cut, cut + 1, 2 * cut, 2 * cut + 5};
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            struct way way = {.packing = packing, .n_threads = 2, .piece = 100001};
            pack_well(&way, sizes[i], &expected);
            check_unpacks(packing, &expected, sizes[i]);
            assert_true(expected.size < 30 + sizes[i] * 6 / 10);
            way.piece = packing == PACKING_GZIP ? 1 : 11;
            pack_well(&way, sizes[i], &taken);
            check_same();
        }
    }
}

static void test_same_bytes(void **state)
{
    static const struct {
        uint32_t n_threads;
        size_t piece;
    } runs[] = {{2, PACKED_SIZE}, {5, PACKED_SIZE}, {2, 65537},
                {5, 9999},        {1, 4096},        {1000, 300000}};
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++) {
        struct way way = {packing, 1, PACKED_SIZE};
        pack_well(&way, PACKED_SIZE, &expected);
        check_unpacks(packing, &expected, PACKED_SIZE);
        for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
            way = (struct way){packing, runs[i].n_threads, runs[i].piece};
            pack_well(&way, PACKED_SIZE, &taken);
            check_same();
        }
    }
}

/* Of threads, no more than there are blocks for. */
static void test_threads_as_needed(void **state)
{
    (void)state;
    struct way way = {.packing = PACKING_GZIP, .n_threads = 1000, .piece = 50000};
    n_threads_started = 0;
    pack_well(&way, GZIP_BLOCK, &taken);
    assert_int_equal(n_threads_started, 1);
    n_threads_started = 0;
    pack_well(&way, 3 * GZIP_BLOCK, &taken);
    assert_in_range(n_threads_started, 1, 3);
}

/* Every write fails once; no more is written, and nothing stays behind. */
static void test_failing_writes(void **state)
{
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++) {
        struct way way = {packing, 3, 300000};
        const size_t size = packing == PACKING_GZIP ? 9 * GZIP_BLOCK : 2 * ZSTD_JOB;
        enum gpuc_status status = GPUC_EIO;
        unsigned n_writes = 0;
        for (; status != GPUC_OK; n_writes++) {
            struct gpuc_error error = {.message = ""};
            long n_live_before = test_live_blocks();
            status = pack(&way, size, n_writes, &taken, &error);
            assert_int_equal(test_live_blocks(), n_live_before);
            if (status == GPUC_OK)
                break;
            assert_int_equal(status, GPUC_EIO);
            assert_string_equal(error.message, "the disk is full");
            assert_int_equal(taken.writes_left, 0);
        }
        assert_true(n_writes > 5);
        check_unpacks(packing, &taken, size);
    }
}

/* Closed with text on its way, in blocks that threads have, and in none. */
static void test_abandoned(void **state)
{
    static const size_t sizes[] = {0, 1, GZIP_BLOCK, 5 * GZIP_BLOCK, PACKED_SIZE};
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++)
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            struct gpuc_pack_output output = {.write = take, .context = &taken};
            struct gpuc_error error;
            void *packer = NULL;
            long n_live_before = test_live_blocks();
            taken.size = 0;
            taken.writes_left = UINT_MAX;
            assert_int_equal(formats[packing]->open(4, &output, &packer, &error),
                             GPUC_OK);
            assert_int_equal(
                formats[packing]->write(packer, packed_content, sizes[i], &error),
                GPUC_OK);
            formats[packing]->close(packer);
            assert_int_equal(test_live_blocks(), n_live_before);
        }
}

/* Every request for memory that goes through the library fails in turn. */
static void test_memory_faults(void **state)
{
    enum { SIZE = 3 * GZIP_BLOCK };
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++) {
        struct way way = {packing, 2, GZIP_BLOCK};
        long n_before = 0;
        for (;; n_before++) {
            struct gpuc_error error = {.message = ""};
            long n_live_before = test_live_blocks();
            gpuc_memory_fail_after(n_before, n_before % 2 == 0);
            enum gpuc_status status = pack(&way, SIZE, UINT_MAX, &taken, &error);
            long n_requests = gpuc_memory_fail_after(-1, false);
            assert_int_equal(test_live_blocks(), n_live_before);
            if (n_requests <= n_before)
                break;
            assert_int_equal(status, GPUC_ENOMEM);
            assert_non_null(strstr(error.message, "out of memory"));
        }
        assert_true(n_before >= 2);
        check_unpacks(packing, &taken, SIZE);
    }
}

/* zstd starts its threads itself. */
static void test_failing_threads(void **state)
{
    (void)state;
    struct way way = {.packing = PACKING_GZIP, .n_threads = 3, .piece = PACKED_SIZE};
    for (unsigned n = 0; n < 3; n++) {
        struct gpuc_error error;
        long n_live_before = test_live_blocks();
        threads_left = n;
        enum gpuc_status status = pack(&way, PACKED_SIZE, UINT_MAX, &taken, &error);
        threads_left = UINT_MAX;
        assert_int_equal(test_live_blocks(), n_live_before);
        assert_int_equal(status, GPUC_EIO);
        assert_non_null(strstr(error.message, "cannot start a thread"));
    }
}

static void test_names(void **state)
{
    static const char *const plain[] = {"",         "gz",          "a.csv",   "a.gz.csv",
                                        "a.csv.GZ", "a.csv.zstd",  "a.csvgz", "a.zst/b",
                                        "zst",      "a.csv.gz.tmp"};
    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        assert_null(gpuc_pack_find(plain[i]));
    assert_ptr_equal(gpuc_pack_find("a.csv.gz"), &gpuc_pack_gzip);
    assert_ptr_equal(gpuc_pack_find("/x.y/a.gz"), &gpuc_pack_gzip);
    assert_ptr_equal(gpuc_pack_find("a.zst"), &gpuc_pack_zstd);
    assert_ptr_equal(gpuc_pack_find("a.gz.zst"), &gpuc_pack_zstd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),          cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_same_bytes),     cmocka_unit_test(test_threads_as_needed),
        cmocka_unit_test(test_failing_writes), cmocka_unit_test(test_abandoned),
        cmocka_unit_test(test_memory_faults),  cmocka_unit_test(test_failing_threads),
    };
    return cmocka_run_group_tests(tests, packed_set_up, packed_tear_down);
}
