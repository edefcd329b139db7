/* SPDX-License-Identifier: Apache-2.0 */
#include "model/summary.h"

#include <inttypes.h>

static void count_splits(const struct gpuc_forest *forest,
                         struct gpuc_forest_summary *summary)
{
    const struct gpuc_code_column *columns = gpuc_forest_columns(forest);
    const struct gpuc_node *nodes = gpuc_forest_nodes(forest);
    for (uint64_t i = 0; i < forest->nodes.n_items; i++)
        summary->n_category_splits +=
            columns[nodes[i].column].kind == GPUC_COLUMN_CATEGORY;
    for (uint32_t f = 0; f < forest->n_features; f++)
        summary->n_used_features +=
            gpuc_forest_features(forest)[f].n_columns > 0 || forest->weights.n_items > 0;
}

enum gpuc_status gpuc_forest_summarise(const struct gpuc_forest *forest,
                                       struct gpuc_forest_summary *ret_summary,
                                       struct gpuc_error *error)
{
    struct gpuc_forest_summary summary = {.n_nodes = forest->nodes.n_items,
                                          .n_leaves = forest->n_leaves,
                                          .max_depth = forest->max_depth};
    const struct gpuc_tree *trees = gpuc_forest_trees(forest);
    size_t n_depths = (size_t)forest->max_depth + 1;

    summary.depth_counts = gpuc_alloc(n_depths, sizeof *summary.depth_counts);
    if (summary.depth_counts == NULL)
        return gpuc_fail_memory(error, n_depths * sizeof *summary.depth_counts,
                                "a summary");
    for (uint32_t t = 0; t < forest->n_trees; t++) {
        const struct gpuc_tree *tree = &trees[t];
        summary.depth_counts[tree->depth]++;
        summary.n_linear_trees += tree->has_linear_leaves;
        if (t == 0 || tree->n_leaves < summary.min_leaves)
            summary.min_leaves = tree->n_leaves;
        if (tree->n_leaves > summary.max_leaves)
            summary.max_leaves = tree->n_leaves;
        if (t == 0 || tree->depth < summary.min_depth)
            summary.min_depth = tree->depth;
    }
    count_splits(forest, &summary);
    *ret_summary = summary;
    return GPUC_OK;
}

void gpuc_forest_summary_done(struct gpuc_forest_summary *summary)
{
    gpuc_free(summary->depth_counts);
    *summary = (struct gpuc_forest_summary){0};
}

const char *gpuc_task_name(uint32_t task)
{
    static const char *const names[] = {
        [GPUC_TASK_BINARY] = "binary classification",
        [GPUC_TASK_MULTICLASS] = "multi-class classification",
        [GPUC_TASK_MULTILABEL] = "multi-label classification",
        [GPUC_TASK_VALUE] = "value prediction"};
    return names[task];
}

const char *gpuc_link_name(uint32_t kind)
{
    static const char *const names[] = {[GPUC_LINK_IDENTITY] = "identity",
                                        [GPUC_LINK_XGBOOST_SIGMOID] = "sigmoid",
                                        [GPUC_LINK_SIGMOID] = "sigmoid",
                                        [GPUC_LINK_XGBOOST_SOFTMAX] = "softmax",
                                        [GPUC_LINK_SOFTMAX] = "softmax",
                                        [GPUC_LINK_EXP] = "exp",
                                        [GPUC_LINK_LOG1P_EXP] = "log1p(exp)",
                                        [GPUC_LINK_SIGNED_SQUARE] = "signed square",
                                        [GPUC_LINK_STEP] = "step"};
    return names[kind];
}
