/* SPDX-License-Identifier: Apache-2.0 */
/* The known-answer test, with engines that are wrong, and what comes of its verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/engines.h"
#include "host/self_test.h"
#include "kernels/blackbox_row.h"
#include "opencl/random_texts.h"

enum fault {
    RIGHT,
    FRACTION_BIT,      /* one bit of one fraction */
    FRACTION_LAST_ROW, /* as where a loop ends too early */
    FRACTION_ROUNDED,  /* as where a float takes part */
    FRACTIONS_SWAPPED, /* as where rows change places */
    LONG_TEXT,         /* wrong beyond the generator's 624 words */
    EMPTY_TEXT,
    SEEDING_IGNORED,
    SLOWNESS_IGNORED,
    DIGEST_BIT,
    DIGEST_WORD_ORDER,
    NOTHING_WRITTEN,
    LANE_MISSING, /* the last row of each group of 16 */
    MARGIN_BIT,   /* the last bit of one float64 margin */
    MARGIN_FLOAT32,
    LEAF_WRONG,
    LAST_LEAVES, /* where the last tree is forgotten */
    N_WRONG,
    FAILS_TO_OPEN = N_WRONG,
    FAILS_TO_ATTACH,
    FAILS_TO_CLASSIFY,
    N_FAULTS
};

/* An engine around scalar that gets something wrong. */
struct faulty_engine {
    struct gpuc_engine base;
    struct gpuc_engine *scalar;
    enum fault fault;
};

struct faulty_session {
    struct gpuc_session base;
    struct gpuc_session *scalar;
    struct gpuc_model model; /* what the session works with, right or not */
};

static enum fault planted_fault;

static void faulty_probe(const struct gpuc_engine_ops *ops, struct gpuc_device_list *list)
{
    (void)ops;
    (void)list;
}

static void faulty_close(struct gpuc_engine *base)
{
    struct faulty_engine *engine = (struct faulty_engine *)base;

    if (engine != NULL)
        gpuc_engine_close(engine->scalar);
    gpuc_free(engine);
}

static enum gpuc_status faulty_open(const struct gpuc_engine_ops *ops,
                                    const struct gpuc_device *device,
                                    struct gpuc_engine **ret_engine,
                                    struct gpuc_error *error)
{
    if (planted_fault == FAILS_TO_OPEN)
        return gpuc_fail(error, GPUC_EDEVICE, "planted");
    struct faulty_engine *engine = gpuc_alloc(1, sizeof *engine);
    assert_non_null(engine);
    engine->base.ops = ops;
    engine->base.device = *device;
    engine->fault = planted_fault;
    enum gpuc_status status = gpuc_engine_ops_scalar.open(&gpuc_engine_ops_scalar, device,
                                                          &engine->scalar, error);
    assert_int_equal(status, GPUC_OK);
    *ret_engine = &engine->base;
    return GPUC_OK;
}

static enum gpuc_status faulty_attach(struct gpuc_engine *base,
                                      const struct gpuc_model *model,
                                      struct gpuc_session **ret_session,
                                      struct gpuc_error *error)
{
    struct faulty_engine *engine = (struct faulty_engine *)base;

    if (engine->fault == FAILS_TO_ATTACH)
        return gpuc_fail(error, GPUC_EDEVICE, "planted");
    struct faulty_session *session = gpuc_alloc(1, sizeof *session);
    assert_non_null(session);
    session->base.engine = base;
    session->base.model = model;
    session->model = *model;
    if (engine->fault == SEEDING_IGNORED)
        session->model.blackbox.seeding = GPUC_SEED_PY3;
    if (engine->fault == SLOWNESS_IGNORED)
        session->model.blackbox.slowness = 0;
    assert_int_equal(gpuc_engine_ops_scalar.attach(engine->scalar, &session->model,
                                                   &session->scalar, error),
                     GPUC_OK);
    *ret_session = &session->base;
    return GPUC_OK;
}

static void spoil(enum fault fault, const struct gpuc_texts *texts,
                  const struct gpuc_blackbox_results *results)
{
    size_t last = texts->n_rows - 1;

    for (size_t row = 0; row < texts->n_rows; row++) {
        if ((fault == LONG_TEXT && texts->sizes[row] > 2432) ||
            (fault == EMPTY_TEXT && texts->sizes[row] == 0) ||
            (fault == LANE_MISSING && row % 16 == 15))
            results->fractions[row] ^= 1;
    }
    if (fault == FRACTION_BIT)
        results->fractions[last / 2] ^= UINT64_C(1) << 52;
    if (fault == FRACTION_LAST_ROW)
        results->fractions[last] = 0;
    if (fault == FRACTION_ROUNDED)
        results->fractions[last] &= ~UINT64_C(0x1fffffff);
    if (fault == FRACTIONS_SWAPPED) {
        uint64_t first = results->fractions[0];
        results->fractions[0] = results->fractions[1];
        results->fractions[1] = first;
    }
    if (fault == DIGEST_BIT)
        results->digests[last * GPUC_DIGEST_SIZE + 31] ^= 1;
    if (fault == DIGEST_WORD_ORDER) {
        uint8_t byte = results->digests[0];
        results->digests[0] = results->digests[3];
        results->digests[3] = byte;
    }
}

