/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vector kernels give the bytes of the scalar engine: for every number of rows around
 * a vector's and a group's size, every size of text around a block's and the generator's
 * state, all characters, both seedings, and with SHA-256 in lanes and by instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/cpu_features.h"
#include "engine.h"
#include "kernels/blackbox_row.h"
#include "put_utf8.h"
#include "support/cmocka_all.h"
#include "support/guard.h"
#include "support/random.h"

/* An engine family, with the SHA-256 instructions or without. */
struct subject {
    const struct gpuc_engine_ops *ops;
    bool sha;
};

static void make_device(const struct gpuc_engine_ops *ops, struct gpuc_device *ret_device)
{
    struct gpuc_device_list list = {0};
    ops->probe(ops, &list);
    *ret_device = list.devices[0];
}

/* Skips the test, and says why, where this CPU cannot run it. */
static void require(const struct subject *subject)
{
    struct gpuc_device device;
    make_device(subject->ops, &device);
    if (!device.usable) {
        print_message("%s: skipped, %s\n", subject->ops->name, device.reason);
        skip();
    }
    if (subject->sha && !gpuc_cpu_has_sha()) {
        print_message("%s with SHA: skipped, this CPU has no SHA instructions\n",
                      subject->ops->name);
        skip();
    }
}

static struct gpuc_engine *open_engine(const struct subject *subject)
{
    struct gpuc_engine *engine = NULL;
    struct gpuc_device device;
    make_device(subject->ops, &device);
    assert_int_equal(setenv("GPUCLASSIFY_DISABLE", subject->sha ? "" : "foo,sha", 1), 0);
    assert_int_equal(subject->ops->open(subject->ops, &device, &engine, NULL), GPUC_OK);
    assert_int_equal(unsetenv("GPUCLASSIFY_DISABLE"), 0);
    return engine;
}

static struct gpuc_blackbox_results new_results(size_t n_rows)
{
    struct gpuc_blackbox_results results = {
        .fractions = gpuc_alloc(n_rows, sizeof(uint64_t)),
        .digests = gpuc_alloc(n_rows, GPUC_DIGEST_SIZE),
    };
    if (results.fractions == NULL || results.digests == NULL)
        abort();
    memset(results.fractions, 0xa5, n_rows * sizeof(uint64_t));
    memset(results.digests, 0xa5, n_rows * GPUC_DIGEST_SIZE);
    return results;
}

static void free_results(struct gpuc_blackbox_results *results)
{
    gpuc_free(results->fractions);
    gpuc_free(results->digests);
}

static void classify(const struct subject *subject, const struct gpuc_model *model,
                     const struct gpuc_texts *texts,
                     const struct gpuc_blackbox_results *results)
{
    struct gpuc_engine *engine = open_engine(subject);
    struct gpuc_session *session = NULL;
    const struct gpuc_engine_ops *ops = subject->ops;
    assert_int_equal(ops->attach(engine, model, &session, NULL), GPUC_OK);
    assert_int_equal(
        ops->classify(session, &(struct gpuc_work){.texts = texts, .blackbox = *results},
                      NULL),
        GPUC_OK);
    ops->detach(session);
    ops->close(engine);
}

static void assert_equal_results(const struct gpuc_texts *texts,
                                 const struct gpuc_blackbox_results *results,
                                 const struct gpuc_blackbox_results *expected)
{
    for (size_t row = 0; row < texts->n_rows; row++) {
        const uint8_t *digest = results->digests + GPUC_DIGEST_SIZE * row;
        if (results->fractions[row] != expected->fractions[row])
            fail_msg("row %zu of %zu, %u bytes: wrong fraction", row, texts->n_rows,
                     texts->sizes[row]);
        if (memcmp(digest, expected->digests + GPUC_DIGEST_SIZE * row,
                   GPUC_DIGEST_SIZE) != 0)
            fail_msg("row %zu of %zu, %u bytes: wrong digest", row, texts->n_rows,
                     texts->sizes[row]);
    }
}

static void check_slowness(const struct subject *subject, const struct gpuc_texts *texts,
                           uint32_t seeding, uint32_t slowness)
{
    static const struct subject scalar = {&gpuc_engine_ops_scalar, false};
    struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX,
                               .blackbox = {seeding, slowness}};
    struct gpuc_blackbox_results results = new_results(texts->n_rows);
    struct gpuc_blackbox_results expected = new_results(texts->n_rows);
    classify(&scalar, &model, texts, &expected);
    classify(subject, &model, texts, &results);
    assert_equal_results(texts, &results, &expected);
    free_results(&results);
    free_results(&expected);
}

