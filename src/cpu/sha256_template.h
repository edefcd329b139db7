/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 of GPUC_LANES messages side by side, one in each 32-bit lane. Included by the
 * isa_<name>.c files after their simd_<name>.h.
 */
#include "cpu/message.h"
#include "kernels/sha256_row.h"

/* One round; the caller renames the variables in place of moving them. */
#define SHA256_ROUND(a, b, c, d, e, f, g, h, i)                                          \
  do {                                                                                   \
    h = vec_add32(h, vec_add32(w[i], vec_set32(k[i])));                                  \
    h = vec_add32(h, vec_choose(e, f, g));                                               \
    h = vec_add32(h, vec_xor3(vec_ror32(e, 6), vec_ror32(e, 11), vec_ror32(e, 25)));     \
    d = vec_add32(d, h);                                                                 \
    h = vec_add32(h, vec_majority(a, b, c));                                             \
    h = vec_add32(h, vec_xor3(vec_ror32(a, 2), vec_ror32(a, 13), vec_ror32(a, 22)));     \
  } while (0)

/* Replaces word i, which its round has used, by the word of 16 rounds later. */
#define SHA256_SCHEDULE(i)                                                               \
  do {                                                                                   \
    vec w15 = w[((i) + 1) & 15], w2 = w[((i) + 14) & 15];                                \
    w[i] = vec_add32(w[i], w[((i) + 9) & 15]);                                           \
    w[i] = vec_add32(                                                                    \
        w[i], vec_xor3(vec_ror32(w15, 7), vec_ror32(w15, 18), vec_shr32(w15, 3)));       \
    w[i] = vec_add32(w[i],                                                               \
                     vec_xor3(vec_ror32(w2, 17), vec_ror32(w2, 19), vec_shr32(w2, 10))); \
  } while (0)

#define SHA256_NONE(i) (void)0

/* Eight rounds, after which every variable has its own name again. */
#define SHA256_ROUNDS(i, after)                                                          \
  do {                                                                                   \
    SHA256_ROUND(s0, s1, s2, s3, s4, s5, s6, s7, (i) + 0);                               \
    after((i) + 0);                                                                      \
    SHA256_ROUND(s7, s0, s1, s2, s3, s4, s5, s6, (i) + 1);                               \
    after((i) + 1);                                                                      \
    SHA256_ROUND(s6, s7, s0, s1, s2, s3, s4, s5, (i) + 2);                               \
    after((i) + 2);                                                                      \
    SHA256_ROUND(s5, s6, s7, s0, s1, s2, s3, s4, (i) + 3);                               \
    after((i) + 3);                                                                      \
    SHA256_ROUND(s4, s5, s6, s7, s0, s1, s2, s3, (i) + 4);                               \
    after((i) + 4);                                                                      \
    SHA256_ROUND(s3, s4, s5, s6, s7, s0, s1, s2, (i) + 5);                               \
    after((i) + 5);                                                                      \
    SHA256_ROUND(s2, s3, s4, s5, s6, s7, s0, s1, (i) + 6);                               \
    after((i) + 6);                                                                      \
    SHA256_ROUND(s1, s2, s3, s4, s5, s6, s7, s0, (i) + 7);                               \
    after((i) + 7);                                                                      \
  } while (0)

/* One block of every lane into the state. */
static void sha256_compress(vec state[8], const uint8_t *const blocks[GPUC_LANES])
{
    vec w[16];
    vec_load_words32(blocks, w);
    for (int i = 0; i < 16; i++)
        w[i] = vec_swap32(w[i]);

    vec s0 = state[0], s1 = state[1], s2 = state[2], s3 = state[3];
    vec s4 = state[4], s5 = state[5], s6 = state[6], s7 = state[7];
    const uint32_t *k = gpuc_sha256_k;
    for (; k < gpuc_sha256_k + 48; k += 16) {
        SHA256_ROUNDS(0, SHA256_SCHEDULE);
        SHA256_ROUNDS(8, SHA256_SCHEDULE);
    }
    SHA256_ROUNDS(0, SHA256_NONE);
    SHA256_ROUNDS(8, SHA256_NONE);

    state[0] = vec_add32(state[0], s0);
    state[1] = vec_add32(state[1], s1);
    state[2] = vec_add32(state[2], s2);
    state[3] = vec_add32(state[3], s3);
    state[4] = vec_add32(state[4], s4);
    state[5] = vec_add32(state[5], s5);
    state[6] = vec_add32(state[6], s6);
    state[7] = vec_add32(state[7], s7);
}

/* Lane `lane` of the eight vectors of `words`. */
static void sha256_write_digest(const uint32_t *words, size_t lane, uint8_t digest[32])
{
    for (size_t i = 0; i < 8; i++)
        memcpy(digest + 4 * i, &words[i * GPUC_LANES + lane], 4);
}

/*
 * The digests of `count` updates for rows order[0] to order[n_rows - 1], at most
 * GPUC_LANES and sorted by size: a lane's digest is taken when its message ends, and the
 * lane then idles until the longest has ended.
 */
static void sha256_lanes(const struct gpuc_texts *texts, const uint32_t *order,
                         size_t n_rows, uint32_t count, uint8_t *digests)
{
    struct gpuc_message messages[GPUC_LANES];
    for (size_t lane = 0; lane < GPUC_LANES; lane++) {
        uint32_t row = order[lane < n_rows ? lane : n_rows - 1];
        gpuc_message_init(&messages[lane], texts->bytes.data + texts->offsets[row],
                          texts->sizes[row], count, GPUC_SHA256_BLOCK);
    }

    vec state[8];
    for (int i = 0; i < 8; i++)
        state[i] = vec_set32(gpuc_sha256_initial[i]);
    size_t n_done = 0;
    for (uint64_t n_blocks = 1; n_done < n_rows; n_blocks++) {
        const uint8_t *blocks[GPUC_LANES];
        for (size_t lane = 0; lane < GPUC_LANES; lane++)
            blocks[lane] = gpuc_message_next(&messages[lane], GPUC_SHA256_BLOCK);
        sha256_compress(state, blocks);
        if (messages[n_done].n_blocks > n_blocks)
            continue;
        uint32_t words[8 * GPUC_LANES];
        for (int i = 0; i < 8; i++)
            vec_store(words + i * GPUC_LANES, vec_swap32(state[i]));
        for (; n_done < n_rows && messages[n_done].n_blocks <= n_blocks; n_done++)
            sha256_write_digest(words, n_done,
                                digests + GPUC_DIGEST_SIZE * (size_t)order[n_done]);
    }
}
