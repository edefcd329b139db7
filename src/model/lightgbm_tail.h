/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands behind the trees in a LightGBM model file: the importances of the features
 * and the parameters of the training, of which little matters, and the categories of
 * pandas.
 */
#ifndef GPUC_LIGHTGBM_TAIL_H
#define GPUC_LIGHTGBM_TAIL_H

#include "model/lightgbm_text.h"

/* Values are slices of the file; `value` is NULL where the file has none. */
struct gpuc_lightgbm_tail {
    struct gpuc_lightgbm_line boosting;             /* [boosting: VALUE] */
    struct gpuc_lightgbm_line categorical_features; /* [categorical_feature: VALUE] */
    struct gpuc_lightgbm_line pandas_categories;    /* pandas_categorical:VALUE */
};

/*
 * Reads from the line after the trees to the end of the file. A file that was cut off
 * here is refused where that can be seen: version 2 has no mark behind the parameters;
 * there may be no parameters, but not in a model with categories, whose tables come last.
 */
enum gpuc_status gpuc_lightgbm_read_tail(struct gpuc_lightgbm_text *text,
                                         uint32_t version, bool has_categories,
                                         struct gpuc_lightgbm_tail *ret_tail,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
