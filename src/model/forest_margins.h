/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a forest's margins that are computed from the feature values themselves,
 * by one C function for every engine: start margins, linear models, linear leaves. All
 * of it in the order that the trainers use, rounded after each operation.
 *
 * Rows from features->n_rows up are left alone. Nothing is allocated, nothing fails.
 */
#ifndef GPUC_FOREST_MARGINS_H
#define GPUC_FOREST_MARGINS_H

#include "model/forest.h"

/*
 * Sets every margin to where the trees begin: the start margin, and for linear models
 * value * weight added to it feature by feature, NaN skipped.
 */
void gpuc_forest_start_margins(const struct gpuc_forest *forest,
                               const struct gpuc_feature_rows *features,
                               const struct gpuc_forest_results *results);

/*
 * Adds one tree whose leaves are linear, given the leaf (from 0) of each row: constant
 * plus coefficient * value in the order listed, where |value| <= GPUC_TINY counts as 0 if
 * the forest says so; the plain leaf value where a listed value is NaN.
 */
void gpuc_forest_add_linear_tree(const struct gpuc_forest *forest, size_t tree,
                                 const struct gpuc_feature_rows *features,
                                 const uint32_t *leaves,
                                 const struct gpuc_forest_results *results);

/* Adds one tree of any kind, given the leaf (from 0) of each row. */
void gpuc_forest_add_tree(const struct gpuc_forest *forest, size_t tree,
                          const struct gpuc_feature_rows *features,
                          const uint32_t *leaves,
                          const struct gpuc_forest_results *results);

#endif
