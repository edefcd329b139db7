/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks of gpuc_number_read(), for which every text ends where the readable memory ends,
 * and of its variants, which must do the same: gpuc_number_read_other() and
 * gpuc_number_read_padded().
 */
#ifndef GPUC_TEST_NUMBERS_H
#define GPUC_TEST_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { TEST_NUMBER_SIZE_MAX = 1100000 };

/* Set-up and tear-down of a group that calls the other functions. */
int test_numbers_begin(void **state);
int test_numbers_end(void **state);

/* Whether the text is read as a number, and which. Fails if the variants disagree. */
bool test_number_read(const char *text, size_t size, double *ret_value);

/* Fails unless the text is read as this number, bit for bit. */
void test_number_check(const char *text, double expected);

/* Fails unless it is read as strtod() reads it, which rounds correctly in the C
 * libraries that we test on. */
void test_number_check_as_strtod(const char *text);

/* Fails if the text is read. */
void test_number_check_refused(const char *text, size_t size);

static inline uint64_t test_bits_of_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline double test_double_of_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#endif
