/* SPDX-License-Identifier: Apache-2.0 */
#include "math/accurate.h"

#include "math/exp_log_tables.h"

enum {
    N_HALVINGS = 8,
    /* (2 ln 2 / 2^8)^28 / 28! is below 2^-300. */
    N_EXP_TERMS = 27,
    /* t^7 / 7 is below 2^-240. */
    N_LOG_TERMS = 6
};

static const double INVERSE_LN2 = 0x1.71547652b82fep+0;

/* The magnitude of a finite number that is not denormal. */
static struct gpuc_fixed fixed_magnitude(double value)
{
    const uint64_t bits = gpuc_bits_of_double(value);
    const uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    const int exponent = (int)(bits >> 52 & 0x7ff);
    return gpuc_fixed_from(fraction | UINT64_C(1) << 52, exponent - 1075);
}

/* exp(r), r below 2: a series for r / 2^8, squared 8 times, which multiplies its relative
 * error, below 2^-250, by 2^8. */
static struct gpuc_fixed exp_of_fixed(const struct gpuc_fixed *r)
{
    const struct gpuc_fixed one = gpuc_fixed_from(1, 0);
    const struct gpuc_fixed small = gpuc_fixed_shift(r, -N_HALVINGS);
    struct gpuc_fixed sum = one;
    for (uint64_t n = N_EXP_TERMS; n > 0; n--) {
        sum = gpuc_fixed_multiply(&sum, &small);
        sum = gpuc_fixed_divide_small(&sum, n);
        sum = gpuc_fixed_add(&sum, &one);
    }
    for (int i = 0; i < N_HALVINGS; i++)
        sum = gpuc_fixed_multiply(&sum, &sum);
    return sum;
}

/* exp(x) as the return value, between 1 and 8, times 2^*ret_exponent. */
static struct gpuc_fixed exp_of_double(double x, int *ret_exponent)
{
    /* One less than floor(x / ln2), so that the rest is positive in spite of rounding. It
     * is below 2.1 ln2. The conversion rounds towards 0, hence the second 1. */
    const int k = (int)(x * INVERSE_LN2) - 1 - (x < 0);
    const struct gpuc_fixed magnitude = fixed_magnitude(x);
    const struct gpuc_fixed multiple =
        gpuc_fixed_multiply_small(&gpuc_ln2, (uint64_t)(k < 0 ? -k : k));
    struct gpuc_fixed rest;
    if (x < 0)
        rest = gpuc_fixed_subtract(&multiple, &magnitude);
    else if (k < 0)
        rest = gpuc_fixed_add(&magnitude, &multiple);
    else
        rest = gpuc_fixed_subtract(&magnitude, &multiple);
    *ret_exponent = k;
    return exp_of_fixed(&rest);
}

struct gpuc_wide gpuc_accurate_exp(double x)
{
    int exponent;
    const struct gpuc_fixed result = exp_of_double(x, &exponent);
    return gpuc_fixed_wide(&result, exponent);
}

/* log(1 + t), 0 <= t < 2^-38: t * (1 - t * (1/2 - t * (1/3 - ...))). */
static struct gpuc_fixed log1p_of_fixed(const struct gpuc_fixed *t)
{
    const struct gpuc_fixed one = gpuc_fixed_from(1, 0);
    struct gpuc_fixed sum = {{0}};
    for (uint64_t n = N_LOG_TERMS; n > 0; n--) {
        const struct gpuc_fixed inverse = gpuc_fixed_divide_small(&one, n);
        sum = gpuc_fixed_multiply(&sum, t);
        sum = gpuc_fixed_subtract(&inverse, &sum);
    }
    return gpuc_fixed_multiply(&sum, t);
}

struct gpuc_wide gpuc_accurate_log(const struct gpuc_fixed *m, int exponent,
                                   double estimate)
{
    /* With y a little below the logarithm, log(X) = y + log(1 + t), t = X * exp(-y) - 1,
     * and 0 < t < 2^-38. */
    const double magnitude = estimate < 0 ? -estimate : estimate;
    const double y = estimate - magnitude * 0x1p-49;
    int exp_exponent;
    const struct gpuc_fixed inverse = exp_of_double(-y, &exp_exponent);
    const struct gpuc_fixed product = gpuc_fixed_multiply(m, &inverse);
    struct gpuc_fixed t = gpuc_fixed_shift(&product, exponent + exp_exponent);
    t.limb[GPUC_FIXED_LIMBS - 1] -= 1;

    const struct gpuc_fixed rest = log1p_of_fixed(&t);
    const struct gpuc_fixed whole = fixed_magnitude(y);
    const struct gpuc_fixed result =
        y < 0 ? gpuc_fixed_subtract(&whole, &rest) : gpuc_fixed_add(&whole, &rest);
    return gpuc_fixed_wide(&result, 0);
}
