/* SPDX-License-Identifier: Apache-2.0 */
/* What a model says about its features, and headers, made by hand for tests. */
#ifndef GPUC_TEST_MADE_INFO_H
#define GPUC_TEST_MADE_INFO_H

#include "base/text_list.h"
#include "model/model_info.h"

/* Features of these names, up to NULL; with none, `n_features` without names. */
struct gpuc_model_info made_info(const char *const *names, size_t n_features);

/* Appends a category of a kind to a feature's table, which the feature has from then on.
 */
void made_text_category(struct gpuc_model_info *info, size_t feature, const char *text);
void made_number_category(struct gpuc_model_info *info, size_t feature, double number);
void made_bool_category(struct gpuc_model_info *info, size_t feature, bool value);

/* The names of a header, as "id|name|". */
struct gpuc_text_list made_header(const char *names);

#endif
