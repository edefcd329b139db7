/* SPDX-License-Identifier: Apache-2.0 */
#include "model/lightgbm_categories.h"

enum gpuc_status gpuc_lightgbm_read_categories(const struct gpuc_lightgbm_text *text,
                                               const struct gpuc_lightgbm_tail *tail,
                                               struct gpuc_model_info *info,
                                               struct gpuc_error *error)
{
    const struct gpuc_lightgbm_line *line = &tail->pandas_categories;

    (void)info;
    if (line->text != NULL && !gpuc_lightgbm_line_is(line, "pandas_categorical:null") &&
        !gpuc_lightgbm_line_is(line, "pandas_categorical:[]"))
        return gpuc_lightgbm_fail(text, line->text, error,
                                  "tables of categories are not supported");
    return GPUC_OK;
}
