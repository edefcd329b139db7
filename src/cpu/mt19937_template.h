/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MT19937 seeding and its first double for many keys side by side, one in each 32-bit
 * lane. Included by the isa_<name>.c files after their simd_<name>.h; GPUC_MT_VECTORS is
 * the number of vectors in step.
 *
 * Seeding is one long chain of multiplications, so several vectors are interleaved to
 * hide their latency. The first pass adds the key to the state and must keep all 624
 * words; the second only hands a word on to the next, and needs no store at all: outputs
 * 0 and 1 depend on the words 1, 2, 397 and 398 (word 0 is constant).
 *
 * Lanes keep step while their keys fit the state, as the first pass then has 624 steps
 * whatever the key's size. A larger key has as many steps as words, so all lanes must
 * then have the same size.
 */
#include <stdbool.h>
#include <string.h>

#include "cpu/kernels.h"
#include "kernels/mt19937_row.h"

enum {
    MT_ROWS = GPUC_MT_VECTORS * GPUC_LANES, /* keys that are seeded together at most */
    MT_CHUNK = 16,                          /* words of a key that are made together */
    MT_CHUNK_SIZE = 4 * MT_CHUNK,           /* in bytes */
    MT_RING_MIN = 64 /* short keys are repeated up to this size: fewer restarts */
};

/* The words of GPUC_LANES keys that the first pass adds, word j plus j, in a ring. */
struct mt_words {
    vec words[GPUC_MT_SIZE + MT_CHUNK];
    size_t size;
    size_t next;
};

struct mt_scratch {
    vec state[GPUC_MT_SIZE][GPUC_MT_VECTORS];
    struct mt_words keys[GPUC_MT_VECTORS];
    uint32_t rows[GPUC_LANES][GPUC_MT_SIZE + 2 * MT_CHUNK];
    uint32_t initial[GPUC_MT_SIZE]; /* the state before the first pass */
};

static void mt_prepare(struct mt_scratch *scratch)
{
    uint32_t word = 19650218u;
    for (uint32_t i = 0; i < GPUC_MT_SIZE; i++) {
        scratch->initial[i] = word;
        word = 1812433253u * gpuc_mt_mix(word) + i + 1;
    }
}

/*
 * The 64 bytes that hold the words j to j + 15 of a key: those of the head in order, or
 * those of the text, which count from its end, in the order of the text. `padded` takes
 * what is left at the text's beginning.
 */
static const uint8_t *mt_chunk(const struct gpuc_mt_key *key, size_t j,
                               uint8_t padded[MT_CHUNK_SIZE])
{
    if (j == 0)
        return (const uint8_t *)key->head;

    size_t n_after = 4 * (j - MT_CHUNK);
    size_t n_left = key->text_size > n_after ? key->text_size - n_after : 0;
    if (n_left >= MT_CHUNK_SIZE)
        return key->text + n_left - MT_CHUNK_SIZE;
    memset(padded, 0, MT_CHUNK_SIZE);
    memcpy(padded + MT_CHUNK_SIZE - n_left, key->text, n_left);
    return padded;
}

/* The keys of all lanes, and their sizes in words. */
struct mt_lanes {
    const struct gpuc_mt_key *keys[GPUC_MT_VECTORS][GPUC_LANES];
    size_t sizes[GPUC_MT_VECTORS][GPUC_LANES];
    size_t n_steps; /* of the first pass: 624, or the one size of all keys above it */
};

/* A chunk of the text to words: from its last byte to its first. */
static void mt_reverse_words(vec words[MT_CHUNK])
{
    for (size_t i = 0; i < MT_CHUNK / 2; i++) {
        vec word = vec_swap32(words[i]);
        words[i] = vec_swap32(words[MT_CHUNK - 1 - i]);
        words[MT_CHUNK - 1 - i] = word;
    }
}

