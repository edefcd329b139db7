/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decimals of any length compared with the points half-way between two doubles. Exact, by
 * integers of thousands of bits; needs a few microseconds, and no memory but the stack.
 */
#ifndef GPUC_EXACT_DECIMAL_H
#define GPUC_EXACT_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of the digits, read as an integer, times 10^exponent. */
struct gpuc_digits {
    const uint8_t *text; /* digits only, except that a point may be among them */
    size_t size;
    int64_t exponent;
};

/*
 * -1, 0 or 1: the decimal lies below, at or above (significand + 1/2) * 2^exponent.
 * That is half-way from one double to the next: significand < 2^53, and the exponent is
 * from -1074 to 971, or it is a double itself: up to 1024. The decimal lies between
 * 10^-345 and 10^311.
 */
int gpuc_compare_with_half(struct gpuc_digits decimal, uint64_t significand,
                           int exponent);

#endif
