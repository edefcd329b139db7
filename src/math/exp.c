/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exp(x) = 2^(k / 128) * exp(r) with k the integer nearest to 128 x / ln2, so that
 * |r| <= ln2 / 256 < 2^-8.5; 2^(k / 128) from a table, exp(r) by its series.
 */
#include <math.h>

#include "math/accurate.h"
#include "math/exp_log.h"
#include "math/exp_log_tables.h"
#include "math/wide.h"

static const double STEPS_PER_UNIT = 0x1.71547652b82fep+7; /* 128 / ln2 */

/* Adding it rounds a small number to an integer, the low bits of the sum. */
static const double ROUNDER = 0x1.8p52;

/* ln2 / 128 cut to 34 bits, so that its product with k, 18 bits, is exact. */
static const double STEP_HIGH = 0x1.62e42fef8p-8;

/* The integer nearest to 128 x / ln2, or a neighbour where that is halfway; also as a
 * double. */
static int64_t nearest_step(double steps, double *ret_rounded)
{
    const double sum = steps + ROUNDER;
    *ret_rounded = sum - ROUNDER;
    return (int64_t)(gpuc_bits_of_double(sum) - gpuc_bits_of_double(ROUNDER));
}

/*
 * exp(r) - 1 in Q71 from r in Q71, |r| < 2^-8.4. With the series cut behind r^6 / 720 and
 * each product rounded down, off by less than 2 units.
 */
static int64_t exp_minus_1(int64_t r)
{
    /* r^2 in Q78. The coefficients are such that each sum is in the unit given: that of
     * r * c is 2^7 times c's, that of r^2 * c is 2^14 times c's. */
    const int64_t square = gpuc_multiply_high(r, r);
    const int64_t fourth = /* 1/24 + r / 120 + r^2 / 720 in Q48 */
        ((INT64_C(1) << 48) / 24) + gpuc_multiply_high(r, (INT64_C(1) << 41) / 120) +
        gpuc_multiply_high(square, (INT64_C(1) << 34) / 720);
    const int64_t second = /* 1/2 + r / 6 + r^2 * fourth in Q62 */
        (INT64_C(1) << 61) + gpuc_multiply_high(r, (INT64_C(1) << 55) / 6) +
        gpuc_multiply_high(square, fourth);
    return r + (gpuc_multiply_high(square, second) >> 5);
}

/*
 * exp(x) to 2^-66 of it, for |x| < 1000. In units of 2^-71: the conversion of r's high
 * part and the rest of k * ln2 / 128 are off by less than 1 and 1.5, exp_minus_1() by 2,
 * together below 2^-68.8; the lower half of the table's entry, left out of the product,
 * is below 2^-61 * 2^-8.4.
 */
static struct gpuc_wide fast_exp(double x)
{
    double rounded;
    const int64_t k = nearest_step(x * STEPS_PER_UNIT, &rounded);
    /* Exact: both are multiples of 2^-61, and the difference is below 2^-8.4. */
    const double r_high = x - rounded * STEP_HIGH;
    const int64_t r = (int64_t)(r_high * 0x1p71) - (k * gpuc_ln2_step_low_q88 >> 17);

    const struct gpuc_words128 *step = &gpuc_exp_table[k & (GPUC_EXP_STEPS - 1)];
    const gpuc_i128 power = (gpuc_i128)step->high << 64 | step->low;
    const gpuc_i128 product = (gpuc_i128)(int64_t)step->high * exp_minus_1(r);
    return (struct gpuc_wide){.value = (gpuc_u128)(power + (product >> 7)),
                              .error = (gpuc_u128)1 << 59,
                              .scale = (int)(k >> 7) - 125};
}

/* As encoded bits, for results that are not exact. */
static uint64_t round_exp(double x, const struct gpuc_wide *fast,
                          struct gpuc_float_format format)
{
    uint64_t bits;
    if (!gpuc_wide_round(fast, format, &bits)) {
        const struct gpuc_wide accurate = gpuc_accurate_exp(x);
        gpuc_wide_round(&accurate, format, &bits);
    }
    return bits;
}

double gpuc_exp_f64(double x)
{
    /* The bits of |x| in their order also tell NaN. Results of at least 2^1024 or below
     * 2^-1075 are those of |x| >= 709.79 and 745.14; nearer to 0 than 2^-54, exp(x) is
     * nearer to 1 than to its neighbours. */
    const uint64_t magnitude = gpuc_bits_of_double(x) & (UINT64_MAX >> 1);
    const uint64_t least = gpuc_bits_of_double(0x1p-54);
    if (magnitude - least >= gpuc_bits_of_double(709.0) - least) {
        if (x != x)
            return (double)NAN;
        if (magnitude < least)
            return 1.0;
        if (x > 709.79)
            return (double)INFINITY;
        if (x < -745.14)
            return 0.0;
    }
    const struct gpuc_wide fast = fast_exp(x);
    uint64_t bits;
    if (!gpuc_wide_round_quickly(&fast, &bits))
        bits = round_exp(x, &fast, GPUC_FLOAT64_FORMAT);
    return gpuc_double_of_bits(bits);
}

/* For results that doubles do not decide, or that are no normal floats. */
static float rare_exp_f32(float x)
{
    if (x != x)
        return NAN;
    if (x > 89.0F)
        return INFINITY;
    if (x < -104.0F)
        return 0.0F;
    const struct gpuc_wide fast = fast_exp((double)x);
    return gpuc_float_of_bits(round_exp((double)x, &fast, GPUC_FLOAT32_FORMAT));
}

float gpuc_exp_f32(float x)
{
    /* Between them the results are normal floats. False for NaN. */
    if (!(x > -87.0F && x < 88.0F))
        return rare_exp_f32(x);

    /* In doubles: the error of `steps`, at most 2^-40, times ln2 / 128 is 2^-47.5, the
     * cut of the series behind r^4 / 24 costs 2^-49.5, cutting the table's entry to a
     * double 2^-52, and roundings 2^-52: together below 2^-46.9. */
    const double steps = (double)x * STEPS_PER_UNIT;
    double rounded;
    const int64_t k = nearest_step(steps, &rounded);
    const double r = steps - rounded; /* in steps of ln2 / 128 */
    /* (ln2 / 128)^n / n! */
    const double c1 = 0x1.62e42fefa39efp-8;
    const double c2 = 0x1.ebfbdff82c58fp-17;
    const double c3 = 0x1.c6b08d704a0cp-26;
    const double c4 = 0x1.3b2ab6fba4e77p-35;
    const double square = r * r;
    const double sum = (c1 * r + square * c2) + square * (c3 * r + square * c4);

    const uint64_t mantissa = gpuc_exp_table[k & (GPUC_EXP_STEPS - 1)].high >> 9;
    const uint64_t exponent = (uint64_t)(k >> 7) + 1022;
    const double power = gpuc_double_of_bits(mantissa + (exponent << 52));
    const double result = power + power * sum;
    if (gpuc_is_near_float_middle(result))
        return rare_exp_f32(x);
    return (float)result;
}
