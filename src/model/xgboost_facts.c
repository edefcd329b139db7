/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from an XGBoost file's members, and whether they agree with each other. */
#include <inttypes.h>

#include "model/forest_builder.h"
#include "model/xgboost_file.h"

enum { NEWEST_MAJOR = 3, NEWEST_MINOR = 2 };

static struct gpuc_text text_of(const struct gpuc_bytes *bytes)
{
    return (struct gpuc_text){bytes->data, bytes->size};
}

static bool text_is(const struct gpuc_bytes *bytes, const char *text)
{
    return bytes->size == strlen(text) && memcmp(bytes->data, text, bytes->size) == 0;
}

/* The number in a text; an empty text (the file has none) is `absent`. */
static enum gpuc_status read_count(const struct gpuc_bytes *bytes, const char *what,
                                   uint32_t absent, const char *name, uint32_t *ret_count,
                                   struct gpuc_error *error)
{
    int64_t value = absent;
    if (bytes->size > 0 &&
        (!gpuc_text_integer(text_of(bytes), &value) || value < 0 || value > INT32_MAX))
        return gpuc_fail(error, GPUC_EMODEL, "%s: %s is no number from 0 to %" PRId32,
                         name, what, INT32_MAX);
    *ret_count = (uint32_t)value;
    return GPUC_OK;
}

static enum gpuc_status check_version(const struct gpuc_xgboost_file *file,
                                      const char *name, struct gpuc_error *error)
{
    const struct gpuc_integers *version = &file->version;
    if (version->n_items == 0)
        return GPUC_OK;
    if (version->n_items != 3)
        return gpuc_fail(error, GPUC_EMODEL, "%s: version has %zu numbers, not 3", name,
                         version->n_items);
    for (size_t i = 0; i < 3; i++)
        if (version->items[i] < 0 || version->items[i] > UINT16_MAX)
            return gpuc_fail(error, GPUC_EMODEL,
                             "%s: version: %" PRId64 " is no number "
                             "of a version",
                             name, version->items[i]);
    if (version->items[0] > NEWEST_MAJOR)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: the model was written by XGBoost %" PRId64 ".%" PRId64
                         ", and files are known up to version %d",
                         name, version->items[0], version->items[1], NEWEST_MAJOR);
    return GPUC_OK;
}

static enum gpuc_status settle_outputs(struct gpuc_xgboost_file *file, const char *name,
                                       struct gpuc_error *error)
{
    uint32_t n_classes = 0;
    uint32_t n_targets = 1;
    enum gpuc_status status;

    GPUC_TRY(
        read_count(&file->num_feature, "num_feature", 0, name, &file->n_features, error));
    GPUC_TRY(read_count(&file->num_class, "num_class", 0, name, &n_classes, error));
    GPUC_TRY(read_count(&file->num_target, "num_target", 1, name, &n_targets, error));
    if (file->n_features == 0 || file->n_features > GPUC_FEATURES_MAX)
        return gpuc_fail(error, GPUC_EMODEL, "%s: num_feature is not 1 to %d", name,
                         GPUC_FEATURES_MAX);
    if (n_classes > 1 && n_targets > 1)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: num_class and num_target are both above 1", name);
    file->n_outputs = n_classes > n_targets ? n_classes : n_targets;
    if (file->n_outputs == 0)
        file->n_outputs = 1;
out:
    return status;
}

static enum gpuc_status settle_objective(struct gpuc_xgboost_file *file, const char *name,
                                         struct gpuc_error *error)
{
    const struct gpuc_bytes *text = &file->objective_name;
    const bool is_newer = file->version.n_items > 0 &&
                          file->version.items[0] == NEWEST_MAJOR &&
                          file->version.items[1] > NEWEST_MINOR;

    file->objective = gpuc_xgboost_objective_find(text->data, text->size);
    if (file->objective == NULL)
        return gpuc_fail(error, GPUC_EMODEL, "%s: the objective '%.*s' is not supported",
                         name, (int)(text->size < 100 ? text->size : 100),
                         text->size > 0 ? (const char *)text->data : "");
    /* Later versions keep quantiles from crossing, by another formula. */
    if (is_newer && file->n_outputs > 1 && text_is(text, "reg:quantileerror"))
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: reg:quantileerror with several quantiles is not supported "
                         "from XGBoost %d.%d on",
                         name, NEWEST_MAJOR, NEWEST_MINOR + 1);
    return GPUC_OK;
}

