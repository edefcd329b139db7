/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Floating-point numbers in AVX2 vectors under the names that the quantiser's template
 * uses: as many float32 or float64 as there are 32-bit lanes. Look-ups load lane by lane:
 * faster than the gather instructions, which many CPUs have slowed down on purpose.
 */
#ifndef GPUC_SIMD_NUMBERS_H
#define GPUC_SIMD_NUMBERS_H

#include "cpu/quantiser.h"
#include "cpu/simd_avx2.h"

typedef __m256 floats;
typedef struct {
    __m256d low, high;
} doubles;

typedef __m256i lane_mask; /* all bits of a lane, or none */

static inline floats floats_load(const float *from)
{
    return _mm256_loadu_ps(from);
}

static inline void floats_store(float *to, floats x)
{
    _mm256_storeu_ps(to, x);
}

static inline floats floats_set(float x)
{
    return _mm256_set1_ps(x);
}

static inline floats floats_add(floats a, floats b)
{
    return _mm256_add_ps(a, b);
}

static inline floats floats_sub(floats a, floats b)
{
    return _mm256_sub_ps(a, b);
}

static inline floats floats_mul(floats a, floats b)
{
    return _mm256_mul_ps(a, b);
}

/* x, or the end that it lies beyond; NaN becomes `least`. */
static inline floats floats_clamp(floats x, floats least, floats most)
{
    return _mm256_min_ps(_mm256_max_ps(x, least), most);
}

static inline vec floats_truncate(floats x)
{
    return _mm256_cvttps_epi32(x);
}

static inline vec floats_bits(floats x)
{
    return _mm256_castps_si256(x);
}

static inline lane_mask floats_le(floats a, floats b)
{
    return _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_LE_OQ));
}

static inline lane_mask floats_is_nan(floats x)
{
    return _mm256_castps_si256(_mm256_cmp_ps(x, x, _CMP_UNORD_Q));
}

static inline lane_mask floats_is_zero(floats x)
{
    return _mm256_castps_si256(_mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_EQ_OQ));
}

/* +0 where |x| <= tiny. */
static inline floats floats_flush(floats x, float tiny)
{
    floats size = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x);
    return _mm256_and_ps(x, _mm256_cmp_ps(size, _mm256_set1_ps(tiny), _CMP_NLE_UQ));
}

static inline doubles doubles_load(const double *from)
{
    return (doubles){_mm256_loadu_pd(from), _mm256_loadu_pd(from + 4)};
}

static inline void doubles_store(double *to, doubles x)
{
    _mm256_storeu_pd(to, x.low);
    _mm256_storeu_pd(to + 4, x.high);
}

static inline floats doubles_narrow(doubles x)
{
    return _mm256_set_m128(_mm256_cvtpd_ps(x.high), _mm256_cvtpd_ps(x.low));
}

/* The low halves of 64-bit lanes, in order. */
static inline vec narrow_lanes(__m256d low, __m256d high)
{
    floats mixed = _mm256_shuffle_ps(_mm256_castpd_ps(low), _mm256_castpd_ps(high), 0x88);
    return _mm256_permute4x64_epi64(_mm256_castps_si256(mixed), 0xd8);
}

static inline lane_mask doubles_le(doubles a, doubles b)
{
    return narrow_lanes(_mm256_cmp_pd(a.low, b.low, _CMP_LE_OQ),
                        _mm256_cmp_pd(a.high, b.high, _CMP_LE_OQ));
}

static inline lane_mask doubles_is_nan(doubles x)
{
    return narrow_lanes(_mm256_cmp_pd(x.low, x.low, _CMP_UNORD_Q),
                        _mm256_cmp_pd(x.high, x.high, _CMP_UNORD_Q));
}

static inline lane_mask doubles_is_zero(doubles x)
{
    __m256d zero = _mm256_setzero_pd();
    return narrow_lanes(_mm256_cmp_pd(x.low, zero, _CMP_EQ_OQ),
                        _mm256_cmp_pd(x.high, zero, _CMP_EQ_OQ));
}

static inline __m256d flush_half(__m256d x, double tiny)
{
    __m256d size = _mm256_andnot_pd(_mm256_set1_pd(-0.0), x);
    return _mm256_and_pd(x, _mm256_cmp_pd(size, _mm256_set1_pd(tiny), _CMP_NLE_UQ));
}

static inline doubles doubles_flush(doubles x, double tiny)
{
    return (doubles){flush_half(x.low, tiny), flush_half(x.high, tiny)};
}

