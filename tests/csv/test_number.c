/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpuc_number_read() against public corpora, against strtod(), which rounds correctly in
 * the C libraries we test on, and against a regular expression of what a number is. Every
 * text ends where the readable memory ends.
 */
#include "csv/number.h"

#include <float.h>
#include <glob.h>
#include <inttypes.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/guard.h"
#include "support/random.h"

enum {
    N_RANDOM = 2000000,
    N_HALF_WAY = 5000,
    N_SHORT = 400000,
    N_CORPUS_LINES = 52977,
    LONG_SIZE = 1100000 /* room for the longest text */
};

static struct test_guard guard;

static uint64_t bits_of_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_of_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint32_t bits_of_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Reads a copy of the text that ends at the guard page. */
static bool read_text(const char *text, size_t size, double *ret_value)
{
    return gpuc_number_read(test_guard_copy(&guard, text, size), size, ret_value);
}

static void check_value(const char *text, double expected)
{
    double value = 0;
    if (!read_text(text, strlen(text), &value))
        fail_msg("%.60s was refused", text);
    if (bits_of_double(value) != bits_of_double(expected))
        fail_msg("%.60s: %a, not %a", text, value, expected);
}

static void check_as_strtod(const char *text)
{
    check_value(text, strtod(text, NULL));
}

static void check_refused(const char *text, size_t size)
{
    double value = 42;
    if (read_text(text, size, &value))
        fail_msg("'%.*s' was read as %a", (int)size, text, value);
    assert_true(value == 42);
}

