/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stitcher where things are too long or go wrong: records over many pieces, fields
 * and records that are too big, pieces that cannot be read, and an end before the end.
 */
#include "pipeline/stitcher.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "pipeline/memory_source.h"
#include "pipeline/reader.h"
#include "pipeline/stitching.h"
#include "support/cmocka_all.h"

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;

static struct gpuc_parser native(void)
{
    struct gpuc_parser parser;
    assert_int_equal(gpuc_parser_find(NULL, &parser, NULL), GPUC_OK);
    return parser;
}

static struct memory_source source_of(const struct reading_text *text, bool is_anywhere)
{
    return (struct memory_source){.bytes = text->bytes,
                                  .size = text->size,
                                  .piece = SIZE_MAX,
                                  .is_anywhere = is_anywhere,
                                  .fail_at = SIZE_MAX,
                                  .failure = GPUC_EIO};
}

/* Reads a text in pieces; the rows must be those of one scan. */
static void check(const struct reading_text *text, const struct gpuc_dialect *dialect,
                  size_t piece_bytes, unsigned n_threads)
{
    const struct gpuc_parser parser = native();
    const struct stitching stitching = {.parser = &parser,
                                        .dialect = dialect,
                                        .piece_bytes = piece_bytes,
                                        .n_threads = n_threads};
    struct memory_source source = source_of(text, n_threads % 2 == 0);
    struct reading expected = {0}, reading = {0};
    reading_whole(&expected, &parser, dialect, text);
    stitching_read(&stitching, memory_source(&source), &reading);
    const char *difference = reading_difference(&reading, &expected);
    if (difference != NULL)
        fail_msg("%s, pieces of %zu: %s, not %s", difference, piece_bytes,
                 reading.error.message, expected.error.message);
    reading_done(&expected);
    reading_done(&reading);
}

/* Records far larger than pieces and than the room before them, among small ones. */
static void test_large_records(void **state)
{
    enum { N_LARGE = 3, FIELD = 30000, N_FIELDS = 25, ROOM = 4 << 20 };
    static const size_t pieces[] = {999,
                                    4096,
                                    GPUC_PIECE_HEADROOM - 1,
                                    GPUC_PIECE_HEADROOM,
                                    GPUC_PIECE_HEADROOM + 1,
                                    GPUC_PIECE_BYTES,
                                    ROOM};
    (void)state;
    uint8_t *bytes = malloc(ROOM);
    size_t size = 0;
    assert_non_null(bytes);
    for (size_t large = 0; large < N_LARGE; large++) {
        for (size_t i = 0; i < 5; i++)
            size += (size_t)sprintf((char *)bytes + size, "small,%zu\r\n", i);
        for (size_t i = 0; i < N_FIELDS; i++) {
            uint8_t *field = bytes + size;
            memset(field, 'x', FIELD);
            memcpy(field, i % 2 == 0 ? "\"\r\n" : "\"\"\"", 3);
            memcpy(field + FIELD - 3, i == N_FIELDS - 1 ? "\"\r\n" : "\n\",", 3);
            size += FIELD;
        }
    }
    const struct reading_text text = {bytes, size, 0, 1};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        for (unsigned n_threads = 0; n_threads <= 3; n_threads++)
            check(&text, &pandas, pieces[i], n_threads);
    free(bytes);
}

/* A field of n times `one` behind some fields, and more rows behind that. */
static void check_field(const char *one, size_t n, bool quoted, size_t before)
{
    const struct gpuc_dialect small = {
        .delimiter = ',', .quote = '"', .max_field_chars = 20};
    struct gpuc_bytes bytes = {0};
    assert_int_equal(gpuc_bytes_reserve(&bytes, 2000, NULL), GPUC_OK);
    gpuc_bytes_put(&bytes, "1,2\n", 4);
    for (size_t i = 0; i < before; i++)
        gpuc_bytes_put_byte(&bytes, ',');
    gpuc_bytes_put(&bytes, "\"", quoted);
    for (size_t i = 0; i < n; i++)
        gpuc_bytes_put(&bytes, one, strlen(one));
    gpuc_bytes_put(&bytes, "\",\n3,4\n", 6 + quoted);
    const struct reading_text text = {bytes.data, bytes.size, 0, 1};
    for (size_t piece = 1; piece < 120; piece++)
        check(&text, &small, piece, 0);
    gpuc_bytes_done(&bytes);
}

/* Whatever the place where a field that is too big is cut, its error is the same. */
static void test_field_at_the_limit(void **state)
{
    static const char *const chars[] = {"x", "\xC3\xA4", "\xE2\x82\xAC",
                                        "\xF0\x9F\x98\x80", "\"\""};
    (void)state;
    for (size_t i = 0; i < 9; i++)
        for (size_t n = 19; n < 90; n += n < 24 ? 1 : 13)
            for (size_t before = 0; before < 3; before++)
                check_field(chars[i % 5], n, i >= 4, before);
}

