/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values for the features of a code forest, as rows and codes that end where memory does.
 */
#ifndef GPUC_TEST_CODE_TABLE_H
#define GPUC_TEST_CODE_TABLE_H

#include "cpu/quantiser.h"
#include "support/guard.h"
#include "support/random.h"

enum { N_VALUES_MAX = 4096 };

struct code_table {
    const struct gpuc_forest *forest;
    double values[N_VALUES_MAX]; /* of feature 1; the others take them in other orders */
    size_t n_values;
    struct test_guard rows_guard;
    struct test_guard codes_guard;
};

/* At most n_most thresholds, each with its neighbours, and what else may do harm. */
void code_table_fill(struct code_table *table, struct test_random *random,
                     uint32_t n_most);

/* The values from `first` on as rows, with NaN here and there; random ones behind. */
struct gpuc_feature_rows code_table_rows(struct code_table *table, size_t first,
                                         size_t n_rows, struct test_random *random);

/* The codes of the rows. */
struct gpuc_codes code_table_quantise(gpuc_quantise_function *function,
                                      const struct gpuc_quantiser *quantiser,
                                      const struct gpuc_feature_rows *rows,
                                      struct code_table *table);

#endif
