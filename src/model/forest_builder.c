/* SPDX-License-Identifier: Apache-2.0 */
#include "model/forest_builder.h"

#include <inttypes.h>
#include <math.h>

#include "model/built_node.h"
#include "model/tree_check.h"

/* A child that is still to be visited. */
struct pending {
    int64_t child;   /* as in struct gpuc_raw_node */
    uint32_t parent; /* the parent's new number in the tree */
    uint32_t depth;  /* splits above */
    bool is_left;
};

/* The memory of one walk over a raw tree, cut out of builder->scratch. */
struct walk {
    struct gpuc_forest_builder *builder;
    struct pending *stack;
    uint8_t *node_met;
    uint8_t *leaf_met;
    struct gpuc_tree built;
};

enum gpuc_status gpuc_forest_builder_init(struct gpuc_forest_builder *builder,
                                          const struct gpuc_forest_shape *shape,
                                          struct gpuc_error *error)
{
    *builder = (struct gpuc_forest_builder){.shape = *shape};
    if (shape->n_features == 0 || shape->n_features > GPUC_FEATURES_MAX)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: a model must have 1 to %d features, not %" PRIu32,
                         shape->name, GPUC_FEATURES_MAX, shape->n_features);
    if (shape->n_outputs == 0 || shape->n_outputs > GPUC_OUTPUTS_MAX)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: a model must have 1 to %d outputs, not %" PRIu32,
                         shape->name, GPUC_OUTPUTS_MAX, shape->n_outputs);
    if (shape->leaf_size != 1 && shape->leaf_size != shape->n_outputs)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: leaves have %" PRIu32 " values for %" PRIu32 " outputs",
                         shape->name, shape->leaf_size, shape->n_outputs);
    builder->start_margins = gpuc_alloc(shape->n_outputs, sizeof(double));
    if (builder->start_margins == NULL)
        return gpuc_fail_memory(error, shape->n_outputs * sizeof(double), "a model");
    return GPUC_OK;
}

enum gpuc_status gpuc_forest_builder_make_linear(struct gpuc_forest_builder *builder,
                                                 struct gpuc_error *error)
{
    size_t n_weights = (size_t)builder->shape.n_features * builder->shape.n_outputs;
    builder->weights = gpuc_alloc(n_weights, sizeof(double));
    if (builder->weights == NULL)
        return gpuc_fail_memory(error, n_weights * sizeof(double), "the model's weights");
    return GPUC_OK;
}

static enum gpuc_status add_linear_leaf(struct gpuc_forest_builder *builder,
                                        const struct gpuc_raw_leaf *leaf,
                                        struct gpuc_error *error)
{
    const struct gpuc_raw_tree *tree = &builder->tree;
    struct gpuc_linear_leaf built = {0};
    enum gpuc_status status;
    if (tree->has_linear_leaves) {
        if (leaf->first_term > tree->n_terms ||
            leaf->n_terms > tree->n_terms - leaf->first_term)
            return gpuc_tree_fail(builder, "a leaf's terms are outside the tree's list",
                                  error);
        for (uint32_t i = 0; i < leaf->n_terms; i++)
            if (tree->terms[leaf->first_term + i].feature >= builder->shape.n_features)
                return gpuc_tree_fail(
                    builder, "a linear leaf has a feature that the model lacks", error);
        built.constant = leaf->constant;
        built.first_term =
            (uint32_t)(builder->linear_terms.size / sizeof(struct gpuc_linear_term));
        built.n_terms = leaf->n_terms;
        GPUC_TRY(gpuc_bytes_append(&builder->linear_terms, tree->terms + leaf->first_term,
                                   leaf->n_terms * sizeof *tree->terms, error));
        builder->any_linear_leaves = true;
    }
    GPUC_TRY(gpuc_bytes_append(&builder->linear_leaves, &built, sizeof built, error));
out:
    return status;
}

static enum gpuc_status add_leaf(struct gpuc_forest_builder *builder, size_t index,
                                 struct gpuc_error *error)
{
    const struct gpuc_raw_tree *tree = &builder->tree;
    const struct gpuc_raw_leaf *leaf = &tree->leaves[index];
    size_t leaf_size = builder->shape.leaf_size;
    const double *values = tree->leaf_values + index * leaf_size;
    enum gpuc_status status;

