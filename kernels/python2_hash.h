/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The string hash of Python 2 for several texts at a time. Each hash is one chain of
 * multiplications, so four chains run side by side. That is for ASCII, where a byte is a
 * character; other texts go through the row function, which waits less for its
 * multiplications than for what it has to guess about the next character.
 */
#ifndef GPUC_PYTHON2_HASH_H
#define GPUC_PYTHON2_HASH_H

#include "blackbox_row.h"

enum { GPUC_HASH_TEXTS = 4 };

/* Goes on with a hash at byte `first`; adds what the bytes have in common to `all`. */
static inline gpuc_u64 gpuc_hash_ascii_from(gpuc_u64 hash,
                                            GPUC_GLOBAL const gpuc_u8 *text,
                                            gpuc_u32 first, gpuc_u32 size, gpuc_u32 *all)
{
    for (gpuc_u32 i = first; i < size; i++) {
        hash = (1000003u * hash) ^ text[i];
        *all |= text[i];
    }
    return hash ^ size;
}

/*
 * For texts with at least n_shared bytes each, more than 0. Returns the bits that are set
 * in any byte: with bit 7 there are texts that are not ASCII, and no hash counts.
 */
static inline gpuc_u32
gpuc_hash_ascii(GPUC_GLOBAL const gpuc_u8 *const texts[GPUC_HASH_TEXTS],
                const gpuc_u32 sizes[GPUC_HASH_TEXTS], gpuc_u32 n_shared,
                gpuc_u64 ret_hashes[GPUC_HASH_TEXTS])
{
    GPUC_GLOBAL const gpuc_u8 *t0 = texts[0], *t1 = texts[1];
    GPUC_GLOBAL const gpuc_u8 *t2 = texts[2], *t3 = texts[3];
    gpuc_u64 h0 = (gpuc_u64)t0[0] << 7, h1 = (gpuc_u64)t1[0] << 7;
    gpuc_u64 h2 = (gpuc_u64)t2[0] << 7, h3 = (gpuc_u64)t3[0] << 7;
    gpuc_u32 all = 0;

    for (gpuc_u32 i = 0; i < n_shared; i++) {
        h0 = (1000003u * h0) ^ t0[i];
        h1 = (1000003u * h1) ^ t1[i];
        h2 = (1000003u * h2) ^ t2[i];
        h3 = (1000003u * h3) ^ t3[i];
        all |= (gpuc_u32)(t0[i] | t1[i] | t2[i] | t3[i]);
    }
    ret_hashes[0] = gpuc_hash_ascii_from(h0, t0, n_shared, sizes[0], &all);
    ret_hashes[1] = gpuc_hash_ascii_from(h1, t1, n_shared, sizes[1], &all);
    ret_hashes[2] = gpuc_hash_ascii_from(h2, t2, n_shared, sizes[2], &all);
    ret_hashes[3] = gpuc_hash_ascii_from(h3, t3, n_shared, sizes[3], &all);
    return all;
}

/* The hashes of four texts, best of similar size. */
static inline void
gpuc_python2_hashes(GPUC_GLOBAL const gpuc_u8 *const texts[GPUC_HASH_TEXTS],
                    const gpuc_u32 sizes[GPUC_HASH_TEXTS],
                    gpuc_u64 ret_hashes[GPUC_HASH_TEXTS])
{
    gpuc_u32 n_shared = sizes[0];

    for (gpuc_u32 k = 1; k < GPUC_HASH_TEXTS; k++)
        n_shared = sizes[k] < n_shared ? sizes[k] : n_shared;
    if (n_shared > 0 && gpuc_hash_ascii(texts, sizes, n_shared, ret_hashes) < 0x80)
        return;
    for (gpuc_u32 k = 0; k < GPUC_HASH_TEXTS; k++)
        ret_hashes[k] = gpuc_python2_hash(texts[k], sizes[k]);
}

#endif
