/* SPDX-License-Identifier: Apache-2.0 */
#include "host/self_test.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "host/self_test_forest.h"
#include "kernels/blackbox_row.h"

/*
 * What CPython 3.11 gives: random.seed(text, version) and random.random() * 2^53 for
 * versions 1 and 2, and the first 8 bytes of hashlib.sha256(2 * text). `fill`: the text
 * is that character `size` times.
 */
static const struct known {
    const char *text;
    uint32_t size;
    char fill;
    uint64_t fraction_py2;
    uint64_t fraction_py3;
    uint64_t digest;
} known_rows[] = {
    {"", 0, 0, 0x1b0580f98a7dbe, 0x1eba2b25d163e4, 0xe3b0c44298fc1c14},
    {"a", 1, 0, 0x1b916956292fea, 0x08b4774a064f43, 0x961b6dd3ede3cb8e},
    {"ab", 2, 0, 0x097745b70e7c42, 0x11b1a346a4dcef, 0xa667282675f48760},
    {"\0", 1, 0, 0x044cb63e46dd61, 0x185c0f770e0488, 0x96a296d224f285c6},
    {"\0a", 2, 0, 0x0ced636d85e404, 0x0adcb58805c653, 0xaddaff382bdd413f},
    {"\0\0\0\0\0\0\0\0\0a", 10, 0, 0x07e32e227aaf2e, 0x1a681230842d47,
     0xf35611fee964ed26},
    {"\xc3\xa9", 2, 0, 0x199de8399b0e98, 0x1f016f9bc2edac, 0xf13c007a1d8e6e13},
    {"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 9, 0, 0x09c8b8a5589233, 0x0e347d57c8a7f1,
     0x9efac1a7f84d0d97},
    {"\xf0\x9f\x98\x80", 4, 0, 0x152891ac61d56c, 0x14ce2814553153, 0x91ad485bf369a67f},
    {"A    x\nName: 1, dtype: object", 29, 0, 0x0aec49a4bc8242, 0x0147573c03d2c0,
     0x202fa715c3b97cd7},
    {NULL, 1000, 'x', 0x0445f4a8f1db37, 0x05394be511aa98, 0x5c0e0ea421571c30},
    {NULL, 3000, 'y', 0x06efb1758a0f15, 0x06a49a28880034, 0xcc8dfe364c670545},
};
enum { N_KNOWN = sizeof known_rows / sizeof known_rows[0] };

/*
 * Sizes of the rows whose answer the scalar engine gives: both sides of the edges of the
 * blocks of SHA-256 and SHA-512, and of the 624 words of the generator (2,432 bytes of
 * text, with the 64 of the digest). They make the batch larger than two groups of 16
 * lanes, and no multiple of that.
 */
static const uint32_t mixed_sizes[] = {3,   27,  28,  31,  32,   54,   55,   56,
                                       57,  63,  64,  65,  111,  112,  113,  119,
                                       120, 127, 128, 129, 2431, 2432, 2433, 306};
enum { N_MIXED = sizeof mixed_sizes / sizeof mixed_sizes[0], N_ROWS = N_KNOWN + N_MIXED };

struct answers {
    uint64_t fractions[N_ROWS];
    uint8_t digests[N_ROWS * GPUC_DIGEST_SIZE];
};

static enum gpuc_status append_row(struct gpuc_texts *texts, uint32_t size,
                                   struct gpuc_error *error)
{
    texts->offsets[texts->n_rows] = (uint32_t)texts->bytes.size;
    texts->sizes[texts->n_rows] = size;
    texts->n_rows++;
    return gpuc_bytes_reserve(&texts->bytes, size, error);
}

static enum gpuc_status make_texts(struct gpuc_texts *texts, struct gpuc_error *error)
{
    uint32_t noise = 1;
    enum gpuc_status status;

    GPUC_TRY(gpuc_texts_reset(texts, N_ROWS, error));
    for (size_t i = 0; i < N_KNOWN; i++) {
        const struct known *row = &known_rows[i];
        GPUC_TRY(append_row(texts, row->size, error));
        for (uint32_t k = 0; k < row->size; k++)
            gpuc_bytes_put_byte(&texts->bytes,
                                (uint8_t)(row->text != NULL ? row->text[k] : row->fill));
    }
    for (size_t i = 0; i < N_MIXED; i++) {
        GPUC_TRY(append_row(texts, mixed_sizes[i], error));
        for (uint32_t k = 0; k < mixed_sizes[i]; k++) {
            noise = noise * 1664525u + 1013904223u;
            gpuc_bytes_put_byte(&texts->bytes, (uint8_t)(' ' + (noise >> 24) % 95));
        }
    }
out:
    return status;
}

