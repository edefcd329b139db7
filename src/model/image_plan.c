/* SPDX-License-Identifier: Apache-2.0 */
#include "model/image_plan.h"

#include <stdlib.h>

/* A node tells the first word of its set in 32 bits; this is far below. */
enum { CATEGORY_WORDS_MAX = 1 << 28 };

enum gpuc_code_variant gpuc_code_variant_of(const struct gpuc_built_node *node)
{
    if (node->is_category)
        return GPUC_VARIANT_CATEGORY;
    if (node->missing_rule == GPUC_MISSING_NAN_IS_ZERO)
        return GPUC_VARIANT_NAN_IS_ZERO;
    if (node->missing_rule == GPUC_MISSING_ZERO)
        return node->default_left ? GPUC_VARIANT_ZERO_LEFT : GPUC_VARIANT_ZERO_RIGHT;
    return node->default_left ? GPUC_VARIANT_NAN_LEFT : GPUC_VARIANT_NAN_RIGHT;
}

size_t gpuc_planned_set_words(const struct gpuc_planned_feature *feature)
{
    return ((size_t)feature->n_categories + 2 + 31) / 32;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Notes which columns each feature needs, and counts its splits in n_thresholds. */
static void survey_nodes(struct gpuc_image_plan *plan)
{
    const uint32_t *lists =
        (const uint32_t *)(const void *)plan->builder->category_lists.data;

    for (size_t f = 0; f < plan->builder->shape.n_features; f++)
        for (size_t k = 0; k < GPUC_N_VARIANTS; k++)
            plan->features[f].columns[k] = UINT32_MAX;
    for (size_t i = 0; i < plan->n_nodes; i++) {
        const struct gpuc_built_node *node = &plan->nodes[i];
        struct gpuc_planned_feature *feature = &plan->features[node->feature];
        feature->columns[gpuc_code_variant_of(node)] = 0;
        feature->n_thresholds += !node->is_category;
        for (uint32_t k = 0; k < node->n_listed; k++)
            if (lists[node->first_listed + k] >= feature->n_categories)
                feature->n_categories = lists[node->first_listed + k] + 1;
    }
}

/* Gathers each feature's thresholds, sorts them and drops duplicates. */
static void sort_thresholds(struct gpuc_image_plan *plan)
{
    size_t first = 0;
    for (size_t f = 0; f < plan->builder->shape.n_features; f++) {
        plan->features[f].first_threshold = first;
        first += plan->features[f].n_thresholds;
        plan->features[f].n_thresholds = 0;
    }
    for (size_t i = 0; i < plan->n_nodes; i++) {
        struct gpuc_planned_feature *feature = &plan->features[plan->nodes[i].feature];
        if (!plan->nodes[i].is_category)
            plan->thresholds[feature->first_threshold + feature->n_thresholds++] =
                plan->nodes[i].threshold;
    }
    size_t end = 0;
    for (size_t f = 0; f < plan->builder->shape.n_features; f++) {
        struct gpuc_planned_feature *feature = &plan->features[f];
        const double *all = plan->thresholds + feature->first_threshold;
        size_t n_all = feature->n_thresholds;
        if (n_all > 0)
            qsort(plan->thresholds + feature->first_threshold, n_all, sizeof *all,
                  compare_doubles);
        feature->first_threshold = end;
        for (size_t i = 0; i < n_all; i++)
            if (i == 0 || all[i] != plan->thresholds[end - 1])
                plan->thresholds[end++] = all[i];
        feature->n_thresholds = end - feature->first_threshold;
    }
    plan->n_thresholds = end;
}

uint32_t gpuc_planned_rank(const struct gpuc_image_plan *plan,
                           const struct gpuc_planned_feature *feature, double x,
                           bool equal)
{
    const double *thresholds = plan->thresholds + feature->first_threshold;
    size_t low = 0, high = feature->n_thresholds;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (thresholds[middle] < x || (equal && thresholds[middle] == x))
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low;
}

/* Numbers the columns and sums the sizes that depend on them. */
static enum gpuc_status count_columns(struct gpuc_image_plan *plan,
                                      struct gpuc_error *error)
{
    size_t n_words = 0;
    for (size_t f = 0; f < plan->builder->shape.n_features; f++) {
        struct gpuc_planned_feature *feature = &plan->features[f];
        for (size_t k = 0; k < GPUC_N_VARIANTS; k++)
            if (feature->columns[k] == 0)
                feature->columns[k] = (uint32_t)plan->n_columns++;
    }
    for (size_t i = 0; i < plan->n_nodes; i++)
        if (plan->nodes[i].is_category) {
            n_words += gpuc_planned_set_words(&plan->features[plan->nodes[i].feature]);
            if (n_words > CATEGORY_WORDS_MAX)
                return gpuc_fail(error, GPUC_EMODEL,
                                 "%s: the sets of categories of all splits take more "
                                 "than 1 GiB",
                                 plan->builder->shape.name);
        }
    plan->n_category_words = n_words;
    return GPUC_OK;
}

enum gpuc_status gpuc_image_plan_init(struct gpuc_image_plan *plan,
                                      const struct gpuc_forest_builder *builder,
                                      struct gpuc_error *error)
{
    size_t n_features = builder->shape.n_features;
    *plan = (struct gpuc_image_plan){.builder = builder};
    plan->nodes = (const struct gpuc_built_node *)(const void *)builder->nodes.data;
    plan->n_nodes = builder->nodes.size / sizeof *plan->nodes;
    plan->features = gpuc_alloc(n_features, sizeof *plan->features);
    plan->thresholds = gpuc_alloc(plan->n_nodes, sizeof *plan->thresholds);
    if (plan->features == NULL || plan->thresholds == NULL) {
        gpuc_image_plan_done(plan);
        return gpuc_fail_memory(error, n_features * sizeof *plan->features, "a model");
    }
    survey_nodes(plan);
    sort_thresholds(plan);
    enum gpuc_status status = count_columns(plan, error);
    if (status != GPUC_OK)
        gpuc_image_plan_done(plan);
    return status;
}

void gpuc_image_plan_done(struct gpuc_image_plan *plan)
{
    gpuc_free(plan->features);
    gpuc_free(plan->thresholds);
    *plan = (struct gpuc_image_plan){0};
}
