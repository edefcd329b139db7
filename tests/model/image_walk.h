/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forest image evaluated for one row by the obvious loops: codes by counting
 * thresholds, trees by kernels/forest_row.h, sums in tree order in the image's number
 * type. Shares no code with the engines.
 */
#ifndef GPUC_TEST_IMAGE_WALK_H
#define GPUC_TEST_IMAGE_WALK_H

#include "model/model.h"

/*
 * `features`: n_features numbers, of which float32 images take the nearest float32.
 * Writes n_outputs margins, and the leaf of each tree by its number in the model file;
 * `ret_leaves` NULL: not wanted.
 */
void test_image_walk(const struct gpuc_forest *forest, const double *features,
                     double *ret_margins, uint32_t *ret_leaves);

/*
 * The number that a field's text stands for in the feature `feature` of the model:
 * missing (NaN) for the empty text and the golden cases' tokens, the place in the
 * feature's table if it has one, else the nearest double. Fails the test for other texts.
 */
double test_feature_value(const struct gpuc_model_info *info, size_t feature,
                          const char *text);

#endif
