/* SPDX-License-Identifier: Apache-2.0 */
#include "model/raw_tree.h"

void gpuc_raw_tree_reset(struct gpuc_raw_tree *tree, uint32_t number, uint32_t output)
{
    tree->number = number;
    tree->output = output;
    tree->has_linear_leaves = false;
    tree->has_gains = false;
    tree->n_nodes = 0;
    tree->n_leaves = 0;
    tree->n_leaf_values = 0;
    tree->n_categories = 0;
    tree->n_terms = 0;
}

/* Makes an array hold `n`, which its typed pointer then points to. */
#define SET_COUNT(items, count, capacity, n)                                             \
  do {                                                                                   \
    void *grown = (items);                                                               \
    enum gpuc_status status = gpuc_grow(&grown, &(capacity), (n), sizeof *(items),       \
                                        "a tree of the model", error);                   \
    (items) = grown;                                                                     \
    if (status == GPUC_OK)                                                               \
      (count) = (n);                                                                     \
    return status;                                                                       \
  } while (0)

enum gpuc_status gpuc_raw_tree_set_nodes(struct gpuc_raw_tree *tree, size_t n_nodes,
                                         struct gpuc_error *error)
{
    SET_COUNT(tree->nodes, tree->n_nodes, tree->node_capacity, n_nodes);
}

static enum gpuc_status set_leaf_values(struct gpuc_raw_tree *tree, size_t n_values,
                                        struct gpuc_error *error)
{
    SET_COUNT(tree->leaf_values, tree->n_leaf_values, tree->leaf_value_capacity,
              n_values);
}

static enum gpuc_status set_leaves(struct gpuc_raw_tree *tree, size_t n_leaves,
                                   struct gpuc_error *error)
{
    SET_COUNT(tree->leaves, tree->n_leaves, tree->leaf_capacity, n_leaves);
}

enum gpuc_status gpuc_raw_tree_set_leaves(struct gpuc_raw_tree *tree, size_t n_leaves,
                                          uint32_t leaf_size, struct gpuc_error *error)
{
    enum gpuc_status status = set_leaf_values(tree, n_leaves * leaf_size, error);
    return status == GPUC_OK ? set_leaves(tree, n_leaves, error) : status;
}

enum gpuc_status gpuc_raw_tree_set_categories(struct gpuc_raw_tree *tree,
                                              size_t n_categories,
                                              struct gpuc_error *error)
{
    SET_COUNT(tree->categories, tree->n_categories, tree->category_capacity,
              n_categories);
}

enum gpuc_status gpuc_raw_tree_set_terms(struct gpuc_raw_tree *tree, size_t n_terms,
                                         struct gpuc_error *error)
{
    SET_COUNT(tree->terms, tree->n_terms, tree->term_capacity, n_terms);
}

void gpuc_raw_tree_done(struct gpuc_raw_tree *tree)
{
    gpuc_free(tree->nodes);
    gpuc_free(tree->leaves);
    gpuc_free(tree->leaf_values);
    gpuc_free(tree->categories);
    gpuc_free(tree->terms);
    *tree = (struct gpuc_raw_tree){0};
}
