/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpuc_double_text() against hand-picked texts, the outputs of the black-box job, and
 * against the C library.
 */
#include "csv/double_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "csv/pow10_table.h"
#include "shortest.h"

enum { N_ROUND_TRIPS = 2000000, N_SHORTEST = 200000 };

static uint64_t next_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static double double_of_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t bits_of_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The text of `value`, with a NUL. */
static const char *text_of(double value, char buffer[GPUC_DOUBLE_TEXT_SIZE + 1])
{
    const size_t size = gpuc_double_text(value, buffer);
    assert_in_range(size, 1, 24);
    buffer[size] = '\0';
    return buffer;
}

static void check_text(double value, const char *expected)
{
    char buffer[GPUC_DOUBLE_TEXT_SIZE + 1];
    assert_string_equal(text_of(value, buffer), expected);
}

static void check_reads_back(double value)
{
    char buffer[GPUC_DOUBLE_TEXT_SIZE + 1];
    text_of(value, buffer);
    const double back = strtod(buffer, NULL);
    if (bits_of_double(back) != bits_of_double(value))
        fail_msg("%a printed as %s", value, buffer);
}

static double read_back(const char *text)
{
    return strtod(text, NULL);
}

static void check_shortest_and_closest(double value)
{
    char text[GPUC_DOUBLE_TEXT_SIZE + 1];
    if (isfinite(value) && value != 0)
        test_check_shortest(value, text_of(value, text), read_back);
}