static inline vec vec_load(const void *from)
{
    return _mm256_loadu_si256(from);
}

static inline vec vec_max32(vec a, vec b)
{
    return _mm256_max_epi32(a, b);
}

static inline vec vec_min32(vec a, vec b)
{
    return _mm256_min_epi32(a, b);
}

/* All bits where negative. */
static inline vec vec_signs32(vec x)
{
    return _mm256_srai_epi32(x, 31);
}

static inline vec vec_shr32_by(vec x, uint32_t n)
{
    return _mm256_srl_epi32(x, _mm_cvtsi32_si128((int)n));
}

static inline vec vec_add32_where(lane_mask mask, vec a, vec b)
{
    return vec_add32(a, vec_and(mask, b));
}

static inline vec vec_pick(lane_mask mask, vec a, vec b)
{
    return _mm256_blendv_epi8(b, a, mask);
}

static inline lane_mask mask_or(lane_mask a, lane_mask b)
{
    return vec_or(a, b);
}

static inline __m128 float_bucket_pair(const struct gpuc_float_bucket *buckets,
                                       uint32_t first, uint32_t second)
{
    __m128d low = _mm_load_sd((const double *)(const void *)&buckets[first]);
    return _mm_castpd_ps(
        _mm_loadh_pd(low, (const double *)(const void *)&buckets[second]));
}

/* The buckets with these numbers. */
static inline void look_up_float_buckets(const struct gpuc_float_bucket *buckets,
                                         const uint32_t at[GPUC_LANES],
                                         floats *ret_limits, vec *ret_n_before)
{
    __m256 even = _mm256_set_m128(float_bucket_pair(buckets, at[4], at[5]),
                                  float_bucket_pair(buckets, at[0], at[1]));
    __m256 odd = _mm256_set_m128(float_bucket_pair(buckets, at[6], at[7]),
                                 float_bucket_pair(buckets, at[2], at[3]));
    *ret_limits = _mm256_shuffle_ps(even, odd, 0x88);
    *ret_n_before = _mm256_castps_si256(_mm256_shuffle_ps(even, odd, 0xdd));
}

static inline floats look_up_floats(const float *from, const uint32_t at[GPUC_LANES])
{
    return _mm256_setr_ps(from[at[0]], from[at[1]], from[at[2]], from[at[3]], from[at[4]],
                          from[at[5]], from[at[6]], from[at[7]]);
}

static inline void look_up_half(const struct gpuc_double_bucket *buckets,
                                const uint32_t at[4], __m256d *ret_limits,
                                __m256d *ret_n_before)
{
    const double *from[4];
    for (int i = 0; i < 4; i++)
        from[i] = (const double *)(const void *)&buckets[at[i]];
    __m256d even = _mm256_set_m128d(_mm_loadu_pd(from[2]), _mm_loadu_pd(from[0]));
    __m256d odd = _mm256_set_m128d(_mm_loadu_pd(from[3]), _mm_loadu_pd(from[1]));
    *ret_limits = _mm256_unpacklo_pd(even, odd);
    *ret_n_before = _mm256_unpackhi_pd(even, odd);
}

static inline void look_up_double_buckets(const struct gpuc_double_bucket *buckets,
                                          const uint32_t at[GPUC_LANES],
                                          doubles *ret_limits, vec *ret_n_before)
{
    __m256d low, high;
    look_up_half(buckets, at, &ret_limits->low, &low);
    look_up_half(buckets, at + 4, &ret_limits->high, &high);
    *ret_n_before = narrow_lanes(low, high);
}

static inline doubles look_up_doubles(const double *from, const uint32_t at[GPUC_LANES])
{
    return (doubles){
        _mm256_setr_pd(from[at[0]], from[at[1]], from[at[2]], from[at[3]]),
        _mm256_setr_pd(from[at[4]], from[at[5]], from[at[6]], from[at[7]]),
    };
}

/* Lanes below 256 as bytes, in order. */
static inline void store_bytes(uint8_t *to, const vec x[4])
{
    vec mixed = _mm256_packus_epi16(_mm256_packus_epi32(x[0], x[1]),
                                    _mm256_packus_epi32(x[2], x[3]));
    vec order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    vec_store(to, _mm256_permutevar8x32_epi32(mixed, order));
}

/* Lanes below 65536 as 16 bits, in order. */
static inline void store_halves(uint8_t *to, const vec x[2])
{
    vec mixed = _mm256_packus_epi32(x[0], x[1]);
    vec_store(to, _mm256_permute4x64_epi64(mixed, 0xd8));
}

#endif
