/* SPDX-License-Identifier: Apache-2.0 */
/* What the builder refuses, and that the image says what the trees said. */
#include "model/forest_builder.h"

#include <math.h>
#include <stdlib.h>

#include "support/cmocka_all.h"
#include "support/random.h"

static const struct gpuc_forest_shape shape_of_floats = {
    .number = GPUC_FLOAT32, .n_features = 3, .n_outputs = 2, .leaf_size = 1, .name = "m"};

/* A tree of n nodes in a chain to the right; leaf k has the value k. */
static void fill_chain(struct gpuc_raw_tree *tree, size_t n_nodes)
{
    gpuc_raw_tree_reset(tree, 7, 1);
    assert_int_equal(gpuc_raw_tree_set_nodes(tree, n_nodes, NULL), GPUC_OK);
    assert_int_equal(gpuc_raw_tree_set_leaves(tree, n_nodes + 1, 1, NULL), GPUC_OK);
    for (size_t i = 0; i < n_nodes; i++) {
        int64_t next = i + 1 < n_nodes ? (int64_t)i + 1 : ~(int64_t)n_nodes;
        tree->nodes[i] = (struct gpuc_raw_node){.threshold = (double)i,
                                                .left = ~(int64_t)i,
                                                .right = next,
                                                .feature = (uint32_t)i % 3,
                                                .number = (uint32_t)(100 + i)};
    }
    for (size_t i = 0; i <= n_nodes; i++) {
        tree->leaves[i] = (struct gpuc_raw_leaf){.number = (uint32_t)(500 + i)};
        tree->leaf_values[i] = (double)i;
    }
}

static struct gpuc_forest_builder new_builder(void)
{
    struct gpuc_forest_builder builder;
    assert_int_equal(gpuc_forest_builder_init(&builder, &shape_of_floats, NULL), GPUC_OK);
    return builder;
}

enum fault {
    FEATURE,
    CHILD_TOO_BIG,
    LEAF_TOO_BIG,
    TWO_PARENTS,
    BELOW_ITSELF,
    LEAF_TWICE,
    NAN_THRESHOLD,
    DOUBLE_THRESHOLD,
    NAN_LEAF,
    DOUBLE_LEAF,
    OUTPUT,
    NO_LEAF,
    CATEGORY_LIST,
    CATEGORY_TOO_BIG,
    N_FAULTS
};

static const char *const messages[N_FAULTS] = {
    [FEATURE] = "m: tree 7, node 102: feature 3 of a model with 3 features",
    [CHILD_TOO_BIG] = "m: tree 7: child 4 of 4 nodes",
    [LEAF_TOO_BIG] = "m: tree 7: leaf 5 of 5 leaves",
    [TWO_PARENTS] = "m: tree 7, node 103: it has two parents, or is below itself",
    [BELOW_ITSELF] = "m: tree 7, node 101: it has two parents, or is below itself",
    [LEAF_TWICE] = "m: tree 7, leaf 501 has two parents",
    [NAN_THRESHOLD] = "m: tree 7, node 101: the threshold is not a number",
    [DOUBLE_THRESHOLD] = "m: tree 7, node 101: the threshold is no float32",
    [NAN_LEAF] = "m: tree 7, leaf 501: the value is not a number of the model's type",
    [DOUBLE_LEAF] = "m: tree 7, leaf 501: the value is not a number of the model's type",
    [OUTPUT] = "m: tree 7: output 2 of a model with 2 outputs",
    [NO_LEAF] = "m: tree 7: it has no leaf",
    [CATEGORY_LIST] = "m: tree 7, node 101: its categories are outside the tree's list",
    [CATEGORY_TOO_BIG] = "m: tree 7, node 101: category 16777216 is above 16777215",
};

static void plant(enum fault fault, struct gpuc_raw_tree *tree)
{
    switch (fault) {
    case FEATURE:
        tree->nodes[2].feature = 3;
        break;
    case CHILD_TOO_BIG:
        tree->nodes[1].left = 4;
        break;
    case LEAF_TOO_BIG:
        tree->nodes[1].left = ~5;
        break;
    case TWO_PARENTS:
        tree->nodes[1].left = 3;
        break;
    case BELOW_ITSELF:
        tree->nodes[2].right = 1;
        break;
    case LEAF_TWICE:
        tree->nodes[2].left = ~1;
        break;
    case NAN_THRESHOLD:
        tree->nodes[1].threshold = (double)NAN;
        break;
    case DOUBLE_THRESHOLD:
        tree->nodes[1].threshold = 0.1;
        break;
    case NAN_LEAF:
        tree->leaf_values[1] = (double)NAN;
        break;
    case DOUBLE_LEAF:
        tree->leaf_values[1] = 1e39;
        break;
    case OUTPUT:
        tree->output = 2;
        break;
    case NO_LEAF:
        tree->n_leaves = 0;
        break;
    case CATEGORY_LIST:
        tree->nodes[1].is_category = true;
        tree->nodes[1].n_listed = 1;
        break;
    case CATEGORY_TOO_BIG:
        assert_int_equal(gpuc_raw_tree_set_categories(tree, 1, NULL), GPUC_OK);
        tree->categories[0] = 1 << 24;
        tree->nodes[1].is_category = true;
        tree->nodes[1].n_listed = 1;
        break;
    case N_FAULTS:
        break;
    }
}

