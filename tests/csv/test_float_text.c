/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpuc_float_text() against hand-picked texts and the C library.
 *
 *     test_float_text [FIRST LAST]
 *
 * checks instead all finite float32 whose bits are from FIRST to LAST, two hexadecimal
 * numbers; all positive ones are 1 to 7f7fffff and need an hour.
 */
#include "csv/float_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shortest.h"
#include "support/cmocka_all.h"
#include "support/random.h"

enum { N_RANDOM = 150000, STEP = 1543 /* a prime: 2^31 / STEP bits are looked at */ };

static float float_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The text of `value`, with a NUL. */
static const char *text_of(float value, char buffer[GPUC_FLOAT_TEXT_SIZE + 1])
{
    const size_t size = gpuc_float_text(value, buffer);
    assert_in_range(size, 1, 19);
    buffer[size] = '\0';
    return buffer;
}

static double read_back(const char *text)
{
    return (double)strtof(text, NULL);
}

static void check(float value)
{
    char text[GPUC_FLOAT_TEXT_SIZE + 1];
    if (isfinite(value) && value != 0)
        test_check_shortest((double)value, text_of(value, text), read_back);
}

static void test_layout(void **state)
{
    (void)state;
    static const struct {
        float value;
        const char *text;
    } cases[] = {
        {0.0F, "0.0"},
        {-0.0F, "-0.0"},
        {5.0F, "5.0"},
        {-1.5F, "-1.5"},
        {0.1F, "0.1"},
        {0.3F, "0.3"},
        {100.0F, "100.0"},
        {1234567.0F, "1234567.0"},
        {0.0001F, "0.0001"},
        {0.00012345679F, "0.00012345679"},
        {-0.00012345679F, "-0.00012345679"},
        {0.00001F, "1e-05"},
        {0.000015F, "1.5e-05"},
        {16777216.0F, "16777216.0"},
        {16777218.0F, "16777218.0"},
        {33554432.0F, "33554432.0"},
        {1e15F, "1000000000000000.0"},
        {9.999999e15F, "9999999000000000.0"},
        {-9.999999e15F, "-9999999000000000.0"},
        {1e16F, "1e+16"},
        {1.234567e16F, "1.234567e+16"},
        {1e22F, "1e+22"},
        {3.4028235e38F, "3.4028235e+38"},
        {-3.4028235e38F, "-3.4028235e+38"},
        {1.1754944e-38F, "1.1754944e-38"}, /* the smallest normal */
        {1.1754942e-38F, "1.1754942e-38"}, /* the largest subnormal */
        {0x1p-149F, "1e-45"},
        {0x2p-149F, "3e-45"},
        {0x3p-149F, "4e-45"},
        {0x7p-149F, "1e-44"},
        {0x1p-24F, "5.9604645e-08"},
        {0x1.fffffep-1F, "0.99999994"},
        {0x1.000002p0F, "1.0000001"},
        {(float)INFINITY, "inf"},
        {-(float)INFINITY, "-inf"},
        {(float)NAN, "nan"},
        {-(float)NAN, "nan"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char buffer[GPUC_FLOAT_TEXT_SIZE + 1];
        assert_string_equal(text_of(cases[i].value, buffer), cases[i].text);
    }
}

static void test_powers_of_two(void **state)
{
    (void)state;
    for (int exponent = -149; exponent <= 127; exponent++) {
        const float power = ldexpf(1.0F, exponent);
        check(power);
        check(nextafterf(power, 0.0F));
        check(nextafterf(power, (float)INFINITY));
    }
}

static void test_powers_of_ten(void **state)
{
    (void)state;
    for (int exponent = -45; exponent <= 38; exponent++) {
        char source[16];
        snprintf(source, sizeof source, "1e%d", exponent);
        const float power = strtof(source, NULL);
        check(power);
        check(nextafterf(power, 0.0F));
        check(nextafterf(power, (float)INFINITY));
    }
}

static void test_evenly_spread(void **state)
{
    (void)state;
    for (uint32_t bits = 1; bits < UINT32_C(0x7f800000); bits += STEP)
        check(float_of_bits(bits));
}

static void test_random(void **state)
{
    (void)state;
    struct test_random random = {1};
    for (int i = 0; i < N_RANDOM; i++) {
        const uint64_t bits = test_random_next(&random);
        check(float_of_bits((uint32_t)bits));
        check((float)(bits >> 40) * 0x1p-24F);               /* in [0, 1) */
        check((float)(bits >> 50) / 100);                    /* few decimals */
        check(float_of_bits((uint32_t)bits >> 9 >> i % 23)); /* subnormal */
    }
}

static int check_range(uint32_t first, uint32_t last)
{
    for (uint64_t bits = first; bits <= last; bits++)
        check(float_of_bits((uint32_t)bits));
    printf("%08x to %08x: all shortest and closest\n", first, last);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),        cmocka_unit_test(test_powers_of_two),
        cmocka_unit_test(test_powers_of_ten), cmocka_unit_test(test_evenly_spread),
        cmocka_unit_test(test_random),
    };
    if (argc == 3)
        return check_range((uint32_t)strtoul(argv[1], NULL, 16),
                           (uint32_t)strtoul(argv[2], NULL, 16));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
