/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces of a source: together they are the input, each but the last has the size that
 * was asked for, and each has room around it. For sources that are read in order and for
 * those that are read anywhere, for every size of reads.
 */
#include "pipeline/reader.h"

#include <stdlib.h>

#include "pipeline/memory_source.h"
#include "support/cmocka_all.h"
#include "support/random.h"

enum { TEXT_SIZE = 1000 };

static uint8_t text[TEXT_SIZE];

static struct memory_source source_of(size_t size, size_t piece, bool is_anywhere)
{
    for (size_t i = 0; i < TEXT_SIZE; i++)
        text[i] = (uint8_t)(i * 7 + i / 256);
    return (struct memory_source){.bytes = text,
                                  .size = size,
                                  .piece = piece,
                                  .is_anywhere = is_anywhere,
                                  .fail_at = SIZE_MAX,
                                  .failure = GPUC_EIO};
}

/* Everything that a piece must be once it is loaded. */
static void check_piece(const struct gpuc_batch *batch, const struct memory_source *from,
                        size_t pos, size_t piece_bytes)
{
    size_t left = from->size - pos;
    assert_int_equal(batch->offset, pos);
    assert_int_equal(batch->piece_size, left < piece_bytes ? left : piece_bytes);
    assert_true(batch->piece_begin >= GPUC_PIECE_HEADROOM);
    assert_true(batch->piece_begin + batch->piece_size + GPUC_TEXT_SLACK <=
                batch->input.capacity);
    assert_memory_equal(batch->input.data + batch->piece_begin, from->bytes + pos,
                        batch->piece_size);
    /* Where the end is not known beforehand, only a piece that is not full finds it. */
    bool is_last = from->is_anywhere ? left <= piece_bytes : left < piece_bytes;
    assert_int_equal(batch->at_end, is_last);
}

/* Reads a source from `offset` on, piece by piece; returns how many there are. */
static size_t check_source(struct memory_source *source, size_t offset,
                           size_t piece_bytes, struct gpuc_batch *batch)
{
    struct gpuc_reader reader;
    size_t pos = offset, n_pieces = 0;
    bool more = true, ended = false;
    source->pos = source->is_anywhere ? 0 : offset;
    gpuc_reader_init(&reader, memory_source(source), piece_bytes, offset);
    for (;;) {
        batch->sequence = 77;
        assert_int_equal(gpuc_reader_next(&reader, batch, &more, NULL), GPUC_OK);
        if (!more)
            break;
        assert_false(ended);
        assert_int_equal(gpuc_reader_load(&reader, batch, NULL), GPUC_OK);
        assert_int_equal(batch->sequence, n_pieces++);
        check_piece(batch, source, pos, piece_bytes);
        pos += batch->piece_size;
        ended = batch->at_end;
    }
    assert_true(ended);
    assert_int_equal(pos, source->size);
    assert_int_equal(gpuc_reader_next(&reader, batch, &more, NULL), GPUC_OK);
    assert_false(more);
    return n_pieces;
}

/* The same batch again and again, so that what one reading leaves is met by the next. */
static void test_pieces(void **state)
{
    static const size_t reads[] = {1, 2, 13, 64, SIZE_MAX};
    static const size_t offsets[] = {0, 1, 63, 64, TEXT_SIZE};
    static const size_t sizes[] = {0, 1, 64, 999, TEXT_SIZE};
    (void)state;
    struct gpuc_batch batch = {0};
    size_t n_pieces = 0;
    for (size_t piece_bytes = 1; piece_bytes <= TEXT_SIZE + 1;
         piece_bytes += piece_bytes < 70 ? 1 : 133)
        for (size_t i = 0; i < 5 * 5 * 2; i++) {
            size_t size = sizes[i / 2 % 5];
            size_t offset = offsets[i / 10] < size ? offsets[i / 10] : size;
            struct memory_source source =
                source_of(size, reads[(i + piece_bytes) % 5], i % 2 == 0);
            n_pieces += check_source(&source, offset, piece_bytes, &batch);
        }
    print_message("%zu pieces\n", n_pieces);
    gpuc_batch_done(&batch);
}