/* Iterations of old files, which have no iteration_indptr. */
static enum gpuc_status settle_old_iterations(struct gpuc_xgboost_file *file,
                                              const char *name, struct gpuc_error *error)
{
    uint32_t n_parallel = 1;
    const enum gpuc_status status = read_count(
        &file->num_parallel_tree, "num_parallel_tree", 1, name, &n_parallel, error);
    if (status != GPUC_OK)
        return status;
    const uint64_t n_together = (uint64_t)n_parallel * file->n_outputs;
    if (n_together == 0 || file->n_trees % n_together != 0)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: %" PRIu32 " trees are no whole number of iterations of "
                         "%" PRIu64 " trees",
                         name, file->n_trees, n_together);
    file->n_iterations = (uint32_t)(file->n_trees / n_together);
    file->iteration_indptr.n_items = 0;
    for (uint32_t i = 0; i <= file->n_iterations; i++) {
        void *items = file->iteration_indptr.items;
        const enum gpuc_status grown =
            gpuc_grow(&items, &file->iteration_indptr.capacity, i + (size_t)1,
                      sizeof *file->iteration_indptr.items, "iterations", error);
        file->iteration_indptr.items = items;
        if (grown != GPUC_OK)
            return grown;
        file->iteration_indptr.items[i] = (int64_t)(i * n_together);
        file->iteration_indptr.n_items++;
    }
    return GPUC_OK;
}

static enum gpuc_status settle_iterations(struct gpuc_xgboost_file *file,
                                          const char *name, struct gpuc_error *error)
{
    const struct gpuc_integers *starts = &file->iteration_indptr;

    if (starts->n_items == 0)
        return settle_old_iterations(file, name, error);
    if (starts->items[0] != 0 || starts->items[starts->n_items - 1] != file->n_trees)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: iteration_indptr goes from %" PRId64 " to %" PRId64
                         ", but the model has %" PRIu32 " trees",
                         name, starts->items[0], starts->items[starts->n_items - 1],
                         file->n_trees);
    for (size_t i = 1; i < starts->n_items; i++)
        if (starts->items[i] < starts->items[i - 1])
            return gpuc_fail(error, GPUC_EMODEL,
                             "%s: iteration_indptr: number %zu is less than the one "
                             "before it",
                             name, i);
    if (starts->n_items - 1 > INT32_MAX)
        return gpuc_fail(error, GPUC_EMODEL, "%s: too many iterations", name);
    file->n_iterations = (uint32_t)(starts->n_items - 1);
    return GPUC_OK;
}

static enum gpuc_status settle_trees(struct gpuc_xgboost_file *file, const char *name,
                                     struct gpuc_error *error)
{
    enum gpuc_status status;

    if (!file->trees.has_begun || file->num_trees.size == 0)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: gradient_booster has no trees or no num_trees", name);
    GPUC_TRY(read_count(&file->num_trees, "num_trees", 0, name, &file->n_trees, error));
    if (file->tree_info.n_items != file->n_trees)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: tree_info has %zu numbers, but num_trees is %" PRIu32, name,
                         file->tree_info.n_items, file->n_trees);
    for (uint32_t i = 0; i < file->n_trees; i++)
        if (file->tree_info.items[i] < 0 || file->tree_info.items[i] >= file->n_outputs)
            return gpuc_fail(error, GPUC_EMODEL,
                             "%s: tree %" PRIu32 ", tree_info: output %" PRId64
                             " of a model with %" PRIu32 " outputs",
                             name, i, file->tree_info.items[i], file->n_outputs);
    if (file->is_dart && file->weight_drop.n_items != file->n_trees)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: weight_drop has %zu numbers, but num_trees is %" PRIu32,
                         name, file->weight_drop.n_items, file->n_trees);
    GPUC_TRY(settle_iterations(file, name, error));
out:
    return status;
}

