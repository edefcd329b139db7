/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of categories that LightGBM's Python package writes behind a model that was
 * trained on a pandas table: one list for each column of the type `category`, in the
 * order of the columns; what the trees know is the place in the list.
 */
#ifndef GPUC_LIGHTGBM_CATEGORIES_H
#define GPUC_LIGHTGBM_CATEGORIES_H

#include "model/lightgbm_tail.h"

/*
 * Writes the tables to the info's features, and which further features are categories.
 * The file does not say which columns had the type; they are taken to be the features
 * that the training treated as categories, and if these are not as many as the lists
 * (columns of ordered categories, or categories given as numbers), the model is refused.
 */
enum gpuc_status gpuc_lightgbm_read_categories(const struct gpuc_lightgbm_text *text,
                                               const struct gpuc_lightgbm_tail *tail,
                                               struct gpuc_model_info *info,
                                               struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
