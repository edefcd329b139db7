/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GPUC_FOREST_VALUES_H
#define GPUC_FOREST_VALUES_H

#include "model/forest.h"

/*
 * The next value for a feature, a float32 that is never NaN: any category with equal
 * odds, one that the model does not know among them; else normal, for models of 28
 * features as gpuc_put_float_rows() has it, for others over the range of the feature's
 * thresholds.
 */
float gpuc_forest_value(const struct gpuc_forest *forest, size_t feature,
                        uint64_t *random);

#endif
