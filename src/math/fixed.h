/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fixed-point numbers from 0 to below 2^64 with 256 fraction bits, for the few arguments
 * whose exp or log lies too close to the middle of two floating-point numbers for 128
 * bits. Every operation rounds down; none checks for overflow.
 */
#ifndef GPUC_FIXED_H
#define GPUC_FIXED_H

#include <stdint.h>

#include "math/wide.h"

enum { GPUC_FIXED_LIMBS = 5, GPUC_FIXED_FRACTION_BITS = 256 };

/* The sum of limb[i] * 2^(64 * (i - 4)). */
struct gpuc_fixed {
    uint64_t limb[GPUC_FIXED_LIMBS];
};

/* a * 2^shift, for every shift. */
struct gpuc_fixed gpuc_fixed_shift(const struct gpuc_fixed *a, int shift);

/* integer * 2^exponent. */
struct gpuc_fixed gpuc_fixed_from(uint64_t integer, int exponent);

struct gpuc_fixed gpuc_fixed_add(const struct gpuc_fixed *a, const struct gpuc_fixed *b);

/* a - b, for a >= b. */
struct gpuc_fixed gpuc_fixed_subtract(const struct gpuc_fixed *a,
                                      const struct gpuc_fixed *b);

struct gpuc_fixed gpuc_fixed_multiply(const struct gpuc_fixed *a,
                                      const struct gpuc_fixed *b);

struct gpuc_fixed gpuc_fixed_multiply_small(const struct gpuc_fixed *a, uint64_t b);

struct gpuc_fixed gpuc_fixed_divide_small(const struct gpuc_fixed *a, uint64_t divisor);

/*
 * The leading 127 bits of a * 2^exponent, a > 0, the last of them set if any bit behind
 * them is, so that a number that is not exact never looks like the middle of two others.
 */
struct gpuc_wide gpuc_fixed_wide(const struct gpuc_fixed *a, int exponent);

#endif
