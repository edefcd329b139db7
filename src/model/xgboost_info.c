/* SPDX-License-Identifier: Apache-2.0 */
#include "model/xgboost_info.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text_map.h"
#include "csv/utf8.h"

/* XGBoost's numbers for the type of the items of a table without texts. */
enum { TYPE_INT8 = 9, TYPE_UINT64 = 16 };

/* What reads the items of one array after the other. */
struct items {
    const struct gpuc_xgboost_file *file;
    struct gpuc_model_info *info;
    size_t n_items;
    struct gpuc_text_map names;
    /* One table of categories. */
    struct gpuc_integers offsets;
    struct gpuc_integers values;
    int64_t type;
};

/* Counts an item of an array that has one for each feature. */
static enum gpuc_status next_feature(struct items *items,
                                     const struct gpuc_document *document,
                                     size_t *ret_feature, struct gpuc_error *error)
{
    if (items->n_items == items->file->n_features)
        return gpuc_document_fail(document, error,
                                  "more items than the model has features (%" PRIu32 ")",
                                  items->file->n_features);
    *ret_feature = items->n_items++;
    return GPUC_OK;
}

static enum gpuc_status read_name(struct gpuc_document *document, void *record,
                                  struct gpuc_error *error)
{
    struct items *items = record;
    struct gpuc_text_count *entry;
    struct gpuc_text name;
    size_t feature = 0;
    enum gpuc_status status;

    GPUC_TRY(gpuc_document_read_text(document, &name, error));
    GPUC_TRY(next_feature(items, document, &feature, error));
    GPUC_TRY(gpuc_text_map_get(&items->names, name.bytes, name.size, &entry, error));
    if (entry->count++ > 0)
        return gpuc_document_fail(document, error, "'%.*s' occurs twice",
                                  (int)(name.size < 100 ? name.size : 100),
                                  (const char *)name.bytes);
    GPUC_TRY(gpuc_info_add_text(items->info, name.bytes, name.size,
                                &items->info->features[feature].name, error));
    items->info->has_names = true;
out:
    return status;
}

static enum gpuc_status read_type(struct gpuc_document *document, void *record,
                                  struct gpuc_error *error)
{
    struct items *items = record;
    struct gpuc_text type;
    size_t feature = 0;
    enum gpuc_status status;

    GPUC_TRY(gpuc_document_read_text(document, &type, error));
    GPUC_TRY(next_feature(items, document, &feature, error));
    items->info->features[feature].is_category = type.size == 1 && type.bytes[0] == 'c';
out:
    return status;
}

/* Texts: those from each offset to the next, as bytes from -128 to 255. */
static enum gpuc_status add_texts(struct items *items, size_t feature,
                                  const struct gpuc_document *document,
                                  struct gpuc_error *error)
{
    const struct gpuc_integers *offsets = &items->offsets;
    struct gpuc_bytes bytes = {0};
    enum gpuc_status status;

    GPUC_TRY(gpuc_bytes_reserve(&bytes, items->values.n_items, error));
    for (size_t i = 0; i < items->values.n_items; i++) {
        if (items->values.items[i] < INT8_MIN || items->values.items[i] > UINT8_MAX) {
            status = gpuc_document_fail(document, error, "values: %" PRId64 " is no byte",
                                        items->values.items[i]);
            goto out;
        }
        gpuc_bytes_put_byte(&bytes, (uint8_t)items->values.items[i]);
    }
    if (offsets->items[0] != 0 ||
        offsets->items[offsets->n_items - 1] != (int64_t)bytes.size) {
        status =
            gpuc_document_fail(document, error,
                               "the categories of feature %zu take %" PRId64
                               " bytes, but %zu are there: the table is damaged",
                               feature, offsets->items[offsets->n_items - 1], bytes.size);
        goto out;
    }
    for (size_t i = 0; i + 1 < offsets->n_items; i++) {
        const int64_t begin = offsets->items[i];
        const int64_t end = offsets->items[i + 1];
        struct gpuc_category category = {.kind = GPUC_CATEGORY_TEXT};
        if (end < begin || end > (int64_t)bytes.size ||
            gpuc_utf8_valid_prefix(bytes.data + begin, (size_t)(end - begin)) !=
                (size_t)(end - begin)) {
            status = gpuc_document_fail(document, error,
                                        "category %zu of feature %zu is no text: the "
                                        "table is damaged",
                                        i, feature);
            goto out;
        }
        GPUC_TRY(gpuc_info_add_text(items->info, bytes.data + begin,
                                    (size_t)(end - begin), &category.text, error));
        GPUC_TRY(gpuc_info_add_category(items->info, feature, &category, error));
    }
out:
    gpuc_bytes_done(&bytes);
    return status;
}

