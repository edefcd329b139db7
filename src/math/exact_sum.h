/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums of float64 without rounding, so that the order of the terms does not matter: a
 * fixed-point number that is wide enough for every float64. Word i counts 2^(32 i -
 * 1074), so three words take a term, and 2^30 terms fit before words must carry.
 */
#ifndef GPUC_EXACT_SUM_H
#define GPUC_EXACT_SUM_H

#include <stdint.h>
#include <string.h>

#include "base/uint128.h"

/* 2098 bits of float64, and more than 64 for the number of terms. */
enum { GPUC_SUM_WORDS = 68 };

/* Adds a finite number. */
static inline void gpuc_exact_sum_add(int64_t *words, double term)
{
    uint64_t bits;
    memcpy(&bits, &term, sizeof bits);
    uint64_t exponent = bits >> 52 & 0x7ff, mantissa = bits & ((UINT64_C(1) << 52) - 1);
    if (exponent > 0)
        mantissa |= UINT64_C(1) << 52;
    uint64_t place = exponent > 0 ? exponent - 1 : 0;
    gpuc_uint128 wide = (gpuc_uint128)mantissa << place % 32;
    int64_t *word = words + place / 32, sign = bits >> 63 ? -1 : 1;
    word[0] += sign * (int64_t)(uint32_t)wide;
    word[1] += sign * (int64_t)(uint32_t)(wide >> 32);
    word[2] += sign * (int64_t)(uint32_t)(wide >> 64);
}

/* Lets words carry; all but the last are below 2^32 then, and not negative. */
void gpuc_exact_sum_carry(int64_t *words);

/* The nearest float64, ties to even, of words that have carried. */
double gpuc_exact_sum_round(const int64_t *words);

#endif