/* Runs the texts through one engine. */
static enum gpuc_status answer(struct gpuc_engine *engine, const struct gpuc_model *model,
                               const struct gpuc_texts *texts,
                               struct answers *ret_answers, struct gpuc_error *error)
{
    struct gpuc_session *session = NULL;
    struct gpuc_blackbox_results results = {ret_answers->fractions, ret_answers->digests};
    enum gpuc_status status;

    /* What an engine leaves out must not look right. */
    memset(ret_answers, 0xff, sizeof *ret_answers);
    GPUC_TRY(engine->ops->attach(engine, model, &session, error));
    GPUC_TRY(engine->ops->classify(
        session, &(struct gpuc_work){.texts = texts, .blackbox = results}, error));
out:
    engine->ops->detach(session);
    return status;
}

static uint64_t digest_start(const uint8_t *digest)
{
    uint64_t start = 0;
    for (size_t i = 0; i < 8; i++)
        start = start << 8 | digest[i];
    return start;
}

static enum gpuc_status disagree(const struct gpuc_model *model, size_t row,
                                 const char *what, struct gpuc_error *error)
{
    return gpuc_fail(error, GPUC_EDEVICE,
                     "self-test failed: wrong %s of text %zu (Python %d seeding, "
                     "slowness %" PRIu32 ")",
                     what, row, model->blackbox.seeding == GPUC_SEED_PY2 ? 2 : 3,
                     model->blackbox.slowness);
}

static enum gpuc_status compare(const struct gpuc_model *model,
                                const struct answers *answers,
                                const struct answers *expected, struct gpuc_error *error)
{
    bool is_py2 = model->blackbox.seeding == GPUC_SEED_PY2;

    for (size_t row = 0; row < N_ROWS; row++) {
        const uint8_t *digest = answers->digests + row * GPUC_DIGEST_SIZE;
        if (answers->fractions[row] != expected->fractions[row])
            return disagree(model, row, "fraction", error);
        if (memcmp(digest, expected->digests + row * GPUC_DIGEST_SIZE,
                   GPUC_DIGEST_SIZE) != 0)
            return disagree(model, row, "digest", error);
        if (row >= N_KNOWN)
            continue;
        const struct known *known = &known_rows[row];
        /* Without updates, the digest is that of the empty text. */
        uint64_t start =
            model->blackbox.slowness > 0 ? known->digest : known_rows[0].digest;
        if (answers->fractions[row] !=
            (is_py2 ? known->fraction_py2 : known->fraction_py3))
            return disagree(model, row, "fraction", error);
        if (digest_start(digest) != start)
            return disagree(model, row, "digest", error);
    }
    return GPUC_OK;
}

static enum gpuc_status test_blackbox(struct gpuc_engine *engine,
                                      struct gpuc_engine *reference,
                                      struct gpuc_error *error)
{
    static const struct gpuc_model models[] = {
        {.kind = GPUC_MODEL_BLACKBOX, .blackbox = {GPUC_SEED_PY2, 0}},
        {.kind = GPUC_MODEL_BLACKBOX, .blackbox = {GPUC_SEED_PY2, 2}},
        {.kind = GPUC_MODEL_BLACKBOX, .blackbox = {GPUC_SEED_PY3, 0}},
        {.kind = GPUC_MODEL_BLACKBOX, .blackbox = {GPUC_SEED_PY3, 2}},
    };
    struct gpuc_texts texts = {0};
    struct answers answers, expected;
    enum gpuc_status status;

    GPUC_TRY(make_texts(&texts, error));
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        GPUC_TRY(answer(engine, &models[i], &texts, &answers, error));
        GPUC_TRY(answer(reference, &models[i], &texts, &expected, error));
        GPUC_TRY(compare(&models[i], &answers, &expected, error));
    }
out:
    gpuc_texts_done(&texts);
    return status;
}

enum gpuc_status gpuc_self_test(struct gpuc_engine *engine,
                                const struct gpuc_model *model, struct gpuc_error *error)
{
    const struct gpuc_engine_ops *reference_ops = &gpuc_engine_ops_scalar;
    const struct gpuc_device reference_device = {.name = "scalar", .usable = true};
    struct gpuc_engine *reference = NULL;
    enum gpuc_status status;

    GPUC_TRY(reference_ops->open(reference_ops, &reference_device, &reference, error));
    if (model == NULL || model->kind == GPUC_MODEL_BLACKBOX)
        GPUC_TRY(test_blackbox(engine, reference, error));
    for (enum gpuc_number number = GPUC_FLOAT32; number <= GPUC_FLOAT64; number++)
        if (model == NULL ||
            (model->kind == GPUC_MODEL_FOREST && model->forest->number == number))
            GPUC_TRY(gpuc_self_test_forest(number, engine, reference, error));
out:
    reference_ops->close(reference);
    return status;
}
