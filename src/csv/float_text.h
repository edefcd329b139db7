/* SPDX-License-Identifier: Apache-2.0 */
/*
 * float32 as text: the shortest decimal that reads back to the same float32, and of those
 * the closest to it, laid out as Python's repr() lays it out:
 *
 *     0.0  -0.0  1.5  1e-05  0.0001  1e+16  16777216.0  1e-45  inf  -inf  nan
 *
 * In double_text.c, which prints both types. Independent of the locale; any thread.
 */
#ifndef GPUC_FLOAT_TEXT_H
#define GPUC_FLOAT_TEXT_H

#include <stddef.h>

/* Room that gpuc_float_text() needs. No text is longer than 19 bytes. */
enum { GPUC_FLOAT_TEXT_SIZE = 40 };

/*
 * Writes `value` to `text` and returns the size of its text, which has no NUL at its end.
 * May write to all GPUC_FLOAT_TEXT_SIZE bytes of `text`.
 */
size_t gpuc_float_text(float value, char *text);

#endif