/* Makes the words from `first` on of keys that have the same size. */
static void mt_fill_equal(struct mt_scratch *scratch, const struct mt_lanes *lanes,
                          size_t v, size_t first)
{
    struct mt_words *ring = &scratch->keys[v];
    size_t n_words = lanes->sizes[v][0] - first;
    if (n_words > GPUC_MT_SIZE)
        n_words = GPUC_MT_SIZE;

    /* The last chunk may be made of stores, for which a load would have to wait. */
    size_t j_last = first + (n_words - 1) / MT_CHUNK * MT_CHUNK;
    uint8_t padded[GPUC_LANES][MT_CHUNK_SIZE];
    const uint8_t *last[GPUC_LANES];
    for (size_t lane = 0; lane < GPUC_LANES; lane++)
        last[lane] = mt_chunk(lanes->keys[v][lane], j_last, padded[lane]);

    for (size_t j = first; j <= j_last; j += MT_CHUNK) {
        const uint8_t *chunks[GPUC_LANES];
        vec *words = ring->words + (j - first);
        for (size_t lane = 0; lane < GPUC_LANES; lane++)
            chunks[lane] = j == j_last ? last[lane]
                                       : mt_chunk(lanes->keys[v][lane], j, padded[lane]);
        vec_load_words32(chunks, words);
        if (j > 0)
            mt_reverse_words(words);
        for (size_t i = 0; i < MT_CHUNK; i++)
            words[i] = vec_add32(words[i], vec_set32((uint32_t)(j + i)));
    }
    for (ring->size = n_words; ring->size < MT_RING_MIN; ring->size += n_words)
        memcpy(ring->words + ring->size, ring->words, n_words * sizeof(vec));
}

/* Words j to j + 15 of one key, each plus its index, in a row. */
static void mt_make_row_chunk(const struct gpuc_mt_key *key, size_t j,
                              uint32_t *ret_words)
{
    uint8_t padded[MT_CHUNK_SIZE];
    const uint8_t *bytes = mt_chunk(key, j, padded);

    for (size_t i = 0; i < MT_CHUNK; i++) {
        uint32_t word = 0;
        if (j == 0) {
            word = key->head[i];
        } else {
            memcpy(&word, bytes + MT_CHUNK_SIZE - 4 - 4 * i, sizeof word);
            word = __builtin_bswap32(word);
        }
        ret_words[i] = word + (uint32_t)(j + i);
    }
}

/*
 * Makes the words of keys of any sizes that fit the state, repeated for all its steps:
 * in rows first, each followed by its own beginning, so that a chunk may begin anywhere.
 */
static void mt_fill_mixed(struct mt_scratch *scratch, const struct mt_lanes *lanes,
                          size_t v)
{
    struct mt_words *ring = &scratch->keys[v];
    const size_t *sizes = lanes->sizes[v];
    size_t at[GPUC_LANES] = {0};

    for (size_t lane = 0; lane < GPUC_LANES; lane++) {
        uint32_t *row = scratch->rows[lane];
        for (size_t j = 0; j < sizes[lane]; j += MT_CHUNK)
            mt_make_row_chunk(lanes->keys[v][lane], j, row + j);
        for (size_t j = 0; j < MT_CHUNK; j++)
            row[sizes[lane] + j] = row[j];
    }
    for (ring->size = 0; ring->size < GPUC_MT_SIZE; ring->size += MT_CHUNK) {
        const uint8_t *chunks[GPUC_LANES];
        for (size_t lane = 0; lane < GPUC_LANES; lane++) {
            chunks[lane] = (const uint8_t *)(scratch->rows[lane] + at[lane]);
            at[lane] = (at[lane] + MT_CHUNK) % sizes[lane];
        }
        vec_load_words32(chunks, ring->words + ring->size);
    }
}

static void mt_fill(struct mt_scratch *scratch, const struct mt_lanes *lanes, size_t v,
                    size_t first)
{
    bool equal = true;
    for (size_t lane = 1; lane < GPUC_LANES; lane++)
        equal &= lanes->sizes[v][lane] == lanes->sizes[v][0];
    if (equal)
        mt_fill_equal(scratch, lanes, v, first);
    else
        mt_fill_mixed(scratch, lanes, v);
}

