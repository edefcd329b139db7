/* SPDX-License-Identifier: Apache-2.0 */
#include "features/value_rules.h"

#include <math.h>

#include "csv/number.h"

static enum gpuc_status read_unseen(const char *unseen, enum gpuc_unseen_rule *rule,
                                    struct gpuc_error *error)
{
    if (unseen == NULL)
        return GPUC_OK;
    if (strcmp(unseen, "error") == 0)
        *rule = GPUC_UNSEEN_ERROR;
    else if (strcmp(unseen, "missing") == 0)
        *rule = GPUC_UNSEEN_MISSING;
    else
        return gpuc_fail(error, GPUC_EUSAGE,
                         "an unseen category is an 'error' or 'missing', not '%s'",
                         unseen);
    return GPUC_OK;
}

enum gpuc_status gpuc_value_rules_init(struct gpuc_value_rules *rules,
                                       const struct gpuc_model *model,
                                       const struct gpuc_value_options *options,
                                       struct gpuc_error *error)
{
    enum gpuc_status status;
    *rules = (struct gpuc_value_rules){
        .info = &model->info,
        .number = (enum gpuc_number)model->forest->number,
        .unseen_rule = (enum gpuc_unseen_rule)model->info.unseen_rule};
    GPUC_TRY(read_unseen(options->unseen, &rules->unseen_rule, error));
    GPUC_TRY(gpuc_missing_tokens_init(&rules->missing, options->missing, error));
    GPUC_TRY(gpuc_category_tables_init(&rules->tables, &model->info, error));
out:
    return status;
}

void gpuc_value_rules_done(struct gpuc_value_rules *rules)
{
    gpuc_missing_tokens_done(&rules->missing);
    gpuc_category_tables_done(&rules->tables);
}

/* Reads a text that is no plain number; false if it is no value of the feature. */
static bool read_other(const struct gpuc_value_rules *rules, const uint8_t *text,
                       size_t size, double *ret_value)
{
    double value;
    if (gpuc_missing_tokens_have(&rules->missing, text, size)) {
        *ret_value = (double)NAN;
        return true;
    }
    /* "nan" is a number that is missing, unless the user says what is missing. */
    if (gpuc_number_read(text, size, &value) &&
        (rules->missing.is_default || !isnan(value))) {
        *ret_value = value;
        return true;
    }
    int word = gpuc_bool_word(text, size);
    *ret_value = word;
    return word >= 0;
}

static bool read_number(const struct gpuc_value_rules *rules, const uint8_t *text,
                        size_t size, double *ret_value)
{
    double value;
    if (!rules->missing.any_number && gpuc_number_read(text, size, &value) &&
        !isnan(value)) {
        *ret_value = value;
        return true;
    }
    return read_other(rules, text, size, ret_value);
}

/* A code, or -1 for a category that the table lacks. */
static bool take_code(const struct gpuc_value_rules *rules, int64_t code,
                      double *ret_value)
{
    *ret_value = code >= 0 ? (double)code : (double)NAN;
    return code >= 0 || rules->unseen_rule == GPUC_UNSEEN_MISSING;
}

bool gpuc_value_of_text(const struct gpuc_value_rules *rules, size_t feature,
                        const uint8_t *text, size_t size, double *ret_value)
{
    if (!rules->info->features[feature].has_table)
        return read_number(rules, text, size, ret_value);
    if (gpuc_missing_tokens_have(&rules->missing, text, size)) {
        *ret_value = (double)NAN;
        return true;
    }
    return take_code(rules, gpuc_category_find(&rules->tables.items[feature], text, size),
                     ret_value);
}

bool gpuc_value_of_category_number(const struct gpuc_value_rules *rules, size_t feature,
                                   double number, double *ret_value)
{
    if (isnan(number)) {
        *ret_value = (double)NAN;
        return true;
    }
    return take_code(rules,
                     gpuc_category_find_number(&rules->tables.items[feature], number),
                     ret_value);
}

struct gpuc_shown_text gpuc_show_text(const uint8_t *text, size_t size)
{
    struct gpuc_shown_text shown = {.size = size};
    shown.is_cut = size > sizeof shown.bytes;
    if (shown.is_cut)
        shown.size = sizeof shown.bytes;
    while (shown.is_cut && shown.size > 0 && (text[shown.size] & 0xc0) == 0x80)
        shown.size--;
    for (size_t i = 0; i < shown.size; i++)
        shown.bytes[i] = (char)(text[i] != 0 ? text[i] : '?');
    return shown;
}

enum gpuc_status gpuc_value_fail(const struct gpuc_value_rules *rules, size_t feature,
                                 const struct gpuc_shown_text *shown,
                                 struct gpuc_error *error)
{
    return gpuc_fail(error, GPUC_EDATA, "'%.*s%s' %s", (int)shown->size, shown->bytes,
                     shown->is_cut ? "..." : "",
                     rules->info->features[feature].has_table
                         ? "is not among the categories that the model was trained with"
                         : "is not a number");
}

const char *gpuc_value_advice(const struct gpuc_value_rules *rules, size_t feature)
{
    return rules->info->features[feature].has_table
               ? "(--unseen missing takes it as missing)"
               : "(--missing TOKENS says what stands for a missing value)";
}
