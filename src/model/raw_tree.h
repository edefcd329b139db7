/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One tree as a loader finds it in a model file, not checked yet. Its arrays grow as
 * needed and keep their memory from tree to tree.
 */
#ifndef GPUC_RAW_TREE_H
#define GPUC_RAW_TREE_H

#include "base/bytes.h"
#include "model/forest.h"

/* What a split does with missing values. */
enum gpuc_missing_rule {
    GPUC_MISSING_NAN,        /* NaN is missing */
    GPUC_MISSING_ZERO,       /* NaN and zero are missing */
    GPUC_MISSING_NAN_IS_ZERO /* none is: NaN is read as zero */
};

/* An inner node as the file has it, children in the file's numbering made one: */
/* >= 0: inner node of the tree, < 0: leaf ~child of the tree. */
struct gpuc_raw_node {
    double threshold; /* numeric splits */
    int64_t left;
    int64_t right;
    uint32_t feature;
    uint32_t number; /* of the node in the file, for messages */
    bool is_category;
    bool default_left;     /* where missing values go */
    uint8_t missing_rule;  /* enum gpuc_missing_rule; numeric splits */
    bool listed_right;     /* category splits: the listed ones go right, others left; */
                           /* else the listed ones go left, others right */
    uint32_t first_listed; /* in the tree's categories */
    uint32_t n_listed;
    double gain; /* that training had from it; see has_gains */
};

struct gpuc_raw_leaf {
    uint32_t number;     /* in the file, for `leaf` output and messages */
    uint32_t first_term; /* linear leaves: in the tree's terms */
    uint32_t n_terms;
    double constant; /* linear leaves */
};

/* One tree of the file. */
struct gpuc_raw_tree {
    uint32_t number; /* of the tree in the file, for messages */
    uint32_t output; /* that it adds to, where leaves have one value */
    bool has_linear_leaves;
    bool has_gains;
    struct gpuc_raw_node *nodes; /* node 0 is the root, where there is any */
    size_t n_nodes, node_capacity;
    struct gpuc_raw_leaf *leaves; /* without nodes: exactly one */
    size_t n_leaves, leaf_capacity;
    double *leaf_values; /* leaf_size a leaf */
    size_t n_leaf_values, leaf_value_capacity;
    uint32_t *categories; /* of all its splits */
    size_t n_categories, category_capacity;
    struct gpuc_linear_term *terms;
    size_t n_terms, term_capacity;
};

/* Empties the tree for the next one, keeping its memory. */
void gpuc_raw_tree_reset(struct gpuc_raw_tree *tree, uint32_t number, uint32_t output);

/*
 * Make room for that many and set the count; the items are the loader's to fill, and hold
 * zeros or what was there before.
 */
enum gpuc_status gpuc_raw_tree_set_nodes(struct gpuc_raw_tree *tree, size_t n_nodes,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;
enum gpuc_status gpuc_raw_tree_set_leaves(struct gpuc_raw_tree *tree, size_t n_leaves,
                                          uint32_t leaf_size, struct gpuc_error *error)
    GPUC_MUST_CHECK;
enum gpuc_status gpuc_raw_tree_set_categories(struct gpuc_raw_tree *tree,
                                              size_t n_categories,
                                              struct gpuc_error *error) GPUC_MUST_CHECK;
enum gpuc_status gpuc_raw_tree_set_terms(struct gpuc_raw_tree *tree, size_t n_terms,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the arrays. */
void gpuc_raw_tree_done(struct gpuc_raw_tree *tree);

#endif
