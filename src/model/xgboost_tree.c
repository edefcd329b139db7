/* SPDX-License-Identifier: Apache-2.0 */
#include "model/xgboost_tree.h"

#include <inttypes.h>

#include "model/xgboost_file.h"

#define FIELD(field, field_kind)                                                         \
  {                                                                                      \
    .name = #field, .kind = field_kind,                                                  \
    .offset = offsetof(struct gpuc_xgboost_tree, field)                                  \
  }

static enum gpuc_status read_tree_param(struct gpuc_document *document, void *record,
                                        struct gpuc_error *error)
{
    static const struct gpuc_field_reader fields[] = {
        FIELD(num_nodes, GPUC_FIELD_TEXT),
        FIELD(size_leaf_vector, GPUC_FIELD_TEXT),
    };
    static const struct gpuc_object_reader reader = {fields, 2, 1};
    return gpuc_document_read_object(document, &reader, record, NULL, error);
}

static const struct gpuc_field_reader fields[] = {
    {"tree_param", GPUC_FIELD_READ, 0, read_tree_param},
    FIELD(left_children, GPUC_FIELD_INTEGERS),
    FIELD(right_children, GPUC_FIELD_INTEGERS),
    FIELD(split_indices, GPUC_FIELD_INTEGERS),
    FIELD(default_left, GPUC_FIELD_FLAGS),
    FIELD(split_conditions, GPUC_FIELD_REALS),
    FIELD(split_type, GPUC_FIELD_FLAGS),
    FIELD(categories, GPUC_FIELD_INTEGERS),
    FIELD(categories_nodes, GPUC_FIELD_INTEGERS),
    FIELD(categories_segments, GPUC_FIELD_INTEGERS),
    FIELD(categories_sizes, GPUC_FIELD_INTEGERS),
    FIELD(leaf_weights, GPUC_FIELD_REALS),
    FIELD(base_weights, GPUC_FIELD_PLACE),
    FIELD(loss_changes, GPUC_FIELD_PLACE),
};
static const struct gpuc_object_reader tree_reader = {
    fields, sizeof fields / sizeof fields[0], 6};

/* The lists of integers that a file may lack hold nothing then. */
static void reset(struct gpuc_xgboost_tree *tree)
{
    tree->num_nodes.size = 0;
    tree->size_leaf_vector.size = 0;
    tree->split_type.n_items = 0;
    tree->categories.n_items = 0;
    tree->categories_nodes.n_items = 0;
    tree->categories_segments.n_items = 0;
    tree->categories_sizes.n_items = 0;
    tree->leaf_weights.n_items = 0;
    tree->base_weights.has_begun = false;
    tree->loss_changes.has_begun = false;
    tree->gains.n_items = 0;
    tree->is_indexed_by_node = false;
}

static enum gpuc_status read_counts(struct gpuc_xgboost_tree *tree,
                                    struct gpuc_document *document,
                                    struct gpuc_error *error)
{
    const struct gpuc_text nodes = {tree->num_nodes.data, tree->num_nodes.size};
    const struct gpuc_text leaf = {tree->size_leaf_vector.data,
                                   tree->size_leaf_vector.size};
    int64_t n_nodes = 0;
    int64_t leaf_size = 1;

    if (!gpuc_text_integer(nodes, &n_nodes) || n_nodes < 1 || n_nodes > INT32_MAX)
        return gpuc_document_fail(document, error, "num_nodes is no number of nodes");
    if (leaf.size > 0 && (!gpuc_text_integer(leaf, &leaf_size) || leaf_size < 0 ||
                          leaf_size > GPUC_OUTPUTS_MAX))
        return gpuc_document_fail(document, error,
                                  "size_leaf_vector is no number of leaf values");
    tree->n_nodes = (uint32_t)n_nodes;
    tree->leaf_size = leaf_size > 1 ? (uint32_t)leaf_size : 1;
    return GPUC_OK;
}

static enum gpuc_status check_size(const struct gpuc_document *document, const char *name,
                                   uint64_t size, uint64_t expected,
                                   struct gpuc_error *error)
{
    if (size == expected)
        return GPUC_OK;
    return gpuc_document_fail(document, error, "%s has %" PRIu64 " numbers, not %" PRIu64,
                              name, size, expected);
}

