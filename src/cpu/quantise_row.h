/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codes of one value: the reference that the vector kernels must equal.
 * src/model/forest.h says what ranks and codes mean. float32 values come as float64,
 * which keeps their order and every bit of theirs.
 */
#ifndef GPUC_QUANTISE_ROW_H
#define GPUC_QUANTISE_ROW_H

#include <math.h>

#include "model/forest.h"

/* The value of one feature in one row, as the forest's splits see it. */
static inline double gpuc_split_value(const struct gpuc_forest *forest,
                                      const struct gpuc_feature_rows *rows,
                                      uint32_t feature, size_t row)
{
    size_t place = feature * rows->stride + row;
    double value = forest->number == GPUC_FLOAT32
                       ? (double)((const float *)rows->values)[place]
                       : ((const double *)rows->values)[place];

    return forest->flush_tiny && fabs(value) <= GPUC_TINY ? 0.0 : value;
}

/*
 * How many of the ascending thresholds are left of the value; 0 for NaN. The rank lies
 * between `rank` and rank + n_left; no branch depends on the value.
 */
static inline uint32_t gpuc_value_rank(const double *thresholds, uint32_t n_thresholds,
                                       bool less_equal, double value)
{
    uint32_t rank = 0, n_left = n_thresholds;

    while (n_left > 0) {
        uint32_t step = n_left - n_left / 2;
        double threshold = thresholds[rank + step - 1];
        uint32_t is_left = less_equal ? threshold < value : threshold <= value;
        rank += step * is_left;
        n_left /= 2;
    }
    return rank;
}

/* Compares before it converts: only values in range have an integer. */
static inline uint32_t gpuc_category_code(const struct gpuc_code_column *column,
                                          double value)
{
    if (isnan(value))
        return column->missing_code;
    bool above_least = column->truncate_first ? value > -1.0 : value >= 0.0;
    bool is_category = above_least && value < (double)column->n_categories;
    return is_category ? (uint32_t)(int32_t)value : column->n_categories;
}

/* The code in a column; `rank` is the value's, which category columns do not look at. */
static inline uint32_t gpuc_value_code(const struct gpuc_code_column *column,
                                       uint32_t rank, double value)
{
    if (column->kind == GPUC_COLUMN_CATEGORY)
        return gpuc_category_code(column, value);
    if (isnan(value) || (column->zero_is_missing && value == 0.0))
        return column->missing_code;
    return rank;
}

/* Stores a code where gpuc_row_code() reads it. */
static inline void gpuc_store_code(const struct gpuc_codes *codes,
                                   const struct gpuc_code_column *column, size_t row,
                                   uint32_t code)
{
    uint8_t *bytes = codes->bytes + column->place * codes->stride;

    if (column->code_size == 1)
        bytes[row] = (uint8_t)code;
    else if (column->code_size == 2)
        ((uint16_t *)(void *)bytes)[row] = (uint16_t)code;
    else
        ((uint32_t *)(void *)bytes)[row] = code;
}

#endif
