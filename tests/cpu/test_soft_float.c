/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addition by integers against the CPU's own. Called with a number it adds that many
 * pairs of each type instead of 10^6.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/soft_float_row.h"
#include "support/cmocka_all.h"
#include "support/random.h"

static size_t n_pairs = 1000000;

/* The fields of a type and its two additions. */
struct type {
    const char *name;
    unsigned n_fraction_bits;
    unsigned n_exponent_bits;
    uint64_t (*soft_add)(uint64_t a, uint64_t b);
    uint64_t (*hard_add)(uint64_t a, uint64_t b);
};

static uint64_t soft_float32(uint64_t a, uint64_t b)
{
    return gpuc_soft_add_float32((uint32_t)a, (uint32_t)b);
}

static uint64_t hard_float32(uint64_t a, uint64_t b)
{
    uint32_t bits[2] = {(uint32_t)a, (uint32_t)b};
    float x[2];
    memcpy(x, bits, sizeof x);
    volatile float sum = x[0] + x[1];
    float read = sum;
    memcpy(bits, &read, sizeof read);
    return bits[0];
}

static uint64_t soft_float64(uint64_t a, uint64_t b)
{
    return gpuc_soft_add_float64(a, b);
}

static uint64_t hard_float64(uint64_t a, uint64_t b)
{
    double x, y;
    memcpy(&x, &a, sizeof x);
    memcpy(&y, &b, sizeof y);
    volatile double sum = x + y;
    double read = sum;
    uint64_t bits;
    memcpy(&bits, &read, sizeof read);
    return bits;
}

static const struct type types[] = {
    {"float32", 23, 8, soft_float32, hard_float32},
    {"float64", 52, 11, soft_float64, hard_float64},
};

static uint64_t fraction_mask(const struct type *type)
{
    return (UINT64_C(1) << type->n_fraction_bits) - 1;
}

static uint64_t exponent_mask(const struct type *type)
{
    return (UINT64_C(1) << type->n_exponent_bits) - 1;
}

static bool is_nan(const struct type *type, uint64_t bits)
{
    return (bits >> type->n_fraction_bits & exponent_mask(type)) == exponent_mask(type) &&
           (bits & fraction_mask(type)) != 0;
}

static void check(const struct type *type, uint64_t a, uint64_t b)
{
    uint64_t soft = type->soft_add(a, b);
    uint64_t hard = type->hard_add(a, b);

    /* Which NaN it is has no meaning and differs from one CPU to the other. */
    if (soft != hard && !(is_nan(type, soft) && is_nan(type, hard)))
        fail_msg("%s: %#llx + %#llx: %#llx, not %#llx", type->name, (unsigned long long)a,
                 (unsigned long long)b, (unsigned long long)hard,
                 (unsigned long long)soft);
}

/* A fraction of few bits, or of all ones but few, or of any bits. */
static uint64_t random_fraction(const struct type *type, struct test_random *random)
{
    uint64_t mask = fraction_mask(type);
    uint64_t fraction = test_random_next(random) & mask;

    switch (test_random_below(random, 6)) {
    case 0:
        return 0;
    case 1:
        return UINT64_C(1) << test_random_below(random, type->n_fraction_bits);
    case 2:
        return mask ^ UINT64_C(1) << test_random_below(random, type->n_fraction_bits);
    case 3:
        return mask << test_random_below(random, type->n_fraction_bits) & mask;
    case 4:
        return mask >> test_random_below(random, type->n_fraction_bits);
    default:
        return fraction;
    }
}

/*
 * An exponent: at the ends (zeros, denormals, infinities, NaN), or anywhere.
 */
static uint64_t random_exponent(const struct type *type, struct test_random *random)
{
    uint64_t max = exponent_mask(type);

    switch (test_random_below(random, 8)) {
    case 0:
        return test_random_below(random, 4);
    case 1:
        return max - test_random_below(random, 4);
    default:
        return test_random_next(random) & max;
    }
}

