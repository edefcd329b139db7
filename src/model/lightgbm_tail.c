/* SPDX-License-Identifier: Apache-2.0 */
#include "model/lightgbm_tail.h"

/* Whether the line starts with `start`; its value becomes what follows. */
static bool starts_with(struct gpuc_lightgbm_line *line, const char *start)
{
    size_t size = strlen(start);

    if (line->size < size || memcmp(line->text, start, size) != 0)
        return false;
    line->value = line->text + size;
    line->value_size = line->size - size;
    return true;
}

/* Keeps a line "[NAME: VALUE]" of the parameters. */
static void keep_parameter(struct gpuc_lightgbm_line *line,
                           struct gpuc_lightgbm_tail *tail)
{
    struct gpuc_lightgbm_line *kept = NULL;

    if (starts_with(line, "[boosting: "))
        kept = &tail->boosting;
    else if (starts_with(line, "[categorical_feature: "))
        kept = &tail->categorical_features;
    if (kept == NULL || line->value_size == 0 || line->value[line->value_size - 1] != ']')
        return;
    *kept = *line;
    kept->value_size--;
}

enum gpuc_status gpuc_lightgbm_read_tail(struct gpuc_lightgbm_text *text,
                                         uint32_t version, bool has_categories,
                                         struct gpuc_lightgbm_tail *ret_tail,
                                         struct gpuc_error *error)
{
    struct gpuc_lightgbm_line line;
    bool in_parameters = false;
    bool at_end = false; /* only the categories of pandas may follow */

    *ret_tail = (struct gpuc_lightgbm_tail){.boosting = {.text = NULL}};
    while (gpuc_lightgbm_next_line(text, &line)) {
        if (gpuc_lightgbm_line_is(&line, "parameters:")) {
            in_parameters = true;
        } else if (gpuc_lightgbm_line_is(&line, "end of parameters")) {
            in_parameters = false;
            at_end = true;
        } else if (starts_with(&line, "pandas_categorical:")) {
            if (ret_tail->pandas_categories.text != NULL)
                return gpuc_lightgbm_fail(text, line.text, error,
                                          "there is a second line 'pandas_categorical'");
            ret_tail->pandas_categories = line;
            at_end = true;
        } else if (in_parameters) {
            keep_parameter(&line, ret_tail);
        } else if (at_end && line.size > 0) {
            return gpuc_lightgbm_fail(
                text, line.text, error, "'%.*s' is not what ends a model",
                gpuc_lightgbm_quoted_size(line.size), (const char *)line.text);
        }
    }
    if (version > 2 && (in_parameters || (has_categories && !at_end)))
        return gpuc_lightgbm_fail(text, text->end, error,
                                  "the file ends before 'end of parameters'");
    return GPUC_OK;
}
