/* SPDX-License-Identifier: Apache-2.0 */
/* AVX2 vectors of bytes and of numbers, under the names that the forest's code uses. */
#ifndef GPUC_FOREST_SIMD_H
#define GPUC_FOREST_SIMD_H

#include "cpu/forest_plan.h"
#include "cpu/simd_avx2.h"

enum { VEC_BYTES = 32 };

#define vec_shl16(x, n) _mm256_slli_epi16(x, n)
#define vec_shr16(x, n) _mm256_srli_epi16(x, n)

static inline vec vec_load(const void *from)
{
    return _mm256_load_si256(from);
}

static inline vec vec_load_unaligned(const void *from)
{
    return _mm256_loadu_si256(from);
}

static inline vec vec_zero(void)
{
    return _mm256_setzero_si256();
}

static inline vec vec_set8(uint8_t x)
{
    return _mm256_set1_epi8((char)x);
}

/* 16 bytes to every 128-bit lane. */
static inline vec vec_repeat16(const void *from)
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128(from));
}

/* Within 128-bit lanes: table[index % 16], and 0 where bit 7 of the index is 1. */
static inline vec vec_shuffle8(vec table, vec index)
{
    return _mm256_shuffle_epi8(table, index);
}

/* Bytes of `yes` where bit 7 of the selector is 1, else of `no`. */
static inline vec vec_choose8(vec selector, vec yes, vec no)
{
    return _mm256_blendv_epi8(no, yes, selector);
}

static inline vec vec_equal8(vec a, vec b)
{
    return _mm256_cmpeq_epi8(a, b);
}

static inline vec vec_and_not(vec no, vec yes)
{
    return _mm256_andnot_si256(no, yes);
}

/* Bit 7 of every byte. */
static inline uint64_t vec_top_bits(vec x)
{
    return (uint32_t)_mm256_movemask_epi8(x);
}

/* Of 32 codes: which are at least the split + 1. */
static inline uint64_t bits_above8(const uint8_t *codes, uint32_t split)
{
    vec x = vec_load_unaligned(codes);
    vec least = vec_set8((uint8_t)(split + 1));
    return vec_top_bits(_mm256_cmpeq_epi8(_mm256_max_epu8(x, least), x));
}

static inline uint64_t bits_above16(const uint8_t *codes, uint32_t split)
{
    vec least = _mm256_set1_epi16((short)(split + 1));
    vec x = vec_load_unaligned(codes), y = vec_load_unaligned(codes + 32);
    vec packed = _mm256_packs_epi16(_mm256_cmpeq_epi16(_mm256_max_epu16(x, least), x),
                                    _mm256_cmpeq_epi16(_mm256_max_epu16(y, least), y));
    return vec_top_bits(_mm256_permute4x64_epi64(packed, 0xd8));
}

static inline vec words_above32(const uint8_t *codes, vec least)
{
    vec x = vec_load_unaligned(codes);
    return _mm256_cmpeq_epi32(_mm256_max_epu32(x, least), x);
}

static inline uint64_t bits_above32(const uint8_t *codes, uint32_t split)
{
    vec least = vec_set32(split + 1);
    vec low =
        _mm256_packs_epi32(words_above32(codes, least), words_above32(codes + 32, least));
    vec high = _mm256_packs_epi32(words_above32(codes + 64, least),
                                  words_above32(codes + 96, least));
    vec order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    return vec_top_bits(
        _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), order));
}

#define vec_unpack_low8(a, b) _mm256_unpacklo_epi8(a, b)
#define vec_unpack_high8(a, b) _mm256_unpackhi_epi8(a, b)
#define vec_unpack_low16(a, b) _mm256_unpacklo_epi16(a, b)
#define vec_unpack_high16(a, b) _mm256_unpackhi_epi16(a, b)
#define vec_unpack_low32(a, b) _mm256_unpacklo_epi32(a, b)
#define vec_unpack_high32(a, b) _mm256_unpackhi_epi32(a, b)

static inline void add_f32(float *sums, vec bits)
{
    _mm256_store_ps(sums, _mm256_add_ps(_mm256_load_ps(sums), _mm256_castsi256_ps(bits)));
}

static inline void add_f64(double *sums, vec bits)
{
    _mm256_store_pd(sums, _mm256_add_pd(_mm256_load_pd(sums), _mm256_castsi256_pd(bits)));
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
