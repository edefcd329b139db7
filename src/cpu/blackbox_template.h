/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The black box for a batch: what gpuc_blackbox_row() gives for each row, with rows side
 * by side in vector lanes. Included by the isa_<name>.c files after their simd_<name>.h.
 */
#include "cpu/kernels.h"
#include "cpu/mt19937_template.h"
#include "cpu/python2_hash.h"
#include "cpu/sha256_template.h"
#include "cpu/sha512_template.h"

struct blackbox_scratch {
    struct mt_scratch mt;
    struct gpuc_mt_key keys[MT_ROWS];
    size_t key_sizes[MT_ROWS];
};

static void set_head(struct gpuc_mt_key *key, uint64_t hash)
{
    *key = (struct gpuc_mt_key){
        .head = {(uint32_t)hash, (uint32_t)(hash >> 32)},
        .head_size = 2,
    };
}

static void make_python2_keys(struct gpuc_mt_key *keys, size_t n_keys)
{
    size_t k = 0;
    for (; k + GPUC_PYTHON2_TEXTS <= n_keys; k += GPUC_PYTHON2_TEXTS) {
        const uint8_t *texts[GPUC_PYTHON2_TEXTS];
        uint32_t sizes[GPUC_PYTHON2_TEXTS];
        uint64_t hashes[GPUC_PYTHON2_TEXTS];
        bool ascii = true;
        for (size_t i = 0; i < GPUC_PYTHON2_TEXTS; i++) {
            texts[i] = keys[k + i].text;
            sizes[i] = keys[k + i].text_size;
            ascii = ascii && gpuc_text_is_ascii(texts[i], sizes[i]);
        }
        if (!ascii) {
            for (size_t i = 0; i < GPUC_PYTHON2_TEXTS; i++)
                hashes[i] = gpuc_python2_hash(texts[i], sizes[i]);
        } else {
            gpuc_python2_hash_ascii(texts, sizes, hashes);
        }
        for (size_t i = 0; i < GPUC_PYTHON2_TEXTS; i++)
            set_head(&keys[k + i], hashes[i]);
    }
    for (; k < n_keys; k++)
        set_head(&keys[k], gpuc_python2_hash(keys[k].text, keys[k].text_size));
}

static void make_python3_keys(struct gpuc_mt_key *keys, size_t n_keys)
{
    for (size_t k = 0; k < n_keys; k += GPUC_LANES64)
        sha512_lanes(keys + k, n_keys - k < GPUC_LANES64 ? n_keys - k : GPUC_LANES64);
}

/* The fractions of at most MT_ROWS rows. */
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
    uint8_t digest[32];
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
