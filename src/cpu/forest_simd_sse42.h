/* SPDX-License-Identifier: Apache-2.0 */
/* SSE4.2 vectors of bytes and of numbers, under the names that the forest's code uses. */
#ifndef GPUC_FOREST_SIMD_H
#define GPUC_FOREST_SIMD_H

#include "cpu/forest_plan.h"
#include "cpu/simd_sse42.h"

enum { VEC_BYTES = 16 };

#define vec_shl16(x, n) _mm_slli_epi16(x, n)
#define vec_shr16(x, n) _mm_srli_epi16(x, n)

static inline vec vec_load(const void *from)
{
    return _mm_load_si128(from);
}

static inline vec vec_load_unaligned(const void *from)
{
    return _mm_loadu_si128(from);
}

static inline vec vec_zero(void)
{
    return _mm_setzero_si128();
}

static inline vec vec_set8(uint8_t x)
{
    return _mm_set1_epi8((char)x);
}

/* 16 bytes to every 128-bit lane. */
static inline vec vec_repeat16(const void *from)
{
    return _mm_loadu_si128(from);
}

/* Within 128-bit lanes: table[index % 16], and 0 where bit 7 of the index is 1. */
static inline vec vec_shuffle8(vec table, vec index)
{
    return _mm_shuffle_epi8(table, index);
}

/* Bytes of `yes` where bit 7 of the selector is 1, else of `no`. */
static inline vec vec_choose8(vec selector, vec yes, vec no)
{
    return _mm_blendv_epi8(no, yes, selector);
}

static inline vec vec_equal8(vec a, vec b)
{
    return _mm_cmpeq_epi8(a, b);
}

static inline vec vec_and_not(vec no, vec yes)
{
    return _mm_andnot_si128(no, yes);
}

/* Bit 7 of every byte. */
static inline uint64_t vec_top_bits(vec x)
{
    return (uint32_t)_mm_movemask_epi8(x);
}

/* Of 16 codes: which are at least the split + 1. */
static inline uint64_t bits_above8(const uint8_t *codes, uint32_t split)
{
    vec x = vec_load_unaligned(codes);
    vec least = vec_set8((uint8_t)(split + 1));
    return vec_top_bits(_mm_cmpeq_epi8(_mm_max_epu8(x, least), x));
}

static inline uint64_t bits_above16(const uint8_t *codes, uint32_t split)
{
    vec least = _mm_set1_epi16((short)(split + 1));
    vec x = vec_load_unaligned(codes), y = vec_load_unaligned(codes + 16);
    return vec_top_bits(_mm_packs_epi16(_mm_cmpeq_epi16(_mm_max_epu16(x, least), x),
                                        _mm_cmpeq_epi16(_mm_max_epu16(y, least), y)));
}

static inline vec words_above32(const uint8_t *codes, vec least)
{
    vec x = vec_load_unaligned(codes);
    return _mm_cmpeq_epi32(_mm_max_epu32(x, least), x);
}

static inline uint64_t bits_above32(const uint8_t *codes, uint32_t split)
{
    vec least = vec_set32(split + 1);
    vec low =
        _mm_packs_epi32(words_above32(codes, least), words_above32(codes + 16, least));
    vec high = _mm_packs_epi32(words_above32(codes + 32, least),
                               words_above32(codes + 48, least));
    return vec_top_bits(_mm_packs_epi16(low, high));
}

#define vec_unpack_low8(a, b) _mm_unpacklo_epi8(a, b)
#define vec_unpack_high8(a, b) _mm_unpackhi_epi8(a, b)
#define vec_unpack_low16(a, b) _mm_unpacklo_epi16(a, b)
#define vec_unpack_high16(a, b) _mm_unpackhi_epi16(a, b)
#define vec_unpack_low32(a, b) _mm_unpacklo_epi32(a, b)
#define vec_unpack_high32(a, b) _mm_unpackhi_epi32(a, b)

static inline void add_f32(float *sums, vec bits)
{
    _mm_store_ps(sums, _mm_add_ps(_mm_load_ps(sums), _mm_castsi128_ps(bits)));
}

static inline void add_f64(double *sums, vec bits)
{
    _mm_store_pd(sums, _mm_add_pd(_mm_load_pd(sums), _mm_castsi128_pd(bits)));
}

/*
 * In a and b, exchanges the bits of a at the places of the mask, shifted up, with those
 * of b at the mask's places. Shifts of bytes may go by words: the mask drops what
 * crosses.
 */
#define vec_swap_bits(a, b, n, mask)                                                     \
  do {                                                                                   \
    vec moved = vec_and(vec_xor(vec_shr32(a, n), b), mask);                              \
    (b) = vec_xor(b, moved);                                                             \
    (a) = vec_xor(a, vec_shl32(moved, n));                                               \
  } while (0)

/* target = answer ? right : left, bit by bit, for signals of 64 bytes. */
static inline void choose_signal(const uint8_t *answer, const uint8_t *left,
                                 const uint8_t *right, uint8_t *target)
{
    for (size_t v = 0; v < GPUC_SIGNAL_SIZE; v += VEC_BYTES)
        vec_store(target + v, vec_choose(vec_load(answer + v), vec_load(right + v),
                                         vec_load(left + v)));
}

#endif