static void test_layout(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {100.0, "100.0"},
        {123456.0, "123456.0"},
        {0.0001, "0.0001"},
        {0.00012345678901234567, "0.00012345678901234567"},
        {-0.00012345678901234567, "-0.00012345678901234567"},
        {0.00001, "1e-05"},
        {0.000015, "1.5e-05"},
        {1e15, "1000000000000000.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {12345678901234567.0, "1.2345678901234568e+16"},
        {1e22, "1e+22"},
        {1e23, "1e+23"},
        {1e100, "1e+100"},
        {1e-100, "1e-100"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {-2.2250738585072014e-308, "-2.2250738585072014e-308"},
        {2.225073858507201e-308, "2.225073858507201e-308"},
        {5e-324, "5e-324"},
        {1e-323, "1e-323"},
        {1.5e-323, "1.5e-323"},
        {9007199254740991.0, "9007199254740991.0"},
        {9007199254740992.0, "9007199254740992.0"},
        {9007199254740994.0, "9007199254740994.0"},
        {4503599627370497.5, "4503599627370498.0"},
        {2251799813685248.5, "2251799813685248.5"},
        {5.684341886080802e-14,
         "5.684341886080802e-14"}, /* 2^-44: ...801 is closer, but not its */
        {5.9604644775390625e-08, "5.960464477539063e-08"},
        {5.9604644775390625e-07, "5.960464477539062e-07"}, /* half-way: the even one */
        {8.3446502685546875e-07, "8.344650268554688e-07"},
        {0.871859196501371, "0.871859196501371"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_text(cases[i].value, cases[i].text);
}

static void test_special(void **state)
{
    (void)state;
    check_text((double)INFINITY, "inf");
    check_text(-(double)INFINITY, "-inf");
    check_text((double)NAN, "nan");
    check_text(-(double)NAN, "nan");
    check_text(double_of_bits(UINT64_C(0x7ff0000000000001)), "nan");
}

static void test_powers_of_two(void **state)
{
    (void)state;
    for (int exponent = -1074; exponent <= 1023; exponent++) {
        const double power = ldexp(1.0, exponent);
        check_shortest_and_closest(power);
        check_shortest_and_closest(nextafter(power, 0.0));
        check_shortest_and_closest(nextafter(power, (double)INFINITY));
    }
}

static void test_powers_of_ten(void **state)
{
    (void)state;
    for (int exponent = -323; exponent <= 308; exponent++) {
        char source[16];
        char text[GPUC_DOUBLE_TEXT_SIZE + 1];
        int n_digits;
        snprintf(source, sizeof source, "1e%d", exponent);
        const double power = strtod(source, NULL);
        assert_int_equal(test_digits_of(text_of(power, text), &n_digits), 1);
        assert_int_equal(n_digits, 1);
        check_shortest_and_closest(power);
        check_shortest_and_closest(nextafter(power, 0.0));
        check_shortest_and_closest(nextafter(power, (double)INFINITY));
    }
}

/* Values that lie exactly half-way between two decimals of the shortest size. */
static void test_half_way(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int exponent = -25; exponent <= -1; exponent++)
        for (int i = 0; i < 2000; i++) {
            const uint64_t odd = (next_random(&random) >> 11) >> (i % 53) | 1;
            check_shortest_and_closest(ldexp((double)odd, exponent));
        }
}

static void test_short_decimals(void **state)
{
    (void)state;
    for (int i = 0; i < 100000; i++) {
        char expected[24];
        char text[GPUC_DOUBLE_TEXT_SIZE + 1];
        snprintf(expected, sizeof expected, "%d.%d", i / 100,
                 i % 10 == 0 ? i / 10 % 10 : i % 100);
        if (i % 100 < 10 && i % 100 != 0)
            snprintf(expected, sizeof expected, "%d.%02d", i / 100, i % 100);
        assert_string_equal(text_of(i / 100.0, text), expected);
    }
}

static void test_random_reads_back(void **state)
{
    (void)state;
    uint64_t random = 2;
    for (int i = 0; i < N_ROUND_TRIPS; i++) {
        const double value = double_of_bits(next_random(&random));
        if (isfinite(value))
            check_reads_back(value);
    }
}

static void test_random_shortest(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (int i = 0; i < N_SHORTEST / 2; i++) {
        check_shortest_and_closest(double_of_bits(next_random(&random)));
        check_shortest_and_closest((double)(next_random(&random) >> 11) * 0x1p-53);
        if (i % 10 == 0) /* subnormal */
            check_shortest_and_closest(
                double_of_bits(next_random(&random) >> 12 >> i % 52));
    }
}

/* The last field of every line of the plain golden cases is a double in repr layout. */
static void test_golden_results(void **state)
{
    (void)state;
    static const char *const files[] = {"plain-2000/py2.csv", "plain-2000/py3.csv",
                                        "plain-137/py2.csv", "plain-137/py3.csv"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[512];
        char line[1024];
        snprintf(path, sizeof path, "%s/golden/blackbox/%s", GPUC_TEST_DATA, files[i]);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        while (fgets(line, sizeof line, file) != NULL) {
            line[strcspn(line, "\n")] = '\0';
            const char *field = strrchr(line, ',') + 1;
            check_text(strtod(field, NULL), field);
        }
        fclose(file);
    }
}

static void test_pow10_table(void **state)
{
    (void)state;
    for (int k = GPUC_POW10_MIN; k <= GPUC_POW10_MAX; k++)
        assert_true(gpuc_pow10_table[k - GPUC_POW10_MIN].high >> 63 == 1);
    /* The upper word, scaled, is the power to 64 bits. */
    for (int k = -300; k <= 300; k++) {
        char source[16];
        snprintf(source, sizeof source, "1e%d", k);
        const double power = strtod(source, NULL);
        const double high = (double)gpuc_pow10_table[k - GPUC_POW10_MIN].high;
        assert_true(fabs(ldexp(high, gpuc_pow10_floor_log2(k) - 63) - power) <=
                    power * 0x1p-52);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_special),
        cmocka_unit_test(test_powers_of_two),
        cmocka_unit_test(test_powers_of_ten),
        cmocka_unit_test(test_half_way),
        cmocka_unit_test(test_short_decimals),
        cmocka_unit_test(test_random_reads_back),
        cmocka_unit_test(test_random_shortest),
        cmocka_unit_test(test_golden_results),
        cmocka_unit_test(test_pow10_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
