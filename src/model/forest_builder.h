/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the trees that a loader finds in a model file to a forest image. The builder
 * trusts nothing that it is handed: child numbers, cycles, features, depth, NaN
 * thresholds, list ranges and sizes are checked here, once, for every format, with the
 * tree, the node and the field in the message. What only the format knows stays the
 * loader's to check.
 *
 *     init, then for each tree: fill builder.tree by gpuc_raw_tree_reset() and
 *     gpuc_raw_tree_add_...(), gpuc_forest_builder_add_tree(); then finish, then done.
 *
 * One thread. Errors are GPUC_EMODEL or GPUC_ENOMEM.
 */
#ifndef GPUC_FOREST_BUILDER_H
#define GPUC_FOREST_BUILDER_H

#include "base/bytes.h"
#include "model/forest.h"

enum {
    GPUC_TREE_DEPTH_MAX = 65535,
    GPUC_CATEGORY_MAX = (1 << 24) - 1, /* beyond it float32 is no exact integer */
    GPUC_FEATURES_MAX = 1 << 24,
    GPUC_OUTPUTS_MAX = 1 << 16
};

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
};

struct gpuc_raw_leaf {
    uint32_t number;     /* in the file, for `leaf` output and messages */
    uint32_t first_term; /* linear leaves: in the tree's terms */
    uint32_t n_terms;
    double constant; /* linear leaves */
};

/* One tree of the file. Arrays grow as needed and are reused from tree to tree. */
struct gpuc_raw_tree {
    uint32_t number; /* of the tree in the file, for messages */
    uint32_t output; /* that it adds to, where leaves have one value */
    bool has_linear_leaves;
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

/* What holds for all trees. */
struct gpuc_forest_shape {
    enum gpuc_number number;
    uint32_t n_features;
    uint32_t n_outputs;
    uint32_t leaf_size; /* 1, or n_outputs */
    bool less_equal;
    bool flush_tiny;
    bool truncate_first; /* see struct gpuc_code_column */
    const char *name;    /* of the model file, for messages; must outlive the builder */
};

struct gpuc_forest_builder {
    struct gpuc_forest_shape shape;
    struct gpuc_raw_tree tree; /* for the loader to fill */
    /* What has been added: the rest is private to the builder. */
    struct gpuc_bytes trees;
    struct gpuc_bytes nodes; /* struct builder_node: not coded yet */
    struct gpuc_bytes category_lists;
    struct gpuc_bytes leaf_values;
    struct gpuc_bytes leaf_numbers;
    struct gpuc_bytes linear_leaves;
    struct gpuc_bytes linear_terms;
    struct gpuc_bytes scratch; /* of the check of one tree */
    double *start_margins;     /* n_outputs, 0 at first; for the loader to set */
    double *weights;           /* linear models: n_features * n_outputs; NULL: none */
    bool any_linear_leaves;
    uint32_t max_depth;
};

/* Checks the shape's ranges. On failure nothing needs freeing. */
enum gpuc_status gpuc_forest_builder_init(struct gpuc_forest_builder *builder,
                                          const struct gpuc_forest_shape *shape,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/* Makes the model a linear one with weights to set, all 0 at first. */
enum gpuc_status gpuc_forest_builder_make_linear(struct gpuc_forest_builder *builder,
                                                 struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Empties builder->tree for the next tree, keeping its memory. */
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

/*
 * Checks builder->tree and takes a copy of what its root reaches, in preorder. Nodes and
 * leaves that the root does not reach are left out; one that is reached twice is an
 * error.
 */
enum gpuc_status gpuc_forest_builder_add_tree(struct gpuc_forest_builder *builder,
                                              struct gpuc_error *error) GPUC_MUST_CHECK;

/* Makes the image: gpuc_free() frees it. */
enum gpuc_status gpuc_forest_builder_finish(struct gpuc_forest_builder *builder,
                                            struct gpuc_forest **ret_forest,
                                            struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the builder's memory, also after a failure. */
void gpuc_forest_builder_done(struct gpuc_forest_builder *builder);

#endif