GPUC_INLINE vec mt_step(vec word, vec previous, uint32_t factor)
{
    vec mixed = vec_xor(previous, vec_shr32(previous, 30));
    return vec_xor(word, vec_mul32(mixed, vec_set32(factor)));
}

/* The first pass over `n` words from word i on, which are `fresh` on the first round. */
GPUC_INLINE void mt_absorb(struct mt_scratch *scratch, vec previous[], size_t i, size_t n,
                           size_t n_vectors, bool fresh)
{
    vec words[GPUC_MT_VECTORS];
    const vec *keys[GPUC_MT_VECTORS];

    for (size_t v = 0; v < n_vectors; v++) {
        words[v] = previous[v];
        keys[v] = scratch->keys[v].words + scratch->keys[v].next;
    }
    for (size_t k = 0; k < n; k++) {
        vec *state = scratch->state[i + k];
        for (size_t v = 0; v < n_vectors; v++) {
            vec old = fresh ? vec_set32(scratch->initial[i + k]) : state[v];
            words[v] = vec_add32(mt_step(old, words[v], 1664525u), keys[v][k]);
            state[v] = words[v];
        }
    }
    for (size_t v = 0; v < n_vectors; v++)
        previous[v] = words[v];
}

/* Adds the keys to the state; returns the index of the word to go on with. */
GPUC_INLINE size_t mt_first_pass(struct mt_scratch *scratch, const struct mt_lanes *lanes,
                                 vec previous[], size_t n_vectors)
{
    bool is_long = lanes->n_steps > GPUC_MT_SIZE;
    bool fresh = true;
    size_t i = 1;

    for (size_t v = 0; v < n_vectors; v++) {
        scratch->keys[v].size = 0;
        scratch->keys[v].next = 0;
    }
    for (size_t n_done = 0, n = 0; n_done < lanes->n_steps; n_done += n) {
        size_t n_left = lanes->n_steps - n_done;
        n = n_left < GPUC_MT_SIZE - i ? n_left : GPUC_MT_SIZE - i;
        for (size_t v = 0; v < n_vectors; v++) {
            struct mt_words *ring = &scratch->keys[v];
            if (ring->next == ring->size) {
                if (n_done == 0 || is_long)
                    mt_fill(scratch, lanes, v, n_done);
                ring->next = 0;
            }
            if (n > ring->size - ring->next)
                n = ring->size - ring->next;
        }
        if (fresh)
            mt_absorb(scratch, previous, i, n, n_vectors, true);
        else
            mt_absorb(scratch, previous, i, n, n_vectors, false);
        for (size_t v = 0; v < n_vectors; v++)
            scratch->keys[v].next += n;
        i += n;
        if (i == GPUC_MT_SIZE) {
            i = 1;
            fresh = false;
        }
    }
    return i;
}

/* The second pass over the words `i` to `last`; leaves the value of the last. */
GPUC_INLINE void mt_stir(const struct mt_scratch *scratch, vec previous[], size_t i,
                         size_t last, size_t n_vectors)
{
    vec words[GPUC_MT_VECTORS];

    for (size_t v = 0; v < n_vectors; v++)
        words[v] = previous[v];
    for (; i <= last; i++) {
        for (size_t v = 0; v < n_vectors; v++) {
            words[v] = mt_step(scratch->state[i][v], words[v], 1566083941u);
            words[v] = vec_sub32(words[v], vec_set32((uint32_t)i));
        }
    }
    for (size_t v = 0; v < n_vectors; v++)
        previous[v] = words[v];
}

/* Where the second pass stops: at words that outputs need, and to begin again. */
enum { MT_WORD_1, MT_WORD_2, MT_WORD_397, MT_WORD_398, MT_WORD_LAST, MT_N_STOPS };