/* Both seedings; slowness 1, 3 and 10 take blocks across the text's end ever more often.
 */
static void check(const struct subject *subject, const struct gpuc_texts *texts)
{
    check_slowness(subject, texts, GPUC_SEED_PY3, 0);
    check_slowness(subject, texts, GPUC_SEED_PY3, 1);
    check_slowness(subject, texts, GPUC_SEED_PY2, 3);
    check_slowness(subject, texts, GPUC_SEED_PY3, 10);
}

static void new_texts(struct gpuc_texts *texts, size_t n_rows)
{
    *texts = (struct gpuc_texts){0};
    assert_int_equal(gpuc_texts_reset(texts, n_rows, NULL), GPUC_OK);
}

static void put_text(struct gpuc_texts *texts, const void *bytes, size_t size)
{
    texts->offsets[texts->n_rows] = (uint32_t)texts->bytes.size;
    texts->sizes[texts->n_rows++] = (uint32_t)size;
    assert_int_equal(gpuc_bytes_append(&texts->bytes, bytes, size, NULL), GPUC_OK);
}

static void put_random_text(struct gpuc_texts *texts, struct test_random *random,
                            size_t size)
{
    static uint8_t bytes[100000];
    assert_in_range(size, 0, sizeof bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(1 + test_random_below(random, 127));
    put_text(texts, bytes, size);
}

/* One row of each size, in random order, and each `n_times` times. */
static void check_sizes(const struct subject *subject, const size_t *sizes,
                        size_t n_sizes, size_t n_times)
{
    struct test_random random = {n_sizes};
    struct gpuc_texts texts;
    size_t *shuffled = gpuc_alloc(n_sizes * n_times, sizeof *shuffled);
    assert_non_null(shuffled);
    new_texts(&texts, n_sizes * n_times);
    for (size_t i = 0; i < n_sizes * n_times; i++) {
        size_t k = test_random_below(&random, i + 1);
        shuffled[i] = shuffled[k];
        shuffled[k] = sizes[i % n_sizes];
    }
    for (size_t i = 0; i < n_sizes * n_times; i++)
        put_random_text(&texts, &random, shuffled[i]);
    check(subject, &texts);
    gpuc_texts_done(&texts);
    gpuc_free(shuffled);
}

static void test_row_counts(void **state)
{
    static const size_t counts[] = {0, 1, 2, 15, 16, 17, 63, 64, 65, 129, 1000};
    const struct subject *subject = *state;
    struct test_random random = {1};
    require(subject);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct gpuc_texts texts;
        new_texts(&texts, counts[i]);
        while (texts.n_rows < counts[i])
            put_random_text(&texts, &random, test_random_below(&random, 400));
        check(subject, &texts);
        gpuc_texts_done(&texts);
    }
}

static void test_equal_sizes(void **state)
{
    const struct subject *subject = *state;
    require(subject);
    for (size_t size = 0; size <= 200; size++)
        check_sizes(subject, &size, 1, 33);
}

static void test_mixed_sizes(void **state)
{
    const struct subject *subject = *state;
    size_t sizes[201];
    require(subject);
    for (size_t i = 0; i <= 200; i++)
        sizes[i] = i;
    check_sizes(subject, sizes, 201, 1);
    check_sizes(subject, sizes, 201, 3);
    /* Few rows of each size: lanes of one vector end at different blocks. */
    for (size_t i = 0; i + 17 <= 201; i += 17)
        check_sizes(subject, sizes + i, 17, 1);
}

/* Around the places where padding takes one more block, and where blocks end. */
static void test_block_edges(void **state)
{
    static const size_t edges[] = {0, 55, 56, 63, 64, 111, 112, 119, 120, 127};
    const struct subject *subject = *state;
    size_t sizes[10 * 8 * 3];
    size_t n_sizes = 0;
    require(subject);
    for (size_t block = 0; block < 8; block++) {
        for (size_t i = 0; i < 10; i++) {
            for (size_t more = 0; more < 3; more++)
                sizes[n_sizes++] = 128 * block + edges[i] + more;
        }
    }
    check_sizes(subject, sizes, n_sizes, 1);
}

/*
 * Keys of 16 + size / 4 words around the 624 of the state, and far above them; each size
 * many times, and each once.
 */
