/* SPDX-License-Identifier: Apache-2.0 */
/* From bit masks to positions, with instructions for 64-bit integers. */
#ifndef GPUC_SCAN_BITS_H
#define GPUC_SCAN_BITS_H

#include <stdint.h>

#if defined(__BMI__)
#  include <immintrin.h>
#endif

/* The position of the lowest bit; of a mask of none whatever is fast. */
static inline uint32_t scan_lowest(uint64_t mask)
{
#if defined(__BMI__)
    return (uint32_t)_tzcnt_u64(mask);
#else
    return (uint32_t)__builtin_ctzll(mask | UINT64_C(1) << 63);
#endif
}

/* Eight bits a turn, whether they are there or not: no branch for each. */
static inline __attribute__((always_inline)) void
scan_put_by_eights(uint32_t *ends, uint32_t first, uint64_t mask)
{
    const int count = __builtin_popcountll(mask);
    for (int i = 0; i < count; i += 8) {
#pragma GCC unroll 8
        for (int k = 0; k < 8; k++, mask &= mask - 1)
            ends[i + k] = first + scan_lowest(mask);
    }
}

/* Bit i of the result: the parity of bits 0 to i. */
static inline uint64_t scan_parities(uint64_t mask)
{
    for (int shift = 1; shift < 64; shift *= 2)
        mask ^= mask << shift;
    return mask;
}

#endif
