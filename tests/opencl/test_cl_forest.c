/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forests on every OpenCL device of this machine, by each kernel, with the device's own
 * additions and with integers': bit for bit what an obvious loop over the trees as they
 * were handed to the builder gives. Called as `test_cl_forest small` it runs a few rows
 * only, for devices that are interpreters.
 */
#include <stdio.h>
#include <string.h>

#include "cpu/random_forest.h"
#include "host/opencl/cl_forest_session.h"
#include "opencl/all_devices.h"
#include "support/cmocka_all.h"

/* Each device twice: as it is, and as one that cannot add. */
static struct gpuc_engine *soft_engines[MAX_ENGINES];

/* How a session is made to work. */
struct way {
    struct gpuc_cl_wanted wanted;
    size_t max_rows; /* 0: as it is */
    bool soft;
    struct gpuc_cl_flow flow;
};

static const struct way ways[] = {
    {.wanted = {&gpuc_cl_shape_tiles, {0}}},
    {.wanted = {&gpuc_cl_shape_tiles, {.tile_bytes = 320}}, .soft = true},
    {.wanted = {&gpuc_cl_shape_tiles, {64, 1}}, .max_rows = 64, .flow = {true, true}},
    {.wanted = {&gpuc_cl_shape_packed, {0}}},
    {.wanted = {&gpuc_cl_shape_packed, {.group_size = 7, .tile_bytes = 700}},
     .max_rows = 64,
     .soft = true},
    {.wanted = {&gpuc_cl_shape_bits, {0}}},
    {.wanted = {&gpuc_cl_shape_bits, {.group_size = 5, .tile_bytes = 1}},
     .max_rows = 64,
     .soft = true},
    {.wanted = {&gpuc_cl_shape_select, {0}}, .flow = {true, false}},
    {.wanted = {&gpuc_cl_shape_select, {0}}, .max_rows = 576, .soft = true},
};

static int open_all(void **state)
{
    int failed = open_engines(state);

    for (size_t i = 0; i < n_engines && failed == 0; i++) {
        const struct gpuc_engine_ops *ops = engines[i]->ops;
        struct gpuc_engine *engine = NULL;
        if (ops->open(ops, &engines[i]->device, &engine, NULL) != GPUC_OK)
            return -1;
        soft_engines[i] = engine;
        ((struct gpuc_cl_engine *)engine)->device.float32_config = 0;
        ((struct gpuc_cl_engine *)engine)->device.float64_config = 0;
    }
    return failed;
}

static int close_all(void **state)
{
    for (size_t i = 0; i < n_engines; i++)
        soft_engines[i]->ops->close(soft_engines[i]);
    return close_engines(state);
}

static struct gpuc_forest_results new_results(const struct gpuc_forest *forest,
                                              size_t stride, bool leaves)
{
    size_t size = gpuc_number_size(forest->number);
    struct gpuc_forest_results results = {
        .margins = gpuc_alloc(forest->n_outputs * stride, size), .stride = stride};

    assert_non_null(results.margins);
    memset(results.margins, 0xa5, forest->n_outputs * stride * size);
    if (leaves) {
        results.leaves = gpuc_alloc(forest->n_trees * stride, sizeof(uint32_t));
        assert_non_null(results.leaves);
        memset(results.leaves, 0xa5, forest->n_trees * stride * sizeof(uint32_t));
    }
    return results;
}

static void free_results(struct gpuc_forest_results *results)
{
    gpuc_free(results->margins);
    gpuc_free(results->leaves);
}

static void assert_equal_results(const struct gpuc_forest *forest, size_t n_rows,
                                 const struct gpuc_forest_results *results,
                                 const struct gpuc_forest_results *expected)
{
    size_t size = gpuc_number_size(forest->number);

    for (size_t t = 0; t < forest->n_trees && results->leaves != NULL; t++)
        assert_memory_equal(results->leaves + t * results->stride,
                            expected->leaves + t * expected->stride,
                            n_rows * sizeof(uint32_t));
    for (size_t k = 0; k < forest->n_outputs; k++)
        assert_memory_equal((char *)results->margins + k * results->stride * size,
                            (char *)expected->margins + k * expected->stride * size,
                            n_rows * size);
}

static struct gpuc_session *attach(size_t device, const struct way *way,
                                   const struct gpuc_model *model)
{
    struct gpuc_engine *engine = way->soft ? soft_engines[device] : engines[device];
    struct gpuc_session *base = NULL;
    struct gpuc_error error;

    ((struct gpuc_cl_engine *)engine)->wanted = way->wanted;
    /* What is wrong is to be seen here, and not passed over. */
    ((struct gpuc_cl_engine *)engine)->wanted.is_trusted = true;
    ((struct gpuc_cl_engine *)engine)->flow = way->flow;
    if (engine->ops->attach(engine, model, &base, &error) != GPUC_OK)
        fail_msg("%s: %s", engine->device.name, error.message);
    struct gpuc_cl_forest_session *session = (struct gpuc_cl_forest_session *)base;
    if (way->max_rows > 0)
        session->base.limits.max_rows = way->max_rows;
    return base;
}

