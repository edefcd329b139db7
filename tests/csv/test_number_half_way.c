/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpuc_number_read() where every digit counts: decimals half-way between two doubles,
 * and next to half-way, and decimals of a million digits.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "support/cmocka_all.h"
#include "support/random.h"

enum { N_HALF_WAY = 5000, MILLION = 1000000 };

/* The decimal without the zeros at its end, "d.ddd", its last digit not 0, and with the
 * exponent behind it put apart. */
static void split_exponent(char *text, char exponent[16])
{
    char *e = strchr(text, 'e');
    snprintf(exponent, 16, "%s", e);
    do
        *e-- = '\0';
    while (*e == '0');
    if (*e == '.')
        snprintf(e, 3, ".0");
}

/*
 * The exact decimal half-way between a double and the next; what is a little more; and
 * what is a little less. Nothing but the definition of rounding says what each must be.
 */
static void check_half_way(double value)
{
    const double next = nextafter(value, (double)INFINITY);
    const double even = (test_bits_of_double(value) & 1) == 0 ? value : next;
    const long double above = isinf(next) ? 0x1p1024L : (long double)next;
    char digits[1200];
    char text[2400];
    char exponent[16];
    snprintf(digits, sizeof digits, "%.*Le", 1100,
             (long double)value + (above - (long double)value) / 2);
    split_exponent(digits, exponent);

    snprintf(text, sizeof text, "%s%s", digits, exponent);
    test_number_check(text, even);
    snprintf(text, sizeof text, "%s%0900d%s", digits, 0, exponent);
    test_number_check(text, even);
    snprintf(text, sizeof text, "%s%020d%s", digits, 1, exponent);
    test_number_check(text, next);
    snprintf(text, sizeof text, "%s%0900d%s", digits, 1, exponent);
    test_number_check(text, next);
    char *last = digits + strlen(digits) - 1;
    if (*last == '0') /* "d.0" */
        last -= 2;
    (*last)--;
    snprintf(text, sizeof text, "%s99999999999999999999%s", digits, exponent);
    test_number_check(text, value);
}

static void test_half_way(void **state)
{
    (void)state;
    if (LDBL_MANT_DIG < 64) {
        print_message("skipped: long double cannot hold what is half-way\n");
        skip();
    }
    static const uint64_t borders[] = {
        0, /* half of the smallest is 0 */
        1, /* subnormal */
        2,
        UINT64_C(0x000ffffffffffffe),
        UINT64_C(0x000fffffffffffff), /* the largest subnormal */
        UINT64_C(0x0010000000000000), /* the smallest normal */
        UINT64_C(0x0010000000000001),
        UINT64_C(0x001fffffffffffff),
        UINT64_C(0x3fefffffffffffff),
        UINT64_C(0x3ff0000000000000),
        UINT64_C(0x433fffffffffffff), /* 2^53 - 1 */
        UINT64_C(0x7feffffffffffffe),
        UINT64_C(0x7fefffffffffffff)}; /* the largest */
    struct test_random random = {4};
    for (size_t i = 0; i < sizeof borders / sizeof borders[0]; i++)
        check_half_way(test_double_of_bits(borders[i]));
    for (int i = 0; i < N_HALF_WAY; i++) {
        const uint64_t bits = test_random_next(&random) >> 1;
        if (isfinite(test_double_of_bits(bits)))
            check_half_way(test_double_of_bits(bits));
        check_half_way(test_double_of_bits(bits >> 12 >> i % 52)); /* subnormal */
        /* Half-way in few digits: around 2^53, where the product is exact. */
        check_half_way(ldexp((double)(UINT64_C(1) << 52 | bits >> 12), i % 90 - 20));
    }
}

static void put_end(char *text, const char *end)
{
    memcpy(text, end, strlen(end) + 1);
}

static void put_random_digits(struct test_random *random, char *text, size_t n_digits)
{
    for (size_t i = 0; i < n_digits; i++)
        text[i] = (char)('0' + test_random_below(random, 10));
}

/* Texts of a million characters. */
static void test_long_texts(void **state)
{
    (void)state;
    char *text = calloc(TEST_NUMBER_SIZE_MAX, 1);
    assert_non_null(text);

    memset(text, '0', MILLION);
    test_number_check(text, 0.0);
    put_end(text + MILLION, "1.5");
    test_number_check(text, 1.5);
    text[0] = '1';
    test_number_check(text, (double)INFINITY);
    put_end(text + MILLION, "e-999999");
    test_number_check(text, 1.0);
    text[MILLION - 1] = '1';
    test_number_check(text, 1.0);
    /* Half-way but for the last of a million digits. */
    memcpy(text, "9007199254740993", 16);
    put_end(text + MILLION, "e-999984");
    test_number_check(text, 9007199254740994.0);
    text[MILLION - 1] = '0';
    test_number_check(text, 9007199254740992.0);

    memset(text, '0', MILLION);
    text[1] = '.';
    put_end(text + MILLION, "25e999999");
    test_number_check(text, 2.5);

    struct test_random random = {5};
    put_random_digits(&random, text, MILLION);
    text[1] = '.';
    put_end(text + MILLION, "e-200");
    test_number_check_as_strtod(text);
    text[MILLION / 2] = 'x';
    test_number_check_refused(text, strlen(text));
    for (size_t n_digits = 700; n_digits < 900; n_digits++) {
        put_random_digits(&random, text, n_digits);
        snprintf(text + n_digits, 16, "e%d", (int)test_random_below(&random, 900) - 1200);
        test_number_check_as_strtod(text);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_half_way),
        cmocka_unit_test(test_long_texts),
    };
    return cmocka_run_group_tests(tests, test_numbers_begin, test_numbers_end);
}
