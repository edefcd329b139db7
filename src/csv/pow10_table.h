/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Powers of ten to 128 bits, for turning doubles into decimals and back.
 *
 * With the entry of 10^k (k = GPUC_POW10_MIN .. GPUC_POW10_MAX) read as the integer
 * m = high * 2^64 + low:
 *
 *     m = floor(10^k * 2^(127 - floor(log2(10^k)))),     so 2^127 <= m < 2^128.
 *
 * It is truncated, never rounded up. It is exact for 0 <= k <= 55, where 5^k fits in 128
 * bits, and nowhere else; there m + 1 is the next bound above.
 *
 * The range is what both directions need together: printing takes 10^-308 to 10^341, the
 * shortest text 10^-292 to 10^324 of these, and reading takes every power down to
 * 10^-342, below which 19 digits round to zero.
 */
#ifndef GPUC_POW10_TABLE_H
#define GPUC_POW10_TABLE_H

#include <stdint.h>

enum {
    GPUC_POW10_MIN = -342,
    GPUC_POW10_MAX = 342,
    GPUC_POW10_WORD_MAX = 27, /* the last whose lower word is 0, 10^0 being the first */
    GPUC_POW10_EXACT_MAX = 55 /* the last entry that is exact; the first is 10^0 */
};

struct gpuc_pow10 {
    uint64_t high;
    uint64_t low;
};

/* The entry of 10^k is gpuc_pow10_table[k - GPUC_POW10_MIN]. */
extern const struct gpuc_pow10 gpuc_pow10_table[GPUC_POW10_MAX - GPUC_POW10_MIN + 1];

/* floor(log2(10^k)), for every k of the table. */
static inline int gpuc_pow10_floor_log2(int k)
{
    /* 217706 / 2^16 is log2(10) + 2e-6, near enough for |k| <= 345. A shift of a negative
     * number rounds down with every compiler that we support. */
    return (k * 217706) >> 16;
}

#endif
