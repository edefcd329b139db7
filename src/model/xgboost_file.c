/* SPDX-License-Identifier: Apache-2.0 */
#include "model/xgboost_file.h"

#define FIELD(field, field_kind)                                                         \
  {                                                                                      \
    .name = #field, .kind = field_kind,                                                  \
    .offset = offsetof(struct gpuc_xgboost_file, field)                                  \
  }
#define READER(field)                                                                    \
  {                                                                                      \
    .name = #field, .kind = GPUC_FIELD_READ, .read = read_##field                        \
  }
#define OBJECT(fields, n_required)                                                       \
  {                                                                                      \
    fields, sizeof fields / sizeof fields[0], n_required                                 \
  }

/* The document, from the inner objects to the outermost. */

static enum gpuc_status read_gbtree_model_param(struct gpuc_document *document,
                                                void *record, struct gpuc_error *error)
{
    static const struct gpuc_field_reader fields[] = {
        FIELD(num_trees, GPUC_FIELD_TEXT),
        FIELD(num_parallel_tree, GPUC_FIELD_TEXT),
    };
    static const struct gpuc_object_reader reader = OBJECT(fields, 1);
    return gpuc_document_read_object(document, &reader, record, NULL, error);
}

/* Of a tree booster, of the one inside dart, or of gblinear. */
static enum gpuc_status read_model(struct gpuc_document *document, void *record,
                                   struct gpuc_error *error)
{
    static const struct gpuc_field_reader fields[] = {
        FIELD(trees, GPUC_FIELD_PLACE),
        FIELD(tree_info, GPUC_FIELD_INTEGERS),
        FIELD(iteration_indptr, GPUC_FIELD_INTEGERS),
        FIELD(cats, GPUC_FIELD_PLACE),
        FIELD(weights, GPUC_FIELD_REALS),
        FIELD(boosted_rounds, GPUC_FIELD_INTEGER),
        READER(gbtree_model_param),
    };
    static const struct gpuc_object_reader reader = OBJECT(fields, 0);
    return gpuc_document_read_object(document, &reader, record, NULL, error);
}

static enum gpuc_status read_gbtree(struct gpuc_document *document, void *record,
                                    struct gpuc_error *error)
{
    static const struct gpuc_field_reader fields[] = {READER(model)};
    static const struct gpuc_object_reader reader = OBJECT(fields, 1);
    return gpuc_document_read_object(document, &reader, record, NULL, error);
}

static enum gpuc_status read_gradient_booster(struct gpuc_document *document,
                                              void *record, struct gpuc_error *error)
{
    static const struct gpuc_field_reader fields[] = {
        {"name", GPUC_FIELD_TEXT, offsetof(struct gpuc_xgboost_file, booster), NULL},
        READER(model),
        READER(gbtree),
        FIELD(weight_drop, GPUC_FIELD_REALS),
    };
    static const struct gpuc_object_reader reader = OBJECT(fields, 1);
    const uint32_t both = 1U << 1 | 1U << 2;
    uint32_t seen = 0;
    const enum gpuc_status status =
        gpuc_document_read_object(document, &reader, record, &seen, error);
    if (status == GPUC_OK && (seen & both) == both)
        return gpuc_document_fail(document, error, "both 'model' and 'gbtree'");
    return status;
}

static enum gpuc_status read_learner_model_param(struct gpuc_document *document,
                                                 void *record, struct gpuc_error *error)
{
    static const struct gpuc_field_reader fields[] = {
        FIELD(base_score, GPUC_FIELD_TEXT),
        FIELD(num_feature, GPUC_FIELD_TEXT),
        FIELD(num_class, GPUC_FIELD_TEXT),
        FIELD(num_target, GPUC_FIELD_TEXT),
    };
    static const struct gpuc_object_reader reader = OBJECT(fields, 2);
    return gpuc_document_read_object(document, &reader, record, NULL, error);
}

static enum gpuc_status read_objective(struct gpuc_document *document, void *record,
                                       struct gpuc_error *error)
{
    static const struct gpuc_field_reader fields[] = {
        {"name", GPUC_FIELD_TEXT, offsetof(struct gpuc_xgboost_file, objective_name),
         NULL},
    };
    static const struct gpuc_object_reader reader = OBJECT(fields, 1);
    return gpuc_document_read_object(document, &reader, record, NULL, error);
}

static enum gpuc_status read_attributes(struct gpuc_document *document, void *record,
                                        struct gpuc_error *error)
{
    static const struct gpuc_field_reader fields[] = {
        FIELD(best_iteration, GPUC_FIELD_TEXT),
    };
    static const struct gpuc_object_reader reader = OBJECT(fields, 0);
    return gpuc_document_read_object(document, &reader, record, NULL, error);
}

static enum gpuc_status read_learner(struct gpuc_document *document, void *record,
                                     struct gpuc_error *error)
{
    static const struct gpuc_field_reader fields[] = {
        READER(gradient_booster),
        READER(learner_model_param),
        READER(objective),
        READER(attributes),
        FIELD(feature_names, GPUC_FIELD_PLACE),
        FIELD(feature_types, GPUC_FIELD_PLACE),
    };
    static const struct gpuc_object_reader reader = OBJECT(fields, 3);
    return gpuc_document_read_object(document, &reader, record, NULL, error);
}

static enum gpuc_status read_document(struct gpuc_xgboost_file *file,
                                      struct gpuc_document *document,
                                      struct gpuc_error *error)
{
    static const struct gpuc_field_reader fields[] = {
        READER(learner),
        FIELD(version, GPUC_FIELD_INTEGERS),
    };
    static const struct gpuc_object_reader reader = OBJECT(fields, 1);
    const enum gpuc_status status =
        gpuc_document_read_object(document, &reader, file, NULL, error);
    return status == GPUC_OK ? gpuc_document_end(document, error) : status;
}

enum gpuc_status gpuc_xgboost_file_read(struct gpuc_xgboost_file *file,
                                        struct gpuc_document *document,
                                        struct gpuc_error *error)
{
    const enum gpuc_status status = read_document(file, document, error);
    return status == GPUC_OK ? gpuc_xgboost_file_settle(file, document->file->name, error)
                             : status;
}

void gpuc_xgboost_file_done(struct gpuc_xgboost_file *file)
{
    struct gpuc_bytes *texts[] = {
        &file->booster,   &file->objective_name,    &file->base_score,
        &file->num_class, &file->num_feature,       &file->num_target,
        &file->num_trees, &file->num_parallel_tree, &file->best_iteration,
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        gpuc_bytes_done(texts[i]);
    gpuc_free(file->version.items);
    gpuc_free(file->iteration_indptr.items);
    gpuc_free(file->tree_info.items);
    gpuc_free(file->weights.items);
    gpuc_free(file->weight_drop.items);
}