/* The rows first without leaves, then with them, then without. */
static void check_session(struct gpuc_session *session, const struct gpuc_forest *forest,
                          const struct gpuc_feature_rows *rows,
                          const struct gpuc_forest_results *expected)
{
    for (size_t i = 0; i < 3; i++) {
        /* The caller's stride is its own. */
        struct gpuc_forest_results results =
            new_results(forest, rows->stride + 64 * i, i == 1);
        struct gpuc_work work = {.features = *rows, .forest = results};
        struct gpuc_error error;
        if (session->engine->ops->classify(session, &work, &error) != GPUC_OK)
            fail_msg("%s: %s", session->engine->device.name, error.message);
        assert_equal_results(forest, rows->n_rows, &results, expected);
        free_results(&results);
    }
}

static void check_counts(const struct test_forest_shape *shape, const size_t *counts,
                         size_t n_counts)
{
    struct test_forest *forest = test_forest_new(shape);
    struct gpuc_model model = {.kind = GPUC_MODEL_FOREST, .forest = forest->image};

    for (size_t k = 0; k < n_counts; k++) {
        size_t stride = (counts[k] + 63) / 64 * 64 + 64;
        void *values = test_forest_values(forest, counts[k], stride);
        struct gpuc_feature_rows rows = {values, stride, counts[k]};
        struct gpuc_forest_results expected = new_results(forest->image, stride, true);
        test_forest_answer(forest, &rows, &expected);
        for (size_t i = 0; i < n_engines * (sizeof ways / sizeof ways[0]); i++) {
            const struct way *way = &ways[i / n_engines];
            struct gpuc_session *session = attach(i % n_engines, way, &model);
            check_session(session, forest->image, &rows, &expected);
            session->engine->ops->detach(session);
        }
        free_results(&expected);
        gpuc_free(values);
    }
    test_forest_free(forest);
}

static void check(const struct test_forest_shape *shape)
{
    static const size_t counts[] = {0, 1, 63, 64, 65, 511, 512, 513, 1000};
    check_counts(shape, counts, sizeof counts / sizeof counts[0]);
}

/* Forests small enough for 1-byte codes; the callers change what they are about. */
static struct test_forest_shape small_shape(uint64_t seed)
{
    return (struct test_forest_shape){
        .forest = {.number = GPUC_FLOAT32,
                   .n_features = 4,
                   .n_outputs = 1,
                   .leaf_size = 1,
                   .name = "random"},
        .seed = seed,
        .n_trees = 10,
        .n_leaves = 20,
        .n_thresholds = 60,
        .tree_shape = TEST_MIXED,
    };
}

/* As LightGBM's are. */
static struct test_forest_shape float64_shape(uint64_t seed)
{
    struct test_forest_shape shape = small_shape(seed);
    shape.forest.number = GPUC_FLOAT64;
    shape.forest.less_equal = true;
    shape.forest.flush_tiny = true;
    shape.forest.truncate_first = true;
    return shape;
}

static void test_row_counts(void **state)
{
    struct test_forest_shape shape = small_shape(1);

    (void)state;
    skip_without_device(__func__);
    check(&shape);
    shape = float64_shape(2);
    check(&shape);
}

/* Numbers of leaves around powers of two and around a byte, in each form of tree. */
static void test_tree_sizes(void **state)
{
    static const size_t sizes[] = {1, 2, 3, 4, 5, 8, 9, 64, 65, 255, 256, 257};
    static const size_t counts[] = {130};

    (void)state;
    skip_without_device(__func__);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (enum test_tree_shape form = TEST_EVEN; form <= TEST_CHAIN; form++) {
            struct test_forest_shape shape =
                i % 2 == 0 ? small_shape(10 * i + form) : float64_shape(10 * i + form);
            shape.n_trees = 3;
            shape.n_leaves = sizes[i];
            shape.same_size = true;
            shape.tree_shape = form;
            check_counts(&shape, counts, 1);
        }
}

static void test_no_trees(void **state)
{
    struct test_forest_shape shape = small_shape(3);

    (void)state;
    skip_without_device(__func__);
    shape.n_trees = 0;
    shape.forest.n_outputs = 3;
    check(&shape);
}

