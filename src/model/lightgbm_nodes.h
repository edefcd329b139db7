/* SPDX-License-Identifier: Apache-2.0 */
/* The inner nodes of one tree of a LightGBM model file. */
#ifndef GPUC_LIGHTGBM_NODES_H
#define GPUC_LIGHTGBM_NODES_H

#include "model/forest_builder.h"
#include "model/lightgbm_text.h"

/* The lines of a tree that matter. */
enum gpuc_lightgbm_tree_key {
    GPUC_LIGHTGBM_NUM_LEAVES,
    GPUC_LIGHTGBM_NUM_CAT,
    GPUC_LIGHTGBM_SPLIT_FEATURE,
    GPUC_LIGHTGBM_THRESHOLD,
    GPUC_LIGHTGBM_DECISION_TYPE,
    GPUC_LIGHTGBM_LEFT_CHILD,
    GPUC_LIGHTGBM_RIGHT_CHILD,
    GPUC_LIGHTGBM_LEAF_VALUE,
    GPUC_LIGHTGBM_CAT_BOUNDARIES,
    GPUC_LIGHTGBM_CAT_THRESHOLD,
    GPUC_LIGHTGBM_IS_LINEAR,
    GPUC_LIGHTGBM_LEAF_CONST,
    GPUC_LIGHTGBM_NUM_FEATURES,
    GPUC_LIGHTGBM_LEAF_FEATURES,
    GPUC_LIGHTGBM_LEAF_COEFF,
    GPUC_LIGHTGBM_SPLIT_GAIN, /* the last: it matters only where gains are wanted */
    GPUC_LIGHTGBM_N_TREE_KEYS
};

/* What is known of the tree under way. */
struct gpuc_lightgbm_reading {
    struct gpuc_lightgbm_lines lines;
    struct gpuc_raw_tree *tree;
    uint32_t n_features;
    int64_t n_leaves;
    int64_t n_sets; /* of categories */
};

/* Fills the nodes of reading->tree, which has as many as it should, and categories. */
enum gpuc_status gpuc_lightgbm_read_nodes(struct gpuc_lightgbm_reading *reading,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