/* Pieces that can be read anywhere may be loaded long after, in any order. */
static void test_loaded_in_any_order(void **state)
{
    enum { PIECE = 10, N_PIECES = TEXT_SIZE / PIECE };
    (void)state;
    struct memory_source source = source_of(TEXT_SIZE, 3, true);
    struct gpuc_batch *batches = calloc(N_PIECES, sizeof *batches);
    struct gpuc_reader reader;
    struct test_random random = {3};
    bool more = false;
    assert_non_null(batches);
    gpuc_reader_init(&reader, memory_source(&source), PIECE, 0);
    for (size_t i = 0; i < N_PIECES; i++) {
        assert_int_equal(gpuc_reader_next(&reader, &batches[i], &more, NULL), GPUC_OK);
        assert_true(more);
    }
    assert_int_equal(source.n_reads, 0);
    for (size_t n_left = N_PIECES; n_left > 0; n_left--) {
        size_t i = test_random_below(&random, n_left);
        struct gpuc_batch batch = batches[i];
        batches[i] = batches[n_left - 1];
        assert_int_equal(gpuc_reader_load(&reader, &batch, NULL), GPUC_OK);
        check_piece(&batch, &source, (size_t)batch.sequence * PIECE, PIECE);
        gpuc_batch_done(&batch);
    }
    free(batches);
}

static void test_sizes(void **state)
{
    (void)state;
    struct memory_source source = source_of(GPUC_PIECE_BYTES + 7, SIZE_MAX, true);
    struct gpuc_reader reader;
    struct gpuc_batch batch = {0};
    bool more;
    source.period = TEXT_SIZE;
    gpuc_reader_init(&reader, memory_source(&source), 0, 0);
    assert_int_equal(gpuc_reader_next(&reader, &batch, &more, NULL), GPUC_OK);
    assert_int_equal(batch.piece_size, GPUC_PIECE_BYTES);
    assert_false(batch.at_end);
    assert_int_equal(gpuc_reader_next(&reader, &batch, &more, NULL), GPUC_OK);
    assert_int_equal(batch.piece_size, 7);
    assert_true(batch.at_end);
    source.size = SIZE_MAX;
    gpuc_reader_init(&reader, memory_source(&source), SIZE_MAX, 0);
    assert_int_equal(gpuc_reader_next(&reader, &batch, &more, NULL), GPUC_OK);
    assert_int_equal(batch.piece_size, GPUC_PIECE_BYTES_MAX);
    gpuc_batch_done(&batch);
}

/* Whatever read fails, the pieces before it are right and its own has a number. */
static void test_reads_fail(void **state)
{
    enum { SIZE = 40, PIECE = 7, READ = 2 };
    (void)state;
    size_t n_failures = 0;
    for (size_t fail_at = 0; fail_at < 60; fail_at++)
        for (int anywhere = 0; anywhere < 2; anywhere++) {
            struct memory_source source = source_of(SIZE, READ, anywhere);
            struct gpuc_reader reader;
            struct gpuc_batch batch = {.sequence = 77};
            struct gpuc_error error = {.message = ""};
            enum gpuc_status status = GPUC_OK;
            bool more = true;
            size_t n_pieces = 0;
            source.fail_at = fail_at;
            gpuc_reader_init(&reader, memory_source(&source), PIECE, 0);
            for (;;) {
                status = gpuc_reader_next(&reader, &batch, &more, &error);
                assert_int_equal(batch.sequence, n_pieces);
                if (status == GPUC_OK && more)
                    status = gpuc_reader_load(&reader, &batch, &error);
                if (status != GPUC_OK || !more)
                    break;
                check_piece(&batch, &source, n_pieces++ * PIECE, PIECE);
            }
            /* Three reads of 2 bytes and one of 1 are a piece; one more finds the end. */
            size_t n_before = anywhere ? fail_at / PIECE : fail_at / 4;
            bool reached = anywhere ? fail_at < SIZE : fail_at < 20 + 3 + 1;
            assert_int_equal(status, reached ? GPUC_EIO : GPUC_OK);
            assert_string_equal(error.message, reached ? "the source failed" : "");
            assert_int_equal(n_pieces, reached ? n_before : 6);
            n_failures += reached;
            gpuc_batch_done(&batch);
        }
    print_message("%zu failures\n", n_failures);
    assert_int_equal(n_failures, 24 + 40);
}

