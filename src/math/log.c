/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log(m * 2^e) = e ln2 - log(c) + log(1 + z), z = m * c - 1: c is an 11-bit inverse of m
 * from a table, so that z is exact and |z| <= 1/128. For m within 1/128 of 1, c is 1 and
 * log(c) is 0: with e = 0 all of the result comes from z, and errors relative to z are
 * errors relative to the result. Anywhere else the result is beyond 2^-7.1.
 */
#include <math.h>

#include "math/accurate.h"
#include "math/exp_log.h"
#include "math/exp_log_tables.h"
#include "math/wide.h"

enum { Q = 116 }; /* fraction bits of mantissas and of logarithms */

/* A positive number m * 2^exponent, 90/128 <= m < 180/128. */
struct mantissa {
    gpuc_u128 m; /* Q116 */
    int exponent;
};

struct logarithm {
    struct gpuc_wide magnitude; /* in Q116 */
    uint64_t sign_bit;          /* SIGN_BIT where it is negative, else 0 */
};

static const uint64_t SIGN_BIT = UINT64_C(1) << 63;

/* m * 2^exponent, from m in Q116 with 1 <= m < 2. */
static struct mantissa centered(gpuc_u128 m, int exponent)
{
    /* Arithmetic, because which half m is in cannot be predicted. */
    const int is_upper = (uint32_t)(m >> (Q - 7)) >= GPUC_LOG_END;
    return (struct mantissa){m >> is_upper, exponent + is_upper};
}

/*
 * (z - log(1 + z)) / z^2 = 1/2 - z / 3 + z^2 / 4 - ... + z^8 / 10 in Q63, from z in Q70;
 * within 3 units for |z| <= 2^-7.
 */
static int64_t log1p_quotient(int64_t z)
{
    /* z^2 in Q76. As z * c is 2^6 times as coarse as c and z^2 * c 2^12 times, the
     * coefficients need ever fewer bits. */
    const int64_t square = gpuc_multiply_high(z, z);
    const int64_t q27 = (INT64_C(1) << 27) / 8 -
                        gpuc_multiply_high(z, (INT64_C(1) << 21) / 9) +
                        gpuc_multiply_high(square, (INT64_C(1) << 15) / 10);
    const int64_t q39 = (INT64_C(1) << 39) / 6 -
                        gpuc_multiply_high(z, (INT64_C(1) << 33) / 7) +
                        gpuc_multiply_high(square, q27);
    const int64_t q51 = (INT64_C(1) << 51) / 4 -
                        gpuc_multiply_high(z, (INT64_C(1) << 45) / 5) +
                        gpuc_multiply_high(square, q39);
    return (INT64_C(1) << 62) - gpuc_multiply_high(z, (INT64_C(1) << 57) / 3) +
           gpuc_multiply_high(square, q51);
}

/*
 * Relative to |z|: cutting z to Q70 costs z * quotient twice, 2^-70; log1p_quotient()'s
 * error times |z| is 2^-68.4; the product in Q69 is cut by 2^-69; the series behind z^10
 * is 2^-73. Together below 2^-67. The table and the cuts to Q116 add 4 units, e * ln2 at
 * most 540.
 */
static struct logarithm fast_log(struct mantissa number)
{
    const struct gpuc_log_entry *step =
        &gpuc_log_table[(int)(number.m >> (Q - 7)) - GPUC_LOG_FIRST];
    const gpuc_i128 z =
        (gpuc_i128)(number.m * step->inverse) - ((gpuc_i128)1 << (Q + 10)); /* Q126 */
    const int64_t z_high = (int64_t)(z >> 56);
    const int64_t linear = gpuc_multiply_high(z_high, log1p_quotient(z_high));
    const gpuc_i128 product = (gpuc_i128)linear * z_high; /* Q139 */

    const gpuc_i128 ln2 = (gpuc_i128)gpuc_ln2_q116.high << 64 | gpuc_ln2_q116.low;
    const gpuc_u128 log_step = (gpuc_u128)step->log_high << 64 | step->log_low;
    const gpuc_i128 value =
        number.exponent * ln2 + (gpuc_i128)log_step + (z >> 10) - (product >> 23);
    const gpuc_u128 sign = (gpuc_u128)(value >> 127); /* all bits or none */
    const gpuc_u128 magnitude = ((gpuc_u128)value ^ sign) - sign;
    const gpuc_u128 error = (magnitude >> 66) + (number.exponent == 0 ? 8 : 1024);
    return (struct logarithm){{magnitude, error, -Q}, (uint64_t)sign & SIGN_BIT};
}

/* The encoded bits without the sign of log(m * 2^exponent), to which `fast` is close. */
static uint64_t round_log(const struct gpuc_fixed *m, int exponent,
                          const struct logarithm *fast, struct gpuc_float_format format)
{
    uint64_t bits;
    if (!gpuc_wide_round(&fast->magnitude, format, &bits)) {
        const double magnitude = (double)fast->magnitude.value * 0x1p-116;
        const struct gpuc_wide accurate =
            gpuc_accurate_log(m, exponent, fast->sign_bit != 0 ? -magnitude : magnitude);
        gpuc_wide_round(&accurate, format, &bits);
    }
    return bits;
}

