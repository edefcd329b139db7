/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forests on the CPU engines: scalar gives what an obvious loop over the trees as they
 * were handed to the builder gives, and the others what scalar gives, bit for bit, for
 * forests of every shape and numbers of rows around the sizes of vectors and blocks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/forest_plan.h"
#include "engine.h"
#include "random_forest.h"
#include "support/cmocka_all.h"
#include "support/guard.h"

/* Margins and leaves that end where memory does. */
struct room {
    struct test_guard margins, leaves;
    struct gpuc_forest_results results;
};

static size_t margins_size(const struct gpuc_forest *forest, size_t stride)
{
    return forest->n_outputs * stride * gpuc_number_size(forest->number);
}

static struct room new_room(const struct gpuc_forest *forest, size_t stride, bool leaves)
{
    size_t margins = margins_size(forest, stride);
    size_t leaf_bytes = forest->n_trees * stride * sizeof(uint32_t);
    struct room room = {
        .margins = test_guard_new(margins),
        .leaves = test_guard_new(leaf_bytes),
    };
    room.results.stride = stride;
    room.results.margins = test_guard_place(&room.margins, margins);
    memset(room.margins.pages, 0xa5, room.margins.size);
    memset(room.leaves.pages, 0xa5, room.leaves.size);
    if (leaves)
        room.results.leaves = (void *)test_guard_place(&room.leaves, leaf_bytes);
    return room;
}

static void free_room(struct room *room)
{
    test_guard_free(&room->margins);
    test_guard_free(&room->leaves);
}

/* An engine family, and what it is to do without. */
struct subject {
    const struct gpuc_engine_ops *ops;
    const char *disabled;
};

static struct gpuc_engine *open_engine(const struct subject *subject)
{
    const struct gpuc_engine_ops *ops = subject->ops;
    struct gpuc_device_list list = {0};
    struct gpuc_engine *engine = NULL;
    ops->probe(ops, &list);
    if (!list.devices[0].usable) {
        print_message("%s: skipped, %s\n", ops->name, list.devices[0].reason);
        skip();
    }
    assert_int_equal(setenv("GPUCLASSIFY_DISABLE", subject->disabled, 1), 0);
    assert_int_equal(ops->open(ops, &list.devices[0], &engine, NULL), GPUC_OK);
    assert_int_equal(unsetenv("GPUCLASSIFY_DISABLE"), 0);
    return engine;
}

static void classify(struct gpuc_engine *engine, const struct gpuc_model *model,
                     const struct gpuc_feature_rows *rows,
                     const struct gpuc_forest_results *results)
{
    struct gpuc_session *session = NULL;
    struct gpuc_work work = {.features = *rows, .forest = *results};
    assert_int_equal(engine->ops->attach(engine, model, &session, NULL), GPUC_OK);
    assert_int_equal(engine->ops->classify(session, &work, NULL), GPUC_OK);
    engine->ops->detach(session);
}

static void assert_equal_results(const struct gpuc_forest *forest, size_t n_rows,
                                 const struct gpuc_forest_results *results,
                                 const struct gpuc_forest_results *expected)
{
    size_t size = gpuc_number_size(forest->number);
    for (size_t t = 0; t < forest->n_trees && results->leaves != NULL; t++)
        for (size_t row = 0; row < n_rows; row++) {
            uint32_t leaf = results->leaves[t * results->stride + row];
            uint32_t right = expected->leaves[t * expected->stride + row];
            if (leaf != right)
                fail_msg("tree %zu, row %zu of %zu: leaf %u, not %u", t, row, n_rows,
                         leaf, right);
        }
    for (size_t k = 0; k < forest->n_outputs; k++)
        for (size_t row = 0; row < n_rows; row++) {
            const char *margins = results->margins, *right = expected->margins;
            if (memcmp(margins + (k * results->stride + row) * size,
                       right + (k * expected->stride + row) * size, size) != 0)
                fail_msg("output %zu, row %zu of %zu: wrong margin", k, row, n_rows);
        }
}

