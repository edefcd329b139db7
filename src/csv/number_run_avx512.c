/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of numbers with AVX-512: four fields a vector, eight at a time. */
#if !defined(__AVX512BW__) || !defined(__AVX512DQ__) || !defined(__AVX512VL__)
#  error "compile this file with -mavx512f -mavx512bw -mavx512dq -mavx512vl"
#endif

#include <immintrin.h>

#include "csv/nearest_double.h"
#include "csv/number_run.h"

/* What is known of four fields, one a lane. */
struct four {
    __m512i integers; /* 64-bit element 0 of each lane */
    __m512i facts;    /* likewise: 1 + decimals if there is a point, 128 if "-" */
    uint64_t points;  /* bytes that are points, */
    uint64_t bad;     /* and those that have no place in such a number */
};

/* 0 to 15 in each lane, and 16 to 1. */
static inline __m512i places(void)
{
    return _mm512_broadcast_i32x4(
        _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}

static inline __m512i places_from_right(void)
{
    return _mm512_broadcast_i32x4(
        _mm_setr_epi8(16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1));
}

/* The 16 bytes before the ends of four fields. */
static inline __m512i load_four(const uint8_t *text, const uint32_t *ends)
{
    __m512i chars = _mm512_castsi128_si512(
        _mm_loadu_si128((const __m128i *)(const void *)(text + ends[0] - 16)));
    chars = _mm512_inserti32x4(
        chars, _mm_loadu_si128((const __m128i *)(const void *)(text + ends[1] - 16)), 1);
    chars = _mm512_inserti32x4(
        chars, _mm_loadu_si128((const __m128i *)(const void *)(text + ends[2] - 16)), 2);
    return _mm512_inserti32x4(
        chars, _mm_loadu_si128((const __m128i *)(const void *)(text + ends[3] - 16)), 3);
}

/* The integers of 16 digits. */
static inline __m512i join_digits(__m512i digits)
{
    const __m512i twos = _mm512_maddubs_epi16(digits, _mm512_set1_epi16(0x010a));
    const __m512i fours = _mm512_madd_epi16(twos, _mm512_set1_epi32(0x00010064));
    const __m512i eights = _mm512_madd_epi16(_mm512_packus_epi32(fours, fours),
                                             _mm512_set1_epi32(0x00012710));
    return _mm512_add_epi64(_mm512_mul_epu32(eights, _mm512_set1_epi64(100000000)),
                            _mm512_srli_epi64(eights, 32));
}

/* `chars`: the 16 bytes before each field's end; `sizes`: bytes of the field, up to 17,
 * in the first byte of each lane. */
static inline struct four read_four(__m512i chars, __m512i sizes)
{
    const __m512i from_right = places_from_right();
    const __m512i size = _mm512_shuffle_epi8(sizes, _mm512_setzero_si512());
    const __mmask64 minus = _mm512_mask_cmpeq_epi8_mask(
        _mm512_cmpeq_epi8_mask(from_right, size), chars, _mm512_set1_epi8('-'));
    const __mmask64 used = _mm512_cmple_epu8_mask(from_right, size) & ~minus;
    const __m512i values = _mm512_maskz_sub_epi8(used, chars, _mm512_set1_epi8('0'));
    const __mmask64 points = _mm512_cmpeq_epi8_mask(values, _mm512_set1_epi8('.' - '0'));
    const __mmask64 others = _mm512_cmpgt_epu8_mask(values, _mm512_set1_epi8(9));
    const __m512i facts =
        _mm512_sad_epu8(_mm512_mask_mov_epi8(_mm512_maskz_mov_epi8(points, from_right),
                                             minus, _mm512_set1_epi8((char)128)),
                        _mm512_setzero_si512());
    struct four four = {.facts =
                            _mm512_add_epi64(facts, _mm512_shuffle_epi32(facts, 0x4e)),
                        .points = points,
                        .bad = others & ~points};
    /* The point goes, and what is before it moves up. Without one nothing is that far
     * from the right. */
    const __m512i point = _mm512_and_si512(
        _mm512_shuffle_epi8(four.facts, _mm512_setzero_si512()), _mm512_set1_epi8(31));
    const __mmask64 before =
        _mm512_cmpgt_epu8_mask(from_right, _mm512_add_epi8(point, _mm512_set1_epi8(-1)));
    const __m512i from =
        _mm512_mask_add_epi8(places(), before, places(), _mm512_set1_epi8(-1));
    four.integers = join_digits(_mm512_shuffle_epi8(values, from));
    return four;
}

/* Bit i: whether lane i of a mask of bytes has any. */
static inline unsigned any_in_lanes(uint64_t mask)
{
    return (unsigned)((mask & 0xffff) != 0) |
           (unsigned)((mask >> 16 & 0xffff) != 0) << 1 |
           (unsigned)((mask >> 32 & 0xffff) != 0) << 2 |
           (unsigned)((mask >> 48 & 0xffff) != 0) << 3;
}

/* Element 0 of each lane of `low`, then of `high`. */
static inline __m512i first_elements(__m512i low, __m512i high)
{
    return _mm512_permutex2var_epi64(low, _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14),
                                     high);
}

