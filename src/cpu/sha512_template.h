/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-512 of GPUC_LANES64 texts side by side, one in each 64-bit lane. Included by the
 * isa_<name>.c files after their simd_<name>.h.
 */
#include "kernels/message.h"
#include "kernels/mt19937_row.h"
#include "kernels/sha512_lanes.h"

/* One block of every lane into the state. */
static void sha512_compress(vec state[8], const uint8_t *const blocks[GPUC_LANES64])
{
    vec w[16];
    vec_load_words64(blocks, w);
    for (int i = 0; i < 16; i++)
        w[i] = vec_swap64(w[i]);
    gpuc_sha512_compress_lanes(state, w);
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
    uint8_t spaces[GPUC_LANES64][GPUC_MESSAGE_SPACE];
    for (size_t lane = 0; lane < GPUC_LANES64; lane++) {
        const struct gpuc_mt_key *key = &keys[lane < n_keys ? lane : n_keys - 1];
        gpuc_message_init(&messages[lane], key->text, key->text_size, 1,
                          GPUC_SHA512_BLOCK, spaces[lane]);
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
