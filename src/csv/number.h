/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to float64: the double nearest to the decimal, of two equally near the one with
 * the even significand, for texts of any length, in time linear in it.
 *
 *     12  -1.5  +.5  3.  1e-05  1E+16  inf  -Infinity  nan      with spaces or tabs
 * around
 *
 * Beyond the largest double lies infinity; -0 is -0.0; a NaN is always the same one, its
 * sign does not count. All else is no number: an empty text, hexadecimal digits,
 * underscores, separators of thousands, an exponent without digits.
 *
 * No byte beyond the text is read. Independent of the locale; any thread.
 */
#ifndef GPUC_NUMBER_READ_H
#define GPUC_NUMBER_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the whole text is a number. If not, *ret_value is left alone. */
bool gpuc_number_read(const uint8_t *text, size_t size, double *ret_value);

/* The same, faster where the text is no plain number (see plain_number.h). */
bool gpuc_number_read_other(const uint8_t *text, size_t size, double *ret_value);

#endif