/*
 * A partner whose exponent is near: sums that carry, cancel, and lie halfway between two
 * numbers need one within the fraction's width, and denormals their like.
 */
static uint64_t random_partner(const struct type *type, uint64_t a,
                               struct test_random *random)
{
    uint64_t exponent = a >> type->n_fraction_bits & exponent_mask(type);
    uint64_t sign = (test_random_next(random) & 1)
                    << (type->n_fraction_bits + type->n_exponent_bits);
    uint64_t distance = test_random_below(random, type->n_fraction_bits + 5);

    switch (test_random_below(random, 4)) {
    case 0:
        exponent = random_exponent(type, random);
        break;
    case 1:
        exponent = distance < exponent ? exponent - distance : 0;
        break;
    case 2:
        exponent -= exponent > 0 && test_random_below(random, 2) == 1;
        break;
    default: /* its own negative, or nearly */
        return a ^ sign ^ (test_random_next(random) & 3);
    }
    return sign | exponent << type->n_fraction_bits | random_fraction(type, random);
}

static void test_random_pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const struct type *type = &types[i];
        struct test_random random = {i};
        for (size_t k = 0; k < n_pairs; k++) {
            uint64_t a = random_exponent(type, &random) << type->n_fraction_bits |
                         random_fraction(type, &random) |
                         (test_random_next(&random) & 1)
                             << (type->n_fraction_bits + type->n_exponent_bits);
            uint64_t b = random_partner(type, a, &random);
            check(type, a, b);
            check(type, b, a);
        }
    }
}

/* Every pair of the numbers where something changes. */
static void test_special_pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const struct type *type = &types[i];
        uint64_t numbers[160];
        size_t n_numbers = 0;
        uint64_t max = exponent_mask(type);
        uint64_t bias = max / 2;
        uint64_t exponents[] = {0,
                                1,
                                2,
                                bias - type->n_fraction_bits - 1,
                                bias - type->n_fraction_bits,
                                bias - 1,
                                bias,
                                bias + 1,
                                max - 1,
                                max};
        uint64_t fractions[] = {0,
                                1,
                                2,
                                fraction_mask(type) / 2 + 1,
                                fraction_mask(type) - 1,
                                fraction_mask(type)};
        for (size_t k = 0; k < 2 * 10 * 6; k++)
            numbers[n_numbers++] =
                exponents[k / 12] << type->n_fraction_bits | fractions[k / 2 % 6] |
                (uint64_t)(k % 2) << (type->n_fraction_bits + type->n_exponent_bits);
        for (size_t a = 0; a < n_numbers; a++)
            for (size_t b = 0; b < n_numbers; b++)
                check(type, numbers[a], numbers[b]);
    }
}

/* NaN stays NaN and comes of infinities of both signs; zeros of both signs give +0. */
static void test_rules(void **state)
{
    (void)state;
    assert_true(is_nan(&types[1], gpuc_soft_add_float64(UINT64_C(0x7ff0000000000000),
                                                        UINT64_C(0xfff0000000000000))));
    assert_true(
        is_nan(&types[1], gpuc_soft_add_float64(UINT64_C(0x7ff0000000000001), 0)));
    assert_true(is_nan(&types[0], gpuc_soft_add_float32(0, 0xffffffffu)));
    assert_int_equal(gpuc_soft_add_float32(0x80000000u, 0x80000000u), 0x80000000u);
    assert_int_equal(gpuc_soft_add_float32(0x80000000u, 0), 0);
    assert_int_equal(gpuc_soft_add_float32(0x3f800000u, 0xbf800000u), 0);
    assert_int_equal(gpuc_soft_add_float32(0x7f7fffffu, 0x7f7fffffu), 0x7f800000u);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_pairs),
        cmocka_unit_test(test_special_pairs),
        cmocka_unit_test(test_rules),
    };

    if (argc > 1)
        n_pairs = strtoull(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
