/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exp, log and log1p against MPFR, bit for bit: special values, the ends of the range,
 * pseudo-random numbers of every size, every 997th float, and arguments whose result lies
 * so close to the middle of two numbers that the fast way cannot decide.
 */
#include "math/exp_log.h"

#include <math.h>
#include <string.h>

#include "math/reference.h"
#include "math/wide.h"
#include "support/cmocka_all.h"
#include "support/random.h"

/* Sanitizers make the integers of wide.h several times as slow. */
#ifdef __SANITIZE_ADDRESS__
enum { N_RANDOM = 200000, N_STRUCTURED = 20000, FLOAT_STEP = 9973 };
#else
enum { N_RANDOM = 1000000, N_STRUCTURED = 100000, FLOAT_STEP = 997 };
#endif

static double result_f64(enum function function, double x)
{
    switch (function) {
    case FUNCTION_EXP:
        return gpuc_exp_f64(x);
    case FUNCTION_LOG:
        return gpuc_log_f64(x);
    case FUNCTION_LOG1P:
        break;
    }
    return gpuc_log1p_f64(x);
}

static float result_f32(enum function function, float x)
{
    return function == FUNCTION_EXP ? gpuc_exp_f32(x) : gpuc_log_f32(x);
}

static const char *name(enum function function)
{
    static const char *const names[] = {"exp", "log", "log1p"};
    return names[function];
}

static const uint64_t QUIET_NAN_F64 = UINT64_C(0x7ff8000000000000);
static const uint32_t QUIET_NAN_F32 = 0x7fc00000;

static void check_f64(enum function function, double x)
{
    const double expected = reference_f64(function, x);
    const double result = result_f64(function, x);
    const uint64_t expected_bits =
        isnan(expected) ? QUIET_NAN_F64 : gpuc_bits_of_double(expected);
    if (gpuc_bits_of_double(result) != expected_bits)
        fail_msg("%s(%a) is %a, not %a", name(function), x, result, expected);
}

static void check_f32(enum function function, float x)
{
    const float expected = reference_f32(function, x);
    const float result = result_f32(function, x);
    uint32_t expected_bits = QUIET_NAN_F32;
    uint32_t bits;
    if (!isnan(expected))
        memcpy(&expected_bits, &expected, sizeof expected_bits);
    memcpy(&bits, &result, sizeof bits);
    if (bits != expected_bits)
        fail_msg("%s(%a) is %a, not %a", name(function), (double)x, (double)result,
                 (double)expected);
}

/* x and its neighbours on both sides, and the same of -x. */
static void check_around(enum function function, double x)
{
    const uint64_t bits = gpuc_bits_of_double(x);
    for (uint64_t step = 0; step < 7; step++) {
        const double value = gpuc_double_of_bits(bits + step - 3);
        check_f64(function, value);
        check_f64(function, -value);
    }
}

static void test_special(void **state)
{
    (void)state;
    /* Ends of the ranges that the functions tell apart, and of the formats. */
    static const double values[] = {0.0,
                                    0x1p-1074,
                                    0x1p-1022,
                                    0x1p-149,
                                    0x1p-126,
                                    0x1p-60,
                                    0x1p-54,
                                    0x1p-53,
                                    0x1p-52,
                                    0x1p-30,
                                    0x1p-25,
                                    0x1p-24,
                                    0x1p-7,
                                    0.5,
                                    0.703125,
                                    1.40625,
                                    1.0,
                                    2.0,
                                    64.0,
                                    87.0,
                                    88.0,
                                    89.0,
                                    104.0,
                                    708.39,
                                    709.0,
                                    709.79,
                                    745.14,
                                    1000.0,
                                    0x1p52,
                                    0x1p53,
                                    0x1p116,
                                    0x1p117,
                                    0x1p118,
                                    0x1p127,
                                    0x1p300,
                                    0x1.fffffep127,
                                    0x1p1023,
                                    0x1.62e42fefa39efp9 /* the last before inf */,
                                    0x1.74910d52d3051p9 /* -x: the last before 0 */,
                                    0x1.6232bdd7abcd2p9 /* -x: the last normal */,
                                    0x1.62e42ep6,
                                    0x1.9fe368p6,
                                    0x1.5d589ep6 /* the same for floats */};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        for (enum function function = FUNCTION_EXP; function <= FUNCTION_LOG1P;
             function++)
            check_around(function, values[i]);
        const float x = (float)values[i];
        const float around[] = {x, nextafterf(x, INFINITY), nextafterf(x, 0)};
        for (size_t k = 0; k < 3; k++) {
            check_f32(FUNCTION_EXP, around[k]);
            check_f32(FUNCTION_EXP, -around[k]);
            check_f32(FUNCTION_LOG, around[k]);
            check_f32(FUNCTION_LOG, -around[k]);
        }
    }
}

static void test_not_finite(void **state)
{
    (void)state;
    static const uint64_t values[] = {
        UINT64_C(0x7ff0000000000000), /* infinities */
        UINT64_C(0xfff0000000000000),
        UINT64_C(0x7ff8000000000000), /* quiet, signed, and signalling NaN */
        UINT64_C(0xfff8000000000001), UINT64_C(0x7ff0000000000001)};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const double x = gpuc_double_of_bits(values[i]);
        for (enum function function = FUNCTION_EXP; function <= FUNCTION_LOG1P;
             function++)
            check_f64(function, x);
        check_f32(FUNCTION_EXP, (float)x);
        check_f32(FUNCTION_LOG, (float)x);
    }
}

/* Numbers of either sign with evenly spread significands and, from `first` on, exponents.
 */
