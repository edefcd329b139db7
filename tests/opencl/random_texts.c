/* SPDX-License-Identifier: Apache-2.0 */
#include "opencl/random_texts.h"

#include <stdio.h>
#include <stdlib.h>

/* Longer than 624 words with the 64 bytes of a digest. */
enum { LONG_SIZE = 2500 };

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Appends characters of 1 to 4 bytes until `size` bytes are full. */
static void put_characters(struct gpuc_bytes *bytes, uint32_t size, uint32_t *state)
{
    static const char *const wide[] = {"\xc3\xa9", "\xe6\x97\xa5", "\xf0\x9f\x98\x80"};

    while (size > 0) {
        uint32_t draw = next_random(state);
        uint32_t width = draw % 8 == 0 ? 2 + draw / 8 % 3 : 1;
        if (width > size)
            width = 1;
        if (width > 1)
            gpuc_bytes_put(bytes, wide[width - 2], width);
        else
            gpuc_bytes_put_byte(bytes, (uint8_t)(draw / 8 % 128));
        size -= width;
    }
}

struct gpuc_texts random_texts(size_t n_rows, uint32_t max_size, size_t long_every,
                               uint32_t seed)
{
    struct gpuc_texts texts = {0};
    uint32_t state = seed;

    require(gpuc_texts_reset(&texts, n_rows, NULL) == GPUC_OK, "no memory for texts");
    for (size_t row = 0; row < n_rows; row++) {
        uint32_t size = next_random(&state) % (max_size + 1);
        if (long_every > 0 && row % long_every == 0)
            size += LONG_SIZE;
        require(gpuc_bytes_reserve(&texts.bytes, size, NULL) == GPUC_OK,
                "no memory for texts");
        texts.offsets[row] = (uint32_t)texts.bytes.size;
        texts.sizes[row] = size;
        put_characters(&texts.bytes, size, &state);
    }
    texts.n_rows = n_rows;
    return texts;
}

struct gpuc_blackbox_results new_results(size_t n_rows)
{
    struct gpuc_blackbox_results results = {
        gpuc_alloc(n_rows, sizeof *results.fractions),
        gpuc_alloc(n_rows, GPUC_DIGEST_SIZE),
    };
    require(results.fractions != NULL && results.digests != NULL,
            "no memory for results");
    memset(results.fractions, 0xa5, n_rows * sizeof *results.fractions);
    memset(results.digests, 0xa5, n_rows * GPUC_DIGEST_SIZE);
    return results;
}

void free_results(struct gpuc_blackbox_results *results)
{
    gpuc_free(results->fractions);
    gpuc_free(results->digests);
}

enum gpuc_status classify_once(struct gpuc_engine *engine, const struct gpuc_model *model,
                               const struct gpuc_texts *texts,
                               const struct gpuc_blackbox_results *results,
                               struct gpuc_error *error)
{
    struct gpuc_session *session = NULL;
    enum gpuc_status status = engine->ops->attach(engine, model, &session, error);
    if (status == GPUC_OK)
        status = engine->ops->classify(
            session, &(struct gpuc_work){.texts = texts, .blackbox = *results}, error);
    engine->ops->detach(session);
    return status;
}

struct gpuc_blackbox_results scalar_results(const struct gpuc_model *model,
                                            const struct gpuc_texts *texts)
{
    const struct gpuc_engine_ops *ops = &gpuc_engine_ops_scalar;
    const struct gpuc_device device = {.name = "scalar", .usable = true};
    struct gpuc_blackbox_results results = new_results(texts->n_rows);
    struct gpuc_engine *engine = NULL;
    struct gpuc_error error = {0};

    enum gpuc_status status = ops->open(ops, &device, &engine, &error);
    if (status == GPUC_OK)
        status = classify_once(engine, model, texts, &results, &error);
    require(status == GPUC_OK, error.message);
    ops->close(engine);
    return results;
}

bool equal_results(const struct gpuc_blackbox_results *a,
                   const struct gpuc_blackbox_results *b, size_t n_rows)
{
    return memcmp(a->fractions, b->fractions, n_rows * sizeof *a->fractions) == 0 &&
           memcmp(a->digests, b->digests, n_rows * GPUC_DIGEST_SIZE) == 0;
}
