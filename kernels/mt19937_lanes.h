/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MT19937 seeding and its first double for a group of keys side by side in OpenCL
 * vectors.
 *
 * Seeding is one long chain of multiplications, so four vectors are interleaved to hide
 * their latency, where the device's own are narrow of twice its width. The first pass
 * adds the key to the state and must keep all 624 words; the second only hands a word on
 * to the next, and needs no store at all: outputs 0 and 1 depend on the words 1, 2, 397
 * and 398 (word 0 is constant).
 *
 * Keys that fit the state keep step, as the first pass then has 624 steps whatever their
 * size. A larger key goes through the row function.
 */
#ifndef GPUC_MT19937_LANES_H
#define GPUC_MT19937_LANES_H

#include "lanes.h"

/* GPUC_MT_VECTORS of them hold a group. */
#if GPUC_LANES == 4
typedef uint8 gpuc_mt_vec;
#else
typedef uint16 gpuc_mt_vec;
#endif

enum {
    GPUC_MT_VECTORS = 4,
    GPUC_RING_MIN = 64 /* short keys are repeated up to this size */
};

/* The words of a row's text behind the head of its key, each plus its index. */
static inline uint gpuc_mt_make_key(__global const uchar *text, uint text_size,
                                    uint head_size, __global uint *key)
{
    uint j = 0;

    for (; j < head_size; j++)
        key[j] += j;
    uint n_left = text_size;
    for (; n_left >= 16; n_left -= 16, j += 4) {
        uint4 words = as_uint4(vload16(0, text + (n_left - 16)));
        words = gpuc_swap32(uint4, words).wzyx;
        vstore4(words + j + (uint4)(0, 1, 2, 3), 0, key + j);
    }
    while (n_left > 0) {
        uint word = 0;
        for (uint shift = 0; shift < 32 && n_left > 0; shift += 8)
            word |= (uint)text[--n_left] << shift;
        key[j] = word + j;
        j++;
    }
    while (j > 1 && key[j - 1] == j - 1)
        j--;
    return j;
}

/* Repeats a key up to 16 words at least, and 16 words more; returns the former. */
static inline uint gpuc_mt_repeat_key(__global uint *key, uint size)
{
    uint repeated = (15 + size) / size * size;

    for (uint j = size; j < repeated + 16; j++)
        key[j] = key[j - size];
    return repeated;
}

/* The keys of four rows to columns of the ring: n_words words, rounded up to 16. */
static inline void gpuc_mt_fill_ring(__global const uint *keys, const uint sizes[4],
                                     uint n_words, __global uint *ring)
{
    uint at[4] = {0, 0, 0, 0};

    for (uint j = 0; j < n_words; j += 16) {
        for (uint i = 0; i < 16; i += 4) {
            uint4 words[4];
            gpuc_transpose4(vload4(0, keys + at[0] + i),
                            vload4(0, keys + GPUC_ROW_WORDS + at[1] + i),
                            vload4(0, keys + 2 * GPUC_ROW_WORDS + at[2] + i),
                            vload4(0, keys + 3 * GPUC_ROW_WORDS + at[3] + i), words);
#pragma unroll
            for (uint k = 0; k < 4; k++)
                vstore4(words[k], 0, ring + (j + i + k) * GPUC_GROUP_ROWS);
        }
        for (uint k = 0; k < 4; k++) {
            at[k] += 16;
            at[k] -= at[k] >= sizes[k] ? sizes[k] : 0;
        }
    }
}

/*
 * A macro, and vectors go to functions by address: where they are wider than the CPU's,
 * compilers warn of passing them by value.
 */
#define gpuc_mt_mix_lanes(words) ((words) ^ ((words) >> 30))

/* One step of the first pass: the state's words become those of `words`. */
static inline void gpuc_mt_absorb(__global gpuc_mt_vec *state,
                                  __global const gpuc_mt_vec *ring,
                                  const gpuc_mt_vec old[GPUC_MT_VECTORS],
                                  gpuc_mt_vec words[GPUC_MT_VECTORS])
{
#pragma unroll
    for (uint v = 0; v < GPUC_MT_VECTORS; v++) {
        words[v] = (old[v] ^ (gpuc_mt_mix_lanes(words[v]) * 1664525u)) + ring[v];
        state[v] = words[v];
    }
}

