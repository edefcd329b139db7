/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The string hash of Python 2 for several texts at a time. Each is one chain of
 * multiplications, so four chains run side by side. ASCII only: other texts go through
 * the row function.
 */
#ifndef GPUC_PYTHON2_HASH_H
#define GPUC_PYTHON2_HASH_H

#include <stdbool.h>
#include <stddef.h>

#include "kernels/blackbox_row.h"

enum { GPUC_PYTHON2_TEXTS = 4 };

static inline bool gpuc_text_is_ascii(const uint8_t *text, size_t size)
{
    uint8_t all = 0;
    for (size_t i = 0; i < size; i++)
        all |= text[i];
    return all < 0x80;
}

static inline uint64_t gpuc_python2_hash_from(uint64_t hash, const uint8_t *text,
                                              size_t first, size_t size)
{
    for (size_t i = first; i < size; i++)
        hash = (1000003u * hash) ^ text[i];
    return hash ^ size;
}

static inline void gpuc_python2_hash_ascii(const uint8_t *const texts[GPUC_PYTHON2_TEXTS],
                                           const uint32_t sizes[GPUC_PYTHON2_TEXTS],
                                           uint64_t ret_hashes[GPUC_PYTHON2_TEXTS])
{
    const uint8_t *t0 = texts[0], *t1 = texts[1], *t2 = texts[2], *t3 = texts[3];
    size_t shared = sizes[0];
    for (int k = 1; k < GPUC_PYTHON2_TEXTS; k++)
        shared = sizes[k] < shared ? sizes[k] : shared;
    if (shared == 0) {
        for (int k = 0; k < GPUC_PYTHON2_TEXTS; k++)
            ret_hashes[k] = gpuc_python2_hash(texts[k], sizes[k]);
        return;
    }

    uint64_t h0 = (uint64_t)t0[0] << 7, h1 = (uint64_t)t1[0] << 7;
    uint64_t h2 = (uint64_t)t2[0] << 7, h3 = (uint64_t)t3[0] << 7;
    for (size_t i = 0; i < shared; i++) {
        h0 = (1000003u * h0) ^ t0[i];
        h1 = (1000003u * h1) ^ t1[i];
        h2 = (1000003u * h2) ^ t2[i];
        h3 = (1000003u * h3) ^ t3[i];
    }
    ret_hashes[0] = gpuc_python2_hash_from(h0, t0, shared, sizes[0]);
    ret_hashes[1] = gpuc_python2_hash_from(h1, t1, shared, sizes[1]);
    ret_hashes[2] = gpuc_python2_hash_from(h2, t2, shared, sizes[2]);
    ret_hashes[3] = gpuc_python2_hash_from(h3, t3, shared, sizes[3]);
}

#endif