/* The significand of a finite number as an integer with 53 bits, and its exponent. */
static uint64_t significand_of(double x, int *ret_exponent)
{
    const uint64_t bits = gpuc_bits_of_double(x) & (UINT64_MAX >> 1);
    if (bits >> 52 != 0) {
        *ret_exponent = (int)(bits >> 52) - 1023;
        return (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
    }
    const int shift = __builtin_clzll(bits) - 11;
    *ret_exponent = -1022 - shift;
    return bits << shift;
}

double gpuc_log_f64(double x)
{
    if (!(x > 0 && x < (double)INFINITY)) {
        if (x == 0)
            return -(double)INFINITY;
        return x > 0 ? x : (double)NAN;
    }
    if (x == 1)
        return 0.0;
    int exponent;
    const uint64_t m = significand_of(x, &exponent);
    const struct logarithm fast = fast_log(centered((gpuc_u128)m << (Q - 52), exponent));
    uint64_t bits;
    if (!gpuc_wide_round_quickly(&fast.magnitude, &bits)) {
        const struct gpuc_fixed fixed = gpuc_fixed_from(m, -52);
        bits = round_log(&fixed, exponent, &fast, GPUC_FLOAT64_FORMAT);
    }
    return gpuc_double_of_bits(bits | fast.sign_bit);
}

/* 1 + x = sum * 2^scale, from x = m * 2^(exponent - 52) > -1; sum in Q116. */
static gpuc_u128 one_plus(uint64_t m, int exponent, bool is_negative, int *ret_scale)
{
    gpuc_u128 sum = (gpuc_u128)1 << Q;
    *ret_scale = exponent > 0 ? exponent : 0;
    if (exponent >= 0) /* From 2^117 on the 1 is lost, within the error. */
        sum = (exponent <= Q ? sum >> exponent : 0) + ((gpuc_u128)m << (Q - 52));
    else if (is_negative)
        sum -= (gpuc_u128)m << (Q - 52 + exponent);
    else
        sum += (gpuc_u128)m << (Q - 52 + exponent);
    const int shift = gpuc_leading_zeros(sum) - (127 - Q);
    *ret_scale -= shift;
    return shift < 0 ? sum >> -shift : sum << shift;
}

/* log(1 + x) of |x| >= 2^-53, x > -1. */
static double rounded_log1p(double x)
{
    int exponent;
    int scale;
    const uint64_t m = significand_of(x, &exponent);
    const gpuc_u128 sum = one_plus(m, exponent, x < 0, &scale);
    const struct logarithm fast = fast_log(centered(sum, scale));
    uint64_t bits;
    if (!gpuc_wide_round_quickly(&fast.magnitude, &bits)) {
        const struct gpuc_fixed one = gpuc_fixed_from(1, -scale);
        const struct gpuc_fixed magnitude = gpuc_fixed_from(m, exponent - scale - 52);
        const struct gpuc_fixed fixed = x < 0 ? gpuc_fixed_subtract(&one, &magnitude)
                                              : gpuc_fixed_add(&one, &magnitude);
        bits = round_log(&fixed, scale, &fast, GPUC_FLOAT64_FORMAT);
    }
    return gpuc_double_of_bits(bits | fast.sign_bit);
}

double gpuc_log1p_f64(double x)
{
    /* log(1 + x) is between x - x^2 / 2 and x, so that x itself is the nearest as long as
     * x / 2 is below 2^-54, half of the least distance to a neighbour relative to x. */
    /* cppcheck-suppress incorrectLogicOperator ; it cannot read such numbers */
    if (x > -0x1p-53 && x < 0x1p-53)
        return x;
    if (!(x > -1 && x < (double)INFINITY)) {
        if (x == -1)
            return -(double)INFINITY;
        return x > 0 ? x : (double)NAN;
    }
    return rounded_log1p(x);
}

/* For what doubles do not decide. */
static float rare_log_f32(float x)
{
    int exponent;
    const uint64_t m = significand_of((double)x, &exponent);
    const struct logarithm fast = fast_log(centered((gpuc_u128)m << (Q - 52), exponent));
    const struct gpuc_fixed fixed = gpuc_fixed_from(m, -52);
    const uint64_t bits = round_log(&fixed, exponent, &fast, GPUC_FLOAT32_FORMAT);
    return gpuc_float_of_bits(bits | fast.sign_bit >> 32);
}

float gpuc_log_f32(float x)
{
    if (!(x > 0 && x < INFINITY)) {
        if (x == 0)
            return -INFINITY;
        return x > 0 ? x : NAN;
    }
    /* As a double, a denormal float is normal and keeps its 24 bits: m is one of 24 or 25
     * bits in Q24, between 90/128 and 180/128. */
    const uint64_t bits = gpuc_bits_of_double((double)x);
    const uint32_t significant = (uint32_t)(bits >> 29 & 0x7fffff) | 0x800000;
    const int is_lower = significant >= (uint32_t)GPUC_LOG_END << 16;
    const uint32_t m = significant << (1 - is_lower);
    const int exponent = (int)(bits >> 52) - 1023 + is_lower;
    const struct gpuc_log_entry *step = &gpuc_log_table[(m >> 17) - GPUC_LOG_FIRST];

    /* z is exact. The series behind z^7 / 7 costs 2^-52 relative to z, or to a result
     * beyond 2^-7.1, and so does each rounding: below 2^-49 together. */
    const int64_t z_q34 = (int64_t)((uint64_t)m * step->inverse) - (INT64_C(1) << 34);
    const double z = (double)z_q34 * 0x1p-34;
    const double square = z * z;
    const double high = (1.0 / 5 - z * (1.0 / 6)) + square * (1.0 / 7);
    const double sum = (-1.0 / 2 + z * (1.0 / 3)) + square * (-1.0 / 4 + z * high);
    const double ln2 = 0x1.62e42fefa39efp-1;
    const double result = (exponent * ln2 + step->log) + (z + square * sum);
    if (gpuc_is_near_float_middle(result))
        return rare_log_f32(x);
    return (float)result;
}
