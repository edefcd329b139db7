/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of the index number reader one by one, and golden index columns. The doubles
 * expected here were worked out with Python's floats from the rules;
 * check_index_number.py compares many more texts.
 */
#include "pandas/index_number.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "csv/double_text.h"

static struct gpuc_index_number read_bytes(const char *text, size_t size)
{
    /* A block of the exact size, so that a sanitizer sees every read past the end. */
    uint8_t *block = malloc(size + (size == 0));
    assert_non_null(block);
    memcpy(block, text, size);
    const struct gpuc_index_number number = gpuc_index_number_read(block, size);
    free(block);
    return number;
}

static bool is_same_double(double a, double b)
{
    uint64_t bits_a;
    uint64_t bits_b;
    memcpy(&bits_a, &a, sizeof bits_a);
    memcpy(&bits_b, &b, sizeof bits_b);
    return bits_a == bits_b;
}

static void check_refused(const char *text, size_t size)
{
    if (read_bytes(text, size).kind != GPUC_NUMBER_REFUSED)
        fail_msg("'%s' is read, not refused", text);
}

static void check_float(const char *text, size_t size, double value)
{
    const struct gpuc_index_number number = read_bytes(text, size);
    if (number.kind != GPUC_NUMBER_FLOAT || !is_same_double(number.value, value))
        fail_msg("'%s' is of kind %d and %a, not the float %a", text, (int)number.kind,
                 number.value, value);
}

static void check_integer(const char *text, size_t size, bool negative,
                          uint64_t magnitude, double value)
{
    const struct gpuc_index_number number = read_bytes(text, size);
    if (number.kind != GPUC_NUMBER_INTEGER || number.negative != negative ||
        number.magnitude != magnitude || !is_same_double(number.value, value))
        fail_msg("'%s' is of kind %d, %s%llu and %a", text, (int)number.kind,
                 number.negative ? "-" : "", (unsigned long long)number.magnitude,
                 number.value);
}

#define REFUSED(text) check_refused(text, sizeof(text) - 1)
#define FLOAT(text, value) check_float(text, sizeof(text) - 1, value)
#define INTEGER(text, negative, magnitude, value)                                        \
  check_integer(text, sizeof(text) - 1, negative, magnitude, value)

static void test_integers(void **state)
{
    (void)state;
    INTEGER("0", false, 0, 0.0);
    INTEGER("7", false, 7, 7.0);
    INTEGER("007", false, 7, 7.0);
    INTEGER("+5", false, 5, 5.0);
    INTEGER("-12", true, 12, -12.0);
    INTEGER("-0", false, 0, -0.0);
    INTEGER("  5\t", false, 5, 5.0);
    INTEGER("\n\v\f\r 6 \n", false, 6, 6.0);
    INTEGER("9999999999999999", false, 9999999999999999, 1e16);
    INTEGER("9007199254740993", false, 9007199254740993, 9007199254740992.0);
    INTEGER("123456789012345678", false, 123456789012345678, 1.2345678901234568e+17);
}

static void test_integer_limits(void **state)
{
    (void)state;
    INTEGER("9223372036854775807", false, INT64_MAX, 9.223372036854778e+18);
    INTEGER("9223372036854775808", false, UINT64_C(1) << 63, 9.223372036854778e+18);
    INTEGER("-9223372036854775808", true, UINT64_C(1) << 63, -9.223372036854778e+18);
    REFUSED("-9223372036854775809");
    INTEGER("18446744073709551615", false, UINT64_MAX, 1.8446744073709552e+19);
    REFUSED("18446744073709551616");
    REFUSED("18446744073709551620");
    REFUSED("100000000000000000000");
    REFUSED("-18446744073709551615");
}

/* Zeros in front count among the 17 digits, and every later digit scales by ten. */
static void test_leading_zeros(void **state)
{
    (void)state;
    char text[400];
    memset(text, '0', sizeof text);
    text[16] = '5';
    check_integer(text, 17, false, 5, 5.0);
    text[16] = '0';
    text[40] = '5';
    check_integer(text, 41, false, 5, 0.0);
    text[40] = '0';
    text[324] = '5';
    check_integer(text, 325, false, 5, 0.0);
    check_refused(text, 326);
    check_refused(text, 400);
    text[0] = '-';
    check_integer(text, 41, false, 0, -0.0);
}

static void test_floats(void **state)
{
    (void)state;
    FLOAT("1.", 1.0);
    FLOAT(".5", 0.5);
    FLOAT("-.5", -0.5);
    FLOAT("1.50", 1.5);
    FLOAT("-0.0", -0.0);
    FLOAT("0.1", 0.1);
    FLOAT(" +2.5 ", 2.5);
    FLOAT("1E5", 1e5);
    FLOAT("1e+3", 1e3);
    FLOAT("1e-3", 1e-3);
    FLOAT("1.e2", 100.0);
    FLOAT("1e00000000000000002", 100.0);
    REFUSED("1e000000000000000002");
}

static void test_not_correctly_rounded(void **state)
{
    (void)state;
    FLOAT("0.1234567890123456789", 0.1234567890123456);
    FLOAT("123456789.123456789", 123456789.12345678);
    FLOAT("5.684341886080802e-14", 5.684341886080803e-14);
    FLOAT("9007199254740993.0", 9007199254740992.0);
    FLOAT("3.0000000000000004", 3.0000000000000004);
    FLOAT("1.7976931348623157e308", 1.7976931348623157e+308);
    FLOAT("0.000000000000000000123", 0.0); /* only zeros among the first 17 digits */
    FLOAT("00000000000000000.5", 0.0);
}

