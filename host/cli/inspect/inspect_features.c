/* SPDX-License-Identifier: Apache-2.0 */
/* The features of a model and what trees make of them, as a table or as CSV. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "csv/double_text.h"
#include "csv/field_text.h"
#include "host/cli/inspect/inspect.h"
#include "host/cli/report.h"

/* A feature on its way into an order. */
struct ranked {
    size_t feature;
    uint64_t n_splits;
    double gain;
};

void gpuc_inspect_count_splits(const struct gpuc_forest *forest, uint64_t *n_splits)
{
    const struct gpuc_code_column *columns = gpuc_forest_columns(forest);
    const struct gpuc_node *nodes = gpuc_forest_nodes(forest);
    for (uint64_t i = 0; i < forest->nodes.n_items; i++)
        n_splits[columns[nodes[i].column].feature]++;
}

/* The most gain first, or splits where gains are not known; else in the model's order. */
static int compare(const void *a, const void *b)
{
    const struct ranked *one = a, *other = b;
    if (one->gain != other->gain)
        return one->gain > other->gain ? -1 : 1;
    if (one->n_splits != other->n_splits)
        return one->n_splits > other->n_splits ? -1 : 1;
    return one->feature > other->feature ? 1 : -1;
}

static void print_importance(const struct gpuc_model *model, const struct ranked *ranked,
                             FILE *stream)
{
    const struct gpuc_model_info *info = &model->info;
    double gain = 0, n_splits = 0;
    for (size_t i = 0; i < info->n_features; i++) {
        gain += ranked[i].gain;
        n_splits += (double)ranked[i].n_splits;
    }
    if (info->has_gains)
        fprintf(stream, "%14s %6s ", "gain", "%");
    fprintf(stream, "%12s %6s  %s\n", "splits", "%", "feature");
    for (size_t i = 0; i < info->n_features; i++) {
        const struct gpuc_info_feature *feature = &info->features[ranked[i].feature];
        char count[32];
        if (info->has_gains)
            fprintf(stream, "%14.6g %6.2f ", ranked[i].gain,
                    gain > 0 && isfinite(gain) ? 100 * ranked[i].gain / gain : 0);
        fprintf(stream, "%12s %6.2f  ", gpuc_grouped(ranked[i].n_splits, count),
                n_splits > 0 ? 100 * (double)ranked[i].n_splits / n_splits : 0);
        if (feature->name.size > 0)
            fprintf(stream, "%.*s\n", (int)feature->name.size,
                    gpuc_info_text(info, feature->name));
        else
            fprintf(stream, "feature %zu\n", ranked[i].feature);
    }
}

enum gpuc_status gpuc_inspect_print_importance(const struct gpuc_model *model,
                                               FILE *stream, struct gpuc_error *error)
{
    size_t n_features = model->info.n_features;
    struct ranked *ranked = gpuc_alloc(n_features + 1, sizeof *ranked);
    uint64_t *n_splits = gpuc_alloc(n_features + 1, sizeof *n_splits);
    enum gpuc_status status = GPUC_OK;

    if (ranked == NULL || n_splits == NULL) {
        status = gpuc_fail_memory(error, n_features * sizeof *ranked, "the features");
        goto out;
    }
    gpuc_inspect_count_splits(model->forest, n_splits);
    for (size_t f = 0; f < n_features; f++)
        ranked[f] = (struct ranked){f, n_splits[f], model->info.features[f].gain};
    qsort(ranked, n_features, sizeof *ranked, compare);
    print_importance(model, ranked, stream);
out:
    gpuc_free(n_splits);
    gpuc_free(ranked);
    return status;
}

/* A name as a CSV field, in `room`. */
static void print_name(const struct gpuc_model_info *info, struct gpuc_info_text name,
                       uint8_t *room, FILE *stream)
{
    static const struct gpuc_dialect dialect = GPUC_DIALECT_PANDAS;
    const uint8_t *end = gpuc_field_text(
        room, (const uint8_t *)gpuc_info_text(info, name), name.size, &dialect, true);
    fwrite(room, 1, (size_t)(end - room), stream);
}

enum gpuc_status gpuc_inspect_print_features(const struct gpuc_model *model, FILE *stream,
                                             struct gpuc_error *error)
{
    const struct gpuc_model_info *info = &model->info;
    size_t room_size = 2 * info->texts.size + GPUC_FIELD_TEXT_EXTRA;
    uint8_t *room = gpuc_alloc(room_size, 1);
    uint64_t *n_splits = gpuc_alloc(info->n_features + 1, sizeof *n_splits);

    if (room == NULL || n_splits == NULL) {
        gpuc_free(room);
        gpuc_free(n_splits);
        return gpuc_fail_memory(error, room_size, "the features");
    }
    gpuc_inspect_count_splits(model->forest, n_splits);
    fputs("number,name,kind,thresholds,categories,code_bytes,splits,gain\n", stream);
    for (size_t f = 0; f < info->n_features; f++) {
        const struct gpuc_info_feature *feature = &info->features[f];
        char codes[64], gain[GPUC_DOUBLE_TEXT_SIZE];
        gpuc_inspect_code_sizes(model->forest, f, codes, sizeof codes);
        size_t gain_size = info->has_gains ? gpuc_double_text(feature->gain, gain) : 0;
        fprintf(stream, "%zu,", f);
        print_name(info, feature->name, room, stream);
        fprintf(stream, ",%s,%" PRIu32 ",%" PRIu32 ",%s,%" PRIu64 ",%.*s\n",
                gpuc_inspect_kind(feature),
                gpuc_forest_features(model->forest)[f].n_thresholds,
                feature->n_categories, codes, n_splits[f], (int)gain_size, gain);
    }
    gpuc_free(n_splits);
    gpuc_free(room);
    return GPUC_OK;
}
