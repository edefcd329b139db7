/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The double nearest to a decimal, halves to the even significand.
 *
 * Integers up to 2^53 times or over a power of ten up to 10^22, both exact doubles, take
 * one rounding (Clinger, "How to read floating point numbers accurately"). Others take
 * one product with a power of ten of 128 bits, which nearly always shows the rounding
 * (Eisel and Lemire, "Number parsing at a gigabyte per second"). What is left is decided
 * by the digits themselves, see exact_decimal.h.
 */
#ifndef GPUC_NEAREST_DOUBLE_H
#define GPUC_NEAREST_DOUBLE_H

#include <string.h>

#include "base/uint128.h"
#include "csv/exact_decimal.h"
#include "csv/pow10_table.h"

enum {
    /* Between 10^-288 and 2^64 * 10^288 there are no subnormal numbers, and no infinity.
     */
    GPUC_NORMAL_POWER_MAX = 288,
    GPUC_DOUBLE_BIAS = 1075,      /* of the exponent of an integer significand */
    GPUC_POW10_DOUBLE_MAX = 22,   /* 5^22 < 2^53 */
    GPUC_DECIMAL_LEADING_MAX = 19 /* digits that always fit in 64 bits */
};

/* 10^0 to 10^22, all exact. */
extern const double gpuc_pow10_double[GPUC_POW10_DOUBLE_MAX + 1];

/* A decimal that is not negative. */
struct gpuc_decimal {
    uint64_t leading; /* all digits; where these are more than GPUC_DECIMAL_LEADING_MAX,
                       * so many from the first that is not 0 */
    int64_t exponent; /* of ten, of the last digit in `leading` */
    bool has_more;    /* digits follow, and one of them is not 0 */
    struct gpuc_digits digits; /* all of them */
};

double gpuc_nearest_double(const struct gpuc_decimal *decimal);

/* A magnitude with its sign. */
static inline double gpuc_with_sign(double magnitude, bool is_negative)
{
    uint64_t bits;
    memcpy(&bits, &magnitude, sizeof bits);
    bits |= (uint64_t)is_negative << 63;
    memcpy(&magnitude, &bits, sizeof bits);
    return magnitude;
}

/*
 * About w * 10^power, w >= 2^63, as a multiple of 2^(floor(log2(10^power)) + 1 - 64), and
 * at least 2^126. Exact for powers from 0 to GPUC_POW10_WORD_MAX.
 *
 * The entry of the table is m <= M < m + 1, M being the power itself. The product is
 * floor(w * m / 2^64), so the true w * M / 2^64 lies from it to less than 2 above it.
 */
static inline gpuc_uint128 gpuc_times_pow10(uint64_t w, int power)
{
    const struct gpuc_pow10 *entry = &gpuc_pow10_table[power - GPUC_POW10_MIN];
    return (gpuc_uint128)w * entry->high + (uint64_t)((gpuc_uint128)w * entry->low >> 64);
}

/*
 * The double nearest to integer * 10^power, integer > 0, |power| <=
 * GPUC_NORMAL_POWER_MAX, as gpuc_nearest_double() finds it, but without a branch that
 * data decide; false in the rare case that the product of 128 bits does not show it.
 */
static inline bool gpuc_nearest_normal(uint64_t integer, int power, double *ret_value)
{
    const int n_zeros = __builtin_clzll(integer);
    const gpuc_uint128 product = gpuc_times_pow10(integer << n_zeros, power);
    const uint64_t high = (uint64_t)(product >> 64);
    const uint64_t low = (uint64_t)product;
    const int carry = (int)(high >> 63);
    const uint64_t doubled = high >> (9 + carry);
    const int exponent = gpuc_pow10_floor_log2(power) + 11 - n_zeros + carry;
    uint64_t significand = doubled / 2 + doubled % 2;
    /* Only with these bits of `low` can the truth be half-way between doubles, or beyond.
     * Exact products are decided. */
    if (low + 1 <= 1) {
        if (low != 0 || power < 0 || power > GPUC_POW10_WORD_MAX)
            return false;
        if (high << (55 - carry) == 0)
            significand -= doubled & significand & 1;
    }
    /* The leading bit of the significand adds to the exponent, and so does a carry. */
    const uint64_t bits =
        significand + ((uint64_t)(exponent + GPUC_DOUBLE_BIAS - 1) << 52);
    memcpy(ret_value, &bits, sizeof bits);
    return true;
}

#endif
