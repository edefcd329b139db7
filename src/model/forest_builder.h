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

#include "model/model_info.h"
#include "model/raw_tree.h"

enum {
    GPUC_TREE_DEPTH_MAX = 65535,
    GPUC_CATEGORY_MAX = (1 << 24) - 1, /* beyond it float32 is no exact integer */
    GPUC_FEATURES_MAX = 1 << 20,
    GPUC_OUTPUTS_MAX = 1 << 16
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

/*
 * Checks builder->tree and takes a copy of what its root reaches, in preorder. Nodes and
 * leaves that the root does not reach are left out; one that is reached twice is an
 * error.
 */
enum gpuc_status gpuc_forest_builder_add_tree(struct gpuc_forest_builder *builder,
                                              struct gpuc_error *error) GPUC_MUST_CHECK;

/* Adds the gains of the tree that was added last, if it has any, to the features'. */
void gpuc_forest_builder_add_gains(const struct gpuc_forest_builder *builder,
                                   struct gpuc_model_info *info);

/* Makes the image: gpuc_free() frees it. */
enum gpuc_status gpuc_forest_builder_finish(struct gpuc_forest_builder *builder,
                                            struct gpuc_forest **ret_forest,
                                            struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the builder's memory, also after a failure. */
void gpuc_forest_builder_done(struct gpuc_forest_builder *builder);

#endif
