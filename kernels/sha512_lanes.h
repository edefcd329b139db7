/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rounds of SHA-512 for one message in each 64-bit lane of a vector, for C and
 * for OpenCL C. Before this comes what has the vectors: a simd_<name>.h or lanes.h.
 */
#ifndef GPUC_SHA512_LANES_H
#define GPUC_SHA512_LANES_H

#include "sha512_row.h"

/* One round; the caller renames the variables in place of moving them. */
#define GPUC_SHA512_ROUND(a, b, c, d, e, f, g, h, i)                                     \
  do {                                                                                   \
    h = vec_add64(h, vec_add64(w[i], vec_set64(gpuc_sha512_k[round + (i)])));            \
    h = vec_add64(h, vec_choose(e, f, g));                                               \
    h = vec_add64(h, vec_xor3(vec_ror64(e, 14), vec_ror64(e, 18), vec_ror64(e, 41)));    \
    d = vec_add64(d, h);                                                                 \
    h = vec_add64(h, vec_majority(a, b, c));                                             \
    h = vec_add64(h, vec_xor3(vec_ror64(a, 28), vec_ror64(a, 34), vec_ror64(a, 39)));    \
  } while (0)

/* Replaces word i, which its round has used, by the word of 16 rounds later. */
#define GPUC_SHA512_SCHEDULE(i)                                                          \
  do {                                                                                   \
    vec64 w15 = w[((i) + 1) & 15], w2 = w[((i) + 14) & 15];                              \
    w[i] = vec_add64(w[i], w[((i) + 9) & 15]);                                           \
    w[i] = vec_add64(w[i],                                                               \
                     vec_xor3(vec_ror64(w15, 1), vec_ror64(w15, 8), vec_shr64(w15, 7))); \
    w[i] = vec_add64(w[i],                                                               \
                     vec_xor3(vec_ror64(w2, 19), vec_ror64(w2, 61), vec_shr64(w2, 6)));  \
  } while (0)

#define GPUC_SHA512_NONE(i) (void)0

/* Eight rounds, after which every variable has its own name again. */
#define GPUC_SHA512_ROUNDS(i, after)                                                     \
  do {                                                                                   \
    GPUC_SHA512_ROUND(s0, s1, s2, s3, s4, s5, s6, s7, (i) + 0);                          \
    after((i) + 0);                                                                      \
    GPUC_SHA512_ROUND(s7, s0, s1, s2, s3, s4, s5, s6, (i) + 1);                          \
    after((i) + 1);                                                                      \
    GPUC_SHA512_ROUND(s6, s7, s0, s1, s2, s3, s4, s5, (i) + 2);                          \
    after((i) + 2);                                                                      \
    GPUC_SHA512_ROUND(s5, s6, s7, s0, s1, s2, s3, s4, (i) + 3);                          \
    after((i) + 3);                                                                      \
    GPUC_SHA512_ROUND(s4, s5, s6, s7, s0, s1, s2, s3, (i) + 4);                          \
    after((i) + 4);                                                                      \
    GPUC_SHA512_ROUND(s3, s4, s5, s6, s7, s0, s1, s2, (i) + 5);                          \
    after((i) + 5);                                                                      \
    GPUC_SHA512_ROUND(s2, s3, s4, s5, s6, s7, s0, s1, (i) + 6);                          \
    after((i) + 6);                                                                      \
    GPUC_SHA512_ROUND(s1, s2, s3, s4, s5, s6, s7, s0, (i) + 7);                          \
    after((i) + 7);                                                                      \
  } while (0)

/* One block of every lane into the state; uses up `w`, its words as numbers. */
static inline void gpuc_sha512_compress_lanes(vec64 state[8], vec64 w[16])
{
    vec64 s0 = state[0], s1 = state[1], s2 = state[2], s3 = state[3];
    vec64 s4 = state[4], s5 = state[5], s6 = state[6], s7 = state[7];
    gpuc_u32 round = 0;

    for (; round < 64; round += 16) {
        GPUC_SHA512_ROUNDS(0, GPUC_SHA512_SCHEDULE);
        GPUC_SHA512_ROUNDS(8, GPUC_SHA512_SCHEDULE);
    }
    GPUC_SHA512_ROUNDS(0, GPUC_SHA512_NONE);
    GPUC_SHA512_ROUNDS(8, GPUC_SHA512_NONE);

    state[0] = vec_add64(state[0], s0);
    state[1] = vec_add64(state[1], s1);
    state[2] = vec_add64(state[2], s2);
    state[3] = vec_add64(state[3], s3);
    state[4] = vec_add64(state[4], s4);
    state[5] = vec_add64(state[5], s5);
    state[6] = vec_add64(state[6], s6);
    state[7] = vec_add64(state[7], s7);
}

#endif
