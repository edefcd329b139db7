/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far apart the columns of a column-major table begin. A cache puts addresses that
 * are a multiple of 4 KiB apart into the same set, so a loop over the columns of a row
 * would have a few lines of the cache to itself; with an odd number of lines from column
 * to column, columns of bytes use every set in turn, and wider ones as many as they can.
 */
#ifndef GPUC_STRIDE_H
#define GPUC_STRIDE_H

#include <stddef.h>

enum { GPUC_ROW_MULTIPLE = 64 };

/* Elements from one column to the next: at least n_rows, an odd multiple of 64. */
static inline size_t gpuc_stride(size_t n_rows)
{
    size_t n_lines = (n_rows + GPUC_ROW_MULTIPLE - 1) / GPUC_ROW_MULTIPLE;
    return (n_lines | 1) * GPUC_ROW_MULTIPLE;
}

#endif
