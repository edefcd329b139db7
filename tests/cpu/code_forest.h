/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forest images with features and code columns but without trees, laid out by hand, and
 * lists of thresholds from friendly to hostile.
 */
#ifndef GPUC_TEST_CODE_FOREST_H
#define GPUC_TEST_CODE_FOREST_H

#include "model/forest.h"
#include "support/random.h"

/*
 * The image has three features:
 *   0: no column;
 *   1: the thresholds given: three numeric columns (NaN left; NaN right; NaN and zero
 *      right) and a category column;
 *   2: the thresholds -1, 0 and 0.5; a numeric column (NaN and zero left).
 */
struct code_forest_shape {
    enum gpuc_number number;
    bool less_equal;
    bool flush_tiny;
    bool truncate_first;
    uint32_t n_categories;
    const double *thresholds;
    uint32_t n_thresholds;
};

enum { CODE_FOREST_FEATURES = 3, CODE_FOREST_COLUMNS = 5 };

/* gpuc_free() frees it. */
struct gpuc_forest *code_forest_new(const struct code_forest_shape *shape);

enum threshold_kind {
    THRESHOLDS_UNIFORM,     /* of [0, 1) */
    THRESHOLDS_GRID,        /* of decimals: on the edges of buckets, nearly */
    THRESHOLDS_NORMAL,      /* quantiles, nearly */
    THRESHOLDS_CLUSTERED,   /* most of them between 5 and 6, few between +-1e5 */
    THRESHOLDS_GEOMETRIC,   /* of both signs, over all exponents */
    THRESHOLDS_DENORMAL,    /* of both signs */
    THRESHOLDS_ADJACENT,    /* neighbours from 1 on */
    THRESHOLDS_AROUND_ZERO, /* neighbours of 0, down to the least denormals */
    THRESHOLDS_HUGE,        /* first and last further apart than the largest number */
    THRESHOLDS_INFINITE,    /* as uniform, with both infinities */
    THRESHOLDS_BITS,        /* random bits */
    THRESHOLDS_KINDS
};

/* Writes n thresholds, ascending, all different, exact in the number type. */
void make_thresholds(enum threshold_kind kind, enum gpuc_number number, uint32_t n,
                     struct test_random *random, double *ret_thresholds);

/* Random bits as a number of the type. */
double random_bits(enum gpuc_number number, struct test_random *random);

#endif