static void test_long_keys(void **state)
{
    static const size_t same[] = {2429, 2432, 2433, 2436, 4928, 10000};
    const struct subject *subject = *state;
    size_t mixed[71];
    require(subject);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        check_sizes(subject, &same[i], 1, 40);
    check_sizes(subject, same, 6, 9);
    for (size_t i = 0; i < 67; i++)
        mixed[i] = 2400 + 3 * i;
    mixed[67] = 4924; /* 623 * 2 + 1 words: the second pass begins at word 1 again */
    mixed[68] = 4928;
    mixed[69] = 9997;
    mixed[70] = 50000;
    check_sizes(subject, mixed, 71, 1);
}

/* Zero bytes in front shorten a key: texts of one size then have keys of many. */
static void test_nuls(void **state)
{
    static const size_t sizes[] = {1, 4, 13, 40, 121, 364, 2440, 3000};
    const struct subject *subject = *state;
    struct test_random random = {3};
    struct gpuc_texts texts;
    require(subject);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t size = sizes[i];
        new_texts(&texts, 150);
        for (size_t n_nuls = 0; n_nuls < 150; n_nuls++) {
            put_random_text(&texts, &random, size);
            uint8_t *text = texts.bytes.data + texts.offsets[n_nuls];
            memset(text, 0, n_nuls < size ? n_nuls : size);
        }
        check(subject, &texts);
        gpuc_texts_done(&texts);
    }
}

/* ASCII rows and others side by side. */
static void test_characters(void **state)
{
    static const uint32_t highest[] = {0x7f, 0x7f, 0x7ff, 0xd7ff, 0x10ffff};
    const struct subject *subject = *state;
    struct test_random random = {4};
    struct gpuc_texts texts;
    require(subject);
    new_texts(&texts, 300);
    while (texts.n_rows < 300) {
        uint8_t bytes[200 * UTF8_MAX];
        size_t size = 0;
        size_t n_characters = test_random_below(&random, 200);
        uint32_t most = highest[test_random_below(&random, 5)];
        for (size_t i = 0; i < n_characters; i++) {
            uint32_t character = (uint32_t)test_random_below(&random, most + 1);
            if (character < 0xd800 || character > 0xdfff)
                size += put_utf8(bytes + size, character);
        }
        put_text(&texts, bytes, size);
    }
    check(subject, &texts);
    check_slowness(subject, &texts, GPUC_SEED_PY2, 0);
    gpuc_texts_done(&texts);
}

/* Every text ends where memory does, or begins where it does. */
static void check_guarded(const struct subject *subject, const size_t *sizes,
                          size_t n_sizes)
{
    struct test_guard guard = test_guard_new(20000);
    struct test_random random = {5};
    struct gpuc_texts texts;
    new_texts(&texts, n_sizes);
    texts.n_rows = n_sizes;
    for (size_t i = 0; i < guard.size; i++)
        guard.pages[i] = (uint8_t)(1 + test_random_below(&random, 127));
    texts.bytes.data = guard.pages;
    for (size_t row = 0; row < n_sizes; row++) {
        texts.sizes[row] = (uint32_t)sizes[row];
        texts.offsets[row] = (uint32_t)(guard.size - sizes[row]);
    }
    check(subject, &texts);
    texts.bytes.data = NULL;
    gpuc_texts_done(&texts);
    test_guard_free(&guard);
}

static void test_no_read_past_the_end(void **state)
{
    const struct subject *subject = *state;
    size_t sizes[403];
    require(subject);
    for (size_t i = 0; i < 400; i++)
        sizes[i] = i;
    sizes[400] = 2432;
    sizes[401] = 2441;
    sizes[402] = 10000;
    check_guarded(subject, sizes, 403);
    for (size_t size = 0; size <= 400; size += 1 + size / 40) {
        size_t same[20];
        for (size_t i = 0; i < 20; i++)
            same[i] = size;
        check_guarded(subject, same, 20);
    }
}

/* One session for batches that grow and shrink. */
static void test_session_reuse(void **state)
{
    static const size_t counts[] = {5, 700, 0, 1, 3000, 64};
    const struct subject *subject = *state;
    const struct gpuc_engine_ops *ops = subject->ops;
    const struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX,
                                     .blackbox = {GPUC_SEED_PY3, 2}};
    struct test_random random = {6};
    struct gpuc_session *session = NULL;
    require(subject);
    struct gpuc_engine *engine = open_engine(subject);
    assert_int_equal(ops->attach(engine, &model, &session, NULL), GPUC_OK);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        static const struct subject scalar = {&gpuc_engine_ops_scalar, false};
        struct gpuc_blackbox_results results = new_results(counts[i]);
        struct gpuc_blackbox_results expected = new_results(counts[i]);
        struct gpuc_texts texts;
        new_texts(&texts, counts[i]);
        while (texts.n_rows < counts[i])
            put_random_text(&texts, &random, test_random_below(&random, 90));
        assert_int_equal(
            ops->classify(
                session, &(struct gpuc_work){.texts = &texts, .blackbox = results}, NULL),
            GPUC_OK);
        classify(&scalar, &model, &texts, &expected);
        assert_equal_results(&texts, &results, &expected);
        gpuc_texts_done(&texts);
        free_results(&results);
        free_results(&expected);
    }
    ops->detach(session);
    ops->close(engine);
}

