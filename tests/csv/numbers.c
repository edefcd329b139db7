/* SPDX-License-Identifier: Apache-2.0 */
#include "numbers.h"

#include <stdlib.h>
#include <string.h>

#include "csv/number.h"
#include "support/cmocka_all.h"
#include "support/guard.h"

static struct test_guard guard;

int test_numbers_begin(void **state)
{
    (void)state;
    guard = test_guard_new(TEST_NUMBER_SIZE_MAX);
    return 0;
}

int test_numbers_end(void **state)
{
    (void)state;
    test_guard_free(&guard);
    return 0;
}

bool test_number_read(const char *text, size_t size, double *ret_value)
{
    return gpuc_number_read(test_guard_copy(&guard, text, size), size, ret_value);
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
