/* SPDX-License-Identifier: Apache-2.0 */
#include "random_forest.h"

#include <math.h>
#include <string.h>

#include "support/cmocka_all.h"

static size_t span(uint32_t feature, size_t n)
{
    return feature % 5 == 4 ? 40 * n : n;
}

static bool is_category(const struct test_forest_shape *shape, uint32_t feature)
{
    return shape->n_categories > 0 && feature % 3 == 1;
}

/* Threshold number k of a feature: exact in float32, some negative, one zero. */
static double threshold(uint32_t feature, size_t k)
{
    return ((double)k - 20) * 0.03125 + feature;
}

static double leaf_value(const struct test_forest_shape *shape,
                         struct test_random *random)
{
    static const double special[] = {-0.0, 0.0, 1e-40, -1e-45, 5e-324, 3e38, -3e38};
    double value = (double)(int64_t)test_random_next(random) * 0x1p-63;
    if (shape->special_values && test_random_below(random, 4) == 0)
        value = special[test_random_below(random, sizeof special / sizeof *special)];
    return shape->forest.number == GPUC_FLOAT32 ? (double)(float)value : value;
}

static size_t left_leaves(enum test_tree_shape shape, size_t n_leaves,
                          struct test_random *random)
{
    if (shape == TEST_MIXED)
        shape = (enum test_tree_shape)test_random_below(random, 3);
    if (shape == TEST_EVEN)
        return n_leaves / 2;
    if (shape == TEST_CHAIN)
        return test_random_below(random, 2) ? 1 : n_leaves - 1;
    return 1 + test_random_below(random, n_leaves - 1);
}

/* What is being built. */
struct growth {
    const struct test_forest_shape *shape;
    struct test_random *random;
    struct gpuc_raw_tree *tree;
    size_t n_nodes; /* taken so far, as for those below */
    size_t n_leaves;
    size_t n_categories;
    size_t n_terms;
};

static void make_set(struct growth *growth, struct gpuc_raw_node *node)
{
    size_t n = span(node->feature, growth->shape->n_categories);
    node->listed_right = test_random_below(growth->random, 2) != 0;
    node->first_listed = (uint32_t)growth->n_categories;
    node->n_listed = (uint32_t)(1 + test_random_below(growth->random, 7));
    assert_int_equal(gpuc_raw_tree_set_categories(
                         growth->tree, growth->n_categories + node->n_listed, NULL),
                     GPUC_OK);
    for (size_t k = 0; k < node->n_listed; k++)
        growth->tree->categories[growth->n_categories++] =
            (uint32_t)test_random_below(growth->random, n);
}

static void make_leaf(struct growth *growth, size_t number)
{
    struct gpuc_raw_leaf *leaf = &growth->tree->leaves[number];
    struct test_random *random = growth->random;
    uint32_t leaf_size = growth->shape->forest.leaf_size;

    *leaf = (struct gpuc_raw_leaf){.number = (uint32_t)number};
    for (size_t k = 0; k < leaf_size; k++)
        growth->tree->leaf_values[number * leaf_size + k] =
            leaf_value(growth->shape, random);
    if (!growth->tree->has_linear_leaves)
        return;
    leaf->constant = leaf_value(growth->shape, random);
    leaf->first_term = (uint32_t)growth->n_terms;
    leaf->n_terms = (uint32_t)test_random_below(random, 4);
    assert_int_equal(
        gpuc_raw_tree_set_terms(growth->tree, growth->n_terms + leaf->n_terms, NULL),
        GPUC_OK);
    for (size_t k = 0; k < leaf->n_terms; k++) {
        struct gpuc_linear_term *term = &growth->tree->terms[growth->n_terms++];
        /* Large ones tell a tiny value from zero. */
        term->coefficient = leaf_value(growth->shape, random) *
                            (test_random_below(random, 4) == 0 ? 1e36 : 1);
        term->feature =
            (uint32_t)test_random_below(random, growth->shape->forest.n_features);
        term->padding = 0;
    }
}

/* Grows a subtree in preorder and returns its number as a child. */
/* NOLINTNEXTLINE(misc-no-recursion): trees of tests are not deep. */
static int64_t grow(struct growth *growth, size_t n_leaves)
{
    struct test_random *random = growth->random;
    if (n_leaves == 1) {
        make_leaf(growth, growth->n_leaves);
        return ~(int64_t)growth->n_leaves++;
    }
    size_t number = growth->n_nodes++;
    struct gpuc_raw_node node = {
        .feature = (uint32_t)test_random_below(random, growth->shape->forest.n_features),
        .number = (uint32_t)number,
        .default_left = test_random_below(random, 2) != 0,
        .missing_rule = GPUC_MISSING_NAN,
    };
    /* Even features split alike, so that they have one column. */
    if (node.feature % 2 == 1)
        node.missing_rule = (uint8_t)test_random_below(random, 3);
    else
        node.default_left = node.feature % 4 == 0;
    node.is_category = is_category(growth->shape, node.feature);
    if (node.is_category)
        make_set(growth, &node);
    else
        node.threshold = threshold(
            node.feature,
            test_random_below(random, span(node.feature, growth->shape->n_thresholds)));
    size_t n_left = left_leaves(growth->shape->tree_shape, n_leaves, random);
    node.left = grow(growth, n_left);
    node.right = grow(growth, n_leaves - n_left);
    growth->tree->nodes[number] = node;
    return (int64_t)number;
}