/* A field that is too big is an error before most of the input is read. */
static void test_field_too_big(void **state)
{
    enum { N_BEFORE = 50, SIZE = 20000 };
    const struct gpuc_dialect small = {
        .delimiter = ',', .quote = '"', .max_field_chars = 100};
    const struct gpuc_parser parser = native();
    (void)state;
    static uint8_t bytes[3 * N_BEFORE + SIZE];
    for (size_t i = 0; i < 2 * 2 * 4; i++) {
        for (size_t k = 0; k < N_BEFORE; k++)
            memcpy(bytes + 3 * k, "\"\n\"", 3); /* one record of many lines */
        memset(bytes + 3 * N_BEFORE, 'x', SIZE);
        memcpy(bytes + 3 * N_BEFORE, i % 2 == 0 ? "\n\n\"" : "\n\nx", 3);
        const struct reading_text text = {bytes, sizeof bytes, 0, 1};
        const struct stitching stitching = {.parser = &parser,
                                            .dialect = &small,
                                            .piece_bytes = 100,
                                            .n_threads = (unsigned)i / 4};
        struct memory_source source = source_of(&text, i / 2 % 2 == 0);
        struct reading reading = {0};
        stitching_read(&stitching, memory_source(&source), &reading);
        assert_int_equal(reading.n_rows, 1);
        assert_int_equal(reading.error.status, GPUC_EDATA);
        assert_string_equal(reading.error.message,
                            "memory:53: field larger than field limit (100)");
        assert_true(source.n_bytes_read < SIZE / 4);
        reading_done(&reading);
    }
}

/* Reads a record of so many bytes before its line end; returns what that says. */
static struct gpuc_error read_record(size_t size, const char *end)
{
    enum { PERIOD = 100000 };
    const struct gpuc_parser parser = native();
    struct gpuc_batch batch = {0};
    struct gpuc_error error = {.message = ""};
    enum gpuc_status status = GPUC_OK;
    uint8_t *fields = malloc(PERIOD);
    assert_non_null(fields);
    memset(fields, 'x', PERIOD);
    fields[PERIOD / 2] = ',';
    struct gpuc_stitcher stitcher;
    gpuc_stitcher_init(&stitcher, "memory", &parser, &pandas, 3);
    assert_int_equal(
        gpuc_bytes_reserve(&batch.input, PERIOD + GPUC_TEXT_SLACK + 64, NULL), GPUC_OK);
    size_t end_size = strlen(end);
    for (size_t pos = 0; status == GPUC_OK && !batch.at_end; batch.sequence++) {
        size_t n = size - pos < PERIOD ? size - pos : PERIOD;
        batch.piece_begin = 0;
        batch.input.size = 0;
        memcpy(batch.input.data, fields, n);
        if (pos == 0)
            memcpy(batch.input.data, "\"\n\"", 3);
        pos += n;
        batch.at_end = pos == size;
        if (batch.at_end)
            memcpy(batch.input.data + n, end, end_size);
        batch.piece_size = batch.at_end ? n + end_size : n;
        status = gpuc_stitcher_join(&stitcher, &batch, GPUC_OK, &error);
        if (status == GPUC_OK)
            assert_int_equal(batch.rows.n_items, batch.at_end);
    }
    assert_int_equal(status, error.status);
    gpuc_stitcher_done(&stitcher);
    gpuc_batch_done(&batch);
    free(fields);
    return error;
}

static void test_record_too_big(void **state)
{
    static const char *const ends[] = {"", "\r\n"};
    (void)state;
    struct gpuc_error error = read_record(GPUC_RECORD_BYTES_MAX, "\n");
    assert_string_equal(error.message, "");
    for (size_t i = 0; i < 2; i++) {
        error = read_record((size_t)GPUC_RECORD_BYTES_MAX + 1, ends[i]);
        assert_int_equal(error.status, GPUC_EDATA);
        assert_string_equal(error.message, "memory:3: a record of more than 268435456 "
                                           "bytes begins here");
    }
}

/* Whatever read fails: the rows before it are right, and then comes its error. */
static void test_source_fails(void **state)
{
    static const char bytes[] = "a\nbb\n\"c\nc\"\nd\n\ne\n\"f\"\n";
    const struct reading_text text = {bytes, sizeof bytes - 1, 0, 1};
    const struct gpuc_parser parser = native();
    (void)state;
    for (size_t i = 0; i < text.size * 2 * 4; i++) {
        size_t piece = 1 + i % 5, fail_at = i / 8;
        bool is_anywhere = i / 4 % 2 == 0;
        struct memory_source source = source_of(&text, is_anywhere);
        const struct stitching stitching = {.parser = &parser,
                                            .dialect = &pandas,
                                            .piece_bytes = piece,
                                            .n_threads = i % 4,
                                            .seed = i};
        struct reading reading = {0}, expected = {0};
        size_t n_good = fail_at / piece * piece;
        source.fail_at = is_anywhere ? fail_at : fail_at / piece;
        stitching_read(&stitching, memory_source(&source), &reading);
        assert_int_equal(reading.error.status, GPUC_EIO);
        assert_string_equal(reading.error.message, "the source failed");
        /* What ends in the pieces that could be read, and nothing else. */
        const struct reading_text good = {bytes, n_good, 0, 1};
        reading_whole(&expected, &parser, &pandas, &good);
        assert_true(reading.rows.size <= expected.rows.size);
        assert_true(reading.n_rows + 1 >= expected.n_rows);
        if (reading.rows.size > 0)
            assert_memory_equal(reading.rows.data, expected.rows.data, reading.rows.size);
        reading_done(&reading);
        reading_done(&expected);
    }
}

