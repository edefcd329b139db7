/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as text, both ways, on as many as one cares to wait for:
 *
 *     soak_numbers half_way COUNT       decimals half-way between two doubles, or as near
 * to it as 17 to 40 digits can be, and their neighbours: read as strtod() reads them,
 * some of them as MPFR soak_numbers float32 FIRST STEP   every STEP-th float32 from the
 * bits FIRST: printed, then read and rounded, it has the same bits soak_numbers float64
 * COUNT        the same of random doubles
 *
 * Of every 16th number printed the C library says whether the text is the shortest, and
 * of those the closest. Prints the first differences; exits with 1 if there is one.
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mpfr.h>

#include "csv/double_text.h"
#include "csv/float_text.h"
#include "csv/number_padded.h"
#include "shortest.h"
#include "support/random.h"

enum {
    TEXT_SIZE = 1200,
    MAX_PRINTED = 20,
    BY_MPFR = 64,     /* one text of so many */
    FOR_SHORTEST = 16 /* one number of so many */
};

struct counts {
    uint64_t numbers;
    uint64_t second; /* that were checked by a second method too */
    uint64_t wrong;
};

static uint64_t bits_of(double value)
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

static void complain(struct counts *counts, const char *text, double value,
                     double expected)
{
    if (++counts->wrong <= MAX_PRINTED)
        printf("%.60s was read as %a, not %a\n", text, value, expected);
}

/* Reads a text that has room before it, both ways. */
static void check_read(const char *text, double expected, struct counts *counts)
{
    const size_t size = strlen(text);
    double bare = 0;
    double padded = 0;
    if (!gpuc_number_read((const uint8_t *)text, size, &bare) ||
        bits_of(bare) != bits_of(expected))
        complain(counts, text, bare, expected);
    if (!gpuc_number_read_padded((const uint8_t *)text, size, &padded) ||
        bits_of(padded) != bits_of(expected))
        complain(counts, text, padded, expected);
}

static double read_by_mpfr(const char *text)
{
    mpfr_t number;
    mpfr_set_emin(-1073);
    mpfr_set_emax(1024);
    mpfr_init2(number, 53);
    const int inexact = mpfr_strtofr(number, text, NULL, 10, MPFR_RNDN);
    mpfr_subnormalize(number, inexact, MPFR_RNDN);
    const double value = mpfr_get_d(number, MPFR_RNDN);
    mpfr_clear(number);
    return value;
}

static void check_as_others(const char *text, struct counts *counts)
{
    const double expected = strtod(text, NULL);
    if (counts->numbers++ % BY_MPFR == 0) {
        counts->second++;
        const double by_mpfr = read_by_mpfr(text);
        if (bits_of(by_mpfr) != bits_of(expected))
            printf("%.60s: %a by strtod(), %a by MPFR\n", text, expected, by_mpfr);
        check_read(text, by_mpfr, counts);
    }
    check_read(text, expected, counts);
}

/* A double of any size; or one below 2^64 whose middle to the next has few digits; or a
 * subnormal one. */
static double any_double(struct test_random *random)
{
    const uint64_t bits = test_random_next(random) >> 1;
    const unsigned kind = (unsigned)test_random_below(random, 8);
    if (kind == 0)
        return double_of_bits(bits >> 12 >> test_random_below(random, 52));
    if (kind <= 3)
        return ldexp((double)(UINT64_C(1) << 52 | bits >> 11),
                     (int)test_random_below(random, 40) - 28);
    return isfinite(double_of_bits(bits)) ? double_of_bits(bits) : 1e300;
}

/* The last digit before the exponent, or the end, up or down by one, without a carry. */
static void step_last_digit(char *text, bool up)
{
    char *digit = text + strcspn(text, "e") - 1;
    while (*digit == '.' || *digit == (up ? '9' : '0')) {
        if (digit == text)
            return;
        digit--;
    }
    *digit = (char)(*digit + (up ? 1 : -1));
}

