/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text repeated `count` times, as the blocks that SHA-256 (64 bytes) or SHA-512 (128)
 * hashes: padding included, and never copied as a whole.
 *
 * A block inside the text is read where the text stands. A block that crosses the text's
 * end lies in the seam, the last bytes of the text followed by its first, so every block
 * of the endless repetition is one contiguous read and none reads past the text. What is
 * left at the end stands with its padding in memory of its own, as the seam does.
 */
#ifndef GPUC_MESSAGE_H
#define GPUC_MESSAGE_H

#include "gpuc_shared.h"

enum {
    GPUC_SHA256_BLOCK = 64,
    GPUC_SHA512_BLOCK = 128,
    GPUC_SEAM_SIZE = 2 * GPUC_SHA256_BLOCK,
    GPUC_MESSAGE_SPACE =
        GPUC_SEAM_SIZE + 2 * GPUC_SHA512_BLOCK /* a message's own bytes */
};

struct gpuc_message {
    GPUC_GLOBAL const gpuc_u8 *text;
    GPUC_GLOBAL gpuc_u8 *seam; /* GPUC_MESSAGE_SPACE bytes, the padding at their end */
    gpuc_u64 text_size;
    gpuc_u64 position;   /* of the next block, within the text */
    gpuc_u64 step;       /* from one block to the next, less whole texts */
    gpuc_u64 seam_start; /* the position that seam[0] stands for */
    gpuc_u64 n_whole;    /* blocks before the padding */
    gpuc_u64 n_blocks;   /* all blocks */
    gpuc_u64 block;      /* index of the next one */
};

static inline GPUC_GLOBAL const gpuc_u8 *
gpuc_message_at(const struct gpuc_message *message, gpuc_u64 position)
{
    return position < message->seam_start
               ? message->text + position
               : message->seam + (position - message->seam_start);
}

/* Where blocks cross the text's end. Repeats a short text as often as it takes. */
static inline void gpuc_message_make_seam(struct gpuc_message *message)
{
    gpuc_u64 size = message->text_size;
    gpuc_u64 n_made = size < GPUC_SHA256_BLOCK - 1 ? size : GPUC_SHA256_BLOCK - 1;

    message->seam_start = size - n_made;
    gpuc_copy_bytes(message->seam, message->text + message->seam_start, n_made);
    while (n_made < GPUC_SEAM_SIZE) {
        gpuc_u64 room = GPUC_SEAM_SIZE - n_made;
        gpuc_u64 n_more = room < size ? room : size;
        gpuc_copy_bytes(message->seam + n_made, message->text, n_more);
        n_made += n_more;
    }
}

/* Blocks that end a message: a byte 0x80 and the size, an eighth of a block, follow it.
 */
static inline gpuc_u32 gpuc_message_n_padded(gpuc_u32 rest, gpuc_u32 block_size)
{
    return rest + 1 + block_size / 8 <= block_size ? 1 : 2;
}

/* The last `rest` bytes, from `position` in the text on, and what follows the message. */
static inline void gpuc_message_make_padding(struct gpuc_message *message,
                                             gpuc_u64 position, gpuc_u32 rest,
                                             gpuc_u32 block_size, gpuc_u64 message_size)
{
    GPUC_GLOBAL gpuc_u8 *padding = message->seam + GPUC_SEAM_SIZE;
    gpuc_u32 padded_size = gpuc_message_n_padded(rest, block_size) * block_size;

    gpuc_copy_bytes(padding, gpuc_message_at(message, position), rest);
    padding[rest] = 0x80;
    gpuc_clear_bytes(padding + rest + 1, 2 * block_size - rest - 1);
    for (gpuc_u32 i = 0; i < 8; i++)
        padding[padded_size - 1 - i] = (gpuc_u8)(message_size << 3 >> (8 * i));
}

/*
 * A count above 1 goes with blocks of GPUC_SHA256_BLOCK only. The text and the `space` of
 * GPUC_MESSAGE_SPACE bytes must stay.
 */
static inline void gpuc_message_init(struct gpuc_message *message,
                                     GPUC_GLOBAL const gpuc_u8 *text, gpuc_u32 text_size,
                                     gpuc_u32 count, gpuc_u32 block_size,
                                     GPUC_GLOBAL gpuc_u8 *space)
{
    gpuc_u64 size = (gpuc_u64)text_size * count;
    gpuc_u64 n_whole = size / block_size;
    /* A power of two; Oclgrind 21.10 fails on what becomes of a quotient and a rest. */
    gpuc_u32 rest = (gpuc_u32)size & (block_size - 1);

    message->text = text;
    message->seam = space;
    message->text_size = text_size;
    message->position = 0;
    message->step = block_size;
    message->seam_start = ~(gpuc_u64)0;
    message->n_whole = n_whole;
    message->n_blocks = n_whole + gpuc_message_n_padded(rest, block_size);
    message->block = 0;

    gpuc_u64 rest_position = n_whole * block_size;
    if (count > 1 && text_size > 0) {
        gpuc_message_make_seam(message);
        message->step = text_size > block_size ? block_size : block_size % text_size;
        rest_position %= text_size;
    }
    gpuc_message_make_padding(message, rest_position, rest, block_size, size);
}

/* The next block; past the last one, some bytes of no meaning. */
static inline GPUC_GLOBAL const gpuc_u8 *gpuc_message_next(struct gpuc_message *message,
                                                           gpuc_u32 block_size)
{
    gpuc_u64 block = message->block++;
    GPUC_GLOBAL const gpuc_u8 *padding = message->seam + GPUC_SEAM_SIZE;

    if (block < message->n_whole) {
        GPUC_GLOBAL const gpuc_u8 *bytes = gpuc_message_at(message, message->position);
        message->position += message->step;
        if (message->position >= message->text_size)
            message->position -= message->text_size;
        return bytes;
    }
    return block == message->n_whole ? padding : padding + block_size;
}

#endif