/* Where the expected answer of a check comes from. */
static void find_answer(const struct gpuc_engine_ops *ops,
                        const struct test_forest *forest, const struct gpuc_model *model,
                        const struct gpuc_feature_rows *rows,
                        const struct gpuc_forest_results *results)
{
    if (ops == &gpuc_engine_ops_scalar) {
        test_forest_answer(forest, rows, results);
        return;
    }
    static const struct subject subject = {&gpuc_engine_ops_scalar, ""};
    struct gpuc_engine *scalar = open_engine(&subject);
    classify(scalar, model, rows, results);
    scalar->ops->close(scalar);
}

static void check_rows(struct gpuc_engine *engine, const struct test_forest *forest,
                       size_t n_rows)
{
    const struct gpuc_forest *image = forest->image;
    struct gpuc_model model = {.kind = GPUC_MODEL_FOREST, .forest = forest->image};
    size_t stride = (n_rows + 63) / 64 * 64;
    size_t size = image->n_features * stride * gpuc_number_size(image->number);
    void *values = test_forest_values(forest, n_rows, stride);
    struct test_guard guard = test_guard_new(size);
    struct gpuc_feature_rows rows = {test_guard_copy(&guard, values, size), stride,
                                     n_rows};
    struct room expected = new_room(image, stride, true);
    struct room room = new_room(image, stride, true);
    struct room margins = new_room(image, stride, false);

    find_answer(engine->ops, forest, &model, &rows, &expected.results);
    classify(engine, &model, &rows, &room.results);
    assert_equal_results(image, n_rows, &room.results, &expected.results);
    classify(engine, &model, &rows, &margins.results);
    assert_equal_results(image, n_rows, &margins.results, &expected.results);
    free_room(&margins);
    free_room(&room);
    free_room(&expected);
    test_guard_free(&guard);
    gpuc_free(values);
}

static void check_counts(const struct subject *subject,
                         const struct test_forest_shape *shape, const size_t *counts,
                         size_t n_counts)
{
    struct gpuc_engine *engine = open_engine(subject);
    struct test_forest *forest = test_forest_new(shape);
    for (size_t i = 0; i < n_counts; i++)
        check_rows(engine, forest, counts[i]);
    test_forest_free(forest);
    engine->ops->close(engine);
}

