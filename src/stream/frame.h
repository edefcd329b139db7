/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wire of the stream: a frame is its length as a 32-bit number, most significant byte
 * first, then so many bytes.
 *
 * A reader takes frames out of bytes that come in pieces of any size. It keeps nothing
 * but the part of a frame that has come so far, so a connection that is idle takes no
 * memory.
 */
#ifndef GPUC_FRAME_H
#define GPUC_FRAME_H

#include "base/bytes.h"

enum { GPUC_FRAME_HEADER_BYTES = 4 };

/* A frame of this one byte is the end of a stream. */
enum { GPUC_FRAME_END_BYTE = 0x04 };

struct gpuc_frame {
    const uint8_t *bytes; /* valid until the next call for its reader */
    size_t size;
};

struct gpuc_frame_reader {
    uint32_t size_max;         /* no frame may be larger */
    struct gpuc_bytes partial; /* what has come of a frame, with its length */
};

/* What the next bytes of a connection are. */
enum gpuc_frame_event {
    GPUC_FRAME_PART,    /* a part of a frame, which is kept: all bytes are taken */
    GPUC_FRAME_WHOLE,   /* a frame ends in them */
    GPUC_FRAME_TOO_LONG /* a length above the cap, which is in ret_frame->size */
};

/*
 * Takes bytes up to the end of a frame; *ret_taken: how many. Nothing may be taken after
 * GPUC_FRAME_TOO_LONG. Fails with GPUC_ENOMEM.
 */
enum gpuc_status gpuc_frame_take(struct gpuc_frame_reader *reader, const uint8_t *bytes,
                                 size_t size, enum gpuc_frame_event *ret_event,
                                 struct gpuc_frame *ret_frame, size_t *ret_taken,
                                 struct gpuc_error *error) GPUC_MUST_CHECK;

/* True if the bytes so far end within a frame. */
bool gpuc_frame_is_open(const struct gpuc_frame_reader *reader);

/* Frees the contents. */
void gpuc_frame_reader_done(struct gpuc_frame_reader *reader);

/* Writes the length of a frame of `size` bytes. */
void gpuc_frame_put_length(uint8_t header[GPUC_FRAME_HEADER_BYTES], uint32_t size);

/* White space as senders strip it from records. */
static inline bool gpuc_is_ascii_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* True if the frame is the end of a stream. */
static inline bool gpuc_frame_is_end(const struct gpuc_frame *frame)
{
    return frame->size == 1 && frame->bytes[0] == GPUC_FRAME_END_BYTE;
}

#endif
