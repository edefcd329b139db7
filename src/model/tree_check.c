/* SPDX-License-Identifier: Apache-2.0 */
#include "model/tree_check.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>

#include "model/built_node.h"

/* Sums over all trees stay below this, so that indexes fit in an int32_t. */
#define ITEMS_MAX ((size_t)INT32_MAX)

enum gpuc_status gpuc_tree_fail_node(const struct gpuc_forest_builder *builder,
                                     const struct gpuc_raw_node *node, const char *text,
                                     struct gpuc_error *error)
{
    return gpuc_fail(error, GPUC_EMODEL, "%s: tree %" PRIu32 ", node %" PRIu32 ": %s",
                     builder->shape.name, builder->tree.number, node->number, text);
}

enum gpuc_status gpuc_tree_fail(const struct gpuc_forest_builder *builder,
                                const char *text, struct gpuc_error *error)
{
    return gpuc_fail(error, GPUC_EMODEL, "%s: tree %" PRIu32 ": %s", builder->shape.name,
                     builder->tree.number, text);
}

bool gpuc_tree_is_exact(const struct gpuc_forest_builder *builder, double value)
{
    return builder->shape.number == GPUC_FLOAT64 || isinf(value) ||
           (fabs(value) <= (double)FLT_MAX && (double)(float)value == value);
}

enum gpuc_status gpuc_tree_check_node(const struct gpuc_forest_builder *builder,
                                      const struct gpuc_raw_node *node,
                                      struct gpuc_error *error)
{
    const struct gpuc_raw_tree *tree = &builder->tree;
    if (node->feature >= builder->shape.n_features)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: tree %" PRIu32 ", node %" PRIu32 ": feature %" PRIu32
                         " of a model with %" PRIu32 " features",
                         builder->shape.name, tree->number, node->number, node->feature,
                         builder->shape.n_features);
    if (!node->is_category) {
        if (isnan(node->threshold))
            return gpuc_tree_fail_node(builder, node, "the threshold is not a number",
                                       error);
        if (!gpuc_tree_is_exact(builder, node->threshold))
            return gpuc_tree_fail_node(builder, node, "the threshold is no float32",
                                       error);
        return GPUC_OK;
    }
    if (node->first_listed > tree->n_categories ||
        node->n_listed > tree->n_categories - node->first_listed)
        return gpuc_tree_fail_node(builder, node,
                                   "its categories are outside the tree's list", error);
    for (uint32_t i = 0; i < node->n_listed; i++)
        if (tree->categories[node->first_listed + i] > GPUC_CATEGORY_MAX)
            return gpuc_fail(error, GPUC_EMODEL,
                             "%s: tree %" PRIu32 ", node %" PRIu32 ": category %" PRIu32
                             " is above %d",
                             builder->shape.name, tree->number, node->number,
                             tree->categories[node->first_listed + i], GPUC_CATEGORY_MAX);
    return GPUC_OK;
}

enum gpuc_status gpuc_tree_check(const struct gpuc_forest_builder *builder,
                                 struct gpuc_error *error)
{
    const struct gpuc_raw_tree *tree = &builder->tree;
    const struct gpuc_forest_shape *shape = &builder->shape;
    if (tree->output >= shape->n_outputs)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: tree %" PRIu32 ": output %" PRIu32
                         " of a model with %" PRIu32 " outputs",
                         shape->name, tree->number, tree->output, shape->n_outputs);
    if (tree->n_leaves == 0)
        return gpuc_tree_fail(builder, "it has no leaf", error);
    if (tree->n_leaf_values != tree->n_leaves * shape->leaf_size)
        return gpuc_tree_fail(builder, "it has not one value for each leaf and output",
                              error);
    if (tree->n_nodes > ITEMS_MAX ||
        tree->n_leaves > ITEMS_MAX - builder->leaf_numbers.size / sizeof(uint32_t) ||
        tree->n_nodes > ITEMS_MAX - builder->nodes.size / sizeof(struct gpuc_built_node))
        return gpuc_tree_fail(builder, "the model has more than 2^31 nodes", error);
    if (tree->n_categories > ITEMS_MAX - builder->category_lists.size / sizeof(uint32_t))
        return gpuc_tree_fail(builder, "the model lists more than 2^31 categories",
                              error);
    if (tree->n_terms >
        ITEMS_MAX - builder->linear_terms.size / sizeof(struct gpuc_linear_term))
        return gpuc_tree_fail(builder, "the model has more than 2^31 linear terms",
                              error);
    return GPUC_OK;
}
