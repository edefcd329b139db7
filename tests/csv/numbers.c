/* SPDX-License-Identifier: Apache-2.0 */
#include "numbers.h"

#include <stdlib.h>
#include <string.h>

#include "csv/number_padded.h"
#include "support/cmocka_all.h"
#include "support/guard.h"

static struct test_guard guard;

int test_numbers_begin(void **state)
{
    (void)state;
    guard = test_guard_new(GPUC_NUMBER_PADDING + TEST_NUMBER_SIZE_MAX + 1);
    return 0;
}

int test_numbers_end(void **state)
{
    (void)state;
    test_guard_free(&guard);
    return 0;
}

/* What the padding holds must not count, so it holds what could be part of numbers. */
static const uint8_t *copy_padded(const char *text, size_t size)
{
    uint8_t *const place = test_guard_place(&guard, size + 1);
    static const char before[2][GPUC_NUMBER_PADDING + 1] = {"7.3-1e5+0.999.12",
                                                            "1.5,99999999e+12"};
    memcpy(place - GPUC_NUMBER_PADDING, before[(size + (uint8_t)text[0]) % 2],
           GPUC_NUMBER_PADDING);
    memcpy(place, text, size);
    place[size] = size % 2 == 0 ? '4' : '-';
    return place;
}

bool test_number_read(const char *text, size_t size, double *ret_value)
{
    double value = *ret_value;
    double padded = *ret_value;
    double other = *ret_value;
    const uint8_t *const bare = test_guard_copy(&guard, text, size);
    const bool is_number = gpuc_number_read(bare, size, &value);
    if (gpuc_number_read_other(bare, size, &other) != is_number ||
        test_bits_of_double(other) != test_bits_of_double(value))
        fail_msg("%.60s: %a, but %a where it is no plain number", text, value, other);
    if (gpuc_number_read_padded(copy_padded(text, size), size, &padded) != is_number ||
        test_bits_of_double(padded) != test_bits_of_double(value))
        fail_msg("%.60s: %a, but %a in a padded buffer", text, value, padded);
    *ret_value = value;
    return is_number;
}

void test_number_check(const char *text, double expected)
{
    double value = 0;
    if (!test_number_read(text, strlen(text), &value))
        fail_msg("%.60s was refused", text);
    if (test_bits_of_double(value) != test_bits_of_double(expected))
        fail_msg("%.60s: %a, not %a", text, value, expected);
}

void test_number_check_as_strtod(const char *text)
{
    test_number_check(text, strtod(text, NULL));
}

void test_number_check_refused(const char *text, size_t size)
{
    double value = 42;
    if (test_number_read(text, size, &value))
        fail_msg("'%.*s' was read as %a", (int)size, text, value);
    assert_true(value == 42);
}