static void *copy(const void *items, size_t n_items, size_t item_size)
{
    void *block = gpuc_alloc(n_items + 1, item_size);
    assert_non_null(block);
    if (n_items > 0)
        memcpy(block, items, n_items * item_size);
    return block;
}

static void keep_tree(const struct gpuc_raw_tree *tree, struct gpuc_raw_tree *ret_copy)
{
    *ret_copy = *tree;
    ret_copy->nodes = copy(tree->nodes, tree->n_nodes, sizeof *tree->nodes);
    ret_copy->leaves = copy(tree->leaves, tree->n_leaves, sizeof *tree->leaves);
    ret_copy->leaf_values =
        copy(tree->leaf_values, tree->n_leaf_values, sizeof *tree->leaf_values);
    ret_copy->categories =
        copy(tree->categories, tree->n_categories, sizeof *tree->categories);
    ret_copy->terms = copy(tree->terms, tree->n_terms, sizeof *tree->terms);
}

static void add_tree(struct test_forest *forest, struct gpuc_forest_builder *builder,
                     struct test_random *random, size_t t)
{
    const struct test_forest_shape *shape = &forest->shape;
    struct gpuc_raw_tree *tree = &builder->tree;
    size_t n_leaves = shape->same_size ? shape->n_leaves
                                       : 1 + test_random_below(random, shape->n_leaves);
    struct growth growth = {.shape = shape, .random = random, .tree = tree};

    gpuc_raw_tree_reset(tree, (uint32_t)t,
                        (uint32_t)test_random_below(random, shape->forest.n_outputs));
    tree->has_linear_leaves = shape->linear_leaves && t % 4 != 3;
    assert_int_equal(gpuc_raw_tree_set_nodes(tree, n_leaves - 1, NULL), GPUC_OK);
    assert_int_equal(
        gpuc_raw_tree_set_leaves(tree, n_leaves, shape->forest.leaf_size, NULL), GPUC_OK);
    grow(&growth, n_leaves);
    keep_tree(tree, &forest->trees[t]);
    assert_int_equal(gpuc_forest_builder_add_tree(builder, NULL), GPUC_OK);
}

struct test_forest *test_forest_new(const struct test_forest_shape *shape)
{
    struct test_random random = {shape->seed};
    struct gpuc_forest_builder builder;
    struct test_forest *forest = gpuc_alloc(1, sizeof *forest);
    assert_non_null(forest);
    forest->shape = *shape;
    forest->trees = gpuc_alloc(shape->n_trees + 1, sizeof *forest->trees);
    assert_non_null(forest->trees);
    assert_int_equal(gpuc_forest_builder_init(&builder, &shape->forest, NULL), GPUC_OK);
    for (size_t k = 0; k < shape->forest.n_outputs; k++)
        builder.start_margins[k] = leaf_value(shape, &random);
    forest->start_margins =
        copy(builder.start_margins, shape->forest.n_outputs, sizeof(double));
    for (size_t t = 0; t < shape->n_trees; t++)
        add_tree(forest, &builder, &random, t);
    assert_int_equal(gpuc_forest_builder_finish(&builder, &forest->image, NULL), GPUC_OK);
    gpuc_forest_builder_done(&builder);
    return forest;
}

void test_forest_free(struct test_forest *forest)
{
    for (size_t t = 0; t < forest->shape.n_trees; t++) {
        struct gpuc_raw_tree *tree = &forest->trees[t];
        gpuc_free(tree->nodes);
        gpuc_free(tree->leaves);
        gpuc_free(tree->leaf_values);
        gpuc_free(tree->categories);
        gpuc_free(tree->terms);
    }
    gpuc_free(forest->trees);
    gpuc_free(forest->start_margins);
    gpuc_free(forest->image);
    gpuc_free(forest);
}

static double random_value(const struct test_forest_shape *shape, uint32_t feature,
                           struct test_random *random)
{
    static const double special[] = {0.0,    -0.0,  1e-36,  -1e-36,
                                     5e-324, 1e300, -1e300, 1.0000000180025095e-35};
    size_t kind = test_random_below(random, 20);
    if (kind == 0)
        return NAN;
    if (kind == 1)
        return test_random_below(random, 2) ? INFINITY : -INFINITY;
    if (kind == 2)
        return special[test_random_below(random, sizeof special / sizeof *special)];
    if (is_category(shape, feature)) {
        size_t n = span(feature, shape->n_categories);
        return (double)test_random_below(random, n + 3) - 1 +
               (kind < 5 ? 0.25 * (double)test_random_below(random, 4) : 0);
    }
    size_t n = span(feature, shape->n_thresholds);
    double value = threshold(feature, test_random_below(random, n + 1));
    return kind < 12 ? value : value - 0.01;
}

