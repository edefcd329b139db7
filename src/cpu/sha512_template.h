/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-512 of GPUC_LANES64 texts side by side, one in each 64-bit lane. Included by the
 * isa_<name>.c files after their simd_<name>.h.
 */
#include "cpu/message.h"
#include "kernels/mt19937_row.h"
#include "kernels/sha512_row.h"

/* One round; the caller renames the variables in place of moving them. */
#define SHA512_ROUND(a, b, c, d, e, f, g, h, i)                                          \
  do {                                                                                   \
    h = vec_add64(h, vec_add64(w[i], vec_set64(k[i])));                                  \
    h = vec_add64(h, vec_choose(e, f, g));                                               \
    h = vec_add64(h, vec_xor3(vec_ror64(e, 14), vec_ror64(e, 18), vec_ror64(e, 41)));    \
    d = vec_add64(d, h);                                                                 \
    h = vec_add64(h, vec_majority(a, b, c));                                             \
    h = vec_add64(h, vec_xor3(vec_ror64(a, 28), vec_ror64(a, 34), vec_ror64(a, 39)));    \
  } while (0)

/* Replaces word i, which its round has used, by the word of 16 rounds later. */
#define SHA512_SCHEDULE(i)                                                               \
  do {                                                                                   \
    vec w15 = w[((i) + 1) & 15], w2 = w[((i) + 14) & 15];                                \
    w[i] = vec_add64(w[i], w[((i) + 9) & 15]);                                           \
    w[i] = vec_add64(w[i],                                                               \
                     vec_xor3(vec_ror64(w15, 1), vec_ror64(w15, 8), vec_shr64(w15, 7))); \
    w[i] = vec_add64(w[i],                                                               \
                     vec_xor3(vec_ror64(w2, 19), vec_ror64(w2, 61), vec_shr64(w2, 6)));  \
  } while (0)

#define SHA512_NONE(i) (void)0

/* Eight rounds, after which every variable has its own name again. */
#define SHA512_ROUNDS(i, after)                                                          \
  do {                                                                                   \
    SHA512_ROUND(s0, s1, s2, s3, s4, s5, s6, s7, (i) + 0);                               \
    after((i) + 0);                                                                      \
    SHA512_ROUND(s7, s0, s1, s2, s3, s4, s5, s6, (i) + 1);                               \
    after((i) + 1);                                                                      \
    SHA512_ROUND(s6, s7, s0, s1, s2, s3, s4, s5, (i) + 2);                               \
    after((i) + 2);                                                                      \
    SHA512_ROUND(s5, s6, s7, s0, s1, s2, s3, s4, (i) + 3);                               \
    after((i) + 3);                                                                      \
    SHA512_ROUND(s4, s5, s6, s7, s0, s1, s2, s3, (i) + 4);                               \
    after((i) + 4);                                                                      \
    SHA512_ROUND(s3, s4, s5, s6, s7, s0, s1, s2, (i) + 5);                               \
    after((i) + 5);                                                                      \
    SHA512_ROUND(s2, s3, s4, s5, s6, s7, s0, s1, (i) + 6);                               \
    after((i) + 6);                                                                      \
    SHA512_ROUND(s1, s2, s3, s4, s5, s6, s7, s0, (i) + 7);                               \
    after((i) + 7);                                                                      \
  } while (0)

/* One block of every lane into the state. */
static void sha512_compress(vec state[8], const uint8_t *const blocks[GPUC_LANES64])
{
    vec w[16];
    vec_load_words64(blocks, w);
    for (int i = 0; i < 16; i++)
        w[i] = vec_swap64(w[i]);

    vec s0 = state[0], s1 = state[1], s2 = state[2], s3 = state[3];
    vec s4 = state[4], s5 = state[5], s6 = state[6], s7 = state[7];
    const uint64_t *k = gpuc_sha512_k;
    for (; k < gpuc_sha512_k + 64; k += 16) {
        SHA512_ROUNDS(0, SHA512_SCHEDULE);
        SHA512_ROUNDS(8, SHA512_SCHEDULE);
    }
    SHA512_ROUNDS(0, SHA512_NONE);
    SHA512_ROUNDS(8, SHA512_NONE);

    state[0] = vec_add64(state[0], s0);
    state[1] = vec_add64(state[1], s1);
    state[2] = vec_add64(state[2], s2);
    state[3] = vec_add64(state[3], s3);
    state[4] = vec_add64(state[4], s4);
    state[5] = vec_add64(state[5], s5);
    state[6] = vec_add64(state[6], s6);
    state[7] = vec_add64(state[7], s7);
}

/* The digest of one lane as the low words of a key: its last word comes first. */
static void sha512_write_head(const uint64_t *words, size_t lane, uint32_t head[16])
{
    for (size_t i = 0; i < 8; i++)
        memcpy(head + 2 * i, &words[(7 - i) * GPUC_LANES64 + lane], 8);
}

/*
 * Hashes the texts of `keys[0]` to `keys[n_keys - 1]`, at most GPUC_LANES64 and sorted by
 * size, into the heads of the keys.
 */
static void sha512_lanes(struct gpuc_mt_key *keys, size_t n_keys)
{
    struct gpuc_message messages[GPUC_LANES64];
    for (size_t lane = 0; lane < GPUC_LANES64; lane++) {
        const struct gpuc_mt_key *key = &keys[lane < n_keys ? lane : n_keys - 1];
        gpuc_message_init(&messages[lane], key->text, key->text_size, 1,
                          GPUC_SHA512_BLOCK);
    }

    vec state[8];
    for (int i = 0; i < 8; i++)
        state[i] = vec_set64(gpuc_sha512_initial[i]);
    size_t n_done = 0;
    for (uint64_t n_blocks = 1; n_done < n_keys; n_blocks++) {
        const uint8_t *blocks[GPUC_LANES64];
        for (size_t lane = 0; lane < GPUC_LANES64; lane++)
            blocks[lane] = gpuc_message_next(&messages[lane], GPUC_SHA512_BLOCK);
        sha512_compress(state, blocks);
        if (messages[n_done].n_blocks > n_blocks)
            continue;
        uint64_t words[8 * GPUC_LANES64];
        for (int i = 0; i < 8; i++)
            vec_store(words + i * GPUC_LANES64, state[i]);
        for (; n_done < n_keys && messages[n_done].n_blocks <= n_blocks; n_done++)
            sha512_write_head(words, n_done, keys[n_done].head);
    }
}
