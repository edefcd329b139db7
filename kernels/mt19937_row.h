/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MT19937 as far as two outputs need it: init_by_array() and the first two calls of
 * genrand_int32() of the generator by Matsumoto and Nishimura.
 *
 * The key is never in memory as a whole. It is the big-endian integer `text || head`, cut
 * into 32-bit words, least significant first: first the words of the head, then the text
 * from its end backwards.
 */
#ifndef GPUC_MT19937_ROW_H
#define GPUC_MT19937_ROW_H

#include "gpuc_shared.h"

enum { GPUC_MT_SIZE = 624, GPUC_MT_SHIFT = 397, GPUC_MT_HEAD_MAX = 16 };

struct gpuc_mt_key {
    gpuc_u32 head[GPUC_MT_HEAD_MAX]; /* the low words, least significant first */
    gpuc_u32 head_size;              /* in words */
    GPUC_GLOBAL const gpuc_u8 *text; /* the bytes above them, most significant first */
    gpuc_u32 text_size;              /* in bytes */
};

/* Where a state lives: word i is at words[i * stride], so a device can interleave rows.
 */
struct gpuc_mt_state {
    GPUC_GLOBAL gpuc_u32 *words;
    gpuc_u64 stride;
};

/* Word j of the key; what is above the text is zero. */
static inline gpuc_u32 gpuc_mt_key_word(const struct gpuc_mt_key *key, gpuc_u32 j)
{
    if (j < key->head_size)
        return key->head[j];

    gpuc_u64 from_end = (gpuc_u64)(j - key->head_size) * 4;
    gpuc_u32 word = 0;
    for (gpuc_u32 k = 0; k < 4; k++) {
        if (from_end + k < key->text_size)
            word |= (gpuc_u32)key->text[key->text_size - 1 - from_end - k] << (8 * k);
    }
    return word;
}

/* Words of the key without the zero words at its top, at least one. */
static inline gpuc_u32 gpuc_mt_key_size(const struct gpuc_mt_key *key)
{
    gpuc_u32 size = key->head_size + key->text_size / 4 + (key->text_size % 4 != 0);
    while (size > 1 && gpuc_mt_key_word(key, size - 1) == 0)
        size--;
    return size;
}

static inline gpuc_u32 gpuc_mt_mix(gpuc_u32 word)
{
    return word ^ (word >> 30);
}

/* init_by_array(): fills all words of the state. */
static inline void gpuc_mt_seed(struct gpuc_mt_state state, const struct gpuc_mt_key *key)
{
    gpuc_u32 key_size = gpuc_mt_key_size(key);
    gpuc_u32 n_steps = key_size > GPUC_MT_SIZE ? key_size : GPUC_MT_SIZE;
    gpuc_u32 previous = 19650218u;

    state.words[0] = previous;
    for (gpuc_u32 i = 1; i < GPUC_MT_SIZE; i++) {
        previous = 1812433253u * gpuc_mt_mix(previous) + i;
        state.words[i * state.stride] = previous;
    }

    gpuc_u32 i = 1, j = 0;
    previous = state.words[0];
    for (gpuc_u32 step = 0; step < n_steps; step++) {
        GPUC_GLOBAL gpuc_u32 *word = &state.words[i * state.stride];
        previous =
            (*word ^ (gpuc_mt_mix(previous) * 1664525u)) + gpuc_mt_key_word(key, j) + j;
        *word = previous;
        i++;
        j++;
        if (i == GPUC_MT_SIZE) {
            state.words[0] = previous;
            i = 1;
        }
        if (j == key_size)
            j = 0;
    }
    for (gpuc_u32 step = 0; step < GPUC_MT_SIZE - 1; step++) {
        GPUC_GLOBAL gpuc_u32 *word = &state.words[i * state.stride];
        previous = (*word ^ (gpuc_mt_mix(previous) * 1566083941u)) - i;
        *word = previous;
        i++;
        if (i == GPUC_MT_SIZE) {
            state.words[0] = previous;
            i = 1;
        }
    }
    state.words[0] = 0x80000000u;
}

static inline gpuc_u32 gpuc_mt_temper(gpuc_u32 y)
{
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

/* Output `n` after seeding, for n < 624 - 397: these depend on the seeded words alone. */
static inline gpuc_u32 gpuc_mt_output(struct gpuc_mt_state state, gpuc_u32 n)
{
    gpuc_u32 y = (state.words[n * state.stride] & 0x80000000u) |
                 (state.words[(n + 1) * state.stride] & 0x7fffffffu);
    gpuc_u32 far_word = state.words[(n + GPUC_MT_SHIFT) * state.stride];
    return gpuc_mt_temper(far_word ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908b0dfu : 0));
}

/* random(): 53 bits, of which the value is fraction / 2^53. */
static inline gpuc_u64 gpuc_mt_first_fraction(struct gpuc_mt_state state)
{
    gpuc_u64 high = gpuc_mt_output(state, 0) >> 5;
    gpuc_u64 low = gpuc_mt_output(state, 1) >> 6;
    return (high << 26) | low;
}

#endif
