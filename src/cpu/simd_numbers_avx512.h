/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Floating-point numbers in AVX-512 vectors under the names that the quantiser's template
 * uses: as many float32 or float64 as there are 32-bit lanes. Look-ups load lane by lane:
 * faster than the gather instructions, which many CPUs have slowed down on purpose.
 */
#ifndef GPUC_SIMD_NUMBERS_H
#define GPUC_SIMD_NUMBERS_H

#include "cpu/quantiser.h"
#include "cpu/simd_avx512.h"

typedef __m512 floats;
typedef struct {
    __m512d low, high;
} doubles;

typedef __mmask16 lane_mask; /* a bit a lane */

static inline floats floats_load(const float *from)
{
    return _mm512_loadu_ps(from);
}

static inline void floats_store(float *to, floats x)
{
    _mm512_storeu_ps(to, x);
}

static inline floats floats_set(float x)
{
    return _mm512_set1_ps(x);
}

static inline floats floats_add(floats a, floats b)
{
    return _mm512_add_ps(a, b);
}

static inline floats floats_sub(floats a, floats b)
{
    return _mm512_sub_ps(a, b);
}

static inline floats floats_mul(floats a, floats b)
{
    return _mm512_mul_ps(a, b);
}

/* x, or the end that it lies beyond; NaN becomes `least`. */
static inline floats floats_clamp(floats x, floats least, floats most)
{
    return _mm512_min_ps(_mm512_max_ps(x, least), most);
}

static inline vec floats_truncate(floats x)
{
    return _mm512_cvttps_epi32(x);
}

static inline vec floats_bits(floats x)
{
    return _mm512_castps_si512(x);
}

static inline lane_mask floats_le(floats a, floats b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ);
}

static inline lane_mask floats_is_nan(floats x)
{
    return _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
}

static inline lane_mask floats_is_zero(floats x)
{
    return _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_EQ_OQ);
}

/* +0 where |x| <= tiny. */
static inline floats floats_flush(floats x, float tiny)
{
    lane_mask kept =
        _mm512_cmp_ps_mask(_mm512_abs_ps(x), _mm512_set1_ps(tiny), _CMP_NLE_UQ);
    return _mm512_maskz_mov_ps(kept, x);
}

static inline doubles doubles_load(const double *from)
{
    return (doubles){_mm512_loadu_pd(from), _mm512_loadu_pd(from + 8)};
}

static inline void doubles_store(double *to, doubles x)
{
    _mm512_storeu_pd(to, x.low);
    _mm512_storeu_pd(to + 8, x.high);
}

static inline floats doubles_narrow(doubles x)
{
    __m512 low = _mm512_castps256_ps512(_mm512_cvtpd_ps(x.low));
    return _mm512_insertf32x8(low, _mm512_cvtpd_ps(x.high), 1);
}

/* Of the lanes from 0 and from 8 on. */
static inline lane_mask join_masks(__mmask8 low, __mmask8 high)
{
    return (lane_mask)(low | high << 8);
}

static inline lane_mask doubles_le(doubles a, doubles b)
{
    return join_masks(_mm512_cmp_pd_mask(a.low, b.low, _CMP_LE_OQ),
                      _mm512_cmp_pd_mask(a.high, b.high, _CMP_LE_OQ));
}

static inline lane_mask doubles_is_nan(doubles x)
{
    return join_masks(_mm512_cmp_pd_mask(x.low, x.low, _CMP_UNORD_Q),
                      _mm512_cmp_pd_mask(x.high, x.high, _CMP_UNORD_Q));
}

static inline lane_mask doubles_is_zero(doubles x)
{
    __m512d zero = _mm512_setzero_pd();
    return join_masks(_mm512_cmp_pd_mask(x.low, zero, _CMP_EQ_OQ),
                      _mm512_cmp_pd_mask(x.high, zero, _CMP_EQ_OQ));
}

static inline __m512d flush_half(__m512d x, double tiny)
{
    __mmask8 kept =
        _mm512_cmp_pd_mask(_mm512_abs_pd(x), _mm512_set1_pd(tiny), _CMP_NLE_UQ);
    return _mm512_maskz_mov_pd(kept, x);
}

static inline doubles doubles_flush(doubles x, double tiny)
{
    return (doubles){flush_half(x.low, tiny), flush_half(x.high, tiny)};
}

static inline vec vec_load(const void *from)
{
    return _mm512_loadu_si512(from);
}

static inline vec vec_max32(vec a, vec b)
{
    return _mm512_max_epi32(a, b);
}

static inline vec vec_min32(vec a, vec b)
{
    return _mm512_min_epi32(a, b);
}

/* All bits where negative. */
static inline vec vec_signs32(vec x)
{
    return _mm512_srai_epi32(x, 31);
}

static inline vec vec_shr32_by(vec x, uint32_t n)
{
    return _mm512_srl_epi32(x, _mm_cvtsi32_si128((int)n));
}

static inline vec vec_add32_where(lane_mask mask, vec a, vec b)
{
    return _mm512_mask_add_epi32(a, mask, a, b);
}