static void test_refusals(void **state)
{
    (void)state;
    for (size_t fault = 0; fault < N_FAULTS; fault++) {
        struct gpuc_forest_builder builder = new_builder();
        struct gpuc_error error = {.message = ""};
        fill_chain(&builder.tree, 4);
        assert_int_equal(gpuc_forest_builder_add_tree(&builder, &error), GPUC_OK);
        fill_chain(&builder.tree, 4);
        plant((enum fault)fault, &builder.tree);
        assert_int_equal(gpuc_forest_builder_add_tree(&builder, &error), GPUC_EMODEL);
        assert_string_equal(error.message, messages[fault]);
        gpuc_forest_builder_done(&builder);
    }
}

static void test_depth(void **state)
{
    struct gpuc_forest_builder builder = new_builder();
    struct gpuc_error error;
    (void)state;
    fill_chain(&builder.tree, GPUC_TREE_DEPTH_MAX);
    assert_int_equal(gpuc_forest_builder_add_tree(&builder, &error), GPUC_OK);
    assert_int_equal(builder.max_depth, GPUC_TREE_DEPTH_MAX);
    fill_chain(&builder.tree, 1000000);
    assert_int_equal(gpuc_forest_builder_add_tree(&builder, &error), GPUC_EMODEL);
    assert_string_equal(error.message, "m: tree 7 is deeper than 65535 splits");
    gpuc_forest_builder_done(&builder);
}

static void test_shapes(void **state)
{
    struct gpuc_forest_builder builder;
    struct gpuc_forest_shape shape = shape_of_floats;
    (void)state;
    shape.n_features = 0;
    assert_int_equal(gpuc_forest_builder_init(&builder, &shape, NULL), GPUC_EMODEL);
    shape.n_features = GPUC_FEATURES_MAX + 1;
    assert_int_equal(gpuc_forest_builder_init(&builder, &shape, NULL), GPUC_EMODEL);
    shape = shape_of_floats;
    shape.n_outputs = 0;
    assert_int_equal(gpuc_forest_builder_init(&builder, &shape, NULL), GPUC_EMODEL);
    shape = shape_of_floats;
    shape.leaf_size = 3;
    assert_int_equal(gpuc_forest_builder_init(&builder, &shape, NULL), GPUC_EMODEL);
}

/* The leaf that a raw tree gives, by its definition. */
static size_t raw_leaf(const struct gpuc_raw_tree *tree,
                       const struct gpuc_forest_shape *shape, const float *row)
{
    int64_t at = tree->n_nodes > 0 ? 0 : ~0;
    while (at >= 0) {
        const struct gpuc_raw_node *node = &tree->nodes[at];
        double x = (double)row[node->feature];
        bool left;
        if (node->is_category) {
            bool listed = false;
            for (uint32_t i = 0; i < node->n_listed; i++)
                if (x >= 0 &&
                    (double)tree->categories[node->first_listed + i] == trunc(x))
                    listed = true;
            left = isnan(x) ? node->default_left : listed != node->listed_right;
        } else {
            if (isnan(x) && node->missing_rule != GPUC_MISSING_NAN)
                x = 0;
            bool missing =
                isnan(x) || (node->missing_rule == GPUC_MISSING_ZERO && x == 0);
            left = missing
                       ? node->default_left
                       : (shape->less_equal ? x <= node->threshold : x < node->threshold);
        }
        at = left ? node->left : node->right;
    }
    return (size_t)~at;
}

/* The code of a value in a column, by the definition in forest.h. */
static uint32_t code_of(const struct gpuc_forest *forest,
                        const struct gpuc_code_column *column, double x)
{
    const struct gpuc_feature *feature = &gpuc_forest_features(forest)[column->feature];
    const double *thresholds = gpuc_forest_thresholds(forest) + feature->first_threshold;
    uint32_t rank = 0;
    if (isnan(x) || (column->zero_is_missing && x == 0))
        return column->missing_code;
    if (column->kind == GPUC_COLUMN_CATEGORY)
        return x >= 0 && x < (double)column->n_categories ? (uint32_t)x
                                                          : column->n_categories;
    for (uint32_t i = 0; i < feature->n_thresholds; i++)
        rank += forest->less_equal ? thresholds[i] < x : thresholds[i] <= x;
    return rank;
}

static void put_code(uint8_t *codes, size_t stride, const struct gpuc_code_column *column,
                     uint32_t code)
{
    uint8_t *place = codes + column->place * stride;
    if (column->code_size == 1)
        place[0] = (uint8_t)code;
    else if (column->code_size == 2)
        ((uint16_t *)(void *)place)[0] = (uint16_t)code;
    else
        ((uint32_t *)(void *)place)[0] = code;
}

