/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 128-bit integers as the carriers of a real number's leading bits, and the one rounding
 * of such a number to a floating-point format. Everything that this room computes beyond
 * the precision of a double is integers, so that no compiler, rounding mode or fused
 * multiply-add can change a bit of it.
 */
#ifndef GPUC_WIDE_H
#define GPUC_WIDE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Not ISO C, but every compiler for 64-bit machines has them. */
__extension__ typedef unsigned __int128 gpuc_u128;
__extension__ typedef __int128 gpuc_i128;

/* The positive number value * 2^scale, 2^56 < value < 2^127; the truth lies less than
 * error * 2^scale away. */
struct gpuc_wide {
    gpuc_u128 value;
    gpuc_u128 error;
    int scale;
};

/* An IEEE 754 binary format. */
struct gpuc_float_format {
    int precision;    /* bits of the significand, with the implicit one */
    int min_exponent; /* of the least normal number, 2^min_exponent */
};

#define GPUC_FLOAT32_FORMAT ((struct gpuc_float_format){24, -126})
#define GPUC_FLOAT64_FORMAT ((struct gpuc_float_format){53, -1022})

/* The upper half of a product, rounded down. A shift of a negative number rounds down
 * with every compiler that we support. */
static inline int64_t gpuc_multiply_high(int64_t a, int64_t b)
{
    return (int64_t)((gpuc_i128)a * b >> 64);
}

/* Leading zero bits of a number that is not 0. */
static inline int gpuc_leading_zeros(gpuc_u128 value)
{
    const uint64_t high = (uint64_t)(value >> 64);
    return high != 0 ? __builtin_clzll(high) : 64 + __builtin_clzll((uint64_t)value);
}

/*
 * Rounds to nearest even. *ret_bits becomes the number's encoding in the format, denormal
 * or infinite where its size asks for that. False: the error is too large to decide.
 */
static inline bool gpuc_wide_round(const struct gpuc_wide *number,
                                   struct gpuc_float_format format, uint64_t *ret_bits)
{
    const int exponent = 127 - gpuc_leading_zeros(number->value) + number->scale;
    /* Denormal numbers end at the same place as the least normal ones. */
    const int steps = exponent > format.min_exponent ? exponent - format.min_exponent : 0;
    const int last_place = format.min_exponent + steps - (format.precision - 1);
    const unsigned n_dropped = (unsigned)(last_place - number->scale); /* above 0 */
    if (n_dropped > 127) {
        *ret_bits = 0; /* below half of the least denormal */
        return true;
    }
    const gpuc_u128 kept = number->value >> n_dropped;
    const gpuc_u128 rest = number->value - (kept << n_dropped);
    const gpuc_u128 half = (gpuc_u128)1 << (n_dropped - 1);
    const bool is_up = rest > half;
    /* The leading bit of a normal number adds one to the exponent's field, and so does a
     * carry out of the significand. The largest exponent's field is that of infinity. */
    const uint64_t bits =
        ((uint64_t)steps << (format.precision - 1)) + (uint64_t)kept + is_up;
    const uint64_t infinity = (uint64_t)(3 - 2 * format.min_exponent)
                              << (format.precision - 1);
    *ret_bits = bits < infinity ? bits : infinity;
    return (is_up ? rest - half : half - rest) > number->error;
}

/*
 * The same for normal doubles in the usual case: false also where the 64 leading bits do
 * not decide, or the result is denormal or infinite. Free of branches that random numbers
 * would mispredict.
 */
static inline bool gpuc_wide_round_quickly(const struct gpuc_wide *number,
                                           uint64_t *ret_bits)
{
    const int shift = gpuc_leading_zeros(number->value);
    const uint64_t leading = (uint64_t)(number->value << shift >> 64);
    const int exponent = 127 - shift + number->scale;
    /* Of 11 bits behind the significand, those within one unit of the middle. */
    const uint64_t from_middle = (leading & 0x7ff) - 0x3ff;
    *ret_bits =
        ((uint64_t)(exponent + 1022) << 52) + (leading >> 11) + (leading >> 10 & 1);
    return (from_middle > 1) & (number->error << shift >> 64 == 0) &
           ((unsigned)(exponent + 1022) < 2045);
}

static inline uint64_t gpuc_bits_of_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline double gpuc_double_of_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline float gpuc_float_of_bits(uint64_t bits)
{
    const uint32_t word = (uint32_t)bits;
    float value;
    memcpy(&value, &word, sizeof value);
    return value;
}

/*
 * Whether a double is so close to the middle of two floats that an error of 256 units in
 * its last place, 2^-45 of it, could change which one is nearest. For numbers that are
 * normal as floats.
 */
static inline bool gpuc_is_near_float_middle(double value)
{
    const uint64_t middle = UINT64_C(1) << 28;
    const uint64_t dropped = (middle << 1) - 1;
    return ((gpuc_bits_of_double(value) - middle + 256) & dropped) <= 512;
}

#endif
