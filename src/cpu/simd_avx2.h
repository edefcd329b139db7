/* SPDX-License-Identifier: Apache-2.0 */
/* AVX2 vectors under the names that the templates use: 8 lanes of 32 bits. */
#ifndef GPUC_SIMD_H
#define GPUC_SIMD_H

#include <immintrin.h>
#include <stdint.h>

enum { GPUC_LANES = 8, GPUC_LANES64 = GPUC_LANES / 2 };

typedef __m256i vec;
typedef vec vec32; /* lanes of 32 bits */
typedef vec vec64; /* lanes of 64 bits */

/* Macros where the instruction wants a constant. */
#define vec_shl32(x, n) _mm256_slli_epi32(x, n)
#define vec_shr32(x, n) _mm256_srli_epi32(x, n)
#define vec_shr64(x, n) _mm256_srli_epi64(x, n)
#define vec_ror32(x, n)                                                                  \
  _mm256_or_si256(_mm256_srli_epi32(x, n), _mm256_slli_epi32(x, 32 - (n)))
#define vec_ror64(x, n)                                                                  \
  _mm256_or_si256(_mm256_srli_epi64(x, n), _mm256_slli_epi64(x, 64 - (n)))

static inline vec vec_set32(uint32_t x)
{
    return _mm256_set1_epi32((int)x);
}

static inline vec vec_set64(uint64_t x)
{
    return _mm256_set1_epi64x((long long)x);
}

static inline void vec_store(void *to, vec x)
{
    _mm256_storeu_si256(to, x);
}

static inline vec vec_add32(vec a, vec b)
{
    return _mm256_add_epi32(a, b);
}

static inline vec vec_sub32(vec a, vec b)
{
    return _mm256_sub_epi32(a, b);
}

static inline vec vec_mul32(vec a, vec b)
{
    return _mm256_mullo_epi32(a, b);
}

static inline vec vec_add64(vec a, vec b)
{
    return _mm256_add_epi64(a, b);
}

static inline vec vec_and(vec a, vec b)
{
    return _mm256_and_si256(a, b);
}

static inline vec vec_or(vec a, vec b)
{
    return _mm256_or_si256(a, b);
}

static inline vec vec_xor(vec a, vec b)
{
    return _mm256_xor_si256(a, b);
}

static inline vec vec_xor3(vec a, vec b, vec c)
{
    return vec_xor(vec_xor(a, b), c);
}

/* Bits of b where a is 1, of c where it is 0. */
static inline vec vec_choose(vec a, vec b, vec c)
{
    return vec_xor(c, vec_and(a, vec_xor(b, c)));
}

static inline vec vec_majority(vec a, vec b, vec c)
{
    return vec_or(vec_and(a, b), vec_and(c, vec_or(a, b)));
}

static inline vec vec_swap32(vec x)
{
    __m128i swap = _mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    return _mm256_shuffle_epi8(x, _mm256_broadcastsi128_si256(swap));
}

static inline vec vec_swap64(vec x)
{
    __m128i swap = _mm_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8);
    return _mm256_shuffle_epi8(x, _mm256_broadcastsi128_si256(swap));
}

/* Lane l of ret_words[i] is the 32-bit word i of the 64 bytes at rows[l]. */
static inline void vec_load_words32(const uint8_t *const rows[GPUC_LANES],
                                    vec ret_words[16])
{
    for (int i = 0; i < 16; i += 8) {
        vec quads[8]; /* 128 bits each: 4 rows of word i + k and of word i + k + 4 */
        for (int q = 0; q < 8; q += 4) {
            vec row0 = _mm256_loadu_si256((const vec *)(rows[q] + 4 * i));
            vec row1 = _mm256_loadu_si256((const vec *)(rows[q + 1] + 4 * i));
            vec row2 = _mm256_loadu_si256((const vec *)(rows[q + 2] + 4 * i));
            vec row3 = _mm256_loadu_si256((const vec *)(rows[q + 3] + 4 * i));
            vec low01 = _mm256_unpacklo_epi32(row0, row1);
            vec low23 = _mm256_unpacklo_epi32(row2, row3);
            vec high01 = _mm256_unpackhi_epi32(row0, row1);
            vec high23 = _mm256_unpackhi_epi32(row2, row3);
            quads[q] = _mm256_unpacklo_epi64(low01, low23);
            quads[q + 1] = _mm256_unpackhi_epi64(low01, low23);
            quads[q + 2] = _mm256_unpacklo_epi64(high01, high23);
            quads[q + 3] = _mm256_unpackhi_epi64(high01, high23);
        }
        for (int k = 0; k < 4; k++) {
            ret_words[i + k] = _mm256_permute2x128_si256(quads[k], quads[k + 4], 0x20);
            ret_words[i + k + 4] =
                _mm256_permute2x128_si256(quads[k], quads[k + 4], 0x31);
        }
    }
}

/* Lane l of ret_words[i] is the 64-bit word i of the 128 bytes at rows[l]. */
static inline void vec_load_words64(const uint8_t *const rows[GPUC_LANES64],
                                    vec ret_words[16])
{
    for (int i = 0; i < 16; i += 4) {
        vec row0 = _mm256_loadu_si256((const vec *)(rows[0] + 8 * i));
        vec row1 = _mm256_loadu_si256((const vec *)(rows[1] + 8 * i));
        vec row2 = _mm256_loadu_si256((const vec *)(rows[2] + 8 * i));
        vec row3 = _mm256_loadu_si256((const vec *)(rows[3] + 8 * i));
        vec low01 = _mm256_unpacklo_epi64(row0, row1);
        vec high01 = _mm256_unpackhi_epi64(row0, row1);
        vec low23 = _mm256_unpacklo_epi64(row2, row3);
        vec high23 = _mm256_unpackhi_epi64(row2, row3);
        ret_words[i] = _mm256_permute2x128_si256(low01, low23, 0x20);
        ret_words[i + 1] = _mm256_permute2x128_si256(high01, high23, 0x20);
        ret_words[i + 2] = _mm256_permute2x128_si256(low01, low23, 0x31);
        ret_words[i + 3] = _mm256_permute2x128_si256(high01, high23, 0x31);
    }
}

#endif
