/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of frames, fed in pieces, against the plain reading of the same bytes at
 * once. The first bytes of the input choose the cap and the pieces.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz_target.h"
#include "stream/frame.h"

enum { HEADER_SIZE = 4 };

static void require(bool is_so)
{
    if (!is_so)
        abort();
}

/* The frame that begins at bytes[0]; false: it is not whole, or too long. */
static bool read_plainly(const uint8_t *bytes, size_t size, uint32_t cap,
                         struct gpuc_frame *ret_frame)
{
    if (size < 4)
        return false;
    uint64_t length =
        (uint64_t)bytes[0] * 16777216 + bytes[1] * 65536 + bytes[2] * 256 + bytes[3];
    if (length > cap || length > size - 4)
        return false;
    *ret_frame = (struct gpuc_frame){bytes + 4, (size_t)length};
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEADER_SIZE)
        return 0;
    uint32_t cap = (uint32_t)data[0] * data[1];
    uint32_t random = (uint32_t)data[2] << 8 | data[3];
    data += HEADER_SIZE;
    size -= HEADER_SIZE;
    struct gpuc_frame_reader reader = {.size_max = cap};
    const uint8_t *plain = data, *end = data + size;
    enum gpuc_frame_event event = GPUC_FRAME_PART;
    while (data < end && event != GPUC_FRAME_TOO_LONG) {
        random = random * 1664525 + 1013904223;
        size_t piece = (random >> 16) % 64 + 1, n;
        struct gpuc_frame frame, wanted;
        piece = piece < (size_t)(end - data) ? piece : (size_t)(end - data);
        require(gpuc_frame_take(&reader, data, piece, &event, &frame, &n, NULL) ==
                GPUC_OK);
        data += n;
        require(n > 0 || event == GPUC_FRAME_TOO_LONG);
        if (event != GPUC_FRAME_WHOLE)
            continue;
        require(read_plainly(plain, (size_t)(end - plain), cap, &wanted));
        require(frame.size == wanted.size &&
                (frame.size == 0 || memcmp(frame.bytes, wanted.bytes, frame.size) == 0));
        plain = wanted.bytes + wanted.size;
    }
    struct gpuc_frame rest;
    require(!read_plainly(plain, (size_t)(end - plain), cap, &rest));
    gpuc_frame_reader_done(&reader);
    return 0;
}
