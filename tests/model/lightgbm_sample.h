/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small LightGBM model with all that the format has, to be changed in one place and
 * loaded: tree 0 has splits on numbers and categories, tree 1 linear leaves, tree 2 is
 * one leaf.
 */
#ifndef GPUC_TEST_LIGHTGBM_SAMPLE_H
#define GPUC_TEST_LIGHTGBM_SAMPLE_H

#include "model/loader.h"

extern const char test_lightgbm_sample[];

/*
 * Loads the sample as "sample.txt" with the first occurrence of `from` replaced by `to`;
 * `from` NULL: as it is. Fails the test if `from` does not occur. Free the model with
 * test_golden_model_done().
 */
enum gpuc_status test_lightgbm_load(const char *from, const char *to,
                                    struct gpuc_model *ret_model,
                                    struct gpuc_error *error);

/* The same for any text. */
enum gpuc_status test_lightgbm_load_text(const char *text, size_t size,
                                         const struct gpuc_iterations *iterations,
                                         struct gpuc_model *ret_model,
                                         struct gpuc_error *error);

#endif
