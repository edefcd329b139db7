/* SPDX-License-Identifier: Apache-2.0 */
/* One tree of a LightGBM model file. */
#ifndef GPUC_LIGHTGBM_TREE_H
#define GPUC_LIGHTGBM_TREE_H

#include "model/forest_builder.h"
#include "model/lightgbm_text.h"

/*
 * Reads the tree whose first line is `first`, "Tree=NUMBER", to `tree`; `text` stands
 * behind that line, and is left behind the tree. text->tree is the number that the tree
 * must have.
 */
enum gpuc_status gpuc_lightgbm_read_tree(struct gpuc_lightgbm_text *text,
                                         const struct gpuc_lightgbm_line *first,
                                         uint32_t n_features, struct gpuc_raw_tree *tree,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