void *test_forest_values(const struct test_forest *forest, size_t n_rows, size_t stride)
{
    const struct test_forest_shape *shape = &forest->shape;
    struct test_random random = {shape->seed + n_rows};
    size_t n = shape->forest.n_features * stride;
    void *values = gpuc_alloc(n + 1, sizeof(double));
    assert_non_null(values);
    for (size_t i = 0; i < n; i++) {
        double value = random_value(shape, (uint32_t)(i / stride), &random);
        if (shape->forest.number == GPUC_FLOAT32)
            ((float *)values)[i] = (float)value;
        else
            ((double *)values)[i] = value;
    }
    return values;
}

static double value_at(const struct test_forest_shape *shape,
                       const struct gpuc_feature_rows *rows, uint32_t feature, size_t row)
{
    size_t i = feature * rows->stride + row;
    double value = shape->forest.number == GPUC_FLOAT32
                       ? (double)((const float *)rows->values)[i]
                       : ((const double *)rows->values)[i];
    return shape->forest.flush_tiny && fabs(value) <= 1.0000000180025095e-35 ? 0 : value;
}

static bool is_left(const struct test_forest_shape *shape,
                    const struct gpuc_raw_tree *tree, const struct gpuc_raw_node *node,
                    double value)
{
    if (node->is_category) {
        bool listed = false;
        if (isnan(value))
            return node->default_left;
        if (shape->forest.truncate_first)
            value = trunc(value);
        for (size_t k = 0; k < node->n_listed && value >= 0; k++)
            listed |= tree->categories[node->first_listed + k] == floor(value);
        return listed != node->listed_right;
    }
    if (node->missing_rule == GPUC_MISSING_NAN_IS_ZERO && isnan(value))
        value = 0;
    if (isnan(value) || (node->missing_rule == GPUC_MISSING_ZERO && value == 0))
        return node->default_left;
    return shape->forest.less_equal ? value <= node->threshold : value < node->threshold;
}

static uint32_t find_leaf(const struct test_forest *forest, size_t t,
                          const struct gpuc_feature_rows *rows, size_t row)
{
    const struct gpuc_raw_tree *tree = &forest->trees[t];
    int64_t at = tree->n_nodes > 0 ? 0 : ~INT64_C(0);
    while (at >= 0) {
        const struct gpuc_raw_node *node = &tree->nodes[at];
        double value = value_at(&forest->shape, rows, node->feature, row);
        at = is_left(&forest->shape, tree, node, value) ? node->left : node->right;
    }
    return (uint32_t)~at;
}

static double leaf_output(const struct test_forest *forest, size_t t, uint32_t leaf,
                          size_t k, const struct gpuc_feature_rows *rows, size_t row)
{
    const struct gpuc_raw_tree *tree = &forest->trees[t];
    double plain = tree->leaf_values[leaf * forest->shape.forest.leaf_size + k];
    double sum = tree->leaves[leaf].constant;
    if (!tree->has_linear_leaves)
        return plain;
    for (uint32_t i = 0; i < tree->leaves[leaf].n_terms; i++) {
        const struct gpuc_linear_term *term =
            &tree->terms[tree->leaves[leaf].first_term + i];
        double value = value_at(&forest->shape, rows, term->feature, row);
        if (isnan(value))
            return plain;
        sum += term->coefficient * value;
    }
    return sum;
}

static void answer_row(const struct test_forest *forest,
                       const struct gpuc_feature_rows *rows, size_t row,
                       const struct gpuc_forest_results *results)
{
    const struct gpuc_forest_shape *shape = &forest->shape.forest;
    for (size_t k = 0; k < shape->n_outputs; k++) {
        float sum32 = (float)forest->start_margins[k];
        double sum64 = forest->start_margins[k];
        for (size_t t = 0; t < forest->shape.n_trees; t++) {
            uint32_t leaf = find_leaf(forest, t, rows, row);
            if (results->leaves != NULL)
                results->leaves[t * results->stride + row] = leaf;
            if (shape->leaf_size == 1 && forest->trees[t].output != k)
                continue;
            double value =
                leaf_output(forest, t, leaf, shape->leaf_size == 1 ? 0 : k, rows, row);
            sum32 += (float)value;
            sum64 += value;
        }
        if (shape->number == GPUC_FLOAT32)
            ((float *)results->margins)[k * results->stride + row] = sum32;
        else
            ((double *)results->margins)[k * results->stride + row] = sum64;
    }
}

void test_forest_answer(const struct test_forest *forest,
                        const struct gpuc_feature_rows *rows,
                        const struct gpuc_forest_results *results)
{
    for (size_t row = 0; row < rows->n_rows; row++)
        answer_row(forest, rows, row, results);
}
