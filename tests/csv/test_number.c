/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpuc_number_read() against public corpora, against strtod(), which rounds correctly in
 * the C libraries we test on, and against a regular expression of what a number is.
 */
#include <float.h>
#include <glob.h>
#include <inttypes.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "support/cmocka_all.h"
#include "support/random.h"

enum {
    N_RANDOM = 2000000,
    N_SHORT = 400000,
    N_CORPUS_LINES = 52977,
    N_CORPUS_TWICE = 11, /* whose double is exactly half-way between two float32 */
};

static const struct {
    const char *text;
    double value;
} accepted[] = {
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

/* A '|' behind each. The first is empty. */
static const char refused[] =
    "| |\t|.|-|+|-.|+.|e5|.e5|1e|1e+|1e-|1e5.|1e5.0|1e5e5|1e1.5|1.2.3|1..2|..|1.5.|"
    "--1|+-1|-+1|- 1|1 2|1. 5|1 e5|1e 5|1_000|1,5|1'000|0x10|0x|1f|1.5d|1:|1/|"
    "in|infi|infinit|infinityy|inf inity|na|nann|nan(1)|NA|null|None|true|"
    "12345678x|x2345678|1234567x8|123456789012345x|1234567890123456x|"
    "12345678901234567890x|................|12345678.12345678.|"
    "1\n|\n1|1\r|\v1|1\xa0|\xc2\xa0\x31|\xd9\xa1|";

static void test_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++)
        test_number_check(accepted[i].text, accepted[i].value);
    for (size_t i = 0; i < sizeof nans / sizeof nans[0]; i++) {
        double value = 0;
        assert_true(test_number_read(nans[i], strlen(nans[i]), &value));
        assert_int_equal(test_bits_of_double(value), test_bits_of_double((double)NAN));
    }
}

static void test_refused(void **state)
{
    (void)state;
    for (const char *text = refused; *text != '\0'; text += strcspn(text, "|") + 1)
        test_number_check_refused(text, strcspn(text, "|"));
    test_number_check_refused("1\0", 2);
    test_number_check_refused("\0", 1);
    test_number_check_refused("1.5\0"
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
        test_number_check_refused(text, strlen(text));
    else if (strpbrk(text, "aA") == NULL) /* the sign of NaN is not kept */
        test_number_check_as_strtod(text);
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
                    test_number_check_refused(text, size);
            }
    regfree(&pattern);
}

static uint32_t bits_of_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
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
    test_number_check(text, test_double_of_bits(bits64));
    const float rounded = (float)test_double_of_bits(bits64);
    if (bits_of_float(rounded) == bits32)
        return 0;
    float direct;
    memcpy(&direct, &bits32, sizeof direct);
    if (!is_rounded_twice(test_double_of_bits(bits64), direct))
        fail_msg("%.60s: %a as float32, not %a", text, (double)rounded, (double)direct);
    print_message("rounded twice to %a, once to %a: %.60s\n", (double)rounded,
                  (double)direct, text);
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
    assert_int_equal(n_twice, N_CORPUS_TWICE);
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
        test_number_check_as_strtod(text);
    }
}

/* Doubles of any size as programs write them: 6 to 17 digits. */
static void test_random_doubles(void **state)
{
    (void)state;
    struct test_random random = {3};
    for (int i = 0; i < N_RANDOM; i++) {
        const double any = test_double_of_bits(test_random_next(&random));
        const double unit = (double)(test_random_next(&random) >> 11) * 0x1p-53;
        const double value = i % 2 == 0 && isfinite(any) ? any : unit * 1000;
        char text[48];
        snprintf(text, sizeof text, "%.*g", 6 + i % 12, value);
        test_number_check_as_strtod(text);
        if (i % 12 == 11)
            test_number_check(text, value);
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
            test_number_check_as_strtod(text);
        }
    for (int exponent = -1080; exponent <= 1023; exponent++)
        for (int step = -1; step <= 1; step++) {
            char text[800];
            const double power = ldexp(1.0, exponent);
            const double value = test_double_of_bits(
                test_bits_of_double(power) + (power == 0 ? 0 : (uint64_t)(int64_t)step));
            snprintf(text, sizeof text, "%.*e", step == 0 ? 770 : 17, value);
            test_number_check(text, value);
        }
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
    };
    return cmocka_run_group_tests(tests, test_numbers_begin, test_numbers_end);
}