/* Makes the state; the vectors of word 1, the last one made, are in `words`. */
static inline void gpuc_mt_first_pass(__global gpuc_mt_vec *state,
                                      __global const gpuc_mt_vec *ring, uint ring_size,
                                      gpuc_mt_vec words[GPUC_MT_VECTORS])
{
    gpuc_mt_vec old[GPUC_MT_VECTORS];
    uint initial = 19650218u;
    uint next = 0;

#pragma unroll
    for (uint v = 0; v < GPUC_MT_VECTORS; v++)
        words[v] = (gpuc_mt_vec)(initial);
    for (uint i = 1; i < GPUC_MT_SIZE; i++) {
        initial = 1812433253u * gpuc_mt_mix(initial) + i;
#pragma unroll
        for (uint v = 0; v < GPUC_MT_VECTORS; v++)
            old[v] = (gpuc_mt_vec)(initial);
        gpuc_mt_absorb(state + i * GPUC_MT_VECTORS, ring + next * GPUC_MT_VECTORS, old,
                       words);
        next = next + 1 == ring_size ? 0 : next + 1;
    }
#pragma unroll
    for (uint v = 0; v < GPUC_MT_VECTORS; v++)
        old[v] = state[GPUC_MT_VECTORS + v];
    gpuc_mt_absorb(state + GPUC_MT_VECTORS, ring + next * GPUC_MT_VECTORS, old, words);
}

/* The second pass over the words `i` to `last`; leaves the vectors of the last. */
static inline void gpuc_mt_stir(__global const gpuc_mt_vec *state, uint i, uint last,
                                gpuc_mt_vec words[GPUC_MT_VECTORS])
{
    for (; i <= last; i++) {
#pragma unroll
        for (uint v = 0; v < GPUC_MT_VECTORS; v++) {
            words[v] = state[i * GPUC_MT_VECTORS + v] ^
                       (gpuc_mt_mix_lanes(words[v]) * 1566083941u);
            words[v] -= i;
        }
    }
}

/* An output from two neighbours of the state, low bits from `next`, and the far word. */
static inline void gpuc_mt_output_lanes(const gpuc_mt_vec *word, const gpuc_mt_vec *next,
                                        const gpuc_mt_vec *far_word,
                                        gpuc_mt_vec *ret_output)
{
    gpuc_mt_vec y = (*word & 0x80000000u) | (*next & 0x7fffffffu);
    y = *far_word ^ (y >> 1) ^ (-(y & 1) & 0x9908b0dfu);
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    *ret_output = y ^ (y >> 18);
}

/* Seeds with what the ring has. The two outputs of row r are ret_high[r] and ret_low[r].
 */
static void gpuc_mt_first_outputs(__global gpuc_mt_vec *state,
                                  __global const gpuc_mt_vec *ring, uint ring_size,
                                  gpuc_mt_vec ret_high[GPUC_MT_VECTORS],
                                  gpuc_mt_vec ret_low[GPUC_MT_VECTORS])
{
    gpuc_mt_vec words[GPUC_MT_VECTORS], word2[GPUC_MT_VECTORS];
    gpuc_mt_vec word397[GPUC_MT_VECTORS], word398[GPUC_MT_VECTORS];
    const gpuc_mt_vec word0 = 0x80000000u;

    gpuc_mt_first_pass(state, ring, ring_size, words);
    gpuc_mt_stir(state, 2, 2, words);
#pragma unroll
    for (uint v = 0; v < GPUC_MT_VECTORS; v++)
        word2[v] = words[v];
    gpuc_mt_stir(state, 3, GPUC_MT_SHIFT, words);
#pragma unroll
    for (uint v = 0; v < GPUC_MT_VECTORS; v++)
        word397[v] = words[v];
    gpuc_mt_stir(state, GPUC_MT_SHIFT + 1, GPUC_MT_SHIFT + 1, words);
#pragma unroll
    for (uint v = 0; v < GPUC_MT_VECTORS; v++)
        word398[v] = words[v];
    gpuc_mt_stir(state, GPUC_MT_SHIFT + 2, GPUC_MT_SIZE - 1, words);
    gpuc_mt_stir(state, 1, 1, words);
#pragma unroll
    for (uint v = 0; v < GPUC_MT_VECTORS; v++) {
        gpuc_mt_output_lanes(&word0, &words[v], &word397[v], &ret_high[v]);
        gpuc_mt_output_lanes(&words[v], &word2[v], &word398[v], &ret_low[v]);
    }
}

#endif
