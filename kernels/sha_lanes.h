/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 and SHA-512 of texts side by side in the lanes of OpenCL vectors. */
#ifndef GPUC_SHA_LANES_H
#define GPUC_SHA_LANES_H

#include "lanes.h"
#include "sha256_lanes.h"
#include "sha512_lanes.h"

/* The rows of a work-item, sorted by size; the last one again where there are no more. */
struct gpuc_group {
    __global const uchar *texts[GPUC_GROUP_ROWS];
    uint sizes[GPUC_GROUP_ROWS];
    uint rows[GPUC_GROUP_ROWS]; /* where the results go */
    uint n_rows;                /* at least 1 */
};

static inline void gpuc_write_digest(const uint *words, uint stride,
                                     __global uint *ret_digest)
{
    for (uint i = 0; i < 8; i++)
        ret_digest[i] = gpuc_swap32(uint, words[i * stride]);
}

/*
 * The digests of `count` updates, not 0, for the rows from `first` on: a lane's digest is
 * taken when its message ends, and the lane then idles until the longest has ended.
 */
static void gpuc_sha256_group(const struct gpuc_group *group, uint first, uint count,
                              __global uchar *spaces, __global uint *digests)
{
    struct gpuc_message messages[GPUC_LANES];
    for (uint lane = 0; lane < GPUC_LANES; lane++)
        gpuc_message_init(&messages[lane], group->texts[first + lane],
                          group->sizes[first + lane], count, GPUC_SHA256_BLOCK,
                          spaces + GPUC_MESSAGE_SPACE * lane);

    vec32 state[8];
    for (uint i = 0; i < 8; i++)
        state[i] = vec_set32(gpuc_sha256_initial[i]);
    uint n_left = group->n_rows - first, n_done = 0;
    uint n_rows = n_left < GPUC_LANES ? n_left : GPUC_LANES;
    for (ulong n_blocks = 1; n_done < n_rows; n_blocks++) {
        __global const uchar *blocks[GPUC_LANES];
        for (uint lane = 0; lane < GPUC_LANES; lane++)
            blocks[lane] = gpuc_message_next(&messages[lane], GPUC_SHA256_BLOCK);
        vec32 words[16];
        gpuc_load_words32(blocks, words);
        gpuc_sha256_compress_lanes(state, words);
        for (; n_done < n_rows && messages[n_done].n_blocks <= n_blocks; n_done++)
            gpuc_write_digest((const uint *)state + n_done, GPUC_LANES,
                              digests + 8 * (size_t)group->rows[first + n_done]);
    }
}

/*
 * Hashes the rows from `first` on. A digest goes to the first words of its row's key, the
 * last word first; keys lie key_stride words apart.
 */
static void gpuc_sha512_group(const struct gpuc_group *group, uint first,
                              __global uchar *spaces, __global uint *keys,
                              uint key_stride)
{
    struct gpuc_message messages[GPUC_LANES64];
    for (uint lane = 0; lane < GPUC_LANES64; lane++)
        gpuc_message_init(&messages[lane], group->texts[first + lane],
                          group->sizes[first + lane], 1, GPUC_SHA512_BLOCK,
                          spaces + GPUC_MESSAGE_SPACE * lane);

    vec64 state[8];
    for (uint i = 0; i < 8; i++)
        state[i] = vec_set64(gpuc_sha512_initial[i]);
    uint n_done = 0;
    for (ulong n_blocks = 1; n_done < GPUC_LANES64; n_blocks++) {
        __global const uchar *blocks[GPUC_LANES64];
        for (uint lane = 0; lane < GPUC_LANES64; lane++)
            blocks[lane] = gpuc_message_next(&messages[lane], GPUC_SHA512_BLOCK);
        vec64 words[16];
        gpuc_load_words64(blocks, words);
        gpuc_sha512_compress_lanes(state, words);
        for (; n_done < GPUC_LANES64 && messages[n_done].n_blocks <= n_blocks; n_done++) {
            const uint *lane = (const uint *)state + 2 * n_done;
            __global uint *key = keys + (first + n_done) * key_stride;
            for (uint i = 0; i < 8; i++) {
                key[2 * i] = lane[(7 - i) * GPUC_LANES];
                key[2 * i + 1] = lane[(7 - i) * GPUC_LANES + 1];
            }
        }
    }
}

#endif