/* A file that has become shorter: no piece may hold bytes that were never read. */
static void test_file_shrinks(void **state)
{
    enum { SIZE = 30, PIECE = 8 };
    (void)state;
    for (size_t n_gone = 1; n_gone <= SIZE; n_gone++) {
        struct memory_source source = source_of(SIZE, 5, true);
        struct gpuc_reader reader;
        struct gpuc_batch batch = {0};
        struct gpuc_error error = {.message = ""};
        enum gpuc_status status = GPUC_OK;
        bool more;
        size_t n_pieces = 0;
        gpuc_reader_init(&reader, memory_source(&source), PIECE, 0);
        source.n_gone = n_gone;
        for (;; n_pieces++) {
            assert_int_equal(gpuc_reader_next(&reader, &batch, &more, NULL), GPUC_OK);
            assert_true(more);
            status = gpuc_reader_load(&reader, &batch, &error);
            if (status != GPUC_OK)
                break;
        }
        assert_int_equal(n_pieces, (SIZE - n_gone) / PIECE);
        assert_int_equal(status, GPUC_EDATA);
        assert_string_equal(error.message,
                            "memory: the file changed while it was being read");
        gpuc_batch_done(&batch);
    }
}

/* A file that grows while it is read: all that it has when its end is reached. */
static void test_file_grows(void **state)
{
    enum { SIZE = 30, PIECE = 8 };
    (void)state;
    for (size_t n_more = 0; n_more < 40; n_more++) {
        struct memory_source source = source_of(SIZE, 5, true);
        struct gpuc_reader reader;
        struct gpuc_batch batch = {0};
        bool more = true;
        size_t pos = 0;
        gpuc_reader_init(&reader, memory_source(&source), PIECE, 0);
        for (;;) {
            source.size = SIZE + (pos < 3 * PIECE ? 0 : n_more);
            assert_int_equal(gpuc_reader_next(&reader, &batch, &more, NULL), GPUC_OK);
            if (!more)
                break;
            assert_int_equal(gpuc_reader_load(&reader, &batch, NULL), GPUC_OK);
            check_piece(&batch, &source, pos, PIECE);
            pos += batch.piece_size;
        }
        assert_int_equal(pos, SIZE + n_more);
        gpuc_batch_done(&batch);
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    for (int anywhere = 0; anywhere < 2; anywhere++) {
        struct memory_source source = source_of(TEXT_SIZE, SIZE_MAX, anywhere);
        struct gpuc_reader reader;
        struct gpuc_batch batch = {.sequence = 77};
        bool more;
        gpuc_reader_init(&reader, memory_source(&source), 100, 0);
        gpuc_memory_fail_after(0, false);
        enum gpuc_status status = gpuc_reader_next(&reader, &batch, &more, NULL);
        if (anywhere) {
            assert_int_equal(status, GPUC_OK);
            status = gpuc_reader_load(&reader, &batch, NULL);
        }
        gpuc_memory_fail_after(-1, false);
        assert_int_equal(status, GPUC_ENOMEM);
        assert_int_equal(batch.sequence, 0);
        gpuc_batch_done(&batch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),       cmocka_unit_test(test_loaded_in_any_order),
        cmocka_unit_test(test_sizes),        cmocka_unit_test(test_reads_fail),
        cmocka_unit_test(test_file_shrinks), cmocka_unit_test(test_file_grows),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