/* Files before version 3.1 keep the values of vector leaves among those of all nodes. */
static enum gpuc_status read_base_weights(struct gpuc_xgboost_tree *tree,
                                          struct gpuc_document *document,
                                          struct gpuc_error *error)
{
    const struct gpuc_document_place behind = document->place;
    enum gpuc_status status;

    if (!tree->base_weights.has_begun)
        return gpuc_document_fail(document, error,
                                  "neither leaf_weights nor base_weights are there");
    tree->is_indexed_by_node = true;
    gpuc_document_return(document, &tree->base_weights);
    GPUC_TRY(gpuc_document_read_reals(document, &tree->leaf_weights, error));
    gpuc_document_return(document, &behind);
    GPUC_TRY(check_size(document, "base_weights", tree->leaf_weights.n_items,
                        (uint64_t)tree->n_nodes * tree->leaf_size, error));
out:
    return status;
}

static enum gpuc_status read_gains(struct gpuc_xgboost_tree *tree,
                                   struct gpuc_document *document,
                                   struct gpuc_error *error)
{
    const struct gpuc_document_place behind = document->place;
    enum gpuc_status status;

    gpuc_document_return(document, &tree->loss_changes);
    GPUC_TRY(gpuc_document_read_reals(document, &tree->gains, error));
    gpuc_document_return(document, &behind);
    GPUC_TRY(
        check_size(document, "loss_changes", tree->gains.n_items, tree->n_nodes, error));
out:
    return status;
}

enum gpuc_status gpuc_xgboost_tree_read(struct gpuc_xgboost_tree *tree,
                                        struct gpuc_document *document,
                                        struct gpuc_error *error)
{
    enum gpuc_status status;

    reset(tree);
    GPUC_TRY(gpuc_document_read_object(document, &tree_reader, tree, NULL, error));
    GPUC_TRY(read_counts(tree, document, error));
    const uint64_t n_nodes = tree->n_nodes;
    GPUC_TRY(check_size(document, "left_children", tree->left_children.n_items, n_nodes,
                        error));
    GPUC_TRY(check_size(document, "right_children", tree->right_children.n_items, n_nodes,
                        error));
    GPUC_TRY(check_size(document, "split_indices", tree->split_indices.n_items, n_nodes,
                        error));
    GPUC_TRY(
        check_size(document, "default_left", tree->default_left.n_items, n_nodes, error));
    GPUC_TRY(check_size(document, "split_conditions", tree->split_conditions.n_items,
                        n_nodes, error));
    if (tree->split_type.n_items > 0)
        GPUC_TRY(
            check_size(document, "split_type", tree->split_type.n_items, n_nodes, error));
    GPUC_TRY(check_size(document, "categories_segments",
                        tree->categories_segments.n_items, tree->categories_nodes.n_items,
                        error));
    GPUC_TRY(check_size(document, "categories_sizes", tree->categories_sizes.n_items,
                        tree->categories_nodes.n_items, error));
    if (tree->leaf_size > 1 && tree->leaf_weights.n_items == 0)
        GPUC_TRY(read_base_weights(tree, document, error));
    if (document->file->with_gains && tree->loss_changes.has_begun)
        GPUC_TRY(read_gains(tree, document, error));
out:
    return status;
}

static bool is_leaf(const struct gpuc_xgboost_tree *tree, size_t node)
{
    return tree->left_children.items[node] == -1;
}

static bool is_category_split(const struct gpuc_xgboost_tree *tree, size_t node)
{
    return tree->split_type.n_items > 0 && tree->split_type.items[node] == 1;
}

static enum gpuc_status set_size(struct gpuc_integers *list, size_t n_items,
                                 struct gpuc_error *error)
{
    void *items = list->items;
    const enum gpuc_status status = gpuc_grow(
        &items, &list->capacity, n_items, sizeof *list->items, "a tree's nodes", error);
    list->items = items;
    if (status == GPUC_OK)
        list->n_items = n_items;
    return status;
}

/* "node N: FIELD: VALUE is out of range" */
static enum gpuc_status fail_value(const struct gpuc_document *document, size_t node,
                                   const char *field, int64_t value,
                                   struct gpuc_error *error)
{
    return gpuc_document_fail(
        document, error, "node %zu, %s: %" PRId64 " is out of range", node, field, value);
}

