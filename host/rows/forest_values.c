/* SPDX-License-Identifier: Apache-2.0 */
#include "host/rows/forest_values.h"

#include <float.h>
#include <math.h>

#include "host/rows/random.h"
#include "host/rows/row_kinds.h"

static double any_value(const struct gpuc_forest *forest, size_t number, uint64_t *random)
{
    const struct gpuc_feature *feature = &gpuc_forest_features(forest)[number];
    const struct gpuc_code_column *column =
        &gpuc_forest_columns(forest)[feature->first_column];
    const double *thresholds = gpuc_forest_thresholds(forest) + feature->first_threshold;
    double normal = gpuc_random_normal(random);

    if (feature->n_columns > 0 && column->kind == GPUC_COLUMN_CATEGORY)
        return (double)(gpuc_random_next(random) % (column->n_categories + 1));
    if (forest->n_features == GPUC_FLOAT_ROWS_FEATURES)
        return gpuc_float_rows_value(number, normal);
    if (feature->n_thresholds == 0)
        return normal;
    double lowest = thresholds[0];
    double highest = thresholds[feature->n_thresholds - 1];
    return lowest / 2 + highest / 2 + normal * (highest / 6 - lowest / 6);
}

float gpuc_forest_value(const struct gpuc_forest *forest, size_t feature,
                        uint64_t *random)
{
    double value = any_value(forest, feature, random);
    return (float)fmax(-FLT_MAX, fmin(FLT_MAX, value));
}