static void check(const struct subject *subject, const struct test_forest_shape *shape)
{
    static const size_t counts[] = {0,   1,   63,  64,  65,   127,  128,  129,
                                    511, 512, 513, 577, 1000, 1024, 1025, 1700};
    check_counts(subject, shape, counts, sizeof counts / sizeof *counts);
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

/* Each number of leaves around a power of two, in each form of tree. */
static void test_tree_sizes(void **state)
{
    static const size_t sizes[] = {1,  2,  3,  4,  5,  7,   8,   9,   15,  16,  17, 31,
                                   32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257};
    static const size_t counts[] = {130, 513};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (enum test_tree_shape form = TEST_EVEN; form <= TEST_MIXED; form++) {
            struct test_forest_shape shape =
                i % 2 == 0 ? small_shape(10 * i + form) : float64_shape(10 * i + form);
            shape.n_trees = 3;
            shape.n_leaves = sizes[i];
            shape.same_size = true;
            shape.tree_shape = form;
            check_counts(*state, &shape, counts, 2);
        }
}

static void test_row_counts(void **state)
{
    struct test_forest_shape shape = small_shape(1);
    shape.tree_shape = TEST_MIXED;
    check(*state, &shape);
    shape = float64_shape(2);
    shape.tree_shape = TEST_MIXED;
    check(*state, &shape);
}

static void test_no_trees(void **state)
{
    struct test_forest_shape shape = small_shape(3);
    shape.n_trees = 0;
    shape.forest.n_outputs = 3;
    check(*state, &shape);
}

static void test_special_leaf_values(void **state)
{
    struct test_forest_shape shape = small_shape(4);
    shape.special_values = true;
    shape.n_trees = 40;
    check(*state, &shape);
    shape.seed++;
    shape.forest.number = GPUC_FLOAT64;
    check(*state, &shape);
}

/* Features 4 and 9 have codes of 2 bytes. */
static void test_mixed_code_sizes(void **state)
{
    struct test_forest_shape shape = small_shape(6);
    shape.forest.n_features = 11;
    shape.n_leaves = 300;
    shape.n_trees = 20;
    shape.n_thresholds = 200;
    shape.tree_shape = TEST_RANDOM;
    check(*state, &shape);
    shape = float64_shape(7);
    shape.forest.n_features = 5;
    shape.n_leaves = 300;
    shape.n_trees = 20;
    shape.n_thresholds = 20;
    check(*state, &shape);
}

/* One feature with more thresholds than 2 bytes count, in deep trees. */
static void test_widest_codes(void **state)
{
    static const size_t counts[] = {1, 600};
    struct test_forest_shape shape = small_shape(8);
    shape.forest.n_features = 5;
    shape.n_thresholds = 4000;
    shape.n_leaves = 700000;
    shape.same_size = true;
    shape.n_trees = 1;
    shape.tree_shape = TEST_RANDOM;
    check_counts(*state, &shape, counts, 2);
}

static void test_categories(void **state)
{
    static const size_t n_categories[] = {1, 5, 30, 200};
    for (size_t i = 0; i < sizeof n_categories / sizeof *n_categories; i++) {
        struct test_forest_shape shape = i % 2 == 0 ? small_shape(i) : float64_shape(i);
        shape.forest.n_features = i < 2 ? 4 : 11;
        shape.n_categories = n_categories[i];
        shape.n_leaves = 40;
        shape.n_trees = 30;
        shape.tree_shape = TEST_MIXED;
        check(*state, &shape);
    }
}

static void test_several_outputs(void **state)
{
    for (uint64_t seed = 20; seed < 24; seed++) {
        struct test_forest_shape shape =
            seed % 2 == 0 ? small_shape(seed) : float64_shape(seed);
        shape.forest.n_outputs = 3;
        shape.forest.leaf_size = seed < 22 ? 1 : 3;
        shape.n_leaves = 70;
        shape.tree_shape = TEST_MIXED;
        check(*state, &shape);
    }
}

static void test_linear_leaves(void **state)
{
    struct test_forest_shape shape = float64_shape(30);
    shape.linear_leaves = true;
    shape.n_trees = 2 * GPUC_RUN_TREES + 5;
    check(*state, &shape);
    shape.forest.n_outputs = 3;
    shape.seed++;
    check(*state, &shape);
}

/* Trees of very different sizes next to each other. */
static void test_mixed_tree_sizes(void **state)
{
    for (uint64_t seed = 40; seed < 44; seed++) {
        struct test_forest_shape shape =
            seed % 2 == 0 ? small_shape(seed) : float64_shape(seed);
        shape.forest.n_features = 9;
        shape.n_thresholds = 6;
        shape.n_trees = 30;
        shape.n_leaves = 6000;
        shape.tree_shape = seed < 42 ? TEST_RANDOM : TEST_EVEN;
        check(*state, &shape);
    }
}

/* Many different splits in all: more than fit the cache together. */
static void test_many_splits(void **state)
{
    static const size_t counts[] = {65, 1100};
    struct test_forest_shape shape = small_shape(50);
    shape.forest.n_features = 90;
    shape.n_thresholds = 250;
    shape.n_trees = 300;
    shape.n_leaves = 64;
    shape.same_size = true;
    shape.tree_shape = TEST_EVEN;
    check_counts(*state, &shape, counts, 2);
}

/* Two models and two sessions on one of them, attached and detached in any order. */
static void test_shared_plans(void **state)
{
    struct gpuc_engine *engine = open_engine(*state);
    const struct gpuc_engine_ops *ops = engine->ops;
    struct test_forest_shape shape = small_shape(60);
    struct test_forest *forests[2];
    struct gpuc_model models[2];
    struct gpuc_session *sessions[3];

    for (size_t i = 0; i < 2; i++) {
        shape.seed++;
        forests[i] = test_forest_new(&shape);
        models[i] =
            (struct gpuc_model){.kind = GPUC_MODEL_FOREST, .forest = forests[i]->image};
    }
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(ops->attach(engine, &models[i % 2], &sessions[i], NULL),
                         GPUC_OK);
    ops->detach(sessions[0]);
    check_rows(engine, forests[0], 100);
    check_rows(engine, forests[1], 100);
    ops->detach(sessions[1]);
    check_rows(engine, forests[0], 100);
    ops->detach(sessions[2]);
    check_rows(engine, forests[1], 100);
    test_forest_free(forests[0]);
    test_forest_free(forests[1]);
    ops->close(engine);
}

/* The plan says which trees are too large for bit operations. */
static void test_plan_text(void **state)
{
    static const struct gpuc_forest_target target = {.plane_size_min = 16};
    struct test_forest_shape shape = small_shape(80);
    struct gpuc_forest_plan plan;
    char text[100];
    (void)state;

    for (shape.n_leaves = 256; shape.n_leaves <= 257; shape.n_leaves++) {
        shape.same_size = true;
        shape.n_trees = 3;
        shape.forest.n_features = 1;
        shape.n_thresholds = 1;
        struct test_forest *forest = test_forest_new(&shape);
        assert_int_equal(gpuc_forest_plan_init(&plan, forest->image, &target, NULL),
                         GPUC_OK);
        gpuc_forest_plan_describe(&plan, text, sizeof text);
        assert_string_equal(
            text,
            shape.n_leaves == 256
                ? "3 trees by bit operations (1 questions in 1 groups), 0 trees walked"
                : "0 trees by bit operations (0 questions in 1 groups), 3 trees "
                  "walked");
        gpuc_forest_plan_done(&plan);
        test_forest_free(forest);
    }
}

/* Memory runs out at each request in turn; nothing is lost, and later it works. */
static void test_no_memory(void **state)
{
    struct gpuc_engine *engine = open_engine(*state);
    const struct gpuc_engine_ops *ops = engine->ops;
    struct test_forest_shape shape = float64_shape(70);
    shape.linear_leaves = true;
    shape.n_leaves = 1000;
    struct test_forest *forest = test_forest_new(&shape);
    struct gpuc_model model = {.kind = GPUC_MODEL_FOREST, .forest = forest->image};
    enum gpuc_status status = GPUC_ENOMEM;
    long n_refused = 0;

    for (; status != GPUC_OK; n_refused++) {
        struct gpuc_session *session = NULL;
        gpuc_memory_fail_after(n_refused, true);
        status = ops->attach(engine, &model, &session, NULL);
        gpuc_memory_fail_after(-1, false);
        assert_true(status == GPUC_OK || status == GPUC_ENOMEM);
        check_rows(engine, forest, 70);
        ops->detach(session);
    }
    assert_true(n_refused > 4);
    test_forest_free(forest);
    ops->close(engine);
}

#define TEST(test, subject)                                                              \
  {                                                                                      \
    .name = #test " " #subject, .test_func = (test), .initial_state = &(subject)         \
  }

#define TESTS(subject)                                                                   \
  TEST(test_row_counts, subject), TEST(test_tree_sizes, subject),                        \
      TEST(test_no_trees, subject), TEST(test_special_leaf_values, subject),             \
      TEST(test_mixed_code_sizes, subject), TEST(test_widest_codes, subject),            \
      TEST(test_categories, subject), TEST(test_several_outputs, subject),               \
      TEST(test_linear_leaves, subject), TEST(test_mixed_tree_sizes, subject),           \
      TEST(test_many_splits, subject), TEST(test_shared_plans, subject),                 \
      TEST(test_no_memory, subject)

int main(void)
{
    static struct subject scalar = {&gpuc_engine_ops_scalar, ""};
    static struct subject sse42 = {&gpuc_engine_ops_sse42, ""};
    static struct subject avx2 = {&gpuc_engine_ops_avx2, ""};
    static struct subject avx512 = {&gpuc_engine_ops_avx512, ""};
    static struct subject avx512_without_vbmi = {&gpuc_engine_ops_avx512, "vbmi"};
    const struct CMUnitTest tests[] = {
        TESTS(scalar),
        TESTS(sse42),
        TESTS(avx2),
        TESTS(avx512),
        TESTS(avx512_without_vbmi),
        cmocka_unit_test(test_plan_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
