/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a model file says about its model beside the numbers: names, categories, trainer,
 * iterations. For matching columns, for inspect and for messages; engines never see it.
 */
#ifndef GPUC_MODEL_INFO_H
#define GPUC_MODEL_INFO_H

#include "base/bytes.h"

/* A slice of the info's `texts`; any bytes, no NUL at its end. */
struct gpuc_info_text {
    uint32_t offset;
    uint32_t size;
};

enum gpuc_category_kind { GPUC_CATEGORY_TEXT, GPUC_CATEGORY_NUMBER, GPUC_CATEGORY_BOOL };

/* One entry of a feature's table; its place in the table is the code the model knows. */
struct gpuc_category {
    uint32_t kind;              /* enum gpuc_category_kind */
    struct gpuc_info_text text; /* GPUC_CATEGORY_TEXT */
    double number;              /* GPUC_CATEGORY_NUMBER; 0 or 1: GPUC_CATEGORY_BOOL */
};

struct gpuc_info_feature {
    struct gpuc_info_text name; /* empty where the model has no names */
    bool is_category;           /* the trainer knows it as categorical */
    bool has_table;             /* values are looked up in the table below */
    uint32_t first_category;
    uint32_t n_categories;
    double gain; /* of all splits of the iterations that are used; see has_gains */
};

/* What the trainer's library does with a value that the table lacks. */
enum gpuc_unseen_rule { GPUC_UNSEEN_ERROR, GPUC_UNSEEN_MISSING };

struct gpuc_model_info {
    const char *format; /* "XGBoost JSON", "XGBoost UBJSON", "LightGBM text" */
    const char
        *booster; /* "gbtree", "dart", "gblinear", "gbdt", "rf", ... as the file says */
    struct gpuc_info_text trainer_version; /* "3.2.0"; empty: not known */
    struct gpuc_info_text objective;       /* as the file says it */
    uint32_t unseen_rule;                  /* enum gpuc_unseen_rule */
    bool has_names;
    bool has_gains; /* they were asked for, and the file has them */
    bool
        blanks_are_underscores; /* names have _ where the columns had blanks (LightGBM) */

    /* Iterations (boosting rounds); those that the image holds are [first, end). */
    uint32_t n_iterations;
    uint32_t first_iteration;
    uint32_t end_iteration;
    int64_t best_iteration; /* -1: the file records none */
    uint32_t n_trees;       /* in the file */

    struct gpuc_bytes texts;
    struct gpuc_info_feature *features;
    size_t n_features, feature_capacity;
    struct gpuc_category *categories; /* of all features */
    size_t n_categories, category_capacity;
};

/* Copies a text into the info. */
enum gpuc_status gpuc_info_add_text(struct gpuc_model_info *info, const void *bytes,
                                    size_t size, struct gpuc_info_text *ret_text,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/* Makes room for n_features features, all without names and numeric. */
enum gpuc_status gpuc_info_set_features(struct gpuc_model_info *info, size_t n_features,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Appends a category to the table of `feature`; a feature's categories are appended in
 * one go, before those of another.
 */
enum gpuc_status gpuc_info_add_category(struct gpuc_model_info *info, size_t feature,
                                        const struct gpuc_category *category,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

static inline const char *gpuc_info_text(const struct gpuc_model_info *info,
                                         struct gpuc_info_text text)
{
    return text.size > 0 ? (const char *)info->texts.data + text.offset : "";
}

/* Frees the contents. */
void gpuc_model_info_done(struct gpuc_model_info *info);

#endif
