/* SPDX-License-Identifier: Apache-2.0 */
/* What the builder checks of a raw tree before and while it walks it. */
#ifndef GPUC_TREE_CHECK_H
#define GPUC_TREE_CHECK_H

#include "model/forest_builder.h"

/* Checks what concerns the tree as a whole, so that the walk stays inside its arrays. */
enum gpuc_status gpuc_tree_check(const struct gpuc_forest_builder *builder,
                                 struct gpuc_error *error) GPUC_MUST_CHECK;

/* Checks the feature, and the threshold or the categories, of a node of builder->tree. */
enum gpuc_status gpuc_tree_check_node(const struct gpuc_forest_builder *builder,
                                      const struct gpuc_raw_node *node,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

/* Whether the number type of the forest holds the value as it is. */
bool gpuc_tree_is_exact(const struct gpuc_forest_builder *builder, double value);

/* GPUC_EMODEL: "NAME: tree T, node N: TEXT", and the same without a node. */
enum gpuc_status gpuc_tree_fail_node(const struct gpuc_forest_builder *builder,
                                     const struct gpuc_raw_node *node, const char *text,
                                     struct gpuc_error *error);
enum gpuc_status gpuc_tree_fail(const struct gpuc_forest_builder *builder,
                                const char *text, struct gpuc_error *error);

#endif
