/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/nearest_double.h"

#include <math.h>
#include <string.h>

#include "base/uint128.h"
#include "csv/pow10_table.h"

enum {
    MANTISSA_BITS = 52,
    MIN_EXPONENT = -1074, /* of an integer significand, the one of subnormal numbers */
    MAX_EXPONENT = 971,
    /* 20 digits with a higher power are at least 10^309; 2^64 with a lower one is below
     * half of the smallest double. */
    MAX_POWER = 308
};

const double gpuc_pow10_double[GPUC_POW10_DOUBLE_MAX + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

enum rest { BELOW_HALF, AT_HALF, ABOVE_HALF, NEAR_HALF };

/* What is known of a decimal: it lies from significand * 2^exponent, which is a double,
 * to less than a little more than one above it. */
struct rounding {
    uint64_t significand; /* below 2^53; below 2^52 only with MIN_EXPONENT */
    int exponent;
    enum rest rest; /* of the significand */
};

/* significand * 2^exponent; the significand may also be 2^53. */
static double make_double(uint64_t significand, int exponent)
{
    if (exponent > MAX_EXPONENT)
        return HUGE_VAL;
    /* The leading bit of a normal significand adds to the exponent, and so does a carry;
     * beyond the largest double that makes infinity. */
    const uint64_t bits =
        significand + ((uint64_t)(exponent + GPUC_DOUBLE_BIAS - 1) << MANTISSA_BITS);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/*
 * Of leading * 10^power, leading > 0, GPUC_POW10_MIN <= power <= MAX_POWER.
 *
 * The truth lies from the product to less than 2 above it, so all that can be unclear is
 * a product one below the half.
 */
static struct rounding round_product(uint64_t leading, int power)
{
    const int n_zeros = __builtin_clzll(leading);
    const gpuc_uint128 product = gpuc_times_pow10(leading << n_zeros, power);
    const uint64_t high = (uint64_t)(product >> 64);
    const uint64_t low = (uint64_t)product;

    /* The value is high * 2^(floor(log2(10^power)) + 1 - n_zeros), `low` behind the
     * point; and 2^62 <= high. */
    int shift = 10 + (int)(high >> 63);
    int exponent = gpuc_pow10_floor_log2(power) + 1 - n_zeros + shift;
    if (exponent < MIN_EXPONENT) {
        shift += MIN_EXPONENT - exponent;
        exponent = MIN_EXPONENT;
        if (shift > 64)
            return (struct rounding){0, MIN_EXPONENT, BELOW_HALF};
    }
    /* 1 <= shift <= 64 */
    const uint64_t half = UINT64_C(1) << (shift - 1);
    const uint64_t rest = high & (half | (half - 1));
    struct rounding rounding = {high >> (shift - 1) >> 1, exponent,
                                rest >= half ? ABOVE_HALF : BELOW_HALF};
    if (rest == half && low == 0 && power >= 0 && power <= GPUC_POW10_WORD_MAX)
        rounding.rest = AT_HALF;
    if (rest == half - 1 && low == UINT64_MAX)
        rounding.rest = NEAR_HALF;
    return rounding;
}

/* What round_product() made, rounded; the rest is not NEAR_HALF. */
static double rounded(const struct rounding *rounding)
{
    const bool is_odd = (rounding->significand & 1) != 0;
    const bool up = rounding->rest == ABOVE_HALF || (rounding->rest == AT_HALF && is_odd);
    return make_double(rounding->significand + up, rounding->exponent);
}

static double round_exactly(const struct gpuc_decimal *decimal, struct rounding rounding)
{
    static const enum rest rests[] = {BELOW_HALF, AT_HALF, ABOVE_HALF};
    if (rounding.exponent > MAX_EXPONENT)
        return HUGE_VAL;
    rounding.rest =
        rests[1 + gpuc_compare_with_half(decimal->digits, rounding.significand,
                                         rounding.exponent)];
    return rounded(&rounding);
}

double gpuc_nearest_double(const struct gpuc_decimal *decimal)
{
    const uint64_t leading = decimal->leading;
    const int64_t exponent = decimal->exponent;
    /* Never where there are more digits, as 19 make more than 2^53. */
    if (leading <= UINT64_C(1) << (MANTISSA_BITS + 1) &&
        exponent >= -GPUC_POW10_DOUBLE_MAX && exponent <= GPUC_POW10_DOUBLE_MAX) {
        const double integer = (double)leading;
        return exponent < 0 ? integer / gpuc_pow10_double[-exponent]
                            : integer * gpuc_pow10_double[exponent];
    }
    if (leading == 0 || exponent < GPUC_POW10_MIN)
        return 0.0;
    if (exponent > MAX_POWER)
        return HUGE_VAL;
    const struct rounding rounding = round_product(leading, (int)exponent);
    if (rounding.rest == NEAR_HALF)
        return round_exactly(decimal, rounding);
    const double value = rounded(&rounding);
    if (!decimal->has_more)
        return value;
    /* The decimal lies between these two. */
    const struct rounding next = round_product(leading + 1, (int)exponent);
    if (next.rest != NEAR_HALF && rounded(&next) == value)
        return value;
    return round_exactly(decimal, rounding);
}
