/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One tree of an XGBoost model: parallel arrays with one item a node. A node without a
 * left child is a leaf. The arrays are reused from tree to tree.
 */
#ifndef GPUC_XGBOOST_TREE_H
#define GPUC_XGBOOST_TREE_H

#include "model/document.h"
#include "model/forest_builder.h"

struct gpuc_xgboost_tree {
    struct gpuc_bytes num_nodes;
    struct gpuc_bytes size_leaf_vector;
    struct gpuc_integers left_children;  /* -1: the node is a leaf */
    struct gpuc_integers right_children; /* of a vector leaf: its number among leaves */
    struct gpuc_integers split_indices;  /* features */
    struct gpuc_integers default_left;   /* 0 or 1 */
    struct gpuc_integers split_type;     /* 0: numeric, 1: categories; may be absent */
    struct gpuc_reals split_conditions;  /* thresholds; of a leaf: its value */
    struct gpuc_reals leaf_weights;      /* vector leaves: leaf_size a leaf */
    struct gpuc_document_place base_weights;
    struct gpuc_document_place loss_changes;
    struct gpuc_reals gains; /* loss_changes; empty where they are not asked for */
    /* Splits by categories: split i is node categories_nodes[i], and the categories that
     * go right are categories_sizes[i] from categories_segments[i] on. */
    struct gpuc_integers categories;
    struct gpuc_integers categories_nodes;
    struct gpuc_integers categories_segments;
    struct gpuc_integers categories_sizes;

    uint32_t n_nodes;
    uint32_t leaf_size;      /* values of a leaf */
    bool is_indexed_by_node; /* leaf_weights has items for inner nodes too */
    /* Of each node: its index in the raw tree, as children are given there. */
    struct gpuc_integers children;
    /* Of each node: its index in categories_nodes, or -1. Empty without such splits. */
    struct gpuc_integers splits;
};

/* What becomes of a tree. */
struct gpuc_xgboost_tree_use {
    uint32_t number; /* in the file */
    uint32_t output;
    bool has_weight; /* dart: leaves are multiplied by it, in float32 */
    float weight;
};

/* Reads a tree and checks the sizes of its arrays. document->part names the tree. */
enum gpuc_status gpuc_xgboost_tree_read(struct gpuc_xgboost_tree *tree,
                                        struct gpuc_document *document,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Adds the tree that was read last to the forest. */
enum gpuc_status gpuc_xgboost_tree_add(struct gpuc_xgboost_tree *tree,
                                       const struct gpuc_xgboost_tree_use *use,
                                       const struct gpuc_document *document,
                                       struct gpuc_forest_builder *builder,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

void gpuc_xgboost_tree_done(struct gpuc_xgboost_tree *tree);

#endif
