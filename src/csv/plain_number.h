/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain numbers, nearly all in practice: up to 16 characters that are digits and at most
 * one point. No branch depends on where the point is, and only that between up to 3, 7, 8
 * and more characters on how many there are. In portable C, and with SSE2, which every
 * x86-64 has; both give the same.
 */
#ifndef GPUC_PLAIN_NUMBER_H
#define GPUC_PLAIN_NUMBER_H

#include <stdbool.h>

#include "base/uint128.h"
#include "csv/digit_words.h"
#include "csv/nearest_double.h"

#ifdef __SSE2__
#  include <emmintrin.h>
#endif

enum { GPUC_PLAIN_SIZE = 16, GPUC_PLAIN_POINT = '.' ^ '0' };

/* The characters as digit words, zeros before the first. */
struct gpuc_plain_text {
    uint64_t first;
    uint64_t last;
};

/* The value integer / 10^n_decimals. */
struct gpuc_plain_number {
    uint64_t integer;
    unsigned n_decimals; /* 0 where there are 16 digits */
};

static inline uint64_t gpuc_load_half_word(const uint8_t *text)
{
    uint32_t word;
    memcpy(&word, text, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

/* 1 to 8 characters as values, the last one in the highest byte, 0 before the first. */
static inline uint64_t gpuc_digit_word_of(const uint8_t *text, size_t size)
{
    const unsigned shift = 8 * (8 - (unsigned)size);
    if (size == 8)
        return gpuc_digit_word(text);
    /* Characters that are taken twice fall on themselves. */
    uint64_t chars;
    if (size >= 4)
        chars = gpuc_load_half_word(text) | gpuc_load_half_word(text + size - 4)
                                                << (32 - shift);
    else
        chars = text[0] | (uint64_t)text[size / 2] << 8 * (size / 2) |
                (uint64_t)text[size - 1] << 8 * (size - 1);
    return (chars ^ GPUC_ASCII_ZEROS) << shift;
}

/* 1 to GPUC_PLAIN_SIZE characters. Reads no other byte. */
static inline struct gpuc_plain_text gpuc_plain_text(const uint8_t *text, size_t size)
{
    if (size <= 8)
        return (struct gpuc_plain_text){0, gpuc_digit_word_of(text, size)};
    return (struct gpuc_plain_text){gpuc_digit_word(text) << 8 * (16 - (unsigned)size),
                                    gpuc_digit_word(text + size - 8)};
}

/* False: not a plain number. A point alone passes, as 0. */
static inline bool gpuc_plain_number_portable(struct gpuc_plain_text text,
                                              struct gpuc_plain_number *ret_number)
{
    const uint64_t upper = gpuc_no_digits(text.last);
    const uint64_t lower = gpuc_no_digits(text.first);
    ret_number->n_decimals = 0;
    if ((upper | lower) != 0) {
        /* The point goes, and what is before it moves up. If there is more than one
         * other character, all but the first keep no more than one bit below and so
         * cannot pass for points. */
        const gpuc_uint128 values = (gpuc_uint128)text.last << 64 | text.first;
        const gpuc_uint128 others = (gpuc_uint128)upper << 64 | lower;
        const gpuc_uint128 before = (others >> 7) - 1;
        const gpuc_uint128 behind = ~(others | (others - 1));
        if ((values & ~(before | behind)) != (others >> 7) * GPUC_PLAIN_POINT)
            return false;
        const gpuc_uint128 digits = (values & behind) | (values & before) << 8;
        text.first = (uint64_t)digits;
        text.last = (uint64_t)(digits >> 64);
        ret_number->n_decimals = (unsigned)(upper != 0 ? __builtin_clzll(upper)
                                                       : 64 + __builtin_clzll(lower)) /
                                 8;
    }
    ret_number->integer =
        gpuc_join_digits(text.first) * 100000000 + gpuc_join_digits(text.last);
    return true;
}

#ifdef __SSE2__

/* The number of 16 digits. */
static inline uint64_t gpuc_join_16_digits(__m128i digits)
{
    const __m128i tens =
        _mm_mullo_epi16(_mm_and_si128(digits, _mm_set1_epi16(0xff)), _mm_set1_epi16(10));
    const __m128i pairs = _mm_add_epi16(tens, _mm_srli_epi16(digits, 8));
    const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(100 | 1 << 16));
    const __m128i eights =
        _mm_madd_epi16(_mm_packs_epi32(fours, fours), _mm_set1_epi32(10000 | 1 << 16));
    const uint64_t halves = (uint64_t)_mm_cvtsi128_si64(eights);
    return (halves & UINT32_MAX) * 100000000 + (halves >> 32);
}

/* Which of 16 characters are digits. */
static inline unsigned gpuc_digit_mask(__m128i values)
{
    return (unsigned)_mm_movemask_epi8(
        _mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values));
}

static inline unsigned gpuc_point_mask(__m128i values)
{
    return (unsigned)_mm_movemask_epi8(
        _mm_cmpeq_epi8(values, _mm_set1_epi8(GPUC_PLAIN_POINT)));
}

/* The bytes of `yes` where the mask is all ones, those of `no` where it is 0. */
static inline __m128i gpuc_choose_bytes(const uint8_t mask[16], __m128i yes, __m128i no)
{
    const __m128i choice = _mm_loadu_si128((const __m128i *)(const void *)mask);
    return _mm_or_si128(_mm_and_si128(choice, yes), _mm_andnot_si128(choice, no));
}

/*
 * As gpuc_plain_number_portable(), of characters as values, zeros before the first.
 * Whether there is a point is no branch: without one, it stands before the first byte.
 */
static inline bool gpuc_plain_number_of_values(__m128i values,
                                               struct gpuc_plain_number *ret_number)
{
    /* What is loaded so many bytes behind the start has its lowest 16 bytes, less so
     * many, full of ones. */
    static const uint8_t lowest_bytes[2 * GPUC_PLAIN_SIZE] = {
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const unsigned digits = gpuc_digit_mask(values);
    const unsigned points = gpuc_point_mask(values);
    if ((digits | points) != 0xffff || (points & (points - 1)) != 0)
        return false;
    /* The point goes, and what is before it moves up. */
    const unsigned n_behind = (unsigned)__builtin_clz(points << 1 | 1) - 15;
    values =
        gpuc_choose_bytes(lowest_bytes + n_behind, _mm_slli_si128(values, 1), values);
    ret_number->integer = gpuc_join_16_digits(values);
    ret_number->n_decimals = n_behind % GPUC_PLAIN_SIZE;
    return true;
}

/* As gpuc_plain_number_portable(). */
static inline bool gpuc_plain_number_sse2(struct gpuc_plain_text text,
                                          struct gpuc_plain_number *ret_number)
{
    return gpuc_plain_number_of_values(
        _mm_set_epi64x((long long)text.last, (long long)text.first), ret_number);
}

#endif

static inline bool gpuc_plain_number(struct gpuc_plain_text text,
                                     struct gpuc_plain_number *ret_number)
{
#ifdef __SSE2__
    return gpuc_plain_number_sse2(text, ret_number);
#else
    return gpuc_plain_number_portable(text, ret_number);
#endif
}

/* Its value. A sign is as good as random, so no branch depends on it. */
static inline double gpuc_plain_double(struct gpuc_plain_number number, bool is_negative)
{
    /* 16 digits are rounded once, here; they have no decimals. Fewer are exact. */
    return gpuc_with_sign((double)(int64_t)number.integer /
                              gpuc_pow10_double[number.n_decimals],
                          is_negative);
}

#endif
