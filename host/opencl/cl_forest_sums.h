/* SPDX-License-Identifier: Apache-2.0 */
/* Margins on the host from leaves that a device has found. */
#ifndef GPUC_CL_FOREST_SUMS_H
#define GPUC_CL_FOREST_SUMS_H

#include "model/forest.h"

/*
 * Sets the margins of all rows of `features`, tree after tree. The leaf of row r in tree
 * t is found.leaves[t * found.stride + r]; `results` takes the margins and nothing else.
 */
void gpuc_cl_forest_sum(const struct gpuc_forest *forest,
                        const struct gpuc_feature_rows *features,
                        const struct gpuc_forest_results *found,
                        const struct gpuc_forest_results *results);

#endif
