/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The string hash of Python 2 for several texts at a time. Each hash is one chain of
 * multiplications, so four chains run side by side. That is for ASCII, where a byte is a
 * character; other texts go through the row function, which waits less for its
 * multiplications than for what it has to guess about the next character.
 */
#ifndef GPUC_PYTHON2_HASH_H
#define GPUC_PYTHON2_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "kernels/blackbox_row.h"

enum { GPUC_HASH_TEXTS = 4 };

static inline bool gpuc_text_is_ascii(const uint8_t *text, size_t size)
{
    uint64_t all = 0;
    size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        uint64_t bytes;
        memcpy(&bytes, text + i, sizeof bytes);
        all |= bytes;
    }
    for (; i < size; i++)
        all |= text[i];
    return (all & 0x8080808080808080u) == 0;
}

/* Goes on with the hash of an ASCII text at byte `first`. */
static inline uint64_t gpuc_hash_ascii_from(uint64_t hash, const uint8_t *text,
                                            size_t first, size_t size)
{
    for (size_t i = first; i < size; i++)
        hash = (1000003u * hash) ^ text[i];
    return hash ^ size;
}

/* For ASCII texts of which none is empty. */
static inline void gpuc_hash_ascii(const uint8_t *const texts[GPUC_HASH_TEXTS],
                                   const uint32_t sizes[GPUC_HASH_TEXTS], size_t n_shared,
                                   uint64_t ret_hashes[GPUC_HASH_TEXTS])
{
    const uint8_t *t0 = texts[0], *t1 = texts[1], *t2 = texts[2], *t3 = texts[3];
    uint64_t h0 = (uint64_t)t0[0] << 7, h1 = (uint64_t)t1[0] << 7;
    uint64_t h2 = (uint64_t)t2[0] << 7, h3 = (uint64_t)t3[0] << 7;

    for (size_t i = 0; i < n_shared; i++) {
        h0 = (1000003u * h0) ^ t0[i];
        h1 = (1000003u * h1) ^ t1[i];
        h2 = (1000003u * h2) ^ t2[i];
        h3 = (1000003u * h3) ^ t3[i];
    }
    ret_hashes[0] = gpuc_hash_ascii_from(h0, t0, n_shared, sizes[0]);
    ret_hashes[1] = gpuc_hash_ascii_from(h1, t1, n_shared, sizes[1]);
    ret_hashes[2] = gpuc_hash_ascii_from(h2, t2, n_shared, sizes[2]);
    ret_hashes[3] = gpuc_hash_ascii_from(h3, t3, n_shared, sizes[3]);
}

/* The hashes of four texts, best of similar size. */
static inline void gpuc_python2_hashes(const uint8_t *const texts[GPUC_HASH_TEXTS],
                                       const uint32_t sizes[GPUC_HASH_TEXTS],
                                       uint64_t ret_hashes[GPUC_HASH_TEXTS])
{
    bool ascii = true;
    uint32_t n_shared = sizes[0];

    for (size_t k = 0; k < GPUC_HASH_TEXTS; k++) {
        ascii = ascii && gpuc_text_is_ascii(texts[k], sizes[k]);
        n_shared = sizes[k] < n_shared ? sizes[k] : n_shared;
    }
    if (ascii && n_shared > 0) {
        gpuc_hash_ascii(texts, sizes, n_shared, ret_hashes);
        return;
    }
    for (size_t k = 0; k < GPUC_HASH_TEXTS; k++)
        ret_hashes[k] = gpuc_python2_hash(texts[k], sizes[k]);
}

#endif
