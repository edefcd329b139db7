/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The straight programs of trees: no step reaches beyond the slots that kernels have,
 * whatever the tree looks like. That they compute the right leaves is for test_cl_forest.
 */
#include "cpu/random_forest.h"
#include "host/opencl/cl_select.h"
#include "support/cmocka_all.h"

/* Slots of a tree's steps: each is written before it is read, and none is too high. */
static void check_slots(const struct gpuc_select_step *steps, uint32_t n_steps)
{
    bool written[GPUC_SELECT_SLOTS] = {false};

    assert_true(n_steps > 0);
    for (uint32_t k = 0; k < n_steps; k++) {
        const struct gpuc_select_step *step = &steps[k];
        assert_true(step->slot < GPUC_SELECT_SLOTS);
        if (step->kind == GPUC_SELECT_THREE)
            k += 2;
        if (step->kind == GPUC_SELECT_LEFT_LEAF || step->kind == GPUC_SELECT_SLOTS_BOTH) {
            assert_true(step->right < GPUC_SELECT_SLOTS);
            assert_true(written[step->right]);
        }
        if (step->kind == GPUC_SELECT_RIGHT_LEAF ||
            step->kind == GPUC_SELECT_SLOTS_BOTH) {
            assert_true(step->left < GPUC_SELECT_SLOTS);
            assert_true(written[step->left]);
        }
        written[step->slot] = true;
        if (k + 1 == n_steps)
            assert_int_equal(step->slot, 0);
    }
}

static void check_forest(const struct gpuc_forest *forest)
{
    struct gpuc_select_programs programs;

    assert_int_equal(gpuc_select_programs_make(forest, &programs, NULL), GPUC_OK);
    for (size_t t = 0; t < forest->n_trees; t++) {
        const struct gpuc_tree *tree = &gpuc_forest_trees(forest)[t];
        if (tree->n_nodes == 0 || tree->n_leaves > GPUC_SELECT_LEAVES_MAX) {
            assert_int_equal(programs.n_steps[t], 0);
            continue;
        }
        assert_int_equal(programs.n_steps[t], tree->n_nodes);
        check_slots(programs.steps + tree->first_node, programs.n_steps[t]);
    }
    gpuc_select_programs_done(&programs);
}

static void test_random_trees(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct test_forest_shape shape = {
            .forest = {.number = GPUC_FLOAT32,
                       .n_features = 4,
                       .n_outputs = 1,
                       .leaf_size = 1,
                       .name = "random"},
            .seed = seed,
            .n_trees = 20,
            .n_leaves = 280,
            .n_thresholds = 60,
            .tree_shape = TEST_MIXED,
        };
        struct test_forest *forest = test_forest_new(&shape);
        check_forest(forest->image);
        test_forest_free(forest);
    }
}

/* Children of node i: a node with two leaves, and node i + 2 (none: a leaf). */
static void add_comb(struct gpuc_forest_builder *builder, uint32_t n_levels,
                     bool deep_is_right)
{
    struct gpuc_raw_tree *tree = &builder->tree;
    int64_t next_leaf = 0;

    gpuc_raw_tree_reset(tree, 0, 0);
    assert_int_equal(gpuc_raw_tree_set_nodes(tree, 2 * (size_t)n_levels, NULL), GPUC_OK);
    assert_int_equal(gpuc_raw_tree_set_leaves(tree, 2 * (size_t)n_levels + 1, 1, NULL),
                     GPUC_OK);
    for (size_t i = 0; i < tree->n_leaves; i++) {
        tree->leaves[i] = (struct gpuc_raw_leaf){0};
        tree->leaf_values[i] = 0;
    }
    for (int64_t i = 0; i < 2 * (int64_t)n_levels; i += 2) {
        int64_t deep = i + 2 < 2 * (int64_t)n_levels ? i + 2 : ~next_leaf++;
        tree->nodes[i] = (struct gpuc_raw_node){
            .left = deep_is_right ? i + 1 : deep,
            .right = deep_is_right ? deep : i + 1,
        };
        tree->nodes[i + 1] = (struct gpuc_raw_node){
            .left = ~next_leaf,
            .right = ~(next_leaf + 1),
        };
        next_leaf += 2;
    }
    assert_int_equal(gpuc_forest_builder_add_tree(builder, NULL), GPUC_OK);
}

/* Trees that need a slot a level where the wrong child goes first. */
static void test_combs(void **state)
{
    const struct gpuc_forest_shape shape = {.number = GPUC_FLOAT32,
                                            .n_features = 1,
                                            .n_outputs = 1,
                                            .leaf_size = 1,
                                            .name = "comb"};
    struct gpuc_forest_builder builder;
    struct gpuc_forest *forest = NULL;

    (void)state;
    assert_int_equal(gpuc_forest_builder_init(&builder, &shape, NULL), GPUC_OK);
    add_comb(&builder, 100, false);
    add_comb(&builder, 100, true);
    assert_int_equal(gpuc_forest_builder_finish(&builder, &forest, NULL), GPUC_OK);
    gpuc_forest_builder_done(&builder);
    check_forest(forest);
    gpuc_free(forest);
}

static void test_no_memory(void **state)
{
    struct test_forest_shape shape = {.forest = {.number = GPUC_FLOAT32,
                                                 .n_features = 1,
                                                 .n_outputs = 1,
                                                 .leaf_size = 1,
                                                 .name = "small"},
                                      .n_trees = 2,
                                      .n_leaves = 4,
                                      .n_thresholds = 5};
    struct test_forest *forest = test_forest_new(&shape);
    struct gpuc_select_programs programs;

    (void)state;
    for (long n_refused = 0; n_refused < 2; n_refused++) {
        gpuc_memory_fail_after(n_refused, true);
        enum gpuc_status status =
            gpuc_select_programs_make(forest->image, &programs, NULL);
        gpuc_memory_fail_after(-1, false);
        assert_int_equal(status, GPUC_ENOMEM);
    }
    test_forest_free(forest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_trees),
        cmocka_unit_test(test_combs),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
