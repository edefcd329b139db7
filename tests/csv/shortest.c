/* SPDX-License-Identifier: Apache-2.0 */
#include "shortest.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

uint64_t test_digits_of(const char *text, int *ret_n_digits)
{
    uint64_t digits = 0;
    int n_digits = 0;
    int n_zeros = 0; /* zeros that count only if another digit follows */
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text == '0' && digits != 0)
            n_zeros++;
        if (*text < '1' || *text > '9')
            continue;
        for (; n_zeros > 0; n_zeros--, n_digits++)
            digits *= 10;
        digits = digits * 10 + (uint64_t)(*text - '0');
        n_digits++;
    }
    *ret_n_digits = n_digits;
    return digits;
}

/* Whether a decimal of `n_digits` digits beside the one nearest to `value` reads back. */
static bool any_reads_back(double value, int n_digits, test_read_back *read_back)
{
    char nearest[40];
    snprintf(nearest, sizeof nearest, "%.*e", n_digits - 1, fabs(value));
    int n_significant;
    uint64_t digits = test_digits_of(nearest, &n_significant);
    for (; n_significant < n_digits; n_significant++)
        digits *= 10;
    const int exponent = (int)strtol(strchr(nearest, 'e') + 1, NULL, 10) - n_digits + 1;
    for (uint64_t step = 0; step <= 2; step++) {
        char candidate[48];
        snprintf(candidate, sizeof candidate, "%" PRIu64 "e%d", digits + step - 1,
                 exponent);
        if (read_back(candidate) == fabs(value))
            return true;
    }
    return false;
}

void test_check_shortest(double value, const char *text, test_read_back *read_back)
{
    char nearest[40];
    int n_digits;
    int n_nearest;
    const uint64_t digits = test_digits_of(text, &n_digits);
    if (read_back(text) != value)
        fail_msg("%a printed as %s", value, text);
    if (n_digits > 1 && any_reads_back(value, n_digits - 1, read_back))
        fail_msg("%a printed as %s: not the shortest", value, text);

    /* The C library rounds exactly, ties to even, so its digits are the closest; at a
     * power of two they can lie outside of the narrower side of the interval. */
    snprintf(nearest, sizeof nearest, "%.*e", n_digits - 1, value);
    if (read_back(nearest) == value && test_digits_of(nearest, &n_nearest) != digits)
        fail_msg("%a printed as %s: %s is closer", value, text, nearest);
}