/* 10 to the power of each element, up to 15. */
static inline __m512d powers_of_ten(__m512i exponents)
{
    return _mm512_permutex2var_pd(_mm512_loadu_pd(gpuc_pow10_double), exponents,
                                  _mm512_loadu_pd(gpuc_pow10_double + 8));
}

enum { LANES = 8 };

/* Reads eight fields: see number_run_template.h. */
static inline unsigned read_lanes(const uint8_t *text, const uint32_t *ends,
                                  const uint32_t *before, double *values)
{
    const __m256i sizes = _mm256_sub_epi32(
        _mm256_sub_epi32(_mm256_loadu_si256((const __m256i *)(const void *)ends),
                         _mm256_loadu_si256((const __m256i *)(const void *)before)),
        _mm256_set1_epi32(1));
    const __m512i limited =
        _mm512_castsi256_si512(_mm256_min_epu32(sizes, _mm256_set1_epi32(17)));
    const __m512i low_lanes =
        _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    const struct four low =
        read_four(load_four(text, ends), _mm512_permutexvar_epi32(low_lanes, limited));
    const struct four high =
        read_four(load_four(text, ends + 4),
                  _mm512_permutexvar_epi32(
                      _mm512_add_epi32(low_lanes, _mm512_set1_epi32(4)), limited));
    const __m512i facts = first_elements(low.facts, high.facts);
    const __m512i point = _mm512_and_si512(facts, _mm512_set1_epi64(31));
    const __mmask8 negative = _mm512_test_epi64_mask(facts, _mm512_set1_epi64(128));
    const __mmask8 fraction = _mm512_test_epi64_mask(point, point);
    const __m512d integers =
        _mm512_cvtepi64_pd(first_elements(low.integers, high.integers));
    const __m512d magnitudes = _mm512_div_pd(
        integers, powers_of_ten(_mm512_subs_epu8(point, _mm512_set1_epi64(1))));
    _mm512_storeu_pd(values, _mm512_mask_xor_pd(magnitudes, negative, magnitudes,
                                                _mm512_set1_pd(-0.0)));
    /* Each has a digit beside its sign and point, and no more than 16 characters. */
    __m256i n_others = _mm256_maskz_set1_epi32(negative, 1);
    n_others = _mm256_mask_add_epi32(n_others, fraction, n_others, _mm256_set1_epi32(1));
    unsigned others = (unsigned)_mm256_cmple_epu32_mask(sizes, n_others) |
                      (unsigned)_mm256_cmpgt_epu32_mask(sizes, _mm256_set1_epi32(16));
    if ((low.bad | high.bad) != 0)
        others |= any_in_lanes(low.bad) | any_in_lanes(high.bad) << 4;
    const int n_points =
        __builtin_popcountll(low.points) + __builtin_popcountll(high.points);
    return n_points == __builtin_popcount(fraction) ? others : 255;
}

#include "csv/number_run_template.h"

uint64_t gpuc_number_run_avx512(const struct gpuc_number_run *run, double *values)
{
    return read_run(run, values);
}
