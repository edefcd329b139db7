/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Eight bytes of text in a word, looked at together where that is all there is to it:
 * copies of texts that seldom hold what they look for.
 */
#ifndef GPUC_BYTE_WORDS_H
#define GPUC_BYTE_WORDS_H

#include <stdint.h>
#include <string.h>

enum { GPUC_BYTE_WORD_SIZE = sizeof(uint64_t) };

static inline uint64_t gpuc_byte_word(const uint8_t *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return word;
}

/* A word with the same byte everywhere. */
static inline uint64_t gpuc_byte_repeated(uint8_t byte)
{
    return byte * UINT64_C(0x0101010101010101);
}

/*
 * Not 0 if a byte of the word is below `limit` (at most 128). A byte from which too much
 * is taken away borrows, which shows in its highest bit and may reach the next bytes, so
 * only whether there is one is to be relied on.
 */
static inline uint64_t gpuc_byte_any_below(uint64_t word, uint8_t limit)
{
    return (word - gpuc_byte_repeated(limit)) & ~word & gpuc_byte_repeated(0x80);
}

/* Not 0 if a byte of the word is `byte`. */
static inline uint64_t gpuc_byte_any_equal(uint64_t word, uint8_t byte)
{
    return gpuc_byte_any_below(word ^ gpuc_byte_repeated(byte), 1);
}

#endif