static enum gpuc_status add_numbers(struct items *items, size_t feature,
                                    const struct gpuc_document *document,
                                    struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;

    if (items->type < TYPE_INT8 || items->type > TYPE_UINT64)
        return gpuc_document_fail(document, error,
                                  "categories of type %" PRId64 " are not supported",
                                  items->type);
    for (size_t i = 0; i < items->values.n_items; i++) {
        const int64_t value = items->values.items[i];
        const struct gpuc_category category = {.kind = GPUC_CATEGORY_NUMBER,
                                               .number = (double)value};
        if (value > INT64_C(1) << 53 || value < -(INT64_C(1) << 53))
            return gpuc_document_fail(
                document, error, "values: the category %" PRId64 " is too large", value);
        GPUC_TRY(gpuc_info_add_category(items->info, feature, &category, error));
    }
out:
    return status;
}

static enum gpuc_status read_table(struct gpuc_document *document, void *record,
                                   struct gpuc_error *error)
{
    static const struct gpuc_field_reader fields[] = {
        {"values", GPUC_FIELD_INTEGERS, offsetof(struct items, values), NULL},
        {"offsets", GPUC_FIELD_INTEGERS, offsetof(struct items, offsets), NULL},
        {"type", GPUC_FIELD_INTEGER, offsetof(struct items, type), NULL},
    };
    static const struct gpuc_object_reader reader = {fields, 3, 1};
    struct items *items = record;
    uint32_t seen = 0;
    size_t feature = 0;
    enum gpuc_status status;

    items->offsets.n_items = 0;
    items->type = 0;
    GPUC_TRY(gpuc_document_read_object(document, &reader, items, &seen, error));
    GPUC_TRY(next_feature(items, document, &feature, error));
    if (items->offsets.n_items > 0)
        GPUC_TRY(add_texts(items, feature, document, error));
    else if (items->values.n_items > 0)
        GPUC_TRY(add_numbers(items, feature, document, error));
    if (items->info->features[feature].n_categories > 0) {
        items->info->features[feature].is_category = true;
        items->info->features[feature].has_table = true;
    }
out:
    return status;
}

static enum gpuc_status read_tables(struct gpuc_document *document, void *record,
                                    struct gpuc_error *error)
{
    return gpuc_document_read_array(document, record, read_table, error);
}

static enum gpuc_status read_cats(struct gpuc_document *document, void *record,
                                  struct gpuc_error *error)
{
    static const struct gpuc_field_reader fields[] = {
        {"enc", GPUC_FIELD_READ, 0, read_tables},
    };
    static const struct gpuc_object_reader reader = {fields, 1, 1};
    return gpuc_document_read_object(document, &reader, record, NULL, error);
}

/* Goes to one of the arrays with an item for each feature, or with none. */
static enum gpuc_status read_place(struct gpuc_document *document,
                                   const struct gpuc_document_place *place,
                                   const char *field, struct items *items,
                                   struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;

    if (!place->has_begun)
        return GPUC_OK;
    items->n_items = 0;
    gpuc_document_return(document, place);
    document->field = field;
    if (place == &items->file->cats)
        GPUC_TRY(read_cats(document, items, error));
    else
        GPUC_TRY(gpuc_document_read_array(
            document, items, place == &items->file->feature_names ? read_name : read_type,
            error));
    if (items->n_items != 0 && items->n_items != items->file->n_features)
        return gpuc_document_fail(document, error,
                                  "%zu items for a model with %" PRIu32 " features",
                                  items->n_items, items->file->n_features);
    document->field = NULL;
out:
    return status;
}

static enum gpuc_status add_facts(const struct gpuc_xgboost_file *file,
                                  struct gpuc_model_info *info, struct gpuc_error *error)
{
    const int64_t *version = file->version.items;
    char text[64];
    enum gpuc_status status = GPUC_OK;

    info->booster = file->is_linear ? "gblinear" : file->is_dart ? "dart" : "gbtree";
    info->unseen_rule = GPUC_UNSEEN_ERROR;
    info->n_trees = file->n_trees;
    info->best_iteration = file->best;
    info->n_iterations = file->n_iterations;
    if (file->version.n_items > 0) {
        const int size = snprintf(text, sizeof text, "%" PRId64 ".%" PRId64 ".%" PRId64,
                                  version[0], version[1], version[2]);
        GPUC_TRY(
            gpuc_info_add_text(info, text, (size_t)size, &info->trainer_version, error));
    }
    GPUC_TRY(gpuc_info_add_text(info, file->objective_name.data,
                                file->objective_name.size, &info->objective, error));
out:
    return status;
}

enum gpuc_status gpuc_xgboost_info_read(const struct gpuc_xgboost_file *file,
                                        struct gpuc_document *document,
                                        struct gpuc_model_info *info,
                                        struct gpuc_error *error)
{
    struct items items = {.file = file, .info = info};
    enum gpuc_status status;

    GPUC_TRY(add_facts(file, info, error));
    GPUC_TRY(gpuc_info_set_features(info, file->n_features, error));
    GPUC_TRY(read_place(document, &file->feature_names, "feature_names", &items, error));
    GPUC_TRY(read_place(document, &file->feature_types, "feature_types", &items, error));
    GPUC_TRY(read_place(document, &file->cats, "cats", &items, error));
out:
    gpuc_text_map_done(&items.names);
    gpuc_free(items.offsets.items);
    gpuc_free(items.values.items);
    return status;
}
