/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 of GPUC_LANES messages side by side, one in each 32-bit lane. Included by the
 * isa_<name>.c files after their simd_<name>.h.
 */
#include "kernels/message.h"
#include "kernels/sha256_lanes.h"

/* One block of every lane into the state. */
static void sha256_compress(vec state[8], const uint8_t *const blocks[GPUC_LANES])
{
    vec w[16];
    vec_load_words32(blocks, w);
    for (int i = 0; i < 16; i++)
        w[i] = vec_swap32(w[i]);
    gpuc_sha256_compress_lanes(state, w);
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
    uint8_t spaces[GPUC_LANES][GPUC_MESSAGE_SPACE];
    for (size_t lane = 0; lane < GPUC_LANES; lane++) {
        uint32_t row = order[lane < n_rows ? lane : n_rows - 1];
        gpuc_message_init(&messages[lane], texts->bytes.data + texts->offsets[row],
                          texts->sizes[row], count, GPUC_SHA256_BLOCK, spaces[lane]);
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
