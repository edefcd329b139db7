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

/* A binary format; its exponents are those of MPFR, whose significands lie between 1/2
 * and 1. */
struct format {
    mpfr_prec_t precision;
    mpfr_exp_t least;
    mpfr_exp_t greatest;
};

static const struct format F32 = {24, -148, 128};
static const struct format F64 = {53, -1073, 1024};

/* A result of MPFR and the direction that it was rounded in, as a number of the format.
 */
static double to_format(mpfr_t result, int direction, const struct format *format)
{
    mpfr_set_emin(format->least);
    mpfr_set_emax(format->greatest);
    direction = mpfr_check_range(result, direction, MPFR_RNDN);
    mpfr_subnormalize(result, direction, MPFR_RNDN);
    const double value = mpfr_get_d(result, MPFR_RNDN);
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
    return value;
}

static double rounded(enum function function, double x, const struct format *format)
{
    mpfr_t argument;
    mpfr_t result;
    mpfr_init2(argument, 53);
    mpfr_init2(result, format->precision);
    mpfr_set_d(argument, x, MPFR_RNDN);
    const int direction = evaluate(result, function, argument);
    const double value = to_format(result, direction, format);
    mpfr_clear(argument);
    mpfr_clear(result);
    return value;
}

float reference_f32(enum function function, float x)
{
    return (float)rounded(function, (double)x, &F32);
}

double reference_f64(enum function function, double x)
{
    return rounded(function, x, &F64);
}

static double rounded_step(double a, char operation, double b,
                           const struct format *format)
{
    mpfr_t result;
    mpfr_t other;
    int direction;
    mpfr_init2(result, format->precision);
    mpfr_init2(other, format->precision);
    mpfr_set_d(result, a, MPFR_RNDN);
    mpfr_set_d(other, b, MPFR_RNDN);
    if (operation == '+')
        direction = mpfr_add(result, result, other, MPFR_RNDN);
    else if (operation == '-')
        direction = mpfr_sub(result, result, other, MPFR_RNDN);
    else if (operation == '*')
        direction = mpfr_mul(result, result, other, MPFR_RNDN);
    else
        direction = mpfr_div(result, result, other, MPFR_RNDN);
    const double value = to_format(result, direction, format);
    mpfr_clear(result);
    mpfr_clear(other);
    return value;
}

float reference_step_f32(float a, char operation, float b)
{
    return (float)rounded_step((double)a, operation, (double)b, &F32);
}

double reference_step_f64(double a, char operation, double b)
{
    return rounded_step(a, operation, b, &F64);
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
