/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small XGBoost model in JSON, to be changed in one place and loaded: binary:logistic
 * with two features, of which the second has a table of two categories. Tree 0 has two
 * splits on numbers, tree 1 one by categories.
 */
#ifndef GPUC_TEST_XGBOOST_SAMPLE_H
#define GPUC_TEST_XGBOOST_SAMPLE_H

#include "model/loader.h"

enum { TEST_XGBOOST_SAMPLE_SIZE = 1359 };
extern const char test_xgboost_sample[TEST_XGBOOST_SAMPLE_SIZE + 1];

/*
 * The sample with the first `from` replaced by `to`; `from` NULL: as it is. Fails the
 * test if `from` does not occur. free() frees it.
 */
char *test_xgboost_changed(const char *from, const char *to);

/*
 * Loads that, with the iterations up to the best one, as "m.json". Free the model with
 * test_golden_model_done(), also after a failure.
 */
enum gpuc_status test_xgboost_load(const char *from, const char *to,
                                   struct gpuc_model *ret_model,
                                   struct gpuc_error *error);

/* The same for any bytes. */
enum gpuc_status test_xgboost_load_bytes(const struct gpuc_loader *loader,
                                         const void *bytes, size_t size,
                                         const struct gpuc_iterations *iterations,
                                         struct gpuc_model *ret_model,
                                         struct gpuc_error *error);

#endif