    for (size_t k = 0; k < leaf_size; k++)
        if (isnan(values[k]) || !gpuc_tree_is_exact(builder, values[k]))
            return gpuc_fail(error, GPUC_EMODEL,
                             "%s: tree %" PRIu32 ", leaf %" PRIu32
                             ": the value is not a number of the model's type",
                             builder->shape.name, tree->number, leaf->number);
    GPUC_TRY(gpuc_bytes_append(&builder->leaf_values, values, leaf_size * sizeof *values,
                               error));
    GPUC_TRY(gpuc_bytes_append(&builder->leaf_numbers, &leaf->number, sizeof leaf->number,
                               error));
    GPUC_TRY(add_linear_leaf(builder, leaf, error));
out:
    return status;
}

static enum gpuc_status add_node(struct walk *walk, const struct gpuc_raw_node *node,
                                 struct gpuc_error *error)
{
    struct gpuc_forest_builder *builder = walk->builder;
    struct gpuc_built_node built = {.feature = node->feature,
                                    .is_category = node->is_category,
                                    .default_left = node->default_left};
    enum gpuc_status status;

    GPUC_TRY(gpuc_tree_check_node(builder, node, error));
    if (node->is_category) {
        built.listed_right = node->listed_right;
        built.first_listed = (uint32_t)(builder->category_lists.size / sizeof(uint32_t));
        built.n_listed = node->n_listed;
        walk->built.has_categories = 1;
        GPUC_TRY(gpuc_bytes_append(&builder->category_lists,
                                   builder->tree.categories + node->first_listed,
                                   node->n_listed * sizeof(uint32_t), error));
    } else {
        built.threshold = node->threshold == 0 ? 0.0 : node->threshold;
        built.missing_rule = node->missing_rule;
    }
    GPUC_TRY(gpuc_bytes_append(&builder->nodes, &built, sizeof built, error));
out:
    return status;
}

/* Tells the parent what number its child has got. */
static void link_child(const struct walk *walk, const struct pending *item, int32_t child)
{
    struct gpuc_built_node *nodes =
        (struct gpuc_built_node *)(void *)walk->builder->nodes.data;
    struct gpuc_built_node *parent = &nodes[walk->built.first_node + item->parent];
    if (item->is_left)
        parent->left = child;
    else
        parent->right = child;
}

static enum gpuc_status visit_leaf(struct walk *walk, const struct pending *item,
                                   struct gpuc_error *error)
{
    struct gpuc_forest_builder *builder = walk->builder;
    uint64_t index = ~(uint64_t)item->child;

    if (index >= builder->tree.n_leaves)
        return gpuc_fail(
            error, GPUC_EMODEL, "%s: tree %" PRIu32 ": leaf %" PRIu64 " of %zu leaves",
            builder->shape.name, builder->tree.number, index, builder->tree.n_leaves);
    if (walk->leaf_met[index])
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: tree %" PRIu32 ", leaf %" PRIu32 " has two parents",
                         builder->shape.name, builder->tree.number,
                         builder->tree.leaves[index].number);
    walk->leaf_met[index] = 1;
    if (item->depth > walk->built.depth)
        walk->built.depth = item->depth;
    if (builder->tree.n_nodes > 0)
        link_child(walk, item, ~(int32_t)walk->built.n_leaves);
    walk->built.n_leaves++;
    return add_leaf(builder, (size_t)index, error);
}

/* Adds the node and leaves its children on the stack, the left one on top. */
static enum gpuc_status visit_node(struct walk *walk, const struct pending *item,
                                   size_t *n_pending, struct gpuc_error *error)
{
    struct gpuc_forest_builder *builder = walk->builder;
    uint64_t index = (uint64_t)item->child;

    if (index >= builder->tree.n_nodes)
        return gpuc_fail(
            error, GPUC_EMODEL, "%s: tree %" PRIu32 ": child %" PRIu64 " of %zu nodes",
            builder->shape.name, builder->tree.number, index, builder->tree.n_nodes);
    const struct gpuc_raw_node *node = &builder->tree.nodes[index];
    if (walk->node_met[index])
        return gpuc_tree_fail_node(builder, node,
                                   "it has two parents, or is below itself", error);
    if (item->depth >= GPUC_TREE_DEPTH_MAX)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: tree %" PRIu32 " is deeper than %d splits",
                         builder->shape.name, builder->tree.number, GPUC_TREE_DEPTH_MAX);
    walk->node_met[index] = 1;
    uint32_t number = walk->built.n_nodes++;
    enum gpuc_status status = add_node(walk, node, error);
    if (status != GPUC_OK)
        return status;
    if (number > 0)
        link_child(walk, item, (int32_t)number);
    struct pending child = {
        .child = node->right, .parent = number, .depth = item->depth + 1};
    walk->stack[(*n_pending)++] = child;
    child.child = node->left;
    child.is_left = true;
    walk->stack[(*n_pending)++] = child;
    return GPUC_OK;
}

