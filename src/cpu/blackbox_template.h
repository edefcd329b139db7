/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The black box for a batch: what gpuc_blackbox_row() gives for each row, with rows side
 * by side in vector lanes. Included by the isa_<name>.c files after their simd_<name>.h.
 */
#include "cpu/kernels.h"
#include "cpu/mt19937_template.h"
#include "cpu/sha256_template.h"
#include "cpu/sha512_template.h"
#include "kernels/python2_hash.h"

struct blackbox_scratch {
    struct mt_scratch mt;
    struct gpuc_mt_key keys[MT_ROWS];
    size_t key_sizes[MT_ROWS];
};

/* Replaces the text by its hash. */
static void set_head(struct gpuc_mt_key *key, uint64_t hash)
{
    *key = (struct gpuc_mt_key){
        .head = {(uint32_t)hash, (uint32_t)(hash >> 32)},
        .head_size = 2,
    };
}

static void make_python2_keys(struct gpuc_mt_key *keys, size_t n_keys)
{
    for (size_t first = 0; first < n_keys; first += GPUC_HASH_TEXTS) {
        const uint8_t *texts[GPUC_HASH_TEXTS];
        uint32_t sizes[GPUC_HASH_TEXTS];
        uint64_t hashes[GPUC_HASH_TEXTS];
        for (size_t k = 0; k < GPUC_HASH_TEXTS; k++) {
            size_t key = first + k < n_keys ? first + k : n_keys - 1;
            texts[k] = keys[key].text;
            sizes[k] = keys[key].text_size;
        }
        gpuc_python2_hashes(texts, sizes, hashes);
        for (size_t k = 0; k < GPUC_HASH_TEXTS && first + k < n_keys; k++)
            set_head(&keys[first + k], hashes[k]);
    }
}

static void make_python3_keys(struct gpuc_mt_key *keys, size_t n_keys)
{
    for (size_t k = 0; k < n_keys; k += GPUC_LANES64)
        sha512_lanes(keys + k, n_keys - k < GPUC_LANES64 ? n_keys - k : GPUC_LANES64);
}

/* The fractions of at most MT_ROWS rows: seeds those together that can keep step. */
static void make_fractions(struct blackbox_scratch *scratch, uint32_t seeding,
                           const struct gpuc_texts *texts, const uint32_t *order,
                           size_t n_rows, uint64_t *fractions)
{
    struct gpuc_mt_key *keys = scratch->keys;
    size_t *sizes = scratch->key_sizes;

    for (size_t k = 0; k < n_rows; k++) {
        keys[k].text = texts->bytes.data + texts->offsets[order[k]];
        keys[k].text_size = texts->sizes[order[k]];
        keys[k].head_size = 16;
    }
    if (seeding == GPUC_SEED_PY2)
        make_python2_keys(keys, n_rows);
    else
        make_python3_keys(keys, n_rows);
    for (size_t k = 0; k < n_rows; k++)
        sizes[k] = gpuc_mt_key_size(&keys[k]);

    for (size_t first = 0, last = 0; first < n_rows; first = last) {
        uint64_t lanes[MT_ROWS];
        size_t size_max = sizes[first] > GPUC_MT_SIZE ? sizes[first] : GPUC_MT_SIZE;
        size_t size_min = sizes[first] > GPUC_MT_SIZE ? sizes[first] : 1;
        while (last < n_rows && sizes[last] >= size_min && sizes[last] <= size_max)
            last++;
        mt_fractions(&scratch->mt, keys + first, sizes + first, last - first, lanes);
        for (size_t k = first; k < last; k++)
            fractions[order[k]] = lanes[k - first];
    }
}

static void make_digests(uint32_t slowness, const struct gpuc_texts *texts,
                         const uint32_t *order, uint8_t *digests)
{
    for (size_t k = 0; k < texts->n_rows; k += GPUC_LANES) {
        size_t n = texts->n_rows - k < GPUC_LANES ? texts->n_rows - k : GPUC_LANES;
        sha256_lanes(texts, order + k, n, slowness, digests);
    }
}

static void make_empty_digests(size_t n_rows, uint8_t *digests)
{
    uint32_t words[8];
    uint8_t digest[GPUC_DIGEST_SIZE];
    gpuc_sha256_repeated(NULL, 0, 0, words);
    for (size_t i = 0; i < sizeof digest; i++)
        digest[i] = (uint8_t)(words[i / 4] >> (24 - 8 * (i % 4)));
    for (size_t row = 0; row < n_rows; row++)
        memcpy(digests + row * sizeof digest, digest, sizeof digest);
}

static void blackbox(const struct gpuc_blackbox *params, const struct gpuc_texts *texts,
                     const uint32_t *order, const struct gpuc_cpu_sha256 *sha256,
                     void *scratch, const struct gpuc_blackbox_results *results)
{
    struct blackbox_scratch *own = scratch;

    if (params->slowness == 0)
        make_empty_digests(texts->n_rows, results->digests);
    else if (sha256 != NULL)
        sha256->digests(params->slowness, texts, order, results->digests);
    else
        make_digests(params->slowness, texts, order, results->digests);

    mt_prepare(&own->mt);
    for (size_t k = 0; k < texts->n_rows; k += MT_ROWS) {
        size_t n = texts->n_rows - k < MT_ROWS ? texts->n_rows - k : MT_ROWS;
        make_fractions(own, params->seeding, texts, order + k, n, results->fractions);
    }
}
