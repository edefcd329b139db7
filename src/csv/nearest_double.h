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

#include "csv/exact_decimal.h"

enum {
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

#endif
