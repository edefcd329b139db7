/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/frame.h"

/* Memory that an empty reader keeps for the next part; above it is given back. */
enum { KEPT_BYTES = 4096 };

static uint32_t get_length(const uint8_t header[GPUC_FRAME_HEADER_BYTES])
{
    return (uint32_t)header[0] << 24 | (uint32_t)header[1] << 16 |
           (uint32_t)header[2] << 8 | (uint32_t)header[3];
}

void gpuc_frame_put_length(uint8_t header[GPUC_FRAME_HEADER_BYTES], uint32_t size)
{
    header[0] = (uint8_t)(size >> 24);
    header[1] = (uint8_t)(size >> 16);
    header[2] = (uint8_t)(size >> 8);
    header[3] = (uint8_t)size;
}

/* Keeps the bytes that the frame under way lacks to have `wanted` of them; returns how
 * many these are. Room is made for what is there, never for what a length promises. */
static enum gpuc_status keep(struct gpuc_frame_reader *reader, size_t wanted,
                             const uint8_t *bytes, size_t size, size_t *taken,
                             struct gpuc_error *error)
{
    struct gpuc_bytes *partial = &reader->partial;
    size_t lacking = wanted > partial->size ? wanted - partial->size : 0;
    size_t n = size < lacking ? size : lacking;
    enum gpuc_status status = gpuc_bytes_append(partial, bytes, n, error);
    if (status == GPUC_OK)
        *taken += n;
    return status;
}

enum gpuc_status gpuc_frame_take(struct gpuc_frame_reader *reader, const uint8_t *bytes,
                                 size_t size, enum gpuc_frame_event *ret_event,
                                 struct gpuc_frame *ret_frame, size_t *ret_taken,
                                 struct gpuc_error *error)
{
    struct gpuc_bytes *partial = &reader->partial;
    enum gpuc_status status = GPUC_OK;
    size_t taken = 0;
    *ret_event = GPUC_FRAME_PART;
    /* A frame that was whole has been used by now. */
    if (partial->size >= GPUC_FRAME_HEADER_BYTES &&
        partial->size == GPUC_FRAME_HEADER_BYTES + (size_t)get_length(partial->data)) {
        partial->size = 0;
        if (partial->capacity > KEPT_BYTES)
            gpuc_bytes_done(partial);
    }
    const uint8_t *header = bytes;
    if (partial->size > 0 || size < GPUC_FRAME_HEADER_BYTES) {
        GPUC_TRY(keep(reader, GPUC_FRAME_HEADER_BYTES, bytes, size, &taken, error));
        header = partial->data;
        if (partial->size < GPUC_FRAME_HEADER_BYTES)
            goto out;
    }
    ret_frame->size = get_length(header);
    if (ret_frame->size > reader->size_max) {
        *ret_event = GPUC_FRAME_TOO_LONG;
        goto out;
    }
    size_t whole = GPUC_FRAME_HEADER_BYTES + ret_frame->size;
    if (partial->size == 0 && size >= whole) {
        taken = whole;
        ret_frame->bytes = bytes + GPUC_FRAME_HEADER_BYTES;
        *ret_event = GPUC_FRAME_WHOLE;
        goto out;
    }
    GPUC_TRY(keep(reader, whole, bytes + taken, size - taken, &taken, error));
    if (partial->size == whole) {
        ret_frame->bytes = partial->data + GPUC_FRAME_HEADER_BYTES;
        *ret_event = GPUC_FRAME_WHOLE;
    }
out:
    *ret_taken = taken;
    return status;
}

bool gpuc_frame_is_open(const struct gpuc_frame_reader *reader)
{
    const struct gpuc_bytes *partial = &reader->partial;
    return partial->size > 0 &&
           (partial->size < GPUC_FRAME_HEADER_BYTES ||
            partial->size - GPUC_FRAME_HEADER_BYTES < get_length(partial->data));
}

void gpuc_frame_reader_done(struct gpuc_frame_reader *reader)
{
    gpuc_bytes_done(&reader->partial);
}
