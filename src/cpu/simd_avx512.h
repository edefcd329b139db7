/* SPDX-License-Identifier: Apache-2.0 */
/* AVX-512 vectors under the names that the templates use: 16 lanes of 32 bits. */
#ifndef GPUC_SIMD_H
#define GPUC_SIMD_H

#include <immintrin.h>
#include <stdint.h>

enum { GPUC_LANES = 16, GPUC_LANES64 = GPUC_LANES / 2 };

typedef __m512i vec;
typedef vec vec32; /* lanes of 32 bits */
typedef vec vec64; /* lanes of 64 bits */

/* Macros where the instruction wants a constant. */
#define vec_shl32(x, n) _mm512_slli_epi32(x, n)
#define vec_shr32(x, n) _mm512_srli_epi32(x, n)
#define vec_shr64(x, n) _mm512_srli_epi64(x, n)
#define vec_ror32(x, n) _mm512_ror_epi32(x, n)
#define vec_ror64(x, n) _mm512_ror_epi64(x, n)

static inline vec vec_set32(uint32_t x)
{
    return _mm512_set1_epi32((int)x);
}

static inline vec vec_set64(uint64_t x)
{
    return _mm512_set1_epi64((long long)x);
}

static inline void vec_store(void *to, vec x)
{
    _mm512_storeu_si512(to, x);
}

static inline vec vec_add32(vec a, vec b)
{
    return _mm512_add_epi32(a, b);
}

static inline vec vec_sub32(vec a, vec b)
{
    return _mm512_sub_epi32(a, b);
}

static inline vec vec_mul32(vec a, vec b)
{
    return _mm512_mullo_epi32(a, b);
}

static inline vec vec_add64(vec a, vec b)
{
    return _mm512_add_epi64(a, b);
}

static inline vec vec_and(vec a, vec b)
{
    return _mm512_and_si512(a, b);
}

static inline vec vec_or(vec a, vec b)
{
    return _mm512_or_si512(a, b);
}

static inline vec vec_xor(vec a, vec b)
{
    return _mm512_xor_si512(a, b);
}

/* The constants are truth tables: bit 4a + 2b + c is the result for the bits a, b, c. */
static inline vec vec_xor3(vec a, vec b, vec c)
{
    return _mm512_ternarylogic_epi32(a, b, c, 0x96);
}

/* Bits of b where a is 1, of c where it is 0. */
static inline vec vec_choose(vec a, vec b, vec c)
{
    return _mm512_ternarylogic_epi32(a, b, c, 0xca);
}

static inline vec vec_majority(vec a, vec b, vec c)
{
    return _mm512_ternarylogic_epi32(a, b, c, 0xe8);
}

static inline vec vec_swap32(vec x)
{
    __m128i swap = _mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    return _mm512_shuffle_epi8(x, _mm512_broadcast_i32x4(swap));
}

static inline vec vec_swap64(vec x)
{
    __m128i swap = _mm_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8);
    return _mm512_shuffle_epi8(x, _mm512_broadcast_i32x4(swap));
}

/*
 * A 4 x 4 transpose of 128-bit quarters: quarter r of ret_columns[q * stride] is quarter
 * q of rows[r].
 */
static inline void transpose_quarters(vec row0, vec row1, vec row2, vec row3,
                                      vec *ret_columns, int stride)
{
    vec even01 = _mm512_shuffle_i32x4(row0, row1, 0x88);
    vec even23 = _mm512_shuffle_i32x4(row2, row3, 0x88);
    vec odd01 = _mm512_shuffle_i32x4(row0, row1, 0xdd);
    vec odd23 = _mm512_shuffle_i32x4(row2, row3, 0xdd);
    ret_columns[0] = _mm512_shuffle_i32x4(even01, even23, 0x88);
    ret_columns[stride] = _mm512_shuffle_i32x4(odd01, odd23, 0x88);
    ret_columns[2 * stride] = _mm512_shuffle_i32x4(even01, even23, 0xdd);
    ret_columns[3 * stride] = _mm512_shuffle_i32x4(odd01, odd23, 0xdd);
}

/* Lane l of ret_words[i] is the 32-bit word i of the 64 bytes at rows[l]. */
static inline void vec_load_words32(const uint8_t *const rows[GPUC_LANES],
                                    vec ret_words[16])
{
    vec quads[16]; /* quarter p of quads[q + k]: word 4 * p + k of the rows q to q + 3 */
    for (int q = 0; q < 16; q += 4) {
        vec row0 = _mm512_loadu_si512(rows[q]);
        vec row1 = _mm512_loadu_si512(rows[q + 1]);
        vec row2 = _mm512_loadu_si512(rows[q + 2]);
        vec row3 = _mm512_loadu_si512(rows[q + 3]);
        vec low01 = _mm512_unpacklo_epi32(row0, row1);
        vec low23 = _mm512_unpacklo_epi32(row2, row3);
        vec high01 = _mm512_unpackhi_epi32(row0, row1);
        vec high23 = _mm512_unpackhi_epi32(row2, row3);
        quads[q] = _mm512_unpacklo_epi64(low01, low23);
        quads[q + 1] = _mm512_unpackhi_epi64(low01, low23);
        quads[q + 2] = _mm512_unpacklo_epi64(high01, high23);
        quads[q + 3] = _mm512_unpackhi_epi64(high01, high23);
    }
    for (int k = 0; k < 4; k++)
        transpose_quarters(quads[k], quads[k + 4], quads[k + 8], quads[k + 12],
                           ret_words + k, 4);
}

/* Lane l of ret_words[i] is the 64-bit word i of the 128 bytes at rows[l]. */
static inline void vec_load_words64(const uint8_t *const rows[GPUC_LANES64],
                                    vec ret_words[16])
{
    for (int i = 0; i < 16; i += 8) {
        vec pairs[8]; /* quarter p of pairs[q + k]: word i + 2 * p + k of rows q, q + 1 */
        for (int q = 0; q < 8; q += 2) {
            vec row0 = _mm512_loadu_si512(rows[q] + 8 * i);
            vec row1 = _mm512_loadu_si512(rows[q + 1] + 8 * i);
            pairs[q] = _mm512_unpacklo_epi64(row0, row1);
            pairs[q + 1] = _mm512_unpackhi_epi64(row0, row1);
        }
        for (int k = 0; k < 2; k++)
            transpose_quarters(pairs[k], pairs[k + 2], pairs[k + 4], pairs[k + 6],
                               ret_words + i + k, 2);
    }
}

#endif