static void test_accepted(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"0", 0.0},
        {"-0", -0.0},
        {"-0.0", -0.0},
        {"-.0e5", -0.0},
        {"+0", 0.0},
        {"7", 7.0},
        {"-7", -7.0},
        {"+7", 7.0},
        {".5", 0.5},
        {"-.5", -0.5},
        {"+.5", 0.5},
        {"3.", 3.0},
        {"-3.", -3.0},
        {"3.e2", 300.0},
        {"007.250", 7.25},
        {"1e5", 1e5},
        {"1E5", 1e5},
        {"1e+5", 1e5},
        {"1e-5", 1e-5},
        {"1e0000000000000000000000000005", 1e5},
        {"  1.5", 1.5},
        {"1.5\t ", 1.5},
        {"\t -1.5e3 \t", -1500.0},
        {"1.5 ", 1.5},
        {"0.30000000000000004", 0.30000000000000004},
        {"9007199254740992", 9007199254740992.0},
        {"9007199254740993", 9007199254740992.0}, /* half-way: the even one */
        {"9007199254740995", 9007199254740996.0},
        {"9007199254740993.0000000000000000000001", 9007199254740994.0},
        {"1e22", 1e22},
        {"1e23", 1e23},
        {"1.7976931348623157e308", DBL_MAX},
        {"1.7976931348623158e308", DBL_MAX},
        {"2.2250738585072011e-308", 2.225073858507201e-308},
        {"5e-324", 5e-324},
        {"inf", (double)INFINITY},
        {"-inf", -(double)INFINITY},
        {"+INF", (double)INFINITY},
        {"Infinity", (double)INFINITY},
        {" -iNfInItY ", -(double)INFINITY},
        {"1e309", (double)INFINITY},
        {"-1e309", -(double)INFINITY},
        {"1.7976931348623159e308", (double)INFINITY},
        {"1e99999999999999999999999999", (double)INFINITY},
        {"1e-400", 0.0},
        {"-1e-99999999999999999999999999", -0.0},
        {"0e99999999999999999999999999", 0.0},
        {"2.4703282292062327e-324", 0.0},
        {"2.4703282292062328e-324", 5e-324},
    };
    static const char *const nans[] = {"nan", "NaN", "NAN", "-nan", "+nan", " nAn\t"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_value(cases[i].text, cases[i].value);
    for (size_t i = 0; i < sizeof nans / sizeof nans[0]; i++) {
        double value = 0;
        assert_true(read_text(nans[i], strlen(nans[i]), &value));
        assert_int_equal(bits_of_double(value), bits_of_double((double)NAN));
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        " ",
        "\t",
        ".",
        "-",
        "+",
        "-.",
        "+.",
        "e5",
        ".e5",
        "1e",
        "1e+",
        "1e-",
        "1e5.",
        "1e5.0",
        "1.2.3",
        "1..2",
        "--1",
        "+-1",
        "-+1",
        "- 1",
        "1 2",
        "1. 5",
        "1 e5",
        "1e 5",
        "1_000",
        "1,5",
        "1'000",
        "0x10",
        "0x",
        "1f",
        "1.5d",
        "in",
        "infi",
        "infinit",
        "infinityy",
        "na",
        "nann",
        "nan(1)",
        "NA",
        "null",
        "None",
        "true",
        "12345678x",
        "x2345678",
        "1234567x8",
        "123456789012345x",
        "1234567890123456x",
        "12345678901234567890x",
        "1\n",
        "\n1",
        "1\r",
        "\v1",
        "1\xa0",
        "\xc2\xa0\x31",
        "\xd9\xa1",
        "1:",
        "1/",
        "..",
        "1.5.",
        "................",
        "1e5e5",
        "1e1.5",
        "12345678.12345678.",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_refused(cases[i], strlen(cases[i]));
    check_refused("1\0", 2);
    check_refused("\0", 1);
    check_refused("1.5\0"
                  "5",
                  5);
}

/* What a number is, in the language of another program. */
static regex_t number_pattern(void)
{
    regex_t pattern;
    assert_int_equal(regcomp(&pattern,
                             "^[ \t]*[+-]?(([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"
                             "|inf|infinity|nan)[ \t]*$",
                             REG_EXTENDED | REG_ICASE | REG_NOSUB),
                     0);
    return pattern;
}

static void check_as_pattern(const regex_t *pattern, const char *text)
{
    if (regexec(pattern, text, 0, NULL, 0) != 0)
        check_refused(text, strlen(text));
    else if (strpbrk(text, "aA") == NULL) /* the sign of NaN is not kept */
        check_as_strtod(text);
}

static void test_short_texts_as_pattern(void **state)
{
    (void)state;
    static const char alphabet[] =
        "0123456789012345678901234567890123456789..eE+- \tinf,x";
    regex_t pattern = number_pattern();
    struct test_random random = {1};
    for (int i = 0; i < N_SHORT; i++) {
        /* All of the alphabet, or digits and a few points. */
        const size_t n_letters = i % 2 == 0 ? sizeof alphabet - 1 : 42;
        char text[32] = "";
        const size_t size = test_random_below(&random, 22);
        for (size_t at = 0; at < size; at++)
            text[at] = alphabet[test_random_below(&random, n_letters)];
        check_as_pattern(&pattern, text);
    }
    regfree(&pattern);
}

/* Every byte at every place of numbers of every size that is read in its own way. */
static void test_every_byte_as_pattern(void **state)
{
    (void)state;
    static const char source[] = "12.45678901234567890123456";
    regex_t pattern = number_pattern();
    for (size_t size = 1; size < sizeof source; size++)
        for (size_t at = 0; at < size; at++)
            for (int byte = 1; byte < 256; byte++) {
                char text[sizeof source];
                memcpy(text, source, size);
                text[size] = '\0';
                text[at] = (char)byte;
                if (byte < 0x80)
                    check_as_pattern(&pattern, text);
                else
                    check_refused(text, size);
            }
    regfree(&pattern);
}

/* A float32 that differs from the rounded double must be one of two between which the
 * double lies exactly half-way: the corpus rounds the text only once. */
static bool is_rounded_twice(double value, float direct)
{
    const float twice = (float)value;
    const double a = isinf(twice) ? copysign(0x1p128, value) : (double)twice;
    const double b = isinf(direct) ? copysign(0x1p128, value) : (double)direct;
    return fabsf(nextafterf(twice, direct)) == fabsf(direct) && a + b == 2 * value;
}

/* Returns how many float32 values were rounded twice. */
static size_t check_corpus_line(char *line)
{
    char *rest;
    (void)strtoull(line, &rest, 16);
    const uint32_t bits32 = (uint32_t)strtoull(rest, &rest, 16);
    const uint64_t bits64 = strtoull(rest, &rest, 16);
    const char *text = rest + 1;
    text += strspn(text, " ");
    rest[1 + strcspn(rest + 1, "\r\n")] = '\0';
    check_value(text, double_of_bits(bits64));
    const float rounded = (float)double_of_bits(bits64);
    if (bits_of_float(rounded) == bits32)
        return 0;
    float direct;
    memcpy(&direct, &bits32, sizeof direct);
    if (!is_rounded_twice(double_of_bits(bits64), direct))
        fail_msg("%.60s: %a as float32, not %a", text, (double)rounded, (double)direct);
    return 1;
}

static void test_corpora(void **state)
{
    (void)state;
    glob_t files;
    size_t n_lines = 0;
    size_t n_twice = 0;
    if (glob(GPUC_SHARED "/corpora/numbers/*.txt", 0, NULL, &files) != 0) {
        print_message("skipped: no corpora of numbers in %s\n", GPUC_SHARED);
        skip();
    }
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char line[2048];
        FILE *file = fopen(files.gl_pathv[i], "r");
        assert_non_null(file);
        for (; fgets(line, sizeof line, file) != NULL; n_lines++)
            n_twice += check_corpus_line(line);
        fclose(file);
    }
    globfree(&files);
    print_message("%zu lines; %zu float32 values differ, by the second rounding only\n",
                  n_lines, n_twice);
    assert_int_equal(n_lines, N_CORPUS_LINES);
}

