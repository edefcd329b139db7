/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Floating-point numbers in SSE4.2 vectors under the names that the quantiser's template
 * uses: as many float32 or float64 as there are 32-bit lanes.
 */
#ifndef GPUC_SIMD_NUMBERS_H
#define GPUC_SIMD_NUMBERS_H

#include "cpu/quantiser.h"
#include "cpu/simd_sse42.h"

typedef __m128 floats;
typedef struct {
    __m128d low, high;
} doubles;

typedef __m128i lane_mask; /* all bits of a lane, or none */

static inline floats floats_load(const float *from)
{
    return _mm_loadu_ps(from);
}

static inline void floats_store(float *to, floats x)
{
    _mm_storeu_ps(to, x);
}

static inline floats floats_set(float x)
{
    return _mm_set1_ps(x);
}

static inline floats floats_add(floats a, floats b)
{
    return _mm_add_ps(a, b);
}

static inline floats floats_sub(floats a, floats b)
{
    return _mm_sub_ps(a, b);
}

static inline floats floats_mul(floats a, floats b)
{
    return _mm_mul_ps(a, b);
}

/* x, or the end that it lies beyond; NaN becomes `least`. */
static inline floats floats_clamp(floats x, floats least, floats most)
{
    return _mm_min_ps(_mm_max_ps(x, least), most);
}

static inline vec floats_truncate(floats x)
{
    return _mm_cvttps_epi32(x);
}

static inline vec floats_bits(floats x)
{
    return _mm_castps_si128(x);
}

static inline lane_mask floats_le(floats a, floats b)
{
    return _mm_castps_si128(_mm_cmple_ps(a, b));
}

static inline lane_mask floats_is_nan(floats x)
{
    return _mm_castps_si128(_mm_cmpunord_ps(x, x));
}

static inline lane_mask floats_is_zero(floats x)
{
    return _mm_castps_si128(_mm_cmpeq_ps(x, _mm_setzero_ps()));
}

/* +0 where |x| <= tiny. */
static inline floats floats_flush(floats x, float tiny)
{
    floats size = _mm_andnot_ps(_mm_set1_ps(-0.0f), x);
    return _mm_and_ps(x, _mm_cmpnle_ps(size, _mm_set1_ps(tiny)));
}

static inline doubles doubles_load(const double *from)
{
    return (doubles){_mm_loadu_pd(from), _mm_loadu_pd(from + 2)};
}

static inline void doubles_store(double *to, doubles x)
{
    _mm_storeu_pd(to, x.low);
    _mm_storeu_pd(to + 2, x.high);
}

static inline floats doubles_narrow(doubles x)
{
    return _mm_movelh_ps(_mm_cvtpd_ps(x.low), _mm_cvtpd_ps(x.high));
}

/* The low halves of 64-bit lanes, in order. */
static inline vec narrow_lanes(__m128d low, __m128d high)
{
    return _mm_castps_si128(
        _mm_shuffle_ps(_mm_castpd_ps(low), _mm_castpd_ps(high), 0x88));
}

static inline lane_mask doubles_le(doubles a, doubles b)
{
    return narrow_lanes(_mm_cmple_pd(a.low, b.low), _mm_cmple_pd(a.high, b.high));
}

static inline lane_mask doubles_is_nan(doubles x)
{
    return narrow_lanes(_mm_cmpunord_pd(x.low, x.low), _mm_cmpunord_pd(x.high, x.high));
}

static inline lane_mask doubles_is_zero(doubles x)
{
    __m128d zero = _mm_setzero_pd();
    return narrow_lanes(_mm_cmpeq_pd(x.low, zero), _mm_cmpeq_pd(x.high, zero));
}

static inline __m128d flush_half(__m128d x, double tiny)
{
    __m128d size = _mm_andnot_pd(_mm_set1_pd(-0.0), x);
    return _mm_and_pd(x, _mm_cmpnle_pd(size, _mm_set1_pd(tiny)));
}

static inline doubles doubles_flush(doubles x, double tiny)
{
    return (doubles){flush_half(x.low, tiny), flush_half(x.high, tiny)};
}

static inline vec vec_load(const void *from)
{
    return _mm_loadu_si128(from);
}

static inline vec vec_max32(vec a, vec b)
{
    return _mm_max_epi32(a, b);
}

static inline vec vec_min32(vec a, vec b)
{
    return _mm_min_epi32(a, b);
}

/* All bits where negative. */
static inline vec vec_signs32(vec x)
{
    return _mm_srai_epi32(x, 31);
}

static inline vec vec_shr32_by(vec x, uint32_t n)
{
    return _mm_srl_epi32(x, _mm_cvtsi32_si128((int)n));
}

static inline vec vec_add32_where(lane_mask mask, vec a, vec b)
{
    return vec_add32(a, vec_and(mask, b));
}

static inline vec vec_pick(lane_mask mask, vec a, vec b)
{
    return _mm_blendv_epi8(b, a, mask);
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
    floats low = float_bucket_pair(buckets, at[0], at[1]);
    floats high = float_bucket_pair(buckets, at[2], at[3]);
    *ret_limits = _mm_shuffle_ps(low, high, 0x88);
    *ret_n_before = _mm_castps_si128(_mm_shuffle_ps(low, high, 0xdd));
}

static inline floats look_up_floats(const float *from, const uint32_t at[GPUC_LANES])
{
    return _mm_setr_ps(from[at[0]], from[at[1]], from[at[2]], from[at[3]]);
}

static inline void look_up_half(const struct gpuc_double_bucket *buckets,
                                const uint32_t at[2], __m128d *ret_limits,
                                __m128d *ret_n_before)
{
    __m128d first = _mm_loadu_pd((const double *)(const void *)&buckets[at[0]]);
    __m128d second = _mm_loadu_pd((const double *)(const void *)&buckets[at[1]]);
    *ret_limits = _mm_unpacklo_pd(first, second);
    *ret_n_before = _mm_unpackhi_pd(first, second);
}

static inline void look_up_double_buckets(const struct gpuc_double_bucket *buckets,
                                          const uint32_t at[GPUC_LANES],
                                          doubles *ret_limits, vec *ret_n_before)
{
    __m128d low, high;
    look_up_half(buckets, at, &ret_limits->low, &low);
    look_up_half(buckets, at + 2, &ret_limits->high, &high);
    *ret_n_before = narrow_lanes(low, high);
}

static inline doubles look_up_doubles(const double *from, const uint32_t at[GPUC_LANES])
{
    return (doubles){_mm_setr_pd(from[at[0]], from[at[1]]),
                     _mm_setr_pd(from[at[2]], from[at[3]])};
}

/* Lanes below 256 as bytes, in order. */
static inline void store_bytes(uint8_t *to, const vec x[4])
{
    vec_store(
        to, _mm_packus_epi16(_mm_packus_epi32(x[0], x[1]), _mm_packus_epi32(x[2], x[3])));
}

/* Lanes below 65536 as 16 bits, in order. */
static inline void store_halves(uint8_t *to, const vec x[2])
{
    vec_store(to, _mm_packus_epi32(x[0], x[1]));
}

#endif
