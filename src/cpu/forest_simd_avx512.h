/* SPDX-License-Identifier: Apache-2.0 */
/* AVX-512 vectors of bytes and of numbers, under the names that the forest's code uses.
 */
#ifndef GPUC_FOREST_SIMD_H
#define GPUC_FOREST_SIMD_H

#include "cpu/forest_plan.h"
#include "cpu/simd_avx512.h"

enum { VEC_BYTES = 64 };

#define vec_shl16(x, n) _mm512_slli_epi16(x, n)
#define vec_shr16(x, n) _mm512_srli_epi16(x, n)

static inline vec vec_load(const void *from)
{
    return _mm512_load_si512(from);
}

static inline vec vec_load_unaligned(const void *from)
{
    return _mm512_loadu_si512(from);
}

static inline vec vec_zero(void)
{
    return _mm512_setzero_si512();
}

static inline vec vec_set8(uint8_t x)
{
    return _mm512_set1_epi8((char)x);
}

/* 16 bytes to every 128-bit lane. */
static inline vec vec_repeat16(const void *from)
{
    return _mm512_broadcast_i32x4(_mm_loadu_si128(from));
}

/* Within 128-bit lanes: table[index % 16], and 0 where bit 7 of the index is 1. */
static inline vec vec_shuffle8(vec table, vec index)
{
    return _mm512_shuffle_epi8(table, index);
}

/* Bytes of `yes` where bit 7 of the selector is 1, else of `no`. */
static inline vec vec_choose8(vec selector, vec yes, vec no)
{
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(selector), no, yes);
}

static inline vec vec_equal8(vec a, vec b)
{
    return _mm512_movm_epi8(_mm512_cmpeq_epi8_mask(a, b));
}

static inline vec vec_and_not(vec no, vec yes)
{
    return _mm512_andnot_si512(no, yes);
}

/* Bit 7 of every byte. */
static inline uint64_t vec_top_bits(vec x)
{
    return _mm512_movepi8_mask(x);
}

/* Of 64 codes: which are above the split. */
static inline uint64_t bits_above8(const uint8_t *codes, uint32_t split)
{
    return _mm512_cmpgt_epu8_mask(vec_load_unaligned(codes), vec_set8((uint8_t)split));
}

static inline uint64_t bits_above16(const uint8_t *codes, uint32_t split)
{
    vec most = _mm512_set1_epi16((short)split);
    uint64_t low = _mm512_cmpgt_epu16_mask(vec_load_unaligned(codes), most);
    uint64_t high = _mm512_cmpgt_epu16_mask(vec_load_unaligned(codes + 64), most);
    return low | high << 32;
}

static inline uint64_t bits_above32(const uint8_t *codes, uint32_t split)
{
    uint64_t bits = 0;
    for (unsigned k = 0; k < 4; k++) {
        uint64_t part = _mm512_cmpgt_epu32_mask(
            vec_load_unaligned(codes + (size_t)64 * k), vec_set32(split));
        bits |= part << 16 * k;
    }
    return bits;
}

#define vec_unpack_low8(a, b) _mm512_unpacklo_epi8(a, b)
#define vec_unpack_high8(a, b) _mm512_unpackhi_epi8(a, b)
#define vec_unpack_low16(a, b) _mm512_unpacklo_epi16(a, b)
#define vec_unpack_high16(a, b) _mm512_unpackhi_epi16(a, b)
#define vec_unpack_low32(a, b) _mm512_unpacklo_epi32(a, b)
#define vec_unpack_high32(a, b) _mm512_unpackhi_epi32(a, b)

static inline void add_f32(float *sums, vec bits)
{
    _mm512_store_ps(sums, _mm512_add_ps(_mm512_load_ps(sums), _mm512_castsi512_ps(bits)));
}

static inline void add_f64(double *sums, vec bits)
{
    _mm512_store_pd(sums, _mm512_add_pd(_mm512_load_pd(sums), _mm512_castsi512_pd(bits)));
}

/*
 * In a and b, exchanges the bits of a at the places of the mask, shifted up, with those
 * of b at the mask's places. Shifts of bytes may go by words: the mask drops what
 * crosses.
 */
#define vec_swap_bits(a, b, n, mask)                                                     \
  do {                                                                                   \
    vec from_a = vec_shr32(a, n), from_b = vec_shl32(b, n);                              \
    (b) = vec_choose(mask, from_a, b);                                                   \
    (a) = vec_choose(vec_shl32(mask, n), from_b, a);                                     \
  } while (0)

/* target = answer ? right : left, bit by bit, for signals of 64 bytes. In halves: stored
 * so, they are sooner there for the operations that read them. */
static inline void choose_signal(const uint8_t *answer, const uint8_t *left,
                                 const uint8_t *right, uint8_t *target)
{
    for (size_t v = 0; v < GPUC_SIGNAL_SIZE; v += 32) {
        __m256i a = _mm256_load_si256((const void *)(answer + v));
        __m256i yes = _mm256_load_si256((const void *)(right + v));
        __m256i no = _mm256_load_si256((const void *)(left + v));
        _mm256_store_si256((void *)(target + v),
                           _mm256_ternarylogic_epi32(a, yes, no, 0xca));
    }
}

#endif