static enum gpuc_status settle_linear(struct gpuc_xgboost_file *file, const char *name,
                                      struct gpuc_error *error)
{
    const uint64_t n_weights = ((uint64_t)file->n_features + 1) * file->n_outputs;
    if (file->weights.n_items != n_weights)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: weights has %zu numbers, not %" PRIu64
                         ": one for each output and feature, and one more for each "
                         "output",
                         name, file->weights.n_items, n_weights);
    if (file->boosted_rounds < 0 || file->boosted_rounds > INT32_MAX)
        return gpuc_fail(error, GPUC_EMODEL, "%s: boosted_rounds is out of range", name);
    file->n_iterations = (uint32_t)file->boosted_rounds;
    return GPUC_OK;
}

static enum gpuc_status settle_booster(struct gpuc_xgboost_file *file, const char *name,
                                       struct gpuc_error *error)
{
    file->is_linear = text_is(&file->booster, "gblinear");
    file->is_dart = text_is(&file->booster, "dart");
    if (file->is_linear)
        return settle_linear(file, name, error);
    if (file->is_dart || text_is(&file->booster, "gbtree"))
        return settle_trees(file, name, error);
    return gpuc_fail(error, GPUC_EMODEL, "%s: the booster '%.*s' is not supported", name,
                     (int)(file->booster.size < 100 ? file->booster.size : 100),
                     file->booster.size > 0 ? (const char *)file->booster.data : "");
}

enum gpuc_status gpuc_xgboost_file_settle(struct gpuc_xgboost_file *file,
                                          const char *name, struct gpuc_error *error)
{
    enum gpuc_status status;

    GPUC_TRY(check_version(file, name, error));
    GPUC_TRY(settle_outputs(file, name, error));
    GPUC_TRY(settle_objective(file, name, error));
    GPUC_TRY(settle_booster(file, name, error));
    file->best = -1;
    if (file->best_iteration.size > 0) {
        uint32_t best = 0;
        GPUC_TRY(read_count(&file->best_iteration, "the attribute best_iteration", 0,
                            name, &best, error));
        file->best = best;
    }
out:
    return status;
}

float gpuc_xgboost_float(double value)
{
    /* XGBoost rounds the decimal to float32 at once. That gives what rounding by way of
     * float64 gives for the shortest decimals of all float32 numbers but this one (tried
     * for all), whose decimal 7.038531e-26 becomes the middle of two float32 numbers. */
    const double middle = 0x1.5c87fbp-84;
    if (value == middle || value == -middle)
        return value > 0 ? 0x1.5c87fap-84F : -0x1.5c87fap-84F;
    return (float)value;
}

enum gpuc_status gpuc_xgboost_start_margins(const struct gpuc_xgboost_file *file,
                                            const char *name, double *margins,
                                            struct gpuc_error *error)
{
    struct gpuc_text text = text_of(&file->base_score);
    uint32_t n_scores = 0;
    bool is_good = true;

    if (text.size >= 2 && text.bytes[0] == '[' && text.bytes[text.size - 1] == ']')
        text = (struct gpuc_text){text.bytes + 1, text.size - 2};
    while (is_good && n_scores < file->n_outputs) {
        const uint8_t *comma = text.size > 0 ? memchr(text.bytes, ',', text.size) : NULL;
        const size_t size = comma != NULL ? (size_t)(comma - text.bytes) : text.size;
        double score = 0;
        float margin = 0;
        is_good = gpuc_text_real((struct gpuc_text){text.bytes, size}, &score) &&
                  gpuc_xgboost_base_margin(file->objective->base,
                                           gpuc_xgboost_float(score), &margin);
        margins[n_scores++] = (double)margin;
        text.size -= size + (comma != NULL);
        text.bytes += size + (comma != NULL);
        if (comma == NULL)
            break;
    }
    if (!is_good)
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: base_score: number %" PRIu32 " is none that %s allows",
                         name, n_scores - 1, file->objective->name);
    if (text.size > 0 || (n_scores != 1 && n_scores != file->n_outputs))
        return gpuc_fail(error, GPUC_EMODEL,
                         "%s: base_score has not one number, or one for each of the "
                         "%" PRIu32 " outputs",
                         name, file->n_outputs);
    /* Of several base scores gblinear uses the first for all outputs. */
    for (uint32_t k = 1; k < file->n_outputs; k++)
        if (n_scores == 1 || file->is_linear)
            margins[k] = margins[0];
    return GPUC_OK;
}
