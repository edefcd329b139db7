/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as programs print doubles: 17 to 24 characters that are digits and at most one
 * point. As in plain_number.h, no branch depends on how many they are or where the point
 * is; in portable C, and with SSE2.
 */
#ifndef GPUC_LONG_NUMBER_H
#define GPUC_LONG_NUMBER_H

#include "csv/plain_number.h"

enum { GPUC_LONG_SIZE = 24 };

/* The characters as values, zeros before the first. */
struct gpuc_long_text {
    uint64_t first; /* up to 8 */
    struct gpuc_plain_text rest;
};

/* 17 to GPUC_LONG_SIZE characters. Reads no other byte. */
static inline struct gpuc_long_text gpuc_long_text(const uint8_t *text, size_t size)
{
    return (struct gpuc_long_text){
        gpuc_digit_word(text) << 8 * (GPUC_LONG_SIZE - (unsigned)size),
        {gpuc_digit_word(text + size - 16), gpuc_digit_word(text + size - 8)}};
}

/* The up to 19 digits: those of the first word must not be more than three. */
static inline bool gpuc_join_long(uint64_t first, uint64_t rest, uint64_t *ret_integer)
{
    const uint64_t upper = gpuc_join_digits(first);
    *ret_integer = upper * UINT64_C(10000000000000000) + rest;
    return upper < 1000;
}

/* False: not such a number, or one of 10^19 or more without its point. */
static inline bool gpuc_long_number_portable(struct gpuc_long_text text,
                                             struct gpuc_plain_number *ret_number)
{
    const uint64_t others = gpuc_no_digits(text.first);
    const bool is_point_in_rest =
        (gpuc_no_digits(text.rest.first) | gpuc_no_digits(text.rest.last)) != 0;
    uint64_t first = text.first;
    struct gpuc_plain_number rest;
    if (!gpuc_plain_number_portable(text.rest, &rest))
        return false;
    ret_number->n_decimals = rest.n_decimals;
    if (others != 0) {
        /* As in gpuc_plain_number_portable(). */
        const uint64_t before = (others >> 7) - 1;
        const uint64_t behind = ~(others | (others - 1));
        if (is_point_in_rest ||
            (first & ~(before | behind)) != (others >> 7) * GPUC_PLAIN_POINT)
            return false;
        first = (first & behind) | (first & before) << 8;
        ret_number->n_decimals = 16 + (unsigned)__builtin_clzll(others) / 8;
    } else if (is_point_in_rest) {
        /* The last digit before the rest moves into it. */
        rest.integer += (first >> 56) * UINT64_C(1000000000000000);
        first <<= 8;
    }
    return gpuc_join_long(first, rest.integer, &ret_number->integer);
}

#ifdef __SSE2__

/* As gpuc_long_number_portable(), of 32 characters as values: no more than
 * GPUC_LONG_SIZE, zeros before the first. */
static inline bool gpuc_long_number_of_values(__m128i low, __m128i high,
                                              struct gpuc_plain_number *ret_number)
{
    /* What is loaded so many bytes behind the start has its lowest 32 bytes, less so
     * many, full of ones. */
    static const uint8_t lowest_bytes[64] = {
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const uint32_t digits = gpuc_digit_mask(low) | gpuc_digit_mask(high) << 16;
    const uint32_t points = gpuc_point_mask(low) | gpuc_point_mask(high) << 16;
    if ((digits | points) != UINT32_MAX || (points & (points - 1)) != 0)
        return false;
    const unsigned n_behind = (unsigned)__builtin_clzll((uint64_t)points << 1 | 1) - 31;
    const uint8_t *const mask = lowest_bytes + n_behind;
    const __m128i moved_low = _mm_slli_si128(low, 1);
    const __m128i moved_high =
        _mm_or_si128(_mm_slli_si128(high, 1), _mm_srli_si128(low, 15));
    const __m128i first = gpuc_choose_bytes(mask, moved_low, low);
    const __m128i rest = gpuc_choose_bytes(mask + 16, moved_high, high);
    ret_number->n_decimals = n_behind % 32;
    return gpuc_join_long((uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(first, first)),
                          gpuc_join_16_digits(rest), &ret_number->integer);
}

/* As gpuc_long_number_portable(). */
static inline bool gpuc_long_number_sse2(struct gpuc_long_text text,
                                         struct gpuc_plain_number *ret_number)
{
    return gpuc_long_number_of_values(
        _mm_set_epi64x((long long)text.first, 0),
        _mm_set_epi64x((long long)text.rest.last, (long long)text.rest.first),
        ret_number);
}

#endif

static inline bool gpuc_long_number(struct gpuc_long_text text,
                                    struct gpuc_plain_number *ret_number)
{
#ifdef __SSE2__
    return gpuc_long_number_sse2(text, ret_number);
#else
    return gpuc_long_number_portable(text, ret_number);
#endif
}

#endif
