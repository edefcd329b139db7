/* SPDX-License-Identifier: Apache-2.0 */
#include "math/reference.h"

#include <math.h>
#include <mpfr.h>

static int evaluate(mpfr_t result, enum function function, const mpfr_t x)
{
    switch (function) {
    case FUNCTION_EXP:
        return mpfr_exp(result, x, MPFR_RNDN);
    case FUNCTION_LOG:
        return mpfr_log(result, x, MPFR_RNDN);
    case FUNCTION_LOG1P:
        break;
    }
    return mpfr_log1p(result, x, MPFR_RNDN);
}

/* The exponents are those of MPFR, whose significands lie between 1/2 and 1. */
static double rounded(enum function function, double x, mpfr_prec_t precision,
                      mpfr_exp_t least, mpfr_exp_t greatest)
{
    mpfr_t argument;
    mpfr_t result;
    mpfr_init2(argument, 53);
    mpfr_init2(result, precision);
    mpfr_set_d(argument, x, MPFR_RNDN);
    mpfr_set_emin(least);
    mpfr_set_emax(greatest);
    int direction = evaluate(result, function, argument);
    direction = mpfr_check_range(result, direction, MPFR_RNDN);
    mpfr_subnormalize(result, direction, MPFR_RNDN);
    const double value = mpfr_get_d(result, MPFR_RNDN);
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
    mpfr_clear(argument);
    mpfr_clear(result);
    return value;
}

float reference_f32(enum function function, float x)
{
    return (float)rounded(function, (double)x, 24, -148, 128);
}

double reference_f64(enum function function, double x)
{
    return rounded(function, x, 53, -1073, 1024);
}

double distance_from_middle(enum function function, double x)
{
    mpfr_t argument;
    mpfr_t result;
    mpfr_init2(argument, 53);
    mpfr_init2(result, 300);
    mpfr_set_d(argument, x, MPFR_RNDN);
    evaluate(result, function, argument);
    /* In units in the last place, plus 1/2: the middles become integers. */
    mpfr_mul_2si(result, result, 53 - mpfr_get_exp(result), MPFR_RNDN);
    mpfr_add_d(result, result, 0.5, MPFR_RNDN);
    mpfr_frac(result, result, MPFR_RNDN);
    const double fraction = fabs(mpfr_get_d(result, MPFR_RNDN));
    mpfr_clear(argument);
    mpfr_clear(result);
    return fraction < 0.5 ? fraction : 1 - fraction;
}
