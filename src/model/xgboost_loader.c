/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XGBoost models in JSON and UBJSON: one reader for both encodings, in two passes. The
 * first reads all but the trees (xgboost_file.h), the second the trees, one at a time,
 * each into the same arrays and from there to the forest builder.
 */
#include <inttypes.h>
#include <stdio.h>

#include "model/xgboost_info.h"
#include "model/xgboost_tree.h"

struct loading {
    struct gpuc_document document;
    struct gpuc_xgboost_file file;
    struct gpuc_xgboost_tree tree;
    struct gpuc_forest_builder builder;
    bool has_builder;
    uint32_t n_read;               /* trees */
    uint32_t first_tree, end_tree; /* that the iterations ask for */
    struct gpuc_model_info *info;  /* gains are added to */
};

static enum gpuc_status start_forest(struct loading *loading, uint32_t leaf_size,
                                     struct gpuc_error *error)
{
    const struct gpuc_forest_shape shape = {
        .number = GPUC_FLOAT32,
        .n_features = loading->file.n_features,
        .n_outputs = loading->file.n_outputs,
        .leaf_size = leaf_size,
        .name = loading->document.file->name,
    };
    const enum gpuc_status status =
        gpuc_forest_builder_init(&loading->builder, &shape, error);
    loading->has_builder = status == GPUC_OK;
    return status;
}

/* Whether the iterations ask for the tree. */
static bool is_wanted(const struct loading *loading, uint32_t number)
{
    return number >= loading->first_tree && number < loading->end_tree;
}

static enum gpuc_status add_tree(struct loading *loading, uint32_t number,
                                 struct gpuc_error *error)
{
    const struct gpuc_xgboost_file *file = &loading->file;
    struct gpuc_xgboost_tree_use use = {
        .number = number,
        .output = (uint32_t)file->tree_info.items[number],
        .has_weight = file->is_dart,
    };
    if (loading->tree.leaf_size != loading->builder.shape.leaf_size)
        return gpuc_document_fail(&loading->document, error,
                                  "leaves have %" PRIu32 " values, those of other trees "
                                  "have %" PRIu32,
                                  loading->tree.leaf_size,
                                  loading->builder.shape.leaf_size);
    if (file->is_dart)
        use.weight = gpuc_xgboost_float(file->weight_drop.items[number]);
    enum gpuc_status status = gpuc_xgboost_tree_add(
        &loading->tree, &use, &loading->document, &loading->builder, error);
    if (status == GPUC_OK)
        gpuc_forest_builder_add_gains(&loading->builder, loading->info);
    return status;
}

static enum gpuc_status read_tree(struct gpuc_document *document, void *record,
                                  struct gpuc_error *error)
{
    struct loading *loading = record;
    const uint32_t number = loading->n_read++;
    enum gpuc_status status;

    if (number >= loading->file.n_trees)
        return gpuc_document_fail(document, error, "more trees than num_trees says");
    snprintf(document->part, sizeof document->part, "tree %" PRIu32, number);
    document->field = NULL;
    if (!is_wanted(loading, number) && loading->has_builder) {
        GPUC_TRY(gpuc_document_skip(document, error));
    } else {
        GPUC_TRY(gpuc_xgboost_tree_read(&loading->tree, document, error));
        /* The first tree, wanted or not, says how many values a leaf has. */
        if (!loading->has_builder)
            GPUC_TRY(start_forest(loading, loading->tree.leaf_size, error));
        if (is_wanted(loading, number))
            GPUC_TRY(add_tree(loading, number, error));
    }
    document->part[0] = '\0';
    document->field = "trees";
out:
    return status;
}

static enum gpuc_status load_trees(struct loading *loading, struct gpuc_error *error)
{
    const struct gpuc_model_info *info = loading->info;
    const struct gpuc_xgboost_file *file = &loading->file;
    struct gpuc_document *document = &loading->document;
    enum gpuc_status status;

    loading->first_tree = (uint32_t)file->iteration_indptr.items[info->first_iteration];
    loading->end_tree = (uint32_t)file->iteration_indptr.items[info->end_iteration];
    gpuc_document_return(document, &file->trees);
    document->field = "trees";
    GPUC_TRY(gpuc_document_read_array(document, loading, read_tree, error));
    if (loading->n_read != file->n_trees)
        return gpuc_document_fail(document, error,
                                  "%" PRIu32 " trees, but num_trees is %" PRIu32,
                                  loading->n_read, file->n_trees);
    if (!loading->has_builder)
        GPUC_TRY(start_forest(loading, 1, error));
    GPUC_TRY(gpuc_xgboost_start_margins(file, document->file->name,
                                        loading->builder.start_margins, error));
out:
    return status;
}

/* gblinear: weights are added to (base + bias), which one float32 holds. */
static enum gpuc_status load_weights(struct loading *loading, struct gpuc_error *error)
{
    const struct gpuc_xgboost_file *file = &loading->file;
    const size_t n_weights = (size_t)file->n_features * file->n_outputs;
    enum gpuc_status status;