static inline vec vec_pick(lane_mask mask, vec a, vec b)
{
    return _mm512_mask_mov_epi32(b, mask, a);
}

static inline lane_mask mask_or(lane_mask a, lane_mask b)
{
    return (lane_mask)(a | b);
}

static inline __m128 float_bucket_pair(const struct gpuc_float_bucket *buckets,
                                       uint32_t first, uint32_t second)
{
    __m128d low = _mm_load_sd((const double *)(const void *)&buckets[first]);
    return _mm_castpd_ps(
        _mm_loadh_pd(low, (const double *)(const void *)&buckets[second]));
}

/* Rows 0, 1, 4, 5, 8, 9, 12, 13 from the first number on. */
static inline __m512 float_bucket_pairs(const struct gpuc_float_bucket *buckets,
                                        const uint32_t *at)
{
    __m256 low = _mm256_set_m128(float_bucket_pair(buckets, at[4], at[5]),
                                 float_bucket_pair(buckets, at[0], at[1]));
    __m256 high = _mm256_set_m128(float_bucket_pair(buckets, at[12], at[13]),
                                  float_bucket_pair(buckets, at[8], at[9]));
    return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
}

/* The buckets with these numbers. */
static inline void look_up_float_buckets(const struct gpuc_float_bucket *buckets,
                                         const uint32_t at[GPUC_LANES],
                                         floats *ret_limits, vec *ret_n_before)
{
    __m512 even = float_bucket_pairs(buckets, at);
    __m512 odd = float_bucket_pairs(buckets, at + 2);
    *ret_limits = _mm512_shuffle_ps(even, odd, 0x88);
    *ret_n_before = _mm512_castps_si512(_mm512_shuffle_ps(even, odd, 0xdd));
}

static inline __m256 look_up_8_floats(const float *from, const uint32_t at[8])
{
    return _mm256_setr_ps(from[at[0]], from[at[1]], from[at[2]], from[at[3]], from[at[4]],
                          from[at[5]], from[at[6]], from[at[7]]);
}

static inline floats look_up_floats(const float *from, const uint32_t at[GPUC_LANES])
{
    __m512 low = _mm512_castps256_ps512(look_up_8_floats(from, at));
    return _mm512_insertf32x8(low, look_up_8_floats(from, at + 8), 1);
}

static inline __m512d join_halves(__m256d low, __m256d high)
{
    return _mm512_insertf64x4(_mm512_castpd256_pd512(low), high, 1);
}

/* Rows 0, 2, 4, 6 from the first number on. */
static inline __m512d double_buckets(const struct gpuc_double_bucket *buckets,
                                     const uint32_t *at)
{
    const double *from[4];
    for (int i = 0; i < 4; i++)
        from[i] = (const double *)(const void *)&buckets[at[2 * i]];
    return join_halves(_mm256_set_m128d(_mm_loadu_pd(from[1]), _mm_loadu_pd(from[0])),
                       _mm256_set_m128d(_mm_loadu_pd(from[3]), _mm_loadu_pd(from[2])));
}

static inline void look_up_half(const struct gpuc_double_bucket *buckets,
                                const uint32_t at[8], __m512d *ret_limits,
                                __m256i *ret_n_before)
{
    __m512d even = double_buckets(buckets, at);
    __m512d odd = double_buckets(buckets, at + 1);
    *ret_limits = _mm512_unpacklo_pd(even, odd);
    *ret_n_before =
        _mm512_cvtepi64_epi32(_mm512_castpd_si512(_mm512_unpackhi_pd(even, odd)));
}

static inline void look_up_double_buckets(const struct gpuc_double_bucket *buckets,
                                          const uint32_t at[GPUC_LANES],
                                          doubles *ret_limits, vec *ret_n_before)
{
    __m256i low, high;
    look_up_half(buckets, at, &ret_limits->low, &low);
    look_up_half(buckets, at + 8, &ret_limits->high, &high);
    *ret_n_before = _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

static inline __m256d look_up_4_doubles(const double *from, const uint32_t at[4])
{
    return _mm256_setr_pd(from[at[0]], from[at[1]], from[at[2]], from[at[3]]);
}

static inline doubles look_up_doubles(const double *from, const uint32_t at[GPUC_LANES])
{
    return (doubles){
        join_halves(look_up_4_doubles(from, at), look_up_4_doubles(from, at + 4)),
        join_halves(look_up_4_doubles(from, at + 8), look_up_4_doubles(from, at + 12)),
    };
}

/* Lanes below 256 as bytes, in order. */
static inline void store_bytes(uint8_t *to, const vec x[4])
{
    for (int i = 0; i < 4; i++)
        _mm_storeu_si128((__m128i *)(void *)(to + 16 * i), _mm512_cvtepi32_epi8(x[i]));
}

/* Lanes below 65536 as 16 bits, in order. */
static inline void store_halves(uint8_t *to, const vec x[2])
{
    for (int i = 0; i < 2; i++)
        _mm256_storeu_si256((__m256i *)(void *)(to + 32 * i),
                            _mm512_cvtepi32_epi16(x[i]));
}

#endif
