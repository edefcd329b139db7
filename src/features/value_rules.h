/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a text or a number means as the value of a feature: a number, the code of a
 * category, or a missing value, which is NaN. The same rules wherever values come from.
 */
#ifndef GPUC_VALUE_RULES_H
#define GPUC_VALUE_RULES_H

#include "features/category_tables.h"
#include "features/missing_tokens.h"
#include "model/model.h"

/* Immutable after init; shared by all threads. */
struct gpuc_value_rules {
    const struct gpuc_model_info *info;
    enum gpuc_number number; /* that the model takes */
    enum gpuc_unseen_rule unseen_rule;
    struct gpuc_missing_tokens missing;
    struct gpuc_category_tables tables;
};

/* What the caller says of values; both as in struct gpuc_job_options. */
struct gpuc_value_options {
    const char *missing;
    const char *unseen;
};

/* The rules of a model with features, which must outlive them. GPUC_EUSAGE where an
 * option makes no sense, GPUC_EMODEL where a table of categories does not. */
enum gpuc_status gpuc_value_rules_init(struct gpuc_value_rules *rules,
                                       const struct gpuc_model *model,
                                       const struct gpuc_value_options *options,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents, also after a failed init. */
void gpuc_value_rules_done(struct gpuc_value_rules *rules);

/* The value of a text; false if it is none. */
bool gpuc_value_of_text(const struct gpuc_value_rules *rules, size_t feature,
                        const uint8_t *text, size_t size, double *ret_value);

/* The code of a number, as a text that says it has it, of a feature with a table of
 * categories; false if it is none of them and may not be. */
bool gpuc_value_of_category_number(const struct gpuc_value_rules *rules, size_t feature,
                                   double number, double *ret_value);

/* A text that is shown in a message: of a long one the start. */
struct gpuc_shown_text {
    char bytes[80];
    size_t size;
    bool is_cut;
};

/* Shows `size` bytes of UTF-8, without a NUL and not ending inside a character. */
struct gpuc_shown_text gpuc_show_text(const uint8_t *text, size_t size);

/* Says why a text is no value: "'x' is not a number". Returns GPUC_EDATA. */
enum gpuc_status gpuc_value_fail(const struct gpuc_value_rules *rules, size_t feature,
                                 const struct gpuc_shown_text *shown,
                                 struct gpuc_error *error);

/* What the user can do about it, in brackets. */
const char *gpuc_value_advice(const struct gpuc_value_rules *rules, size_t feature);

#endif
