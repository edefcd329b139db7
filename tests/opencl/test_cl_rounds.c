/* SPDX-License-Identifier: Apache-2.0 */
/*
 * More and more work for a row on every OpenCL device of this machine: the results are
 * right, or a device that ends loops is found out before it can give wrong ones.
 */
#include <string.h>

#include "cpu/random_forest.h"
#include "host/opencl/cl_session.h"
#include "kernels/blackbox_row.h"
#include "opencl/all_devices.h"
#include "opencl/random_texts.h"
#include "support/cmocka_all.h"

enum { N_ROWS = 70, STRIDE = 128 };

static bool ends_loops(const struct gpuc_engine *engine)
{
    return ((const struct gpuc_cl_engine *)engine)->device.max_rounds > 0;
}

static void check_status(const struct gpuc_engine *engine, enum gpuc_status status,
                         const struct gpuc_error *error)
{
    if (status == GPUC_OK)
        return;
    if (!ends_loops(engine) || status != GPUC_EDEVICE)
        fail_msg("%s: %s", engine->device.name, error->message);
    assert_non_null(strstr(error->message, "rounds of loops"));
}

/* Returns how many texts the devices take. */
static size_t check_texts(uint32_t size, uint32_t slowness)
{
    const struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX,
                                     .blackbox = {GPUC_SEED_PY3, slowness}};
    struct gpuc_texts texts = random_texts(2, size, 1, size);
    struct gpuc_blackbox_results expected = scalar_results(&model, &texts);
    struct gpuc_blackbox_results results = new_results(2);
    struct gpuc_error error;
    size_t n_taken = 0;

    for (size_t i = 0; i < n_engines; i++) {
        enum gpuc_status status =
            classify_once(engines[i], &model, &texts, &results, &error);
        check_status(engines[i], status, &error);
        assert_true(status != GPUC_OK || equal_results(&results, &expected, 2));
        n_taken += status == GPUC_OK;
    }
    free_results(&results);
    free_results(&expected);
    gpuc_texts_done(&texts);
    return n_taken;
}

static void test_long_texts(void **state)
{
    static const uint32_t sizes[] = {1000, 3000, 10000, 30000, 100000};

    (void)state;
    skip_without_device(__func__);
    assert_int_equal(check_texts(1000, 1), n_engines);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        check_texts(sizes[i], 1);
        check_texts(sizes[i], 10);
    }
}

static size_t check_forest(size_t n_trees, size_t n_outputs)
{
    const struct test_forest_shape shape = {
        .forest = {.number = GPUC_FLOAT32,
                   .n_features = 10,
                   .n_outputs = (uint32_t)n_outputs,
                   .leaf_size = 1,
                   .name = "random"},
        .seed = n_trees,
        .n_trees = n_trees,
        .n_leaves = 64,
        .same_size = true,
        .n_thresholds = 20,
        .tree_shape = TEST_EVEN,
    };
    struct test_forest *forest = test_forest_new(&shape);
    struct gpuc_model model = {.kind = GPUC_MODEL_FOREST, .forest = forest->image};
    struct gpuc_work work = {
        .features = {test_forest_values(forest, N_ROWS, STRIDE), STRIDE, N_ROWS}};
    float *margins = gpuc_alloc(n_outputs * STRIDE, sizeof *margins);
    float *expected = gpuc_alloc(n_outputs * STRIDE, sizeof *expected);
    size_t n_taken = 0;

    assert_non_null(margins);
    assert_non_null(expected);
    work.forest = (struct gpuc_forest_results){.margins = expected, .stride = STRIDE};
    test_forest_answer(forest, &work.features, &work.forest);
    work.forest.margins = margins;
    for (size_t i = 0; i < n_engines; i++) {
        const struct gpuc_engine_ops *ops = engines[i]->ops;
        struct gpuc_session *session = NULL;
        struct gpuc_error error;
        enum gpuc_status status = ops->attach(engines[i], &model, &session, &error);
        check_status(engines[i], status, &error);
        if (status != GPUC_OK)
            continue;
        assert_int_equal(ops->classify(session, &work, &error), GPUC_OK);
        for (size_t k = 0; k < n_outputs; k++)
            assert_memory_equal(margins + k * STRIDE, expected + k * STRIDE,
                                N_ROWS * sizeof *margins);
        ops->detach(session);
        n_taken++;
    }
    gpuc_free(margins);
    gpuc_free(expected);
    gpuc_free((void *)(uintptr_t)work.features.values);
    test_forest_free(forest);
    return n_taken;
}

static void test_many_trees(void **state)
{
    static const size_t counts[] = {300, 600, 900, 1500, 4000};

    (void)state;
    skip_without_device(__func__);
    assert_int_equal(check_forest(300, 1), n_engines);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        check_forest(counts[i], 1);
        check_forest(counts[i], 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_many_trees),
    };
    return cmocka_run_group_tests(tests, open_engines, close_engines);
}