/* Cuts the scratch memory into the walk's arrays; the marks are cleared. */
static enum gpuc_status prepare(struct walk *walk, struct gpuc_error *error)
{
    struct gpuc_bytes *scratch = &walk->builder->scratch;
    const struct gpuc_raw_tree *tree = &walk->builder->tree;
    /* A visited node takes itself off the stack and puts two on it. */
    size_t stack_size = (tree->n_nodes + 1) * sizeof(struct pending);
    size_t marks_size = tree->n_nodes + tree->n_leaves;

    scratch->size = 0;
    enum gpuc_status status = gpuc_bytes_reserve(scratch, stack_size + marks_size, error);
    if (status != GPUC_OK)
        return status;
    walk->stack = (struct pending *)(void *)scratch->data;
    walk->node_met = scratch->data + stack_size;
    walk->leaf_met = walk->node_met + tree->n_nodes;
    memset(walk->node_met, 0, marks_size);
    return GPUC_OK;
}

enum gpuc_status gpuc_forest_builder_add_tree(struct gpuc_forest_builder *builder,
                                              struct gpuc_error *error)
{
    struct walk walk = {.builder = builder};
    size_t n_pending = 0;
    enum gpuc_status status;

    GPUC_TRY(gpuc_tree_check(builder, error));
    GPUC_TRY(prepare(&walk, error));
    walk.built.first_node =
        (uint32_t)(builder->nodes.size / sizeof(struct gpuc_built_node));
    walk.built.first_leaf = (uint32_t)(builder->leaf_numbers.size / sizeof(uint32_t));
    walk.built.output = builder->tree.output;
    walk.built.has_linear_leaves = builder->tree.has_linear_leaves;
    walk.stack[n_pending++] =
        (struct pending){.child = builder->tree.n_nodes > 0 ? 0 : ~0};
    while (n_pending > 0) {
        struct pending item = walk.stack[--n_pending];
        if (item.child < 0)
            GPUC_TRY(visit_leaf(&walk, &item, error));
        else
            GPUC_TRY(visit_node(&walk, &item, &n_pending, error));
    }
    if (walk.built.depth > builder->max_depth)
        builder->max_depth = walk.built.depth;
    GPUC_TRY(gpuc_bytes_append(&builder->trees, &walk.built, sizeof walk.built, error));
out:
    return status;
}

void gpuc_forest_builder_add_gains(const struct gpuc_forest_builder *builder,
                                   struct gpuc_model_info *info)
{
    const struct gpuc_raw_tree *tree = &builder->tree;
    info->has_gains = info->has_gains || tree->has_gains;
    for (size_t i = 0; tree->has_gains && i < tree->n_nodes; i++)
        info->features[tree->nodes[i].feature].gain += tree->nodes[i].gain;
}

void gpuc_forest_builder_done(struct gpuc_forest_builder *builder)
{
    gpuc_raw_tree_done(&builder->tree);
    gpuc_bytes_done(&builder->trees);
    gpuc_bytes_done(&builder->nodes);
    gpuc_bytes_done(&builder->category_lists);
    gpuc_bytes_done(&builder->leaf_values);
    gpuc_bytes_done(&builder->leaf_numbers);
    gpuc_bytes_done(&builder->linear_leaves);
    gpuc_bytes_done(&builder->linear_terms);
    gpuc_bytes_done(&builder->scratch);
    gpuc_free(builder->start_margins);
    gpuc_free(builder->weights);
    *builder = (struct gpuc_forest_builder){0};
}