static void test_exponent_range(void **state)
{
    (void)state;
    FLOAT("1e308", 1e308);
    REFUSED("1e309");
    REFUSED("0e309"); /* the exponent decides, not the value */
    FLOAT("0.1e309", 1e308);
    REFUSED("2e308");
    REFUSED("-2e308");
    FLOAT("1e-308", 1e-308);
    FLOAT("1e-309", 1e-309);
    FLOAT("4.9e-324", 5e-324);
    FLOAT("-4.9e-324", -5e-324);
    FLOAT("1e-400", 0.0);
    FLOAT("-1e-400", -0.0);
    FLOAT("-1e-616", -0.0);
    FLOAT("-1e-617", 0.0); /* positive */
    FLOAT("1e-2147483647", 0.0);
    REFUSED("1e-2147483648");
    REFUSED("1e2147483647");
    REFUSED("1e99999999999999999");
}

static void test_infinities(void **state)
{
    (void)state;
    const double infinity = HUGE_VAL;
    FLOAT("inf", infinity);
    FLOAT("-INF", -infinity);
    FLOAT("+Infinity", infinity);
    FLOAT("iNfInItY", infinity);
    FLOAT("-infinity", -infinity);
    REFUSED(" inf");
    REFUSED("inf ");
    REFUSED("infin");
    REFUSED("infinityx");
    REFUSED("in");
    REFUSED("--inf");
    REFUSED("nan");
}

static void test_nul(void **state)
{
    (void)state;
    FLOAT("1.5\0zz", 1.5);
    FLOAT("1e2\0", 100.0);
    FLOAT("inf\0nity", HUGE_VAL);
    REFUSED("1\0");
    REFUSED("1\0zz");
    REFUSED("\0");
    REFUSED("\0001");
}

static void test_no_numbers(void **state)
{
    (void)state;
    REFUSED("");
    REFUSED(" ");
    REFUSED("+");
    REFUSED("-");
    REFUSED(".");
    REFUSED("-.");
    REFUSED("e5");
    REFUSED(".e5");
    REFUSED("1e");
    REFUSED("1e+");
    REFUSED("1e 5");
    REFUSED("1e+-5");
    REFUSED("+-1");
    REFUSED("- 1");
    REFUSED("1 2");
    REFUSED("1.2.3");
    REFUSED("1_000");
    REFUSED("1,000");
    REFUSED("0x10");
    REFUSED("1d5");
    REFUSED("2020-01-01");
    REFUSED("True");
    REFUSED("\xc2\xa0"
            "1"); /* white space, but not ASCII */
    REFUSED("\xef\xbc\x91");
    REFUSED("\x1c"
            "1");
}

struct golden_case {
    const char *name;
    enum gpuc_number_kind kind; /* the most general among its numbers */
};

/* What the job printed for `number` in an index of the case's kind. */
static void check_golden_value(const struct golden_case *golden, const char *text,
                               size_t size, const char *expected)
{
    char printed[GPUC_DOUBLE_TEXT_SIZE + 1];
    const struct gpuc_index_number number = read_bytes(text, size);
    assert_in_range(number.kind, GPUC_NUMBER_INTEGER, golden->kind);
    if (golden->kind == GPUC_NUMBER_FLOAT)
        printed[gpuc_double_text(number.value, printed)] = '\0';
    else
        snprintf(printed, sizeof printed, "%s%llu", number.negative ? "-" : "",
                 (unsigned long long)number.magnitude);
    assert_string_equal(printed, expected);
}

static FILE *open_golden(const char *name, const char *file_name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/golden/blackbox/%s/%s", GPUC_TEST_DATA, name,
             file_name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    return file;
}

/* Reads the first field of the next line, which has no quotes; false at the end. */
static bool next_field(FILE *file, char *field, size_t *ret_size)
{
    size_t size = 0;
    bool in_field = true;
    int byte;
    while ((byte = getc(file)) != EOF && byte != '\n') {
        in_field = in_field && byte != ',';
        if (in_field && size < 511)
            field[size++] = (char)byte;
    }
    field[size] = '\0';
    *ret_size = size;
    return byte != EOF;
}

static void test_golden_indexes(void **state)
{
    (void)state;
    static const struct golden_case cases[] = {
        {"index-floats", GPUC_NUMBER_FLOAT},
        {"index-infinity", GPUC_NUMBER_FLOAT},
        {"index-int-and-missing", GPUC_NUMBER_FLOAT},
        {"index-nul-float", GPUC_NUMBER_FLOAT},
        {"index-uint64-float", GPUC_NUMBER_FLOAT},
        {"index-int64-limits", GPUC_NUMBER_INTEGER},
        {"index-leading-zeros", GPUC_NUMBER_INTEGER},
        {"index-uint64", GPUC_NUMBER_INTEGER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        FILE *in = open_golden(cases[i].name, "in.csv");
        FILE *out = open_golden(cases[i].name, "py3.csv");
        char text[512];
        char expected[512];
        size_t size;
        size_t expected_size;
        size_t n_values = 0;
        assert_true(next_field(in, text, &size)); /* the header */
        while (next_field(in, text, &size)) {
            assert_true(next_field(out, expected, &expected_size));
            if (expected_size == 0) /* missing */
                continue;
            check_golden_value(&cases[i], text, size, expected);
            n_values++;
        }
        assert_true(n_values > 0);
        fclose(in);
        fclose(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_integer_limits),
        cmocka_unit_test(test_leading_zeros),
        cmocka_unit_test(test_floats),
        cmocka_unit_test(test_not_correctly_rounded),
        cmocka_unit_test(test_exponent_range),
        cmocka_unit_test(test_infinities),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_no_numbers),
        cmocka_unit_test(test_golden_indexes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
