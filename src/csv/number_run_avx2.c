/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of numbers with AVX2: two fields a vector, four at a time. */
#if !defined(__AVX2__)
#  error "compile this file with -mavx2"
#endif

#include <immintrin.h>

#include "csv/nearest_double.h"
#include "csv/number_run.h"

/* What is known of two fields, one a lane. */
struct pair {
    __m256i halves;  /* 32-bit elements 0 and 1: the integer's upper and lower 8 digits */
    __m256i facts;   /* 64-bit element 0: 1 + decimals if there is a point, 128 if "-" */
    uint32_t points; /* bytes that are points, */
    uint32_t bad;    /* and those that have no place in such a number */
};

static inline __m256i byte_vector(int byte)
{
    return _mm256_set1_epi8((char)byte);
}

/* Digits with the point taken out: what is before it moves up by one. */
static inline __m256i remove_point(__m256i digits, __m256i from_right, __m256i facts)
{
    const __m256i places = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    const __m256i point = _mm256_and_si256(
        _mm256_shuffle_epi8(facts, _mm256_setzero_si256()), byte_vector(31));
    /* Without a point, 127: nothing is behind that. */
    const __m256i behind =
        _mm256_and_si256(_mm256_add_epi8(point, byte_vector(-1)), byte_vector(127));
    const __m256i moves = _mm256_cmpgt_epi8(from_right, behind);
    return _mm256_shuffle_epi8(digits, _mm256_add_epi8(places, moves));
}

/* `chars`: the 16 bytes before each field's end; `field_sizes`: bytes of the field, up to
 * 17, in the first byte of each lane. */
static inline struct pair read_pair(__m256i chars, __m256i field_sizes)
{
    const __m256i sizes = _mm256_shuffle_epi8(field_sizes, _mm256_setzero_si256());
    const __m256i from_right = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1));
    const __m256i first = _mm256_cmpeq_epi8(from_right, sizes);
    const __m256i minus =
        _mm256_and_si256(first, _mm256_cmpeq_epi8(chars, byte_vector('-')));
    const __m256i unused = _mm256_or_si256(_mm256_cmpgt_epi8(from_right, sizes), minus);
    const __m256i values =
        _mm256_andnot_si256(unused, _mm256_sub_epi8(chars, byte_vector('0')));
    const __m256i is_digit =
        _mm256_cmpeq_epi8(_mm256_min_epu8(values, byte_vector(9)), values);
    const __m256i is_point = _mm256_cmpeq_epi8(values, byte_vector('.' - '0'));
    const __m256i facts =
        _mm256_sad_epu8(_mm256_or_si256(_mm256_and_si256(is_point, from_right),
                                        _mm256_and_si256(minus, byte_vector(128))),
                        _mm256_setzero_si256());
    struct pair pair = {
        .facts = _mm256_add_epi64(facts, _mm256_shuffle_epi32(facts, 0x4e)),
        .points = (uint32_t)_mm256_movemask_epi8(is_point),
        .bad = ~(uint32_t)_mm256_movemask_epi8(_mm256_or_si256(is_digit, is_point))};
    const __m256i digits = remove_point(values, from_right, pair.facts);
    const __m256i twos = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(0x010a));
    const __m256i fours = _mm256_madd_epi16(twos, _mm256_set1_epi32(0x00010064));
    pair.halves = _mm256_madd_epi16(_mm256_packus_epi32(fours, fours),
                                    _mm256_set1_epi32(0x00012710));
    return pair;
}

/* The bytes before the ends of two fields. */
static inline __m256i load_pair(const uint8_t *text, uint32_t low_end, uint32_t high_end)
{
    const __m128i *low = (const __m128i *)(const void *)(text + low_end - 16);
    const __m128i *high = (const __m128i *)(const void *)(text + high_end - 16);
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(low)),
                                   _mm_loadu_si128(high), 1);
}

/* The fields of a pair that have bad bytes: bit 0 for the lower, bit 2 for the upper. */
static inline unsigned bad_fields(const struct pair *pair)
{
    return (unsigned)((pair->bad & 0xffff) != 0) | (unsigned)((pair->bad >> 16) != 0)
                                                       << 2;
}