/* Stirs the state from word i on, all round, and returns the words where it stopped. */
GPUC_INLINE void mt_second_pass(const struct mt_scratch *scratch, vec previous[],
                                size_t i, size_t n_vectors,
                                vec ret_words[][GPUC_MT_VECTORS])
{
    static const size_t stops[MT_N_STOPS] = {1, 2, 397, 398, GPUC_MT_SIZE - 1};
    size_t stop = 0;

    while (stops[stop] < i)
        stop++;
    for (size_t n = 0; n < MT_N_STOPS; n++) {
        mt_stir(scratch, previous, i, stops[stop], n_vectors);
        for (size_t v = 0; v < n_vectors; v++)
            ret_words[stop][v] = previous[v];
        i = stop == MT_WORD_LAST ? 1 : stops[stop] + 1;
        stop = (stop + 1) % MT_N_STOPS;
    }
}

/* An output from two neighbours of the state, low bits from `next`, and the far word. */
static vec mt_output(vec word, vec next, vec far_word)
{
    vec y = vec_or(vec_and(word, vec_set32(0x80000000u)),
                   vec_and(next, vec_set32(0x7fffffffu)));
    vec odd = vec_sub32(vec_set32(0), vec_and(y, vec_set32(1)));
    y = vec_xor3(far_word, vec_shr32(y, 1), vec_and(odd, vec_set32(0x9908b0dfu)));
    y = vec_xor(y, vec_shr32(y, 11));
    y = vec_xor(y, vec_and(vec_shl32(y, 7), vec_set32(0x9d2c5680u)));
    y = vec_xor(y, vec_and(vec_shl32(y, 15), vec_set32(0xefc60000u)));
    return vec_xor(y, vec_shr32(y, 18));
}

/* Seeds with the keys of the first n_vectors vectors of lanes; one fraction a lane. */
GPUC_INLINE void mt_first_fractions(struct mt_scratch *scratch,
                                    const struct mt_lanes *lanes, size_t n_vectors,
                                    uint64_t *ret_fractions)
{
    vec previous[GPUC_MT_VECTORS];
    vec words[MT_N_STOPS][GPUC_MT_VECTORS];

    for (size_t v = 0; v < n_vectors; v++)
        previous[v] = vec_set32(scratch->initial[0]);
    size_t i = mt_first_pass(scratch, lanes, previous, n_vectors);
    mt_second_pass(scratch, previous, i, n_vectors, words);
    for (size_t v = 0; v < n_vectors; v++) {
        uint32_t high[GPUC_LANES], low[GPUC_LANES];
        vec_store(high, mt_output(vec_set32(0x80000000u), words[MT_WORD_1][v],
                                  words[MT_WORD_397][v]));
        vec_store(low, mt_output(words[MT_WORD_1][v], words[MT_WORD_2][v],
                                 words[MT_WORD_398][v]));
        for (size_t lane = 0; lane < GPUC_LANES; lane++)
            ret_fractions[v * GPUC_LANES + lane] =
                (uint64_t)(high[lane] >> 5) << 26 | low[lane] >> 6;
    }
}

/*
 * The first fraction of `n_keys` keys, at most MT_ROWS, that all fit the state or all
 * have the same size.
 */
static void mt_fractions(struct mt_scratch *scratch, const struct gpuc_mt_key *keys,
                         const size_t *sizes, size_t n_keys,
                         uint64_t ret_fractions[MT_ROWS])
{
    struct mt_lanes lanes;

    for (size_t k = 0; k < MT_ROWS; k++) {
        size_t key = k < n_keys ? k : n_keys - 1;
        lanes.keys[k / GPUC_LANES][k % GPUC_LANES] = &keys[key];
        lanes.sizes[k / GPUC_LANES][k % GPUC_LANES] = sizes[key];
    }
    lanes.n_steps = sizes[0] > GPUC_MT_SIZE ? sizes[0] : GPUC_MT_SIZE;
    if (n_keys <= GPUC_LANES)
        mt_first_fractions(scratch, &lanes, 1, ret_fractions);
    else
        mt_first_fractions(scratch, &lanes, GPUC_MT_VECTORS, ret_fractions);
}