/* A random tree: node i's children are the next two free nodes, or leaves. */
static void fill_random(struct gpuc_raw_tree *tree, struct test_random *random,
                        size_t n_nodes)
{
    gpuc_raw_tree_reset(tree, 0, (uint32_t)test_random_below(random, 2));
    assert_int_equal(gpuc_raw_tree_set_nodes(tree, n_nodes, NULL), GPUC_OK);
    assert_int_equal(gpuc_raw_tree_set_leaves(tree, n_nodes + 1, 1, NULL), GPUC_OK);
    assert_int_equal(gpuc_raw_tree_set_categories(tree, 3 * n_nodes, NULL), GPUC_OK);
    for (size_t i = 0; i < 3 * n_nodes; i++)
        tree->categories[i] = (uint32_t)test_random_below(random, 300);
    size_t next_node = 1, next_leaf = 0;
    for (size_t i = 0; i < n_nodes; i++) {
        struct gpuc_raw_node *node = &tree->nodes[i];
        *node = (struct gpuc_raw_node){
            .threshold = (double)test_random_below(random, 500) - 250,
            .feature = (uint32_t)test_random_below(random, 3),
            .is_category = test_random_below(random, 3) == 0,
            .default_left = test_random_below(random, 2) == 0,
            .missing_rule = (uint8_t)test_random_below(random, 3),
            .listed_right = test_random_below(random, 2) == 0,
            .first_listed = (uint32_t)(3 * i),
            .n_listed = (uint32_t)test_random_below(random, 4)};
        int64_t *children[2] = {&node->left, &node->right};
        for (size_t k = 0; k < 2; k++) {
            /* The last node that has been promised must itself promise another. */
            bool must = next_node == i + 1 && k == 1 && next_node < n_nodes;
            if (next_node < n_nodes && (must || test_random_below(random, 2) == 0))
                *children[k] = (int64_t)next_node++;
            else
                *children[k] = ~(int64_t)next_leaf++;
        }
    }
    for (size_t i = 0; i <= n_nodes; i++) {
        tree->leaves[i] = (struct gpuc_raw_leaf){.number = (uint32_t)i};
        tree->leaf_values[i] = (double)i;
    }
}

static float random_value(struct test_random *random)
{
    switch (test_random_below(random, 8)) {
    case 0:
        return NAN;
    case 1:
        return 0;
    case 2:
        return -0.0F;
    case 3:
        return (float)test_random_below(random, 500) - 250.5F;
    case 4:
        return INFINITY;
    default:
        return (float)test_random_below(random, 500) - 250;
    }
}

static void check_rows(const struct gpuc_forest *forest, const struct gpuc_raw_tree *tree,
                       const struct gpuc_forest_shape *shape, struct test_random *random)
{
    const struct gpuc_code_column *columns = gpuc_forest_columns(forest);
    const struct gpuc_tree *built = gpuc_forest_trees(forest);
    uint8_t *codes = calloc(forest->codes_size + 1, 64);
    assert_non_null(codes);
    assert_int_equal(built->output, tree->output);
    assert_int_equal(built->n_nodes, tree->n_nodes);
    for (size_t i = 0; i < 200; i++) {
        float row[3];
        for (size_t f = 0; f < 3; f++)
            row[f] = random_value(random);
        for (size_t c = 0; c < forest->columns.n_items; c++)
            put_code(codes, 64, &columns[c],
                     code_of(forest, &columns[c], (double)row[columns[c].feature]));
        uint32_t leaf = gpuc_row_leaf(gpuc_forest_nodes(forest), built->n_nodes, columns,
                                      gpuc_forest_category_words(forest), codes, 64, 0);
        assert_true(leaf < built->n_leaves);
        assert_int_equal(gpuc_forest_leaf_numbers(forest)[leaf],
                         raw_leaf(tree, shape, row));
        const float *values = gpuc_forest_at(forest, &forest->leaf_values);
        assert_true(values[leaf] == (float)raw_leaf(tree, shape, row));
    }
    free(codes);
}

static void test_random_trees(void **state)
{
    struct test_random random = {.state = 1};
    struct gpuc_forest_shape shape = shape_of_floats;
    (void)state;
    for (size_t i = 0; i < 300; i++) {
        struct gpuc_forest_builder builder;
        struct gpuc_forest *forest = NULL;
        shape.less_equal = i % 2 == 0;
        assert_int_equal(gpuc_forest_builder_init(&builder, &shape, NULL), GPUC_OK);
        fill_random(&builder.tree, &random, test_random_below(&random, 600));
        assert_int_equal(gpuc_forest_builder_add_tree(&builder, NULL), GPUC_OK);
        assert_int_equal(gpuc_forest_builder_finish(&builder, &forest, NULL), GPUC_OK);
        check_rows(forest, &builder.tree, &shape, &random);
        gpuc_free(forest);
        gpuc_forest_builder_done(&builder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_random_trees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
