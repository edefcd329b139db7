/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include "host/cli/inspect/inspect.h"

/* A text of the model's; one that is no UTF-8 becomes null. */
static json_t *text_json(const struct gpuc_model_info *info, struct gpuc_info_text text)
{
    json_t *value = json_stringn(gpuc_info_text(info, text), text.size);
    return value != NULL ? value : json_null();
}

static json_t *category_json(const struct gpuc_model_info *info,
                             const struct gpuc_category *category)
{
    if (category->kind == GPUC_CATEGORY_TEXT)
        return text_json(info, category->text);
    if (category->kind == GPUC_CATEGORY_BOOL)
        return json_boolean(category->number != 0);
    return json_real(category->number);
}

static json_t *feature_json(const struct gpuc_inspected *inspected, size_t f)
{
    const struct gpuc_model_info *info = &inspected->model->info;
    const struct gpuc_info_feature *feature = &info->features[f];
    const struct gpuc_forest *forest = inspected->model->forest;
    const struct gpuc_feature *image = &gpuc_forest_features(forest)[f];
    json_t *codes = json_array();
    for (uint32_t c = 0; c < image->n_columns; c++)
        json_array_append_new(
            codes,
            json_integer(gpuc_forest_columns(forest)[image->first_column + c].code_size));
    json_t *object =
        json_pack("{s:o, s:b, s:I, s:o}", "name", text_json(info, feature->name),
                  "is_category", feature->is_category, "thresholds",
                  (json_int_t)image->n_thresholds, "code_bytes", codes);
    if (object == NULL || !feature->has_table)
        return object;
    json_t *categories = json_array();
    for (uint32_t i = 0; i < feature->n_categories; i++)
        json_array_append_new(
            categories,
            category_json(info, &info->categories[feature->first_category + i]));
    json_object_set_new(object, "categories", categories);
    return object;
}

static json_t *trees_json(const struct gpuc_inspected *inspected)
{
    const struct gpuc_forest_summary *summary = &inspected->summary;
    json_t *depths = json_object();
    for (uint32_t d = summary->min_depth; d <= summary->max_depth; d++) {
        char key[16];
        snprintf(key, sizeof key, "%u", (unsigned)d);
        if (summary->depth_counts[d] > 0)
            json_object_set_new(depths, key,
                                json_integer((json_int_t)summary->depth_counts[d]));
    }
    uint32_t n_trees = inspected->model->forest->n_trees;
    json_t *evaluated =
        json_pack("{s:s, s:I, s:I}", "engine", inspected->engine, "by_bit_operations",
                  (json_int_t)inspected->n_sliced, "walked",
                  (json_int_t)n_trees - (json_int_t)inspected->n_sliced);
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "count", (json_int_t)n_trees,
        "splits", (json_int_t)summary->n_nodes, "leaves", (json_int_t)summary->n_leaves,
        "fewest_leaves", (json_int_t)summary->min_leaves, "most_leaves",
        (json_int_t)summary->max_leaves, "category_splits",
        (json_int_t)summary->n_category_splits, "with_linear_leaves",
        (json_int_t)summary->n_linear_trees, "by_depth", depths, "evaluated", evaluated);
}

static json_t *model_json(const struct gpuc_inspected *inspected)
{
    const struct gpuc_model *model = inspected->model;
    const struct gpuc_model_info *info = &model->info;
    json_t *features = json_array();
    for (size_t f = 0; f < info->n_features; f++)
        json_array_append_new(features, feature_json(inspected, f));
    json_t *iterations = json_pack(
        "{s:I, s:I, s:I, s:o}", "first", (json_int_t)info->first_iteration, "end",
        (json_int_t)info->end_iteration, "in_file", (json_int_t)info->n_iterations,
        "best",
        info->best_iteration >= 0 ? json_integer(info->best_iteration) : json_null());
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:s, s:I, s:o, s:I, s:o, s:I, s:o}", "model",
        inspected->path, "format", info->format, "trainer_version",
        text_json(info, info->trainer_version), "objective",
        text_json(info, info->objective), "task", gpuc_task_name(model->link.task),
        "link", gpuc_link_name(model->link.kind), "booster", info->booster, "arithmetic",
        model->forest->number == GPUC_FLOAT32 ? "float32" : "float64", "outputs",
        (json_int_t)model->forest->n_outputs, "iterations", iterations, "image_bytes",
        (json_int_t)model->forest->image_size, "trees", trees_json(inspected),
        "used_features", (json_int_t)inspected->summary.n_used_features, "features",
        features);
}

bool gpuc_inspect_print_json(const struct gpuc_inspected *inspected, FILE *stream)
{
    json_t *root = model_json(inspected);
    bool good = root != NULL && json_dumpf(root, stream, JSON_INDENT(2)) == 0 &&
                fputc('\n', stream) != EOF;
    json_decref(root);
    return good;
}