static void spoil_forest(enum fault fault, const struct gpuc_forest *forest,
                         const struct gpuc_forest_results *results, size_t n_rows)
{
    if (fault == MARGIN_BIT && forest->number == GPUC_FLOAT64)
        ((uint64_t *)results->margins)[results->stride + n_rows - 1] ^= 1;
    if (fault == MARGIN_FLOAT32 && forest->number == GPUC_FLOAT32)
        ((uint32_t *)results->margins)[n_rows / 2] ^= 1;
    if (fault == LEAF_WRONG)
        results->leaves[results->stride * 2] ^= 1;
    if (fault == LAST_LEAVES)
        results->leaves[results->stride * (forest->n_trees - 1) + n_rows - 1] =
            UINT32_MAX;
}

static enum gpuc_status faulty_classify(struct gpuc_session *base,
                                        const struct gpuc_work *work,
                                        struct gpuc_error *error)
{
    struct faulty_session *session = (struct faulty_session *)base;
    enum fault fault = ((struct faulty_engine *)base->engine)->fault;

    if (fault == FAILS_TO_CLASSIFY)
        return gpuc_fail(error, GPUC_EDEVICE, "planted");
    if (fault == NOTHING_WRITTEN)
        return GPUC_OK;
    enum gpuc_status status =
        gpuc_engine_ops_scalar.classify(session->scalar, work, error);
    if (base->model->kind == GPUC_MODEL_FOREST)
        spoil_forest(fault, base->model->forest, &work->forest, work->features.n_rows);
    else
        spoil(fault, work->texts, &work->blackbox);
    return status;
}

static void faulty_detach(struct gpuc_session *base)
{
    struct faulty_session *session = (struct faulty_session *)base;

    if (session != NULL)
        gpuc_engine_ops_scalar.detach(session->scalar);
    gpuc_free(session);
}

static const struct gpuc_engine_ops faulty_ops = {
    .name = "faulty",
    .summary = "an engine that is wrong",
    .probe = faulty_probe,
    .open = faulty_open,
    .attach = faulty_attach,
    .classify = faulty_classify,
    .n_sessions = gpuc_engine_one_session_a_thread,
    .report = gpuc_session_report,
    .detach = faulty_detach,
    .close = faulty_close,
};
static const struct gpuc_device faulty_device = {.name = "faulty", .usable = true};
static const struct gpuc_device scalar_device = {.name = "scalar", .usable = true};

static void test_planted_faults(void **state)
{
    const struct gpuc_candidate candidate = {&faulty_ops, &faulty_device, NULL};

    (void)state;
    for (int fault = RIGHT; fault < N_FAULTS; fault++) {
        struct gpuc_engine *engine = NULL;
        struct gpuc_error error = {0};
        planted_fault = (enum fault)fault;
        enum gpuc_status status = gpuc_engine_open_first(&candidate, 1, &engine, &error);
        assert_int_equal(status, fault == RIGHT ? GPUC_OK : GPUC_EDEVICE);
        gpuc_engine_close(engine);
        if (fault > RIGHT && fault < N_WRONG)
            assert_memory_equal(error.message, "faulty: self-test failed: wrong ", 32);
        else if (fault >= N_WRONG)
            assert_string_equal(error.message, "faulty: planted");
    }
    print_message("%d planted faults found\n", (int)N_FAULTS - 1);
}

/* What is chosen by itself goes round an engine that fails, and says so. */
static void test_passing_over(void **state)
{
    const struct gpuc_candidate candidates[] = {
        {&faulty_ops, &faulty_device, NULL},
        {&gpuc_engine_ops_scalar, &scalar_device, NULL},
    };
    struct gpuc_engine *engine = NULL;

    (void)state;
    planted_fault = DIGEST_BIT;
    assert_int_equal(gpuc_engine_open_first(candidates, 2, &engine, NULL), GPUC_OK);
    const struct gpuc_device *device = gpuc_engine_device(engine);
    assert_string_equal(device->name, "scalar");
    assert_memory_equal(device->reason, "passed over faulty: self-test failed: ", 38);
    gpuc_engine_close(engine);

    planted_fault = RIGHT;
    assert_int_equal(gpuc_engine_open_first(candidates, 2, &engine, NULL), GPUC_OK);
    assert_string_equal(gpuc_engine_device(engine)->name, "faulty");
    assert_string_equal(gpuc_engine_device(engine)->reason, "");
    gpuc_engine_close(engine);
    assert_int_equal(gpuc_engine_open_first(candidates, 0, &engine, NULL), GPUC_EDEVICE);
}

/* An engine for one model is tried with what that needs, and with nothing else. */
static void test_purpose(void **state)
{
    struct gpuc_forest forest32 = {.number = GPUC_FLOAT32};
    struct gpuc_forest forest64 = {.number = GPUC_FLOAT64};
    const struct gpuc_model models[] = {
        {.kind = GPUC_MODEL_BLACKBOX},
        {.kind = GPUC_MODEL_FOREST, .forest = &forest32},
        {.kind = GPUC_MODEL_FOREST, .forest = &forest64},
    };
    static const enum fault faults[] = {DIGEST_BIT, MARGIN_FLOAT32, MARGIN_BIT};

    (void)state;
    for (size_t i = 0; i < 9; i++) {
        const struct gpuc_candidate candidate = {&faulty_ops, &faulty_device,
                                                 &models[i / 3]};
        struct gpuc_engine *engine = NULL;
        planted_fault = faults[i % 3];
        assert_int_equal(gpuc_engine_open_first(&candidate, 1, &engine, NULL),
                         i / 3 == i % 3 ? GPUC_EDEVICE : GPUC_OK);
        gpuc_engine_close(engine);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planted_faults),
        cmocka_unit_test(test_passing_over),
        cmocka_unit_test(test_purpose),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