static size_t put_random_digits(struct test_random *random, char *text, size_t n_digits)
{
    for (size_t i = 0; i < n_digits; i++)
        text[i] = (char)('0' + test_random_below(random, 10));
    return n_digits;
}

/* 1 to 40 digits, a point or none anywhere, an exponent or none. */
static void test_random_decimals(void **state)
{
    (void)state;
    struct test_random random = {2};
    for (int i = 0; i < N_RANDOM; i++) {
        char text[80];
        size_t size = 0;
        const size_t n_digits = 1 + test_random_below(&random, i % 4 == 0 ? 40 : 20);
        const size_t n_before = test_random_below(&random, n_digits + 1);
        if (i % 3 == 0)
            text[size++] = '-';
        size += put_random_digits(&random, text + size, n_before);
        if (n_before < n_digits || i % 5 == 0)
            text[size++] = '.';
        size += put_random_digits(&random, text + size, n_digits - n_before);
        text[size] = '\0';
        if (i % 2 == 0) {
            const int range = i % 8 == 0 ? 30 : 360;
            snprintf(text + size, sizeof text - size, "e%d",
                     (int)test_random_below(&random, 2 * (size_t)range) - range);
        }
        check_as_strtod(text);
    }
}

/* Doubles of any size as programs write them: 6 to 17 digits. */
static void test_random_doubles(void **state)
{
    (void)state;
    struct test_random random = {3};
    for (int i = 0; i < N_RANDOM; i++) {
        const double any = double_of_bits(test_random_next(&random));
        const double unit = (double)(test_random_next(&random) >> 11) * 0x1p-53;
        const double value = i % 2 == 0 && isfinite(any) ? any : unit * 1000;
        char text[48];
        snprintf(text, sizeof text, "%.*g", 6 + i % 12, value);
        check_as_strtod(text);
        if (i % 12 == 11)
            check_value(text, value);
    }
}