/* One of the threads that wait for a piece that nobody joins. */
struct waiter {
    struct gpuc_stitcher *stitcher;
    uint64_t sequence;
    enum gpuc_status loaded;
    enum gpuc_status status;
    pthread_t thread;
};

static void *wait_for_turn(void *argument)
{
    struct waiter *waiter = argument;
    struct gpuc_batch batch = {.sequence = waiter->sequence};
    if (gpuc_bytes_reserve(&batch.input, 100, NULL) == GPUC_OK) {
        memcpy(batch.input.data, "1\n2\n", 4);
        batch.piece_size = 4;
        waiter->status =
            gpuc_stitcher_join(waiter->stitcher, &batch, waiter->loaded, NULL);
    }
    gpuc_batch_done(&batch);
    return NULL;
}

/* Starts threads that wait for piece 0, then stops or lets piece 0 fail. */
static void check_stop(bool fails)
{
    enum { N = 4 };
    const struct gpuc_parser parser = native();
    struct gpuc_stitcher stitcher;
    struct waiter waiters[N];
    gpuc_stitcher_init(&stitcher, "memory", &parser, &pandas, 1);
    for (uint64_t i = 0; i < N; i++) {
        waiters[i] = (struct waiter){.stitcher = &stitcher,
                                     .sequence = i + 1,
                                     .loaded = i == 2 ? GPUC_EIO : GPUC_OK};
        assert_int_equal(
            pthread_create(&waiters[i].thread, NULL, wait_for_turn, &waiters[i]), 0);
    }
    struct waiter first = {.stitcher = &stitcher, .loaded = GPUC_EPIPE};
    if (fails)
        wait_for_turn(&first);
    else
        gpuc_stitcher_stop(&stitcher);
    for (size_t i = 0; i < N; i++) {
        pthread_join(waiters[i].thread, NULL);
        assert_int_equal(waiters[i].status, GPUC_ECANCELLED);
    }
    assert_int_equal(first.status, fails ? GPUC_EPIPE : GPUC_OK);
    wait_for_turn(&first);
    assert_int_equal(first.status, GPUC_ECANCELLED);
    gpuc_stitcher_done(&stitcher);
}

static void test_stop(void **state)
{
    (void)state;
    for (size_t i = 0; i < 100; i++)
        check_stop(i % 2 == 0);
}

/* Memory that runs out is an error, and what was got is freed. */
static void test_no_memory(void **state)
{
    static const char bytes[] = "a,b\n\"c\nc\",\"d\"\"d\"\n1,2";
    const struct gpuc_parser parser = native();
    (void)state;
    size_t n_failures = 0;
    for (long n_before = 0; n_before < 20; n_before++) {
        struct gpuc_stitcher stitcher;
        struct gpuc_batch batch = {0};
        enum gpuc_status status = GPUC_OK;
        gpuc_stitcher_init(&stitcher, "memory", &parser, &pandas, 1);
        gpuc_memory_fail_after(n_before, false);
        for (size_t pos = 0; status == GPUC_OK && pos < sizeof bytes - 1; pos += 7) {
            size_t left = sizeof bytes - 1 - pos;
            batch.input.size = 0;
            batch.piece_begin = 0;
            batch.piece_size = left < 7 ? left : 7;
            batch.at_end = left <= 7;
            status = gpuc_bytes_reserve(&batch.input, 7 + GPUC_TEXT_SLACK, NULL);
            if (status == GPUC_OK)
                memcpy(batch.input.data, bytes + pos, batch.piece_size);
            status = gpuc_stitcher_join(&stitcher, &batch, status, NULL);
            batch.sequence++;
        }
        gpuc_memory_fail_after(-1, false);
        if (status != GPUC_OK)
            assert_int_equal(status, GPUC_ENOMEM);
        n_failures += status != GPUC_OK;
        gpuc_stitcher_done(&stitcher);
        gpuc_batch_done(&batch);
    }
    print_message("%zu failures\n", n_failures);
    assert_true(n_failures >= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_large_records), cmocka_unit_test(test_field_at_the_limit),
        cmocka_unit_test(test_field_too_big), cmocka_unit_test(test_record_too_big),
        cmocka_unit_test(test_source_fails),  cmocka_unit_test(test_stop),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
