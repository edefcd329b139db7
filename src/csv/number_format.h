/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as text with a number of digits that the user chose, as C's printf() and
 * Python's format() write them: the decimal nearest to the exact binary value, of two
 * equally near the even one.
 *
 *     %.3f  1.500  -0.000      %.3e  1.500e+00      %.3g  1.5  1e-05  1.23e+04
 *
 * Not a number and infinity are nan, inf and -inf. Independent of the locale and of the
 * rounding mode; any thread.
 */
#ifndef GPUC_NUMBER_FORMAT_H
#define GPUC_NUMBER_FORMAT_H

#include <stddef.h>

#include "base/error.h"

enum { GPUC_FORMAT_DIGITS_MAX = 17 };

struct gpuc_number_format {
    char style;      /* 'e', 'f' or 'g'; 0: there is no format */
    int n_digits;    /* behind the point; of 'g' all, at least 1 */
    size_t size_max; /* bytes that gpuc_number_text() may write to */
};

/* Reads "%.4f" and the like: e, f or g with up to GPUC_FORMAT_DIGITS_MAX digits, 6 where
 * none are named. GPUC_EUSAGE for all else. */
enum gpuc_status gpuc_number_format_read(struct gpuc_number_format *format,
                                         const char *text, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* The same for 'g' with a number of digits. */
enum gpuc_status gpuc_number_format_digits(struct gpuc_number_format *format,
                                           uint32_t n_digits, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Writes a number, and returns the size of its text, which has no NUL at its end. */
size_t gpuc_number_text(const struct gpuc_number_format *format, double value,
                        char *text);

#endif