static void check_random(enum function function, int first, int n_exponents)
{
    struct test_random random = {(uint64_t)function};
    for (int i = 0; i < N_RANDOM / 2; i++) {
        const uint64_t bits = test_random_next(&random) & UINT64_C(0x800fffffffffffff);
        const int exponent = first + (int)test_random_below(&random, (size_t)n_exponents);
        check_f64(function,
                  gpuc_double_of_bits(bits | (uint64_t)(exponent + 1023) << 52));
    }
}

/* Evenly spread numbers. */
static void check_evenly(enum function function, double from, double to)
{
    struct test_random random = {(uint64_t)function};
    for (int i = 0; i < N_RANDOM / 2; i++)
        check_f64(function,
                  from + (to - from) *
                             ((double)(test_random_next(&random) >> 11) * 0x1p-53));
}

static void test_random_exp(void **state)
{
    (void)state;
    check_random(FUNCTION_EXP, -56, 66);
    check_evenly(FUNCTION_EXP, -746, 710);
}

static void test_random_log(void **state)
{
    (void)state;
    check_random(FUNCTION_LOG, -1023, 2047);
    check_evenly(FUNCTION_LOG, 0.5, 2);
}

static void test_random_log1p(void **state)
{
    (void)state;
    check_random(FUNCTION_LOG1P, -1023, 2047);
    check_evenly(FUNCTION_LOG1P, -1, 2);
}

/* Arguments with this distance of the result from the middle of two doubles at most. */
static void check_hard(enum function function, double x, double distance)
{
    assert_true(distance_from_middle(function, x) < distance);
    check_f64(function, x);
}

static void test_hard(void **state)
{
    (void)state;
    /* The first is from the tables of Lefevre and Muller; the others, out of 10^9 random
     * ones for each function. */
    check_hard(FUNCTION_EXP, 0x1.9e9cbbfd6080bp-31, 0x1p-58);
    check_hard(FUNCTION_EXP, 0x1.397182edc6228p-1, 0x1p-31);
    check_hard(FUNCTION_EXP, 0x1.a583d44b096cbp+7, 0x1p-29);
    check_hard(FUNCTION_EXP, -0x1.09b5046fcee11p+9, 0x1p-29);
    check_hard(FUNCTION_EXP, -0x1.a58ea6b7b035fp+8, 0x1p-28);
    check_hard(FUNCTION_EXP, -0x1.ebe87ae6852a9p-1, 0x1p-28);
    check_hard(FUNCTION_LOG, 0x1.6d869b80c90d9p+12, 0x1p-30);
    check_hard(FUNCTION_LOG, 0x1.3f9610376b2f2p-752, 0x1p-30);
    check_hard(FUNCTION_LOG, 0x1.e9bba38e8172ep-988, 0x1p-29);
    check_hard(FUNCTION_LOG, 0x1.7a12b04d0b3f1p-18, 0x1p-28);
    check_hard(FUNCTION_LOG1P, 0x1.8b65fbe8d38bap-33, 0x1p-33);
    check_hard(FUNCTION_LOG1P, 0x1.52d010bc142c5p+11, 0x1p-30);
    check_hard(FUNCTION_LOG1P, 0x1.dfcddaf4dd9a7p+1, 0x1p-28);
    check_hard(FUNCTION_LOG1P, 0x1.0e72cfd3759dap-21, 0x1p-28);
    check_hard(FUNCTION_LOG1P, 0x1.8d18052396fcbp-6, 0x1p-28);
}

/*
 * Where the function is almost linear, the middles are easy to hit: exp(x) = 1 + x + x^2
 * / 2 + ..., with x = h - h^2 / 2 for an odd multiple h of 2^-53; log1p(x) = x - x^2 / 2
 * +
 * ..., with x = h + h^2 / 2 for an h of 54 bits; and log(1 + h) likewise.
 */
static void test_small_arguments(void **state)
{
    (void)state;
    struct test_random random = {1};
    for (int i = 0; i < N_STRUCTURED; i++) {
        const int n_bits = 1 + (int)test_random_below(&random, 30);
        const uint64_t odd = (test_random_next(&random) >> (64 - n_bits)) | 1;
        const double h = (double)odd * 0x1p-53;
        check_f64(FUNCTION_EXP, h - h * h / 2);
        check_f64(FUNCTION_EXP, -h / 2 - h * h / 8);
        check_f64(FUNCTION_LOG1P, h + h * h / 2);
        check_f64(FUNCTION_LOG1P, -h + h * h / 2);
        check_f64(FUNCTION_LOG, 1 + 2 * h);
        check_f64(FUNCTION_LOG, 1 - h);
    }
}

static void test_floats(void **state)
{
    (void)state;
    /* The only ones whose logarithm in doubles, rounded to float, is not the nearest. */
    check_f32(FUNCTION_LOG, 0x1.827a74p-7F);
    check_f32(FUNCTION_LOG, 0x1.bacb4ap+25F);
    check_f32(FUNCTION_LOG, 0x1.b121a6p+76F);
    check_f32(FUNCTION_LOG, 0x1.6351d8p+95F);
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += FLOAT_STEP) {
        const float x = gpuc_float_of_bits(bits);
        check_f32(FUNCTION_EXP, x);
        check_f32(FUNCTION_LOG, x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_special),         cmocka_unit_test(test_not_finite),
        cmocka_unit_test(test_random_exp),      cmocka_unit_test(test_random_log),
        cmocka_unit_test(test_random_log1p),    cmocka_unit_test(test_hard),
        cmocka_unit_test(test_small_arguments), cmocka_unit_test(test_floats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
