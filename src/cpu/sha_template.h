/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 by the CPU's own instructions for it. One message is a chain of instructions
 * that each wait for the last, so GPUC_SHA_MESSAGES messages run interleaved: as many as
 * the registers hold. Included by the isa_sha*.c files.
 */
#include <immintrin.h>

#include "cpu/kernels.h"
#include "kernels/message.h"
#include "kernels/sha256_row.h"

/* The state in the order that the instructions want, highest word first. */
struct sha_state {
    __m128i abef;
    __m128i cdgh;
};

GPUC_INLINE __m128i load_words(const uint8_t *bytes)
{
    __m128i swap = _mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)bytes), swap);
}

GPUC_INLINE void four_rounds(struct sha_state *state, __m128i words, size_t round)
{
    __m128i sum =
        _mm_add_epi32(words, _mm_loadu_si128((const __m128i *)(gpuc_sha256_k + round)));
    state->cdgh = _mm_sha256rnds2_epu32(state->cdgh, state->abef, sum);
    state->abef =
        _mm_sha256rnds2_epu32(state->abef, state->cdgh, _mm_shuffle_epi32(sum, 0x0e));
}

/* The four words of 16 rounds after w0, from the 16 words w0 to w3. */
GPUC_INLINE __m128i next_words(__m128i w0, __m128i w1, __m128i w2, __m128i w3)
{
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4));
    return _mm_sha256msg2_epu32(sum, w3);
}

/*
 * One block of each of n_messages messages into its state. `own` equals the states: with
 * this copy the next block need not wait for a state to come back from memory.
 */
GPUC_INLINE void compress(struct sha_state states[], struct sha_state own[],
                          const uint8_t *const blocks[], size_t n_messages)
{
    __m128i w[GPUC_SHA_MESSAGES][4];

    for (size_t m = 0; m < n_messages; m++) {
        for (size_t i = 0; i < 4; i++)
            w[m][i] = load_words(blocks[m] + 16 * i);
    }
    for (size_t round = 0; round < 48; round += 16) {
        for (size_t i = 0; i < 4; i++) {
            for (size_t m = 0; m < n_messages; m++) {
                four_rounds(&own[m], w[m][i], round + 4 * i);
                w[m][i] = next_words(w[m][i], w[m][(i + 1) & 3], w[m][(i + 2) & 3],
                                     w[m][(i + 3) & 3]);
            }
        }
    }
    for (size_t i = 0; i < 4; i++) {
        for (size_t m = 0; m < n_messages; m++)
            four_rounds(&own[m], w[m][i], 48 + 4 * i);
    }
    for (size_t m = 0; m < n_messages; m++) {
        own[m].abef = _mm_add_epi32(states[m].abef, own[m].abef);
        own[m].cdgh = _mm_add_epi32(states[m].cdgh, own[m].cdgh);
        states[m] = own[m];
    }
}

static void load_state(struct sha_state *state, const uint32_t words[8])
{
    __m128i abcd = _mm_loadu_si128((const __m128i *)words);
    __m128i efgh = _mm_loadu_si128((const __m128i *)(words + 4));
    __m128i cdab = _mm_shuffle_epi32(abcd, 0xb1);
    __m128i hgfe = _mm_shuffle_epi32(efgh, 0x1b);
    state->abef = _mm_alignr_epi8(cdab, hgfe, 8);
    state->cdgh = _mm_blend_epi16(hgfe, cdab, 0xf0);
}

static void store_state(const struct sha_state *state, uint32_t words[8])
{
    __m128i feba = _mm_shuffle_epi32(state->abef, 0x1b);
    __m128i dchg = _mm_shuffle_epi32(state->cdgh, 0xb1);
    __m128i abcd = _mm_blend_epi16(feba, dchg, 0xf0);
    __m128i efgh = _mm_alignr_epi8(dchg, feba, 8);
    _mm_storeu_si128((__m128i *)words, abcd);
    _mm_storeu_si128((__m128i *)(words + 4), efgh);
}

static void write_digest(const struct sha_state *state, uint8_t digest[32])
{
    uint32_t words[8];
    store_state(state, words);
    _mm_storeu_si128((__m128i *)digest, load_words((const uint8_t *)words));
    _mm_storeu_si128((__m128i *)(digest + 16), load_words((const uint8_t *)(words + 4)));
}

static void sha_blocks(uint32_t words[8], const uint8_t *bytes, size_t n_blocks)
{
    struct sha_state state, own;
    load_state(&state, words);
    own = state;
    for (size_t block = 0; block < n_blocks; block++, bytes += GPUC_SHA256_BLOCK)
        compress(&state, &own, &bytes, 1);
    store_state(&state, words);
}

/* Hashes on for n_blocks blocks of each message. */
GPUC_INLINE void hash_blocks(struct sha_state states[], struct gpuc_message messages[],
                             uint64_t n_blocks, size_t n_messages)
{
    struct sha_state own[GPUC_SHA_MESSAGES];
    for (size_t m = 0; m < n_messages; m++)
        own[m] = states[m];
    for (uint64_t block = 0; block < n_blocks; block++) {
        const uint8_t *blocks[GPUC_SHA_MESSAGES];
        for (size_t m = 0; m < n_messages; m++)
            blocks[m] = gpuc_message_next(&messages[m], GPUC_SHA256_BLOCK);
        compress(states, own, blocks, n_messages);
    }
}

/* The digests of at most GPUC_SHA_MESSAGES rows, sorted by size. */
static void hash_rows(uint32_t slowness, const struct gpuc_texts *texts,
                      const uint32_t *order, size_t n_rows, uint8_t *digests)
{
    struct gpuc_message messages[GPUC_SHA_MESSAGES];
    uint8_t spaces[GPUC_SHA_MESSAGES][GPUC_MESSAGE_SPACE];
    struct sha_state states[GPUC_SHA_MESSAGES];

    for (size_t m = 0; m < n_rows; m++) {
        uint32_t row = order[m];
        load_state(&states[m], gpuc_sha256_initial);
        gpuc_message_init(&messages[m], texts->bytes.data + texts->offsets[row],
                          texts->sizes[row], slowness, GPUC_SHA256_BLOCK, spaces[m]);
    }
    if (n_rows == GPUC_SHA_MESSAGES)
        hash_blocks(states, messages, messages[0].n_blocks, GPUC_SHA_MESSAGES);
    for (size_t m = 0; m < n_rows; m++) {
        hash_blocks(&states[m], &messages[m], messages[m].n_blocks - messages[m].block,
                    1);
        write_digest(&states[m], digests + GPUC_DIGEST_SIZE * (size_t)order[m]);
    }
}

static void sha_digests(uint32_t slowness, const struct gpuc_texts *texts,
                        const uint32_t *order, uint8_t *digests)
{
    for (size_t k = 0; k < texts->n_rows; k += GPUC_SHA_MESSAGES) {
        size_t n_left = texts->n_rows - k;
        size_t n_rows = n_left < GPUC_SHA_MESSAGES ? n_left : GPUC_SHA_MESSAGES;
        hash_rows(slowness, texts, order + k, n_rows, digests);
    }
}
