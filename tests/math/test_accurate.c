/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The accurate exp and log against MPFR: the leading 127 bits and whether anything
 * follows them. No result lies closer to a number of 127 bits than its error, as no
 * random one does, so equality is what to expect.
 */
#include "math/accurate.h"

#include <math.h>
#include <mpfr.h>

#include "support/cmocka_all.h"
#include "support/random.h"

enum { PRECISION = 127, N_RANDOM = 20000 };

/* Rounded down to 127 bits, and the last bit set because more bits follow. */
static void check(const struct gpuc_wide *result, const mpfr_t truth, double x)
{
    mpfr_t expected;
    mpfr_t value;
    mpfr_init2(expected, PRECISION);
    mpfr_init2(value, PRECISION);
    mpfr_abs(expected, truth, MPFR_RNDZ);
    mpfr_mul_2si(expected, expected, -result->scale, MPFR_RNDZ);
    mpfr_set_ui(value, (unsigned long)(result->value >> 64), MPFR_RNDZ);
    mpfr_mul_2ui(value, value, 64, MPFR_RNDZ);
    mpfr_add_ui(value, value, (unsigned long)result->value, MPFR_RNDZ);
    mpfr_sub(value, value, expected, MPFR_RNDZ);
    const double difference = mpfr_get_d(value, MPFR_RNDZ);
    assert_true(result->error == 0);
    assert_true(result->value >> 126 == 1 && (result->value & 1) == 1);
    /* The last bit of the truth may be set or not. */
    if (difference != 0 && difference != 1)
        fail_msg("%a: %g units from the truth", x, difference);
    mpfr_clear(expected);
    mpfr_clear(value);
}

/* A number with a random significand and 2^first <= |x| < 2^end. */
static double random_number(struct test_random *random, int first, int end)
{
    const double significand = 1 + (double)(test_random_next(random) >> 12) * 0x1p-52;
    const int exponent = first + (int)test_random_below(random, (size_t)(end - first));
    return ldexp(test_random_below(random, 2) ? significand : -significand, exponent);
}

static void test_exp(void **state)
{
    (void)state;
    struct test_random random = {1};
    mpfr_t truth;
    mpfr_init2(truth, 300);
    for (int i = 0; i < N_RANDOM; i++) {
        const double x = random_number(&random, -54, 9);
        const struct gpuc_wide result = gpuc_accurate_exp(x);
        mpfr_set_d(truth, x, MPFR_RNDN);
        mpfr_exp(truth, truth, MPFR_RNDN);
        check(&result, truth, x);
    }
    mpfr_clear(truth);
}

static void check_log(double m, int exponent, double offset)
{
    mpfr_t truth;
    mpfr_init2(truth, 300);
    mpfr_set_d(truth, m, MPFR_RNDN);
    mpfr_mul_2si(truth, truth, exponent, MPFR_RNDN);
    mpfr_log(truth, truth, MPFR_RNDN);
    const double estimate = mpfr_get_d(truth, MPFR_RNDN) * (1 + offset);
    const struct gpuc_fixed fixed = gpuc_fixed_from((uint64_t)ldexp(m, 53), -53);
    const struct gpuc_wide result = gpuc_accurate_log(&fixed, exponent, estimate);
    check(&result, truth, m);
    mpfr_clear(truth);
}

static void test_log(void **state)
{
    (void)state;
    struct test_random random = {1};
    for (int i = 0; i < N_RANDOM; i++) {
        const double offset = ((double)test_random_below(&random, 9) - 4) * 0x1p-53;
        const int exponent = (int)test_random_below(&random, 2047) - 1074;
        check_log(fabs(random_number(&random, 0, 1)), exponent, offset);
        check_log(1 + random_number(&random, -52, -2), 0, offset);
    }
}

/* A whole number of limbs, none, and across all of them. */
static void test_shift(void **state)
{
    (void)state;
    const struct gpuc_fixed a = {{0x1111, 0x2222, 0x3333, 0x4444, 0x5555}};
    const struct gpuc_fixed same = gpuc_fixed_shift(&a, 0);
    const struct gpuc_fixed up = gpuc_fixed_shift(&a, 64);
    const struct gpuc_fixed down = gpuc_fixed_shift(&a, -128);
    const struct gpuc_fixed bits = gpuc_fixed_shift(&a, -68);
    const struct gpuc_fixed none = gpuc_fixed_shift(&a, -2000);
    const struct gpuc_fixed expected_up = {{0, 0x1111, 0x2222, 0x3333, 0x4444}};
    const struct gpuc_fixed expected_down = {{0x3333, 0x4444, 0x5555, 0, 0}};
    const struct gpuc_fixed expected_bits = {{UINT64_C(0x3000000000000222),
                                              UINT64_C(0x4000000000000333),
                                              UINT64_C(0x5000000000000444), 0x555, 0}};
    const struct gpuc_fixed zero = {{0}};
    assert_memory_equal(&same, &a, sizeof a);
    assert_memory_equal(&up, &expected_up, sizeof a);
    assert_memory_equal(&down, &expected_down, sizeof a);
    assert_memory_equal(&bits, &expected_bits, sizeof a);
    assert_memory_equal(&none, &zero, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exp),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_shift),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
