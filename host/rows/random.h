/* SPDX-License-Identifier: Apache-2.0 */
/* Pseudo-random values for generated rows, the same on every machine (splitmix64). */
#ifndef GPUC_RANDOM_H
#define GPUC_RANDOM_H

#include <stdint.h>

static inline uint64_t gpuc_random_next(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* A number below `limit`; the bias of the product is of no matter here. */
static inline unsigned gpuc_random_below(uint64_t *random, unsigned limit)
{
    return (unsigned)((gpuc_random_next(random) >> 32) * limit >> 32);
}

/* From 0 up to, but not, 1. */
static inline double gpuc_random_uniform(uint64_t *random)
{
    return (double)(gpuc_random_next(random) >> 11) * 0x1p-53;
}

/* Near enough to normal: twelve uniform numbers less six, exact without a libm. */
static inline double gpuc_random_normal(uint64_t *random)
{
    uint64_t sum = 0;
    for (int i = 0; i < 6; i++) {
        uint64_t bits = gpuc_random_next(random);
        sum += (bits >> 32) + (bits & UINT32_MAX);
    }
    return (double)sum * 0x1p-32 - 6;
}

#endif
