/* SPDX-License-Identifier: Apache-2.0 */
/*
 * repr(row) a second time, for tests: section 3 of tests/golden/blackbox/README.md, step
 * by step, on arrays of code points.
 */
#ifndef GPUC_TEST_PLAIN_REPR_H
#define GPUC_TEST_PLAIN_REPR_H

#include <stddef.h>
#include <stdint.h>

enum { PLAIN_CHARS_MAX = 200, PLAIN_COLUMNS_MAX = 80 };

struct plain_chars {
    uint32_t chars[PLAIN_CHARS_MAX];
    size_t n;
};

/* The text of one row; cells as they stand in the file, NaN and None as such. */
struct plain_row {
    struct plain_chars labels[PLAIN_COLUMNS_MAX];
    struct plain_chars cells[PLAIN_COLUMNS_MAX];
    size_t n_columns;
    struct plain_chars name;
};

/* Appends characters of valid UTF-8. */
void plain_put(struct plain_chars *chars, const void *utf8, size_t size);

/* Writes the text as UTF-8 and returns its size; `to` must have room. */
size_t plain_repr(const struct plain_row *row, uint8_t *to);

#endif
