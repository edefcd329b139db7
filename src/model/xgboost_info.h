/* SPDX-License-Identifier: Apache-2.0 */
/* From an XGBoost model file to struct gpuc_model_info: names, tables of categories,
 * versions. */
#ifndef GPUC_XGBOOST_INFO_H
#define GPUC_XGBOOST_INFO_H

#include "model/xgboost_file.h"

/*
 * Fills all of info but its iterations, going back to the places that `file` remembers.
 * The document is somewhere else afterwards. Refused: names that are not unique, and
 * tables of categories whose parts do not agree (as XGBoost 3.2 itself writes them for
 * categories that are not ASCII).
 */
enum gpuc_status gpuc_xgboost_info_read(const struct gpuc_xgboost_file *file,
                                        struct gpuc_document *document,
                                        struct gpuc_model_info *info,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