/* Numbers from the two pairs of fields 0 and 2, and 1 and 3. */
static inline __m256d join(const struct pair *even, const struct pair *odd,
                           __m256i *ret_facts)
{
    const __m256i halves =
        _mm256_permutevar8x32_epi32(_mm256_unpacklo_epi64(even->halves, odd->halves),
                                    _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7));
    const __m256i facts = _mm256_unpacklo_epi64(even->facts, odd->facts);
    /* Several points, which nobody wants to know the place of, make up any number. */
    const __m256i n_decimals =
        _mm256_min_epu8(_mm256_subs_epu8(_mm256_and_si256(facts, _mm256_set1_epi64x(31)),
                                         _mm256_set1_epi64x(1)),
                        _mm256_set1_epi64x(15));
    const __m256d upper = _mm256_cvtepi32_pd(_mm256_castsi256_si128(halves));
    const __m256d lower = _mm256_cvtepi32_pd(_mm256_extracti128_si256(halves, 1));
    /* The product is exact; the sum is rounded above 2^53, where there is no point. */
    const __m256d integer =
        _mm256_add_pd(_mm256_mul_pd(upper, _mm256_set1_pd(1e8)), lower);
    const __m256d power = _mm256_i64gather_pd(gpuc_pow10_double, n_decimals, 8);
    const __m256d sign = _mm256_and_pd(_mm256_castsi256_pd(_mm256_slli_epi64(facts, 56)),
                                       _mm256_set1_pd(-0.0));
    *ret_facts = facts;
    return _mm256_or_pd(_mm256_div_pd(integer, power), sign);
}

/* The fields that have no digit, or more characters than 16; with more points than there
 * are fields with one, all of them. */
static inline unsigned misfits(__m256i facts, __m128i sizes, int n_points)
{
    const __m256i point = _mm256_cmpgt_epi64(
        _mm256_and_si256(facts, _mm256_set1_epi64x(31)), _mm256_setzero_si256());
    const __m256i n_others = _mm256_sub_epi64(_mm256_srli_epi64(facts, 7), point);
    const __m256i wide = _mm256_cvtepu32_epi64(sizes);
    const __m256i fits =
        _mm256_andnot_si256(_mm256_cmpgt_epi64(wide, _mm256_set1_epi64x(16)),
                            _mm256_cmpgt_epi64(wide, n_others));
    const int with_point = _mm256_movemask_pd(_mm256_castsi256_pd(point));
    if (n_points != __builtin_popcount((unsigned)with_point))
        return 15;
    return 15 ^ (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(fits));
}

enum { LANES = 4 };

/* Reads four fields: see number_run_template.h. */
static inline unsigned read_lanes(const uint8_t *text, const uint32_t *ends,
                                  const uint32_t *before, double *values)
{
    const __m128i sizes = _mm_sub_epi32(
        _mm_sub_epi32(_mm_loadu_si128((const __m128i *)(const void *)ends),
                      _mm_loadu_si128((const __m128i *)(const void *)before)),
        _mm_set1_epi32(1));
    /* Longer ones are none of these numbers, and bytes are compared as signed ones. */
    const __m256i limited =
        _mm256_castsi128_si256(_mm_min_epu32(sizes, _mm_set1_epi32(17)));
    const __m256i even_sizes =
        _mm256_permutevar8x32_epi32(limited, _mm256_setr_epi32(0, 0, 0, 0, 2, 2, 2, 2));
    const __m256i odd_sizes =
        _mm256_permutevar8x32_epi32(limited, _mm256_setr_epi32(1, 1, 1, 1, 3, 3, 3, 3));
    const struct pair even = read_pair(load_pair(text, ends[0], ends[2]), even_sizes);
    const struct pair odd = read_pair(load_pair(text, ends[1], ends[3]), odd_sizes);
    __m256i facts;
    _mm256_storeu_pd(values, join(&even, &odd, &facts));
    unsigned others = misfits(
        facts, sizes, __builtin_popcount(even.points) + __builtin_popcount(odd.points));
    if ((even.bad | odd.bad) != 0)
        others |= bad_fields(&even) | bad_fields(&odd) << 1;
    return others;
}

#include "csv/number_run_template.h"

uint64_t gpuc_number_run_avx2(const struct gpuc_number_run *run, double *values)
{
    return read_run(run, values);
}