/* What is half-way to the next double, with and without an exponent. */
static void check_half_way(double value, struct test_random *random,
                           struct counts *counts)
{
    static const char padding[GPUC_NUMBER_PADDING + 1] = "7.3-1e5+0.999.12";
    char buffer[GPUC_NUMBER_PADDING + TEXT_SIZE];
    char *const text = buffer + GPUC_NUMBER_PADDING;
    const double next = nextafter(value, (double)INFINITY);
    const long double middle =
        isinf(next) ? (long double)value
                    : (long double)value + ((long double)next - (long double)value) / 2;
    const bool is_exact = test_random_below(random, 512) == 0;
    const int n_digits = 16 + (int)test_random_below(random, 24);
    const int n_before = value < 1 ? 0 : 1 + (int)log10(value);
    memcpy(buffer, padding, GPUC_NUMBER_PADDING);
    if (value >= 1e-4 && value < 1e20)
        snprintf(text, TEXT_SIZE, "%.*Lf",
                 is_exact              ? 80
                 : n_digits > n_before ? n_digits - n_before
                                       : 0,
                 middle);
    else
        snprintf(text, TEXT_SIZE, "%.*Le", is_exact ? 1100 : n_digits, middle);
    check_as_others(text, counts);
    step_last_digit(text, true);
    check_as_others(text, counts);
    step_last_digit(text, false);
    step_last_digit(text, false);
    check_as_others(text, counts);
}

static double read_float32(const char *text)
{
    return (double)strtof(text, NULL);
}

static double read_float64(const char *text)
{
    return strtod(text, NULL);
}

/* A text of `size` bytes behind its padding. */
static void check_printed(char *text, size_t size, double value, bool is_float32,
                          struct counts *counts)
{
    double back = 0;
    text[size] = '\0';
    const bool is_read = gpuc_number_read_padded((const uint8_t *)text, size, &back);
    const double rounded = is_float32 ? (double)(float)back : back;
    if (!is_read || bits_of(rounded) != bits_of(value))
        complain(counts, text, rounded, value);
    if (counts->numbers++ % FOR_SHORTEST != 0 || value == 0)
        return;
    counts->second++;
    test_check_shortest(value, text, is_float32 ? read_float32 : read_float64);
}

static void soak_float32(uint32_t first, uint32_t step, struct counts *counts)
{
    char buffer[GPUC_NUMBER_PADDING + GPUC_FLOAT_TEXT_SIZE + 1] = "";
    char *const text = buffer + GPUC_NUMBER_PADDING;
    for (uint64_t i = first; i <= UINT32_MAX; i += step) {
        const uint32_t bits = (uint32_t)i;
        float value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            check_printed(text, gpuc_float_text(value, text), (double)value, true,
                          counts);
    }
}

static void soak_float64(uint64_t count, struct counts *counts)
{
    char buffer[GPUC_NUMBER_PADDING + GPUC_DOUBLE_TEXT_SIZE + 1] = "";
    char *const text = buffer + GPUC_NUMBER_PADDING;
    struct test_random random = {6};
    while (counts->numbers < count) {
        const double value = double_of_bits(test_random_next(&random));
        if (isfinite(value))
            check_printed(text, gpuc_double_text(value, text), value, false, counts);
    }
}

static bool run(int argc, char **argv, struct counts *counts)
{
    const char *what = argc > 1 ? argv[1] : "";
    const uint64_t number = argc > 2 ? strtoull(argv[2], NULL, 0) : 0;
    if (argc == 3 && strcmp(what, "half_way") == 0) {
        struct test_random random = {7};
        while (counts->numbers < number)
            check_half_way(any_double(&random), &random, counts);
        return true;
    }
    if (argc == 3 && strcmp(what, "float64") == 0) {
        soak_float64(number, counts);
        return true;
    }
    const uint32_t step = argc == 4 ? (uint32_t)strtoul(argv[3], NULL, 0) : 0;
    if (step == 0 || strcmp(what, "float32") != 0)
        return false;
    soak_float32((uint32_t)number, step, counts);
    return true;
}

int main(int argc, char **argv)
{
    struct counts counts = {0};
    if (!run(argc, argv, &counts)) {
        fprintf(stderr, "usage: soak_numbers half_way COUNT | float32 FIRST STEP | "
                        "float64 COUNT\n");
        return 2;
    }
    printf("%s: %" PRIu64 " numbers, %" PRIu64 " of them by a second method too, %" PRIu64
           " wrong\n",
           argv[1], counts.numbers, counts.second, counts.wrong);
    return counts.wrong != 0;
}