/* Checks the ranges of what is an integer in a node. */
static enum gpuc_status check_nodes(const struct gpuc_xgboost_tree *tree,
                                    const struct gpuc_document *document,
                                    struct gpuc_error *error)
{
    for (size_t i = 0; i < tree->n_nodes; i++) {
        const int64_t left = tree->left_children.items[i];
        const int64_t right = tree->right_children.items[i];
        if (left == -1) {
            if (tree->leaf_size == 1 && right != -1)
                return fail_value(document, i, "right_children", right, error);
            continue;
        }
        if (left < 0 || left >= tree->n_nodes)
            return fail_value(document, i, "left_children", left, error);
        if (right < 0 || right >= tree->n_nodes)
            return fail_value(document, i, "right_children", right, error);
        if (tree->split_indices.items[i] < 0 || tree->split_indices.items[i] > UINT32_MAX)
            return fail_value(document, i, "split_indices", tree->split_indices.items[i],
                              error);
    }
    return GPUC_OK;
}

/* Finds each node's entry in categories_nodes and hands the categories over. */
static enum gpuc_status add_categories(struct gpuc_xgboost_tree *tree,
                                       const struct gpuc_document *document,
                                       struct gpuc_raw_tree *raw,
                                       struct gpuc_error *error)
{
    enum gpuc_status status;

    GPUC_TRY(set_size(&tree->splits, tree->n_nodes, error));
    for (size_t i = 0; i < tree->n_nodes; i++)
        tree->splits.items[i] = -1;
    for (size_t i = 0; i < tree->categories_nodes.n_items; i++) {
        const int64_t node = tree->categories_nodes.items[i];
        const int64_t first = tree->categories_segments.items[i];
        const int64_t size = tree->categories_sizes.items[i];
        const int64_t n_categories = (int64_t)tree->categories.n_items;
        if (node < 0 || node >= tree->n_nodes || tree->splits.items[node] != -1)
            return gpuc_document_fail(
                document, error,
                "categories_nodes: %" PRId64 " is no node, or occurs twice", node);
        if (!is_category_split(tree, (size_t)node))
            return gpuc_document_fail(
                document, error,
                "categories_nodes: node %" PRId64 " does not split by categories", node);
        if (first < 0 || first > n_categories)
            return fail_value(document, (size_t)node, "categories_segments", first,
                              error);
        if (size < 1 || size > n_categories - first)
            return fail_value(document, (size_t)node, "categories_sizes", size, error);
        tree->splits.items[node] = (int64_t)i;
    }
    GPUC_TRY(gpuc_raw_tree_set_categories(raw, tree->categories.n_items, error));
    for (size_t i = 0; i < tree->categories.n_items; i++) {
        const int64_t category = tree->categories.items[i];
        if (category < 0 || category > GPUC_CATEGORY_MAX)
            return gpuc_document_fail(
                document, error, "categories: %" PRId64 " is out of range", category);
        raw->categories[i] = (uint32_t)category;
    }
out:
    return status;
}

/* Numbers the inner nodes and the leaves. */
static enum gpuc_status number_nodes(struct gpuc_xgboost_tree *tree,
                                     struct gpuc_raw_tree *raw, struct gpuc_error *error)
{
    int64_t n_inner = 0;
    int64_t n_leaves = 0;
    enum gpuc_status status;

    GPUC_TRY(set_size(&tree->children, tree->n_nodes, error));
    for (size_t i = 0; i < tree->n_nodes; i++)
        tree->children.items[i] = is_leaf(tree, i) ? ~n_leaves++ : n_inner++;
    GPUC_TRY(gpuc_raw_tree_set_nodes(raw, (size_t)n_inner, error));
    GPUC_TRY(gpuc_raw_tree_set_leaves(raw, (size_t)n_leaves, tree->leaf_size, error));
out:
    return status;
}

