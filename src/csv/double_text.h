/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Doubles as text: the shortest decimal that reads back to the same float64, and of those
 * the closest to it, laid out as Python's repr() lays it out:
 *
 *     0.0  -0.0  1.5  1e-05  0.0001  1e+16  1000000000000000.0  5e-324  inf  -inf  nan
 *
 * Independent of the locale; any thread.
 */
#ifndef GPUC_DOUBLE_TEXT_H
#define GPUC_DOUBLE_TEXT_H

#include <stddef.h>

/* Room that gpuc_double_text() needs. No text is longer than 24 bytes. */
enum { GPUC_DOUBLE_TEXT_SIZE = 40 };

/*
 * Writes `value` to `text` and returns the size of its text, which has no NUL at its end.
 * May write to all GPUC_DOUBLE_TEXT_SIZE bytes of `text`.
 */
size_t gpuc_double_text(double value, char *text);

#endif
