/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forest after loading: one block of memory without pointers, read as it stands by
 * every engine and copied to devices as it stands. gpuc_forest_builder makes it and has
 * checked everything by then, so evaluators check nothing.
 *
 * How a row is evaluated
 * ----------------------
 * 1. Each feature's value becomes integer codes, one in each of the feature's code
 *    columns (below). Only this step and linear leaves look at floating-point features.
 * 2. Each tree is walked from node 0 by comparing codes until a leaf is met.
 * 3. The leaf's values are added to the margins, tree after tree, in the forest's number
 *    type, beginning with the start margins.
 *
 * Code columns (struct gpuc_code_column)
 * -------------------------------------
 * The rank of a value x is the number of the feature's thresholds t with t <= x (XGBoost,
 * which goes left where x < t), or with t < x (LightGBM, which goes left where x <= t). A
 * node that splits at the feature's threshold number j (from 0, ascending) sends a row to
 * the right where rank > j. Missing values have a fixed code: 0 is left of every split,
 * the number of thresholds is right of every split. So a feature has one numeric column
 * for each way in which its splits treat missing values, and nodes never look at anything
 * but codes.
 *
 * The code of a category is the category, n_categories for any other value ("no listed
 * category"), n_categories + 1 for NaN. A node holds the set of codes that go right.
 */
#ifndef GPUC_FOREST_H
#define GPUC_FOREST_H

#include <stdbool.h>

#include "kernels/forest_row.h"
#include "model/number.h"

/* `n_items` items at `offset` bytes from the image's start, a multiple of 64. */
struct gpuc_section {
    uint64_t offset;
    uint64_t n_items;
};

/* What belongs to one feature; numeric and category columns may both occur. */
struct gpuc_feature {
    uint32_t first_column; /* its code columns stand together */
    uint32_t n_columns;    /* 0: no split uses the feature */
    /* Ascending, without duplicates, never NaN; 0.0 but not -0.0. */
    uint32_t first_threshold;
    uint32_t n_thresholds;
};

/*
 * The linear model of one leaf (LightGBM): constant + the terms' coefficient * value,
 * added in order, products rounded first; where one of the values is NaN, the leaf's
 * plain value.
 */
struct gpuc_linear_leaf {
    double constant;
    uint32_t first_term;
    uint32_t n_terms;
};

struct gpuc_linear_term {
    double coefficient;
    uint32_t feature;
    uint32_t padding;
};

struct gpuc_forest {
    uint64_t image_size; /* bytes, this header included */
    uint32_t number;     /* enum gpuc_number: of features, leaf values and margins */
    uint32_t n_features;
    uint32_t n_outputs;
    uint32_t n_trees;
    uint32_t leaf_size;  /* values of a leaf: 1, or n_outputs (one for each output) */
    uint32_t codes_size; /* bytes of one row's codes over all columns */
    uint32_t less_equal; /* left where x <= threshold, else where x < threshold */
    uint32_t flush_tiny; /* values with |x| <= GPUC_TINY are read as +0 */
    uint32_t max_depth;  /* of any tree */
    uint32_t n_leaves;   /* of all trees */
    struct gpuc_section features;       /* struct gpuc_feature, n_features */
    struct gpuc_section columns;        /* struct gpuc_code_column */
    struct gpuc_section thresholds;     /* double; exact in the number type */
    struct gpuc_section trees;          /* struct gpuc_tree, in the order of addition */
    struct gpuc_section nodes;          /* struct gpuc_node */
    struct gpuc_section category_words; /* uint32_t: bit c % 32 of word c / 32 of a set */
    struct gpuc_section leaf_values;    /* number type; leaf_size a leaf */
    struct gpuc_section leaf_numbers;  /* uint32_t a leaf: its number in the model file */
    struct gpuc_section linear_leaves; /* struct gpuc_linear_leaf a leaf; empty: none */
    struct gpuc_section linear_terms;  /* struct gpuc_linear_term */
    struct gpuc_section start_margins; /* number type, n_outputs */
    /* Linear models (gblinear): number type, feature * n_outputs + output. The start
     * margins plus value * weight, feature by feature, NaN skipped. Empty: none. */
    struct gpuc_section weights;
};

/* LightGBM's kZeroThreshold: float32 1e-35 as float64. */
#define GPUC_TINY 1.0000000180025095e-35

static inline const void *gpuc_forest_at(const struct gpuc_forest *forest,
                                         const struct gpuc_section *section)
{
    return (const char *)forest + section->offset;
}

static inline const struct gpuc_feature *
gpuc_forest_features(const struct gpuc_forest *forest)
{
    return gpuc_forest_at(forest, &forest->features);
}

static inline const struct gpuc_code_column *
gpuc_forest_columns(const struct gpuc_forest *forest)
{
    return gpuc_forest_at(forest, &forest->columns);
}

static inline const double *gpuc_forest_thresholds(const struct gpuc_forest *forest)
{
    return gpuc_forest_at(forest, &forest->thresholds);
}

static inline const struct gpuc_tree *gpuc_forest_trees(const struct gpuc_forest *forest)
{
    return gpuc_forest_at(forest, &forest->trees);
}

static inline const struct gpuc_node *gpuc_forest_nodes(const struct gpuc_forest *forest)
{
    return gpuc_forest_at(forest, &forest->nodes);
}

static inline const uint32_t *gpuc_forest_category_words(const struct gpuc_forest *forest)
{
    return gpuc_forest_at(forest, &forest->category_words);
}

static inline const uint32_t *gpuc_forest_leaf_numbers(const struct gpuc_forest *forest)
{
    return gpuc_forest_at(forest, &forest->leaf_numbers);
}

/* The number that the model file knows a leaf by; `leaf` counts from 0 in each tree. */
static inline uint32_t gpuc_forest_leaf_number(const struct gpuc_forest *forest,
                                               size_t tree, uint32_t leaf)
{
    uint32_t first = gpuc_forest_trees(forest)[tree].first_leaf;
    return gpuc_forest_leaf_numbers(forest)[first + leaf];
}

/*
 * The features of some rows, column-major: feature f of row r is element f * stride + r,
 * of the forest's number type. Categories are numbers too; missing is NaN. The stride is
 * a multiple of 64 and at least n_rows; what stands between is any readable memory.
 */
struct gpuc_feature_rows {
    const void *values;
    size_t stride;
    size_t n_rows;
};

/*
 * The codes of some rows: the code of row r in a column is the element number r of the
 * array of `code_size`-byte integers that begins `place * stride` bytes into `bytes`. The
 * stride is a multiple of 64 and at least n_rows. Rows from n_rows up to the next
 * multiple of 64 hold valid codes of no meaning, so kernels need no code for remainders.
 */
struct gpuc_codes {
    uint8_t *bytes; /* codes_size * stride */
    size_t stride;
    size_t n_rows;
};

/*
 * What engines give for some rows. Both column-major with the same stride: a multiple of
 * 64 and at least n_rows; kernels may write to all of it.
 */
struct gpuc_forest_results {
    void *margins; /* output k of row r at k * stride + r, of the forest's number type */
    uint32_t *leaves; /* leaf of tree t at t * stride + r, from 0 in each tree; NULL: not
                         wanted */
    size_t stride;
};

#endif