static enum gpuc_status add_node(const struct gpuc_xgboost_tree *tree, size_t node,
                                 const struct gpuc_document *document,
                                 struct gpuc_raw_tree *raw, struct gpuc_error *error)
{
    struct gpuc_raw_node built = {
        .threshold = (double)gpuc_xgboost_float(tree->split_conditions.items[node]),
        .left = tree->children.items[tree->left_children.items[node]],
        .right = tree->children.items[tree->right_children.items[node]],
        .feature = (uint32_t)tree->split_indices.items[node],
        .number = (uint32_t)node,
        .default_left = tree->default_left.items[node] != 0,
        .missing_rule = GPUC_MISSING_NAN,
        .gain = raw->has_gains ? tree->gains.items[node] : 0,
    };
    if (is_category_split(tree, node)) {
        const int64_t split =
            tree->categories_nodes.n_items > 0 ? tree->splits.items[node] : -1;
        if (split < 0)
            return gpuc_document_fail(document, error,
                                      "node %zu splits by categories, but is not in "
                                      "categories_nodes",
                                      node);
        built.is_category = true;
        built.listed_right = true;
        built.first_listed = (uint32_t)tree->categories_segments.items[split];
        built.n_listed = (uint32_t)tree->categories_sizes.items[split];
    }
    raw->nodes[tree->children.items[node]] = built;
    return GPUC_OK;
}

static enum gpuc_status add_leaf(const struct gpuc_xgboost_tree *tree, size_t node,
                                 const struct gpuc_xgboost_tree_use *use,
                                 const struct gpuc_document *document,
                                 struct gpuc_raw_tree *raw, struct gpuc_error *error)
{
    const size_t leaf = (size_t)~tree->children.items[node];
    const double *values = tree->split_conditions.items + node;

    if (tree->leaf_size > 1) {
        const bool by_node = tree->is_indexed_by_node;
        const int64_t place = by_node ? (int64_t)node : tree->right_children.items[node];
        const size_t n_places = tree->leaf_weights.n_items / tree->leaf_size;
        if (place < 0 || (uint64_t)place >= n_places)
            return fail_value(document, node, "right_children", place, error);
        values = tree->leaf_weights.items + (size_t)place * tree->leaf_size;
    }
    raw->leaves[leaf] = (struct gpuc_raw_leaf){.number = (uint32_t)node};
    for (size_t k = 0; k < tree->leaf_size; k++) {
        float value = gpuc_xgboost_float(values[k]);
        if (use->has_weight)
            value *= use->weight;
        raw->leaf_values[leaf * tree->leaf_size + k] = (double)value;
    }
    return GPUC_OK;
}

enum gpuc_status gpuc_xgboost_tree_add(struct gpuc_xgboost_tree *tree,
                                       const struct gpuc_xgboost_tree_use *use,
                                       const struct gpuc_document *document,
                                       struct gpuc_forest_builder *builder,
                                       struct gpuc_error *error)
{
    struct gpuc_raw_tree *raw = &builder->tree;
    enum gpuc_status status;

    gpuc_raw_tree_reset(raw, use->number, use->output);
    raw->has_gains = tree->gains.n_items > 0;
    GPUC_TRY(check_nodes(tree, document, error));
    if (tree->categories_nodes.n_items > 0)
        GPUC_TRY(add_categories(tree, document, raw, error));
    /* What a root that is a leaf does not reach has no place in a raw tree. */
    if (is_leaf(tree, 0))
        tree->n_nodes = 1;
    GPUC_TRY(number_nodes(tree, raw, error));
    for (size_t i = 0; i < tree->n_nodes; i++) {
        if (is_leaf(tree, i))
            GPUC_TRY(add_leaf(tree, i, use, document, raw, error));
        else
            GPUC_TRY(add_node(tree, i, document, raw, error));
    }
    GPUC_TRY(gpuc_forest_builder_add_tree(builder, error));
out:
    return status;
}

void gpuc_xgboost_tree_done(struct gpuc_xgboost_tree *tree)
{
    struct gpuc_integers *lists[] = {
        &tree->left_children,    &tree->right_children,
        &tree->split_indices,    &tree->default_left,
        &tree->split_type,       &tree->categories,
        &tree->categories_nodes, &tree->categories_segments,
        &tree->categories_sizes, &tree->children,
        &tree->splits,
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        gpuc_free(lists[i]->items);
    gpuc_free(tree->split_conditions.items);
    gpuc_free(tree->leaf_weights.items);
    gpuc_free(tree->gains.items);
    gpuc_bytes_done(&tree->num_nodes);
    gpuc_bytes_done(&tree->size_leaf_vector);
}
