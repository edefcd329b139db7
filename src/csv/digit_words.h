/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of digits, eight characters at once: as the bytes of a word, the first in the
 * lowest. A character is its difference to '0', bit by bit, which for a digit is its
 * value.
 */
#ifndef GPUC_DIGIT_WORDS_H
#define GPUC_DIGIT_WORDS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static const uint64_t GPUC_ASCII_ZEROS = UINT64_C(0x3030303030303030);

static inline uint64_t gpuc_load_word(const uint8_t *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Eight characters. */
static inline uint64_t gpuc_digit_word(const uint8_t *text)
{
    return gpuc_load_word(text) ^ GPUC_ASCII_ZEROS;
}

/* The upper bit of every byte that is no digit's value. */
static inline uint64_t gpuc_no_digits(uint64_t values)
{
    const uint64_t low_bits = UINT64_C(0x7f7f7f7f7f7f7f7f);
    const uint64_t to_ten = UINT64_C(0x7676767676767676);
    return (((values & low_bits) + to_ten) | values) & ~low_bits;
}

/* The number that eight digits make. */
static inline uint64_t gpuc_join_digits(uint64_t values)
{
    /* Pairs of digits; then two pairs in the upper half of each product. */
    const uint64_t lanes = UINT64_C(0x000000ff000000ff);
    const uint64_t pairs = values * 10 + (values >> 8);
    const uint64_t first = (pairs & lanes) * (100 + (UINT64_C(1000000) << 32));
    const uint64_t second = (pairs >> 16 & lanes) * (1 + (UINT64_C(10000) << 32));
    return (first + second) >> 32;
}

#endif
