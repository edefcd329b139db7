/* SPDX-License-Identifier: Apache-2.0 */
/* Pseudo-random numbers that are the same on every machine (SplitMix64, Steele et al.).
 */
#ifndef GPUC_TEST_RANDOM_H
#define GPUC_TEST_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct test_random {
    uint64_t state; /* any seed */
};

static inline uint64_t test_random_next(struct test_random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* A number from 0 to n - 1. */
static inline size_t test_random_below(struct test_random *random, size_t n)
{
    return (size_t)(test_random_next(random) % n);
}

#endif
