/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an image will hold, found from all checked trees together: each feature's sorted
 * thresholds and the code columns that its splits need.
 */
#ifndef GPUC_IMAGE_PLAN_H
#define GPUC_IMAGE_PLAN_H

#include "model/built_node.h"

/* The ways in which a split makes codes of its feature: one column each where used. */
enum gpuc_code_variant {
    GPUC_VARIANT_NAN_LEFT,
    GPUC_VARIANT_NAN_RIGHT,
    GPUC_VARIANT_ZERO_LEFT,
    GPUC_VARIANT_ZERO_RIGHT,
    GPUC_VARIANT_NAN_IS_ZERO,
    GPUC_VARIANT_CATEGORY,
    GPUC_N_VARIANTS
};

/* What is known of one feature while the image is being made. */
struct gpuc_planned_feature {
    size_t first_threshold; /* in the plan's thresholds */
    size_t n_thresholds;
    uint32_t n_categories;             /* 1 + the highest that is listed */
    uint32_t columns[GPUC_N_VARIANTS]; /* the variant's column; UINT32_MAX: it has none */
};

/* Which columns an image has, and the sorted thresholds. */
struct gpuc_image_plan {
    const struct gpuc_forest_builder *builder;
    const struct gpuc_built_node *nodes;
    size_t n_nodes;
    struct gpuc_planned_feature *features;
    double *thresholds; /* of one feature after the other, ascending */
    size_t n_thresholds;
    size_t n_columns;
    size_t n_category_words;
};

/*
 * GPUC_EMODEL where the sets of categories take too much memory, or GPUC_ENOMEM; then
 * nothing needs freeing. The builder must outlive the plan.
 */
enum gpuc_status gpuc_image_plan_init(struct gpuc_image_plan *plan,
                                      const struct gpuc_forest_builder *builder,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_image_plan_done(struct gpuc_image_plan *plan);

/* The variant of its feature's column that a node looks at. */
enum gpuc_code_variant gpuc_code_variant_of(const struct gpuc_built_node *node);

/* Words of a set of the feature's categories. */
size_t gpuc_planned_set_words(const struct gpuc_planned_feature *feature);

/* The number of the feature's thresholds below x; with `equal` also those equal to it. */
uint32_t gpuc_planned_rank(const struct gpuc_image_plan *plan,
                           const struct gpuc_planned_feature *feature, double x,
                           bool equal);

#endif