static void test_special_leaf_values(void **state)
{
    static const size_t counts[] = {65, 1000};
    struct test_forest_shape shape = small_shape(4);

    (void)state;
    skip_without_device(__func__);
    shape.special_values = true;
    shape.n_trees = 40;
    check_counts(&shape, counts, 2);
    shape.seed++;
    shape.forest.number = GPUC_FLOAT64;
    check_counts(&shape, counts, 2);
}

/* Codes of 1 and 2 bytes in one forest. */
static void test_mixed_code_sizes(void **state)
{
    struct test_forest_shape shape = small_shape(6);

    (void)state;
    skip_without_device(__func__);
    shape.forest.n_features = 11;
    shape.n_leaves = 300;
    shape.n_trees = 20;
    shape.n_thresholds = 200;
    check(&shape);
}

/* One feature with more thresholds than 2 bytes count, in a deep tree. */
static void test_widest_codes(void **state)
{
    static const size_t counts[] = {1, 600};
    struct test_forest_shape shape = small_shape(8);

    (void)state;
    skip_without_device(__func__);
    shape.forest.n_features = 5;
    shape.n_thresholds = 4000;
    shape.n_leaves = 700000;
    shape.same_size = true;
    shape.n_trees = 1;
    shape.tree_shape = TEST_RANDOM;
    check_counts(&shape, counts, 2);
}

static void test_categories(void **state)
{
    static const size_t n_categories[] = {1, 30, 200};
    static const size_t counts[] = {64, 300};

    (void)state;
    skip_without_device(__func__);
    for (size_t i = 0; i < sizeof n_categories / sizeof n_categories[0]; i++) {
        struct test_forest_shape shape = i % 2 == 0 ? small_shape(i) : float64_shape(i);
        shape.forest.n_features = 11;
        shape.n_categories = n_categories[i];
        shape.n_leaves = 40;
        shape.n_trees = 30;
        check_counts(&shape, counts, 2);
    }
}

static void test_several_outputs(void **state)
{
    (void)state;
    skip_without_device(__func__);
    for (uint64_t seed = 20; seed < 24; seed++) {
        struct test_forest_shape shape =
            seed % 2 == 0 ? small_shape(seed) : float64_shape(seed);
        shape.forest.n_outputs = 3;
        shape.forest.leaf_size = seed < 22 ? 1 : 3;
        shape.n_leaves = 70;
        check(&shape);
    }
}

static void test_linear_leaves(void **state)
{
    struct test_forest_shape shape = float64_shape(30);

    (void)state;
    skip_without_device(__func__);
    shape.linear_leaves = true;
    shape.n_trees = 20;
    check(&shape);
    shape.forest.n_outputs = 3;
    shape.seed++;
    check(&shape);
}

/* Trees of very different sizes next to each other: some fit into a tile, some do not. */
static void test_mixed_tree_sizes(void **state)
{
    static const size_t counts[] = {65, 600};

    (void)state;
    skip_without_device(__func__);
    for (uint64_t seed = 40; seed < 42; seed++) {
        struct test_forest_shape shape =
            seed % 2 == 0 ? small_shape(seed) : float64_shape(seed);
        shape.forest.n_features = 9;
        shape.n_thresholds = 6;
        shape.n_trees = 30;
        shape.n_leaves = 6000;
        check_counts(&shape, counts, 2);
    }
}

/* A few rows of a few forests. */
static void test_small(void **state)
{
    static const size_t counts[] = {5};
    struct test_forest_shape shape = small_shape(50);

    (void)state;
    skip_without_device(__func__);
    check_counts(&shape, counts, 1);
    shape = float64_shape(51);
    shape.n_categories = 5;
    check_counts(&shape, counts, 1);
    for (uint64_t seed = 52; seed < 54; seed++) {
        shape = seed % 2 == 0 ? small_shape(seed) : float64_shape(seed);
        shape.forest.n_outputs = 3;
        shape.forest.leaf_size = seed % 2 == 0 ? 1 : 3;
        shape.n_trees = 5;
        shape.n_leaves = 6;
        check_counts(&shape, counts, 1);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_row_counts),
        cmocka_unit_test(test_tree_sizes),
        cmocka_unit_test(test_no_trees),
        cmocka_unit_test(test_special_leaf_values),
        cmocka_unit_test(test_mixed_code_sizes),
        cmocka_unit_test(test_widest_codes),
        cmocka_unit_test(test_categories),
        cmocka_unit_test(test_several_outputs),
        cmocka_unit_test(test_linear_leaves),
        cmocka_unit_test(test_mixed_tree_sizes),
    };
    const struct CMUnitTest small_tests[] = {cmocka_unit_test(test_small)};

    if (argc > 1 && strcmp(argv[1], "small") == 0)
        return cmocka_run_group_tests(small_tests, open_all, close_all);
    return cmocka_run_group_tests(tests, open_all, close_all);
}