    GPUC_TRY(start_forest(loading, 1, error));
    struct gpuc_forest_builder *builder = &loading->builder;
    GPUC_TRY(gpuc_forest_builder_make_linear(builder, error));
    GPUC_TRY(gpuc_xgboost_start_margins(file, loading->document.file->name,
                                        builder->start_margins, error));
    for (size_t i = 0; i < n_weights; i++)
        builder->weights[i] = (double)gpuc_xgboost_float(file->weights.items[i]);
    for (uint32_t k = 0; k < file->n_outputs; k++) {
        const float bias = gpuc_xgboost_float(file->weights.items[n_weights + k]);
        builder->start_margins[k] = (double)(bias + (float)builder->start_margins[k]);
    }
out:
    return status;
}

/* A linear model is the sum of its rounds, so no part of them can be chosen. */
static enum gpuc_status settle_iterations(const struct loading *loading,
                                          const struct gpuc_iterations *iterations,
                                          struct gpuc_model_info *info,
                                          struct gpuc_error *error)
{
    const struct gpuc_iterations all = {.kind = GPUC_ITERATIONS_ALL};
    const char *name = loading->document.file->name;

    if (!loading->file.is_linear)
        return gpuc_iterations_settle(iterations, name, info, error);
    if (iterations->kind == GPUC_ITERATIONS_RANGE)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: a gblinear model has no iterations to choose from: leave "
                         "--iterations out",
                         name);
    return gpuc_iterations_settle(&all, name, info, error);
}

static enum gpuc_status load(const struct gpuc_encoding *encoding, const char *format,
                             const struct gpuc_model_file *file,
                             const struct gpuc_iterations *iterations,
                             struct gpuc_model *model, struct gpuc_error *error)
{
    struct loading *loading = gpuc_alloc(1, sizeof *loading);
    enum gpuc_status status;

    if (loading == NULL)
        return gpuc_fail_memory(error, sizeof *loading, "a model");
    loading->info = &model->info;
    gpuc_document_open(&loading->document, encoding, file);
    GPUC_TRY(gpuc_xgboost_file_read(&loading->file, &loading->document, error));
    model->info.format = format;
    GPUC_TRY(
        gpuc_xgboost_info_read(&loading->file, &loading->document, &model->info, error));
    GPUC_TRY(settle_iterations(loading, iterations, &model->info, error));
    if (loading->file.is_linear)
        GPUC_TRY(load_weights(loading, error));
    else
        GPUC_TRY(load_trees(loading, error));
    model->link = gpuc_xgboost_link(loading->file.objective, loading->file.n_outputs);
    GPUC_TRY(gpuc_forest_builder_finish(&loading->builder, &model->forest, error));
out:
    gpuc_forest_builder_done(&loading->builder);
    gpuc_xgboost_tree_done(&loading->tree);
    gpuc_xgboost_file_done(&loading->file);
    gpuc_document_close(&loading->document);
    gpuc_free(loading);
    return status;
}

/* The document is an object, and its first member is one of XGBoost's. */
static bool recognise(const struct gpuc_encoding *encoding,
                      const struct gpuc_model_file *file)
{
    struct gpuc_document document;
    bool is_xgboost = false;

    gpuc_document_open(&document, encoding, file);
    if (gpuc_document_next(&document, NULL) == GPUC_OK &&
        document.token == GPUC_TOKEN_BEGIN_OBJECT &&
        gpuc_document_next(&document, NULL) == GPUC_OK &&
        document.token == GPUC_TOKEN_KEY) {
        const struct gpuc_text key = document.text;
        is_xgboost = key.size == 7 && (memcmp(key.bytes, "learner", 7) == 0 ||
                                       memcmp(key.bytes, "version", 7) == 0);
    }
    gpuc_document_close(&document);
    return is_xgboost;
}

static bool recognise_json(const struct gpuc_model_file *file)
{
    return recognise(&gpuc_json, file);
}

static bool recognise_ubjson(const struct gpuc_model_file *file)
{
    return recognise(&gpuc_ubjson, file);
}

static enum gpuc_status load_json(const struct gpuc_model_file *file,
                                  const struct gpuc_iterations *iterations,
                                  struct gpuc_model *model, struct gpuc_error *error)
{
    return load(&gpuc_json, gpuc_loader_xgboost_json.summary, file, iterations, model,
                error);
}

static enum gpuc_status load_ubjson(const struct gpuc_model_file *file,
                                    const struct gpuc_iterations *iterations,
                                    struct gpuc_model *model, struct gpuc_error *error)
{
    return load(&gpuc_ubjson, gpuc_loader_xgboost_ubjson.summary, file, iterations, model,
                error);
}

const struct gpuc_loader gpuc_loader_xgboost_json = {"xgboost-json", "XGBoost JSON",
                                                     recognise_json, load_json};
const struct gpuc_loader gpuc_loader_xgboost_ubjson = {"xgboost-ubjson", "XGBoost UBJSON",
                                                       recognise_ubjson, load_ubjson};
