/* SPDX-License-Identifier: Apache-2.0 */
/* gpuc_quantise_function in plain C, value after value. */
#ifndef GPUC_QUANTISE_SCALAR_H
#define GPUC_QUANTISE_SCALAR_H

#include "cpu/quantise_row.h"
#include "cpu/quantiser.h"

static void quantise_feature(const struct gpuc_forest *forest, uint32_t number,
                             const struct gpuc_feature_rows *rows,
                             const struct gpuc_codes *codes)
{
    const struct gpuc_feature *feature = gpuc_forest_features(forest) + number;
    const struct gpuc_code_column *columns =
        gpuc_forest_columns(forest) + feature->first_column;
    const double *thresholds = gpuc_forest_thresholds(forest) + feature->first_threshold;
    size_t n_padded = (rows->n_rows + 63) / 64 * 64;

    for (size_t row = 0; row < n_padded; row++) {
        double value = gpuc_split_value(forest, rows, number, row);
        uint32_t rank = gpuc_value_rank(thresholds, feature->n_thresholds,
                                        forest->less_equal != 0, value);
        for (uint32_t i = 0; i < feature->n_columns; i++)
            gpuc_store_code(codes, &columns[i], row,
                            gpuc_value_code(&columns[i], rank, value));
    }
}

static void quantise(const struct gpuc_quantiser *quantiser,
                     const struct gpuc_feature_rows *rows, const struct gpuc_codes *codes)
{
    const struct gpuc_forest *forest = quantiser->forest;

    for (uint32_t number = 0; number < forest->n_features; number++) {
        if (gpuc_forest_features(forest)[number].n_columns > 0)
            quantise_feature(forest, number, rows, codes);
    }
}

#endif
