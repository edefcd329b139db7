/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text repeated `count` times, as the blocks that SHA-256 (64 bytes) or SHA-512 (128)
 * hashes: padding included, and never copied as a whole.
 *
 * A block inside the text is read where the text stands. A block that crosses the text's
 * end lies in `seam`, the last bytes of the text followed by its first, so every block of
 * the endless repetition is one contiguous read and none reads past the text. What is
 * left at the end stands with its padding in `padding`.
 */
#ifndef GPUC_MESSAGE_H
#define GPUC_MESSAGE_H

#include <stdint.h>
#include <string.h>

enum { GPUC_SHA256_BLOCK = 64, GPUC_SHA512_BLOCK = 128 };

struct gpuc_message {
    const uint8_t *text;
    size_t text_size;
    size_t position;   /* of the next block, within the text */
    size_t step;       /* from one block to the next, less whole texts */
    size_t seam_start; /* the position that seam[0] stands for */
    uint64_t n_whole;  /* blocks before the padding */
    uint64_t n_blocks; /* all blocks */
    uint64_t block;    /* index of the next one */
    uint8_t seam[2 * GPUC_SHA256_BLOCK];
    uint8_t padding[2 * GPUC_SHA512_BLOCK];
};

static inline void gpuc_store_be64(uint8_t *bytes, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
}

static inline const uint8_t *gpuc_message_at(const struct gpuc_message *message,
                                             size_t position)
{
    return position < message->seam_start
               ? message->text + position
               : message->seam + (position - message->seam_start);
}

/* Where blocks cross the text's end. Repeats a short text as often as it takes. */
static inline void gpuc_message_make_seam(struct gpuc_message *message)
{
    size_t tail_max = GPUC_SHA256_BLOCK - 1;
    size_t size = message->text_size;

    message->seam_start = size > tail_max ? size - tail_max : 0;
    size_t n_made = size - message->seam_start;
    memcpy(message->seam, message->text + message->seam_start, n_made);
    while (n_made < sizeof message->seam) {
        size_t room = sizeof message->seam - n_made;
        size_t n_more = room < size ? room : size;
        memcpy(message->seam + n_made, message->text, n_more);
        n_made += n_more;
    }
}

/* A count above 1 goes with blocks of GPUC_SHA256_BLOCK only. The text must stay. */
static inline void gpuc_message_init(struct gpuc_message *message, const uint8_t *text,
                                     uint32_t text_size, uint32_t count,
                                     uint32_t block_size)
{
    uint64_t size = (uint64_t)text_size * count;
    uint64_t n_whole = size / block_size;
    size_t rest = size % block_size;
    /* A byte 0x80 and the size in bits, as an eighth of a block, follow the message. */
    size_t n_padded = rest + 1 + block_size / 8 <= block_size ? 1 : 2;

    message->text = text;
    message->text_size = text_size;
    message->position = 0;
    message->step = block_size;
    message->seam_start = SIZE_MAX;
    message->n_whole = n_whole;
    message->n_blocks = n_whole + n_padded;
    message->block = 0;

    size_t rest_position = n_whole * block_size;
    if (count > 1 && text_size > 0) {
        gpuc_message_make_seam(message);
        message->step = text_size > block_size ? block_size : block_size % text_size;
        rest_position %= text_size;
    }
    memset(message->padding, 0, 2 * (size_t)block_size);
    if (rest > 0)
        memcpy(message->padding, gpuc_message_at(message, rest_position), rest);
    message->padding[rest] = 0x80;
    gpuc_store_be64(message->padding + n_padded * block_size - 8, size << 3);
}

/* The next block; past the last one, some bytes of no meaning. */
static inline const uint8_t *gpuc_message_next(struct gpuc_message *message,
                                               uint32_t block_size)
{
    uint64_t block = message->block++;
    if (block < message->n_whole) {
        const uint8_t *bytes = gpuc_message_at(message, message->position);
        message->position += message->step;
        if (message->position >= message->text_size)
            message->position -= message->text_size;
        return bytes;
    }
    return block == message->n_whole ? message->padding : message->padding + block_size;
}

#endif