/* Powers of ten and of two, and what is beside them. */
static void test_powers(void **state)
{
    (void)state;
    static const char *const digits[] = {"1",
                                         "9999999999999999999",
                                         "99999999999999999999",
                                         "1000000000000000000000001",
                                         "18446744073709551615",
                                         "18446744073709551616",
                                         "9223372036854775808"};
    for (int exponent = -400; exponent <= 400; exponent++)
        for (size_t i = 0; i < sizeof digits / sizeof digits[0]; i++) {
            char text[48];
            snprintf(text, sizeof text, "%se%d", digits[i], exponent);
            check_as_strtod(text);
        }
    for (int exponent = -1080; exponent <= 1023; exponent++)
        for (int step = -1; step <= 1; step++) {
            char text[800];
            const double power = ldexp(1.0, exponent);
            const double value = double_of_bits(
                bits_of_double(power) + (power == 0 ? 0 : (uint64_t)(int64_t)step));
            snprintf(text, sizeof text, "%.*e", step == 0 ? 770 : 17, value);
            check_value(text, value);
        }
}

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
    const double even = (bits_of_double(value) & 1) == 0 ? value : next;
    const long double above = isinf(next) ? 0x1p1024L : (long double)next;
    char digits[1200];
    char text[2400];
    char exponent[16];
    snprintf(digits, sizeof digits, "%.*Le", 1100,
             (long double)value + (above - (long double)value) / 2);
    split_exponent(digits, exponent);

    snprintf(text, sizeof text, "%s%s", digits, exponent);
    check_value(text, even);
    snprintf(text, sizeof text, "%s%0900d%s", digits, 0, exponent);
    check_value(text, even);
    snprintf(text, sizeof text, "%s%020d%s", digits, 1, exponent);
    check_value(text, next);
    snprintf(text, sizeof text, "%s%0900d%s", digits, 1, exponent);
    check_value(text, next);
    char *last = digits + strlen(digits) - 1;
    if (*last == '0') /* "d.0" */
        last -= 2;
    (*last)--;
    snprintf(text, sizeof text, "%s99999999999999999999%s", digits, exponent);
    check_value(text, value);
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
        check_half_way(double_of_bits(borders[i]));
    for (int i = 0; i < N_HALF_WAY; i++) {
        const uint64_t bits = test_random_next(&random) >> 1;
        if (isfinite(double_of_bits(bits)))
            check_half_way(double_of_bits(bits));
        check_half_way(double_of_bits(bits >> 12 >> i % 52)); /* subnormal */
        /* Half-way in few digits: around 2^53, where the product is exact. */
        check_half_way(ldexp((double)(UINT64_C(1) << 52 | bits >> 12), i % 90 - 20));
    }
}

/* Texts of a million characters. */
static void test_long_texts(void **state)
{
    (void)state;
    enum { MILLION = 1000000 };
    char *text = calloc(LONG_SIZE, 1);
    assert_non_null(text);

    memset(text, '0', MILLION);
    check_value(text, 0.0);
    strcpy(text + MILLION, "1.5");
    check_value(text, 1.5);
    text[0] = '1';
    check_value(text, (double)INFINITY);
    strcpy(text + MILLION, "e-999999");
    check_value(text, 1.0);
    text[MILLION - 1] = '1';
    check_value(text, 1.0);
    /* Half-way but for the last of a million digits. */
    memcpy(text, "9007199254740993", 16);
    strcpy(text + MILLION, "e-999984");
    check_value(text, 9007199254740994.0);
    text[MILLION - 1] = '0';
    check_value(text, 9007199254740992.0);

    memset(text, '0', MILLION);
    text[1] = '.';
    strcpy(text + MILLION, "25e999999");
    check_value(text, 2.5);

    struct test_random random = {5};
    put_random_digits(&random, text, MILLION);
    text[1] = '.';
    strcpy(text + MILLION, "e-200");
    check_as_strtod(text);
    text[MILLION / 2] = 'x';
    check_refused(text, strlen(text));
    for (size_t n_digits = 700; n_digits < 900; n_digits++) {
        put_random_digits(&random, text, n_digits);
        snprintf(text + n_digits, 16, "e%d", (int)test_random_below(&random, 900) - 1200);
        check_as_strtod(text);
    }
    free(text);
}

static int make_guard(void **state)
{
    (void)state;
    guard = test_guard_new(LONG_SIZE);
    return 0;
}

static int free_guard(void **state)
{
    (void)state;
    test_guard_free(&guard);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_short_texts_as_pattern),
        cmocka_unit_test(test_every_byte_as_pattern),
        cmocka_unit_test(test_corpora),
        cmocka_unit_test(test_random_decimals),
        cmocka_unit_test(test_random_doubles),
        cmocka_unit_test(test_powers),
        cmocka_unit_test(test_half_way),
        cmocka_unit_test(test_long_texts),
    };
    return cmocka_run_group_tests(tests, make_guard, free_guard);
}