/* Rows of 0 bytes alone: there may be no memory behind them at all. */
static void test_empty_texts(void **state)
{
    const struct subject *subject = *state;
    struct gpuc_texts texts;
    require(subject);
    new_texts(&texts, 20);
    memset(texts.sizes, 0, 20 * sizeof *texts.sizes);
    memset(texts.offsets, 0, 20 * sizeof *texts.offsets);
    texts.n_rows = 20;
    assert_null(texts.bytes.data);
    check(subject, &texts);
    gpuc_texts_done(&texts);
}

/* Sizes that differ in their high bits only: sorting takes three passes. */
static void test_far_sizes(void **state)
{
    static const size_t sizes[] = {1, 2049, 4097, 65537, 2, 99000, 63489, 4096};
    const struct subject *subject = *state;
    require(subject);
    check_sizes(subject, sizes, 8, 2);
}

/* Memory runs out at each request in turn; nothing is lost, and later it works. */
static void test_no_memory(void **state)
{
    const struct subject *subject = *state;
    const struct gpuc_engine_ops *ops = subject->ops;
    const struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX,
                                     .blackbox = {GPUC_SEED_PY2, 0}};
    struct test_random random = {7};
    struct gpuc_blackbox_results results = new_results(10);
    struct gpuc_device device;
    struct gpuc_texts texts;
    long n_refused = 0;
    enum gpuc_status status = GPUC_ENOMEM;
    require(subject);
    make_device(ops, &device);
    new_texts(&texts, 10);
    while (texts.n_rows < 10)
        put_random_text(&texts, &random, 10);
    for (; status != GPUC_OK; n_refused++) {
        struct gpuc_engine *engine = NULL;
        struct gpuc_session *session = NULL;
        gpuc_memory_fail_after(n_refused, true);
        status = ops->open(ops, &device, &engine, NULL);
        if (status == GPUC_OK)
            status = ops->attach(engine, &model, &session, NULL);
        if (status == GPUC_OK)
            status = ops->classify(
                session, &(struct gpuc_work){.texts = &texts, .blackbox = results}, NULL);
        gpuc_memory_fail_after(-1, false);
        assert_true(status == GPUC_OK || status == GPUC_ENOMEM);
        if (session != NULL)
            assert_int_equal(
                ops->classify(session,
                              &(struct gpuc_work){.texts = &texts, .blackbox = results},
                              NULL),
                GPUC_OK);
        ops->detach(session);
        ops->close(engine);
    }
    assert_int_equal(n_refused - 1, 5);
    gpuc_texts_done(&texts);
    free_results(&results);
}

#define TEST(test, subject)                                                              \
  {                                                                                      \
    .name = #test " " #subject, .test_func = (test), .initial_state = &(subject)         \
  }

#define TESTS(subject)                                                                   \
  TEST(test_row_counts, subject), TEST(test_equal_sizes, subject),                       \
      TEST(test_mixed_sizes, subject), TEST(test_block_edges, subject),                  \
      TEST(test_long_keys, subject), TEST(test_nuls, subject),                           \
      TEST(test_characters, subject), TEST(test_no_read_past_the_end, subject),          \
      TEST(test_session_reuse, subject), TEST(test_empty_texts, subject),                \
      TEST(test_far_sizes, subject), TEST(test_no_memory, subject)

int main(void)
{
    static struct subject sse42 = {&gpuc_engine_ops_sse42, false};
    static struct subject sse42_sha = {&gpuc_engine_ops_sse42, true};
    static struct subject avx2 = {&gpuc_engine_ops_avx2, false};
    static struct subject avx2_sha = {&gpuc_engine_ops_avx2, true};
    static struct subject avx512 = {&gpuc_engine_ops_avx512, false};
    static struct subject avx512_sha = {&gpuc_engine_ops_avx512, true};
    const struct CMUnitTest tests[] = {
        TESTS(sse42),    TESTS(sse42_sha), TESTS(avx2),
        TESTS(avx2_sha), TESTS(avx512),    TESTS(avx512_sha),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
