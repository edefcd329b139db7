/* SPDX-License-Identifier: Apache-2.0 */
/* Frames come out whole whatever pieces their bytes come in. */
#include "stream/frame.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/random.h"

enum { SIZE_MAX_WIRE = 70000, N_FRAMES = 40 };

/* Frames of known contents, as they go over the wire. */
struct wire {
    uint8_t *bytes;
    size_t size;
    size_t sizes[N_FRAMES];
};

static uint8_t content(size_t frame, size_t i)
{
    return (uint8_t)(frame * 31 + i * 7);
}

static struct wire make_wire(struct test_random *random)
{
    static const size_t kinds[] = {0, 1, 3, 4, 5, 100, 4096, SIZE_MAX_WIRE};
    struct wire wire = {.size = 0};
    for (size_t i = 0; i < N_FRAMES; i++) {
        wire.sizes[i] = kinds[test_random_below(random, sizeof kinds / sizeof *kinds)];
        wire.size += 4 + wire.sizes[i];
    }
    wire.bytes = malloc(wire.size);
    assert_non_null(wire.bytes);
    uint8_t *to = wire.bytes;
    for (size_t i = 0; i < N_FRAMES; i++) {
        size_t size = wire.sizes[i];
        *to++ = (uint8_t)(size >> 24);
        *to++ = (uint8_t)(size >> 16);
        *to++ = (uint8_t)(size >> 8);
        *to++ = (uint8_t)size;
        for (size_t k = 0; k < size; k++)
            *to++ = content(i, k);
    }
    return wire;
}

static void check_frame(const struct wire *wire, size_t i, const struct gpuc_frame *frame)
{
    assert_true(i < N_FRAMES);
    assert_int_equal(frame->size, wire->sizes[i]);
    for (size_t k = 0; k < frame->size; k++)
        assert_int_equal(frame->bytes[k], content(i, k));
}

/* Takes everything in a piece, copied so that it ends where its memory does. */
static size_t take_piece(struct gpuc_frame_reader *reader, const struct wire *wire,
                         const uint8_t *bytes, size_t size, size_t n_before)
{
    uint8_t *piece = malloc(size + 1);
    assert_non_null(piece);
    memcpy(piece, bytes, size);
    for (size_t taken = 0, n; taken < size; taken += n) {
        enum gpuc_frame_event event;
        struct gpuc_frame frame;
        assert_int_equal(gpuc_frame_take(reader, piece + taken, size - taken, &event,
                                         &frame, &n, NULL),
                         GPUC_OK);
        assert_true(n > 0);
        if (event == GPUC_FRAME_WHOLE)
            check_frame(wire, n_before++, &frame);
        else
            assert_int_equal(event, GPUC_FRAME_PART);
    }
    free(piece);
    return n_before;
}

static void test_pieces(void **state)
{
    (void)state;
    struct test_random random = {5};
    static const size_t largest[] = {1, 2, 3, 5, 9, 1000, 100000, SIZE_MAX / 2};
    for (size_t k = 0; k < sizeof largest / sizeof *largest; k++) {
        struct wire wire = make_wire(&random);
        struct gpuc_frame_reader reader = {.size_max = SIZE_MAX_WIRE};
        size_t n_frames = 0;
        for (size_t at = 0, size; at < wire.size; at += size) {
            size_t left = wire.size - at;
            size = 1 + test_random_below(&random, largest[k]);
            size = size < left ? size : left;
            n_frames = take_piece(&reader, &wire, wire.bytes + at, size, n_frames);
        }
        assert_int_equal(n_frames, N_FRAMES);
        assert_false(gpuc_frame_is_open(&reader));
        gpuc_frame_reader_done(&reader);
        free(wire.bytes);
    }
}

static enum gpuc_frame_event take_all(struct gpuc_frame_reader *reader,
                                      const uint8_t *bytes, size_t size)
{
    enum gpuc_frame_event event = GPUC_FRAME_PART;
    struct gpuc_frame frame;
    for (size_t taken = 0, n; taken < size && event != GPUC_FRAME_TOO_LONG; taken += n)
        assert_int_equal(gpuc_frame_take(reader, bytes + taken, size - taken, &event,
                                         &frame, &n, NULL),
                         GPUC_OK);
    return event;
}

static void test_cap(void **state)
{
    (void)state;
    static const struct {
        uint8_t header[4];
        enum gpuc_frame_event event;
    } cases[] = {{{0, 0, 0, 10}, GPUC_FRAME_PART},
                 {{0, 0, 0, 11}, GPUC_FRAME_TOO_LONG},
                 {{0x7F, 0xFF, 0xFF, 0xFF}, GPUC_FRAME_TOO_LONG},
                 {{0xFF, 0xFF, 0xFF, 0xFF}, GPUC_FRAME_TOO_LONG},
                 {{'G', 'E', 'T', ' '}, GPUC_FRAME_TOO_LONG}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t first = 1; first <= 4; first++) {
            struct gpuc_frame_reader reader = {.size_max = 10};
            assert_int_equal(take_all(&reader, cases[i].header, first),
                             first < 4 ? GPUC_FRAME_PART : cases[i].event);
            if (first < 4)
                assert_int_equal(take_all(&reader, cases[i].header + first, 4 - first),
                                 cases[i].event);
            gpuc_frame_reader_done(&reader);
        }
    }
}

/* What a length promises takes no memory before it comes. */
static void test_promises_take_no_memory(void **state)
{
    (void)state;
    static const uint8_t header[] = {0x0F, 0xFF, 0xFF, 0xFF, 'x'};
    struct gpuc_frame_reader reader = {.size_max = 0x10000000};
    assert_int_equal(take_all(&reader, header, sizeof header), GPUC_FRAME_PART);
    assert_true(gpuc_frame_is_open(&reader));
    assert_true(reader.partial.capacity < 1 << 16);
    gpuc_frame_reader_done(&reader);
}

static void test_lengths(void **state)
{
    (void)state;
    static const uint8_t wanted[] = {0x12, 0x34, 0x56, 0x78};
    uint8_t header[GPUC_FRAME_HEADER_BYTES];
    gpuc_frame_put_length(header, 0x12345678);
    assert_memory_equal(header, wanted, sizeof wanted);
    const uint8_t end[] = {4}, other[] = {5}, longer[] = {4, 4};
    assert_true(gpuc_frame_is_end(&(struct gpuc_frame){end, 1}));
    assert_false(gpuc_frame_is_end(&(struct gpuc_frame){other, 1}));
    assert_false(gpuc_frame_is_end(&(struct gpuc_frame){longer, 2}));
    assert_false(gpuc_frame_is_end(&(struct gpuc_frame){end, 0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_cap),
        cmocka_unit_test(test_promises_take_no_memory),
        cmocka_unit_test(test_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
