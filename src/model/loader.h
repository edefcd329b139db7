/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam between model files and models: one loader a format, tried in order by
 * content.
 *
 * Nothing in a file is trusted. A loader refuses what it does not support by the name of
 * the feature, and what breaks a rule by tree, node and field; both with GPUC_EMODEL and
 * the file's name in front, before anything is evaluated.
 */
#ifndef GPUC_LOADER_H
#define GPUC_LOADER_H

#include "model/model.h"

/* A model file in memory. */
struct gpuc_model_file {
    const char *name; /* for messages */
    /* GPUC_TEXT_SLACK (csv/table.h) zero bytes follow the `size` that count. */
    const uint8_t *bytes;
    size_t size;
    bool with_gains; /* the gains of splits are wanted, see struct gpuc_info_feature */
};

/* Which iterations (boosting rounds) a model is made of. */
enum gpuc_iterations_kind {
    GPUC_ITERATIONS_BEST, /* up to the best one where the file records it, else all */
    GPUC_ITERATIONS_ALL,
    GPUC_ITERATIONS_RANGE
};

struct gpuc_iterations {
    enum gpuc_iterations_kind kind;
    uint32_t begin; /* GPUC_ITERATIONS_RANGE: [begin, end), end > begin */
    uint32_t end;
};

/* Reads "A:B", "all" or "best"; NULL is "best". GPUC_EUSAGE for anything else. */
enum gpuc_status gpuc_iterations_read(const char *text,
                                      struct gpuc_iterations *ret_iterations,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Settles the range for a model of info->n_iterations and info->best_iteration and writes
 * it to info->first_iteration and info->end_iteration. GPUC_EUSAGE if the model has
 * fewer.
 */
enum gpuc_status gpuc_iterations_settle(const struct gpuc_iterations *iterations,
                                        const char *name, struct gpuc_model_info *info,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

struct gpuc_loader {
    const char *name;    /* what --model-format takes */
    const char *summary; /* "XGBoost JSON" */
    /* Whether the file looks like this format; looks at the first bytes only. */
    bool (*recognise)(const struct gpuc_model_file *file);
    /*
     * Fills forest, link and info of a model that is all zeros but for its kind. After a
     * failure the caller frees what was filled by then.
     */
    enum gpuc_status (*load)(const struct gpuc_model_file *file,
                             const struct gpuc_iterations *iterations,
                             struct gpuc_model *model, struct gpuc_error *error);
};

extern const struct gpuc_loader gpuc_loader_xgboost_json;
extern const struct gpuc_loader gpuc_loader_xgboost_ubjson;
extern const struct gpuc_loader gpuc_loader_lightgbm;

/* All of them, ended by NULL. */
extern const struct gpuc_loader *const gpuc_loaders[];

#endif
