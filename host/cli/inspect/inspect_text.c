/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "host/cli/inspect/inspect.h"
#include "host/cli/report.h"

enum { BAR_WIDTH = 40 };

static void print_trees(const struct gpuc_inspected *inspected, FILE *stream)
{
    const struct gpuc_forest_summary *summary = &inspected->summary;
    const struct gpuc_forest *forest = inspected->model->forest;
    char leaves[32], nodes[32];
    uint64_t most = 1;

    fprintf(stream,
            "trees:       %" PRIu32 ", %s splits, %s leaves (%" PRIu32 " to %" PRIu32
            " a tree)\n",
            forest->n_trees, gpuc_grouped(summary->n_nodes, nodes),
            gpuc_grouped(summary->n_leaves, leaves), summary->min_leaves,
            summary->max_leaves);
    if (summary->n_category_splits > 0)
        fprintf(stream, "             %" PRIu32 " splits are on categories\n",
                summary->n_category_splits);
    if (summary->n_linear_trees > 0)
        fprintf(stream, "             %" PRIu32 " trees have linear leaves\n",
                summary->n_linear_trees);
    fprintf(stream, "evaluated:   %s (%s)\n", inspected->evaluation, inspected->engine);
    for (uint32_t d = 0; d <= summary->max_depth; d++)
        most = summary->depth_counts[d] > most ? summary->depth_counts[d] : most;
    fprintf(stream, "depth:      ");
    for (uint32_t d = summary->min_depth, n = 0; d <= summary->max_depth; d++) {
        uint64_t count = summary->depth_counts[d];
        if (count == 0)
            continue;
        fprintf(stream, "%s %4" PRIu32 " %8" PRIu64 " %.*s\n",
                n++ > 0 ? "            " : "", d, count,
                (int)((count * BAR_WIDTH + most - 1) / most),
                "########################################");
    }
}

static void print_head(const struct gpuc_inspected *inspected, FILE *stream)
{
    const struct gpuc_model *model = inspected->model;
    const struct gpuc_model_info *info = &model->info;
    const struct gpuc_forest *forest = model->forest;
    char size[32];

    fprintf(stream, "model:       %s\n", inspected->path);
    fprintf(stream, "format:      %s%s%.*s\n", info->format,
            info->trainer_version.size > 0 ? ", version " : "",
            (int)info->trainer_version.size, gpuc_info_text(info, info->trainer_version));
    fprintf(stream, "objective:   %.*s (%s, link %s)\n", (int)info->objective.size,
            gpuc_info_text(info, info->objective), gpuc_task_name(model->link.task),
            gpuc_link_name(model->link.kind));
    fprintf(stream, "booster:     %s\n", info->booster);
    fprintf(stream, "arithmetic:  %s\n",
            forest->number == GPUC_FLOAT32 ? "float32" : "float64");
    fprintf(stream, "outputs:     %" PRIu32 "\n", forest->n_outputs);
    fprintf(stream, "iterations:  %" PRIu32 ":%" PRIu32 " of %" PRIu32,
            info->first_iteration, info->end_iteration, info->n_iterations);
    if (info->best_iteration >= 0)
        fprintf(stream, " (best: %" PRId64 ")", info->best_iteration);
    fprintf(stream, "\nimage:       %s bytes\n", gpuc_grouped(forest->image_size, size));
}

const char *gpuc_inspect_kind(const struct gpuc_info_feature *feature)
{
    return feature->has_table ? "table" : feature->is_category ? "category" : "number";
}

static void print_features(const struct gpuc_inspected *inspected, FILE *stream)
{
    const struct gpuc_model_info *info = &inspected->model->info;
    const struct gpuc_forest *forest = inspected->model->forest;

    fprintf(stream, "features:    %zu, %" PRIu32 " of them used\n\n", info->n_features,
            inspected->summary.n_used_features);
    fprintf(stream, "%6s  %-8s %10s %10s  %s\n", "#", "kind", "thresholds", "code bytes",
            "name");
    for (size_t f = 0; f < info->n_features; f++) {
        const struct gpuc_info_feature *feature = &info->features[f];
        char codes[64], table[32] = "";
        gpuc_inspect_code_sizes(forest, f, codes, sizeof codes);
        if (feature->has_table)
            snprintf(table, sizeof table, "  (%" PRIu32 " categories)",
                     feature->n_categories);
        fprintf(stream, "%6zu  %-8s %10" PRIu32 " %10s  %.*s%s\n", f,
                gpuc_inspect_kind(feature), gpuc_forest_features(forest)[f].n_thresholds,
                codes, (int)feature->name.size, gpuc_info_text(info, feature->name),
                table);
    }
}

void gpuc_inspect_print_text(const struct gpuc_inspected *inspected, FILE *stream)
{
    print_head(inspected, stream);
    if (inspected->model->forest->n_trees > 0)
        print_trees(inspected, stream);
    print_features(inspected, stream);
}
