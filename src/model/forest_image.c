/* SPDX-License-Identifier: Apache-2.0 */
/* The builder's last step: from checked trees to codes, columns and one block of memory.
 */
#include <math.h>
#include <stdlib.h>

#include "model/built_node.h"

/* The ways in which a split makes codes of its feature: one column each where used. */
enum variant {
    NAN_LEFT,
    NAN_RIGHT,
    ZERO_LEFT,
    ZERO_RIGHT,
    NAN_IS_ZERO,
    CATEGORY,
    N_VARIANTS
};

/* A set of 2^31 words would not be addressed by a node's 32 bits. */
enum { CATEGORY_WORDS_MAX = 1 << 28 };

/* What is known of one feature while the image is being made. */
struct plan_feature {
    size_t first_threshold; /* in the plan's thresholds */
    size_t n_thresholds;
    uint32_t n_categories;        /* 1 + the highest that is listed */
    uint32_t columns[N_VARIANTS]; /* the variant's column; UINT32_MAX: it has none */
};

struct plan {
    const struct gpuc_forest_builder *builder;
    const struct gpuc_built_node *nodes;
    size_t n_nodes;
    struct plan_feature *features;
    double *thresholds; /* of one feature after the other, ascending */
    size_t n_thresholds;
    size_t n_columns;
    size_t n_category_words;
    struct gpuc_forest header;
};

static enum variant variant_of(const struct gpuc_built_node *node)
{
    if (node->is_category)
        return CATEGORY;
    if (node->missing_rule == GPUC_MISSING_NAN_IS_ZERO)
        return NAN_IS_ZERO;
    if (node->missing_rule == GPUC_MISSING_ZERO)
        return node->default_left ? ZERO_LEFT : ZERO_RIGHT;
    return node->default_left ? NAN_LEFT : NAN_RIGHT;
}

static size_t set_words(const struct plan_feature *feature)
{
    return ((size_t)feature->n_categories + 2 + 31) / 32;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Notes which columns each feature needs, and counts its splits in n_thresholds. */
static void survey_nodes(struct plan *plan)
{
    const uint32_t *lists =
        (const uint32_t *)(const void *)plan->builder->category_lists.data;

    for (size_t f = 0; f < plan->builder->shape.n_features; f++)
        for (size_t k = 0; k < N_VARIANTS; k++)
            plan->features[f].columns[k] = UINT32_MAX;
    for (size_t i = 0; i < plan->n_nodes; i++) {
        const struct gpuc_built_node *node = &plan->nodes[i];
        struct plan_feature *feature = &plan->features[node->feature];
        feature->columns[variant_of(node)] = 0;
        feature->n_thresholds += !node->is_category;
        for (uint32_t k = 0; k < node->n_listed; k++)
            if (lists[node->first_listed + k] >= feature->n_categories)
                feature->n_categories = lists[node->first_listed + k] + 1;
    }
}

/* Gathers each feature's thresholds, sorts them and drops duplicates. */
static void sort_thresholds(struct plan *plan)
{
    size_t first = 0;
    for (size_t f = 0; f < plan->builder->shape.n_features; f++) {
        plan->features[f].first_threshold = first;
        first += plan->features[f].n_thresholds;
        plan->features[f].n_thresholds = 0;
    }
    for (size_t i = 0; i < plan->n_nodes; i++) {
        struct plan_feature *feature = &plan->features[plan->nodes[i].feature];
        if (!plan->nodes[i].is_category)
            plan->thresholds[feature->first_threshold + feature->n_thresholds++] =
                plan->nodes[i].threshold;
    }
    size_t end = 0;
    for (size_t f = 0; f < plan->builder->shape.n_features; f++) {
        struct plan_feature *feature = &plan->features[f];
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

/* The number of the feature's thresholds below x; with `equal` also those equal to it. */
static uint32_t rank(const struct plan *plan, const struct plan_feature *feature,
                     double x, bool equal)
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

static uint32_t code_size(size_t most)
{
    return most <= UINT8_MAX ? 1 : most <= UINT16_MAX ? 2 : 4;
}

/* Numbers the columns and sums the sizes that depend on them. */
static enum gpuc_status count_columns(struct plan *plan, struct gpuc_error *error)
{
    size_t n_words = 0;
    for (size_t f = 0; f < plan->builder->shape.n_features; f++) {
        struct plan_feature *feature = &plan->features[f];
        for (size_t k = 0; k < N_VARIANTS; k++)
            if (feature->columns[k] == 0)
                feature->columns[k] = (uint32_t)plan->n_columns++;
    }
    for (size_t i = 0; i < plan->n_nodes; i++)
        if (plan->nodes[i].is_category) {
            n_words += set_words(&plan->features[plan->nodes[i].feature]);
            if (n_words > CATEGORY_WORDS_MAX)
                return gpuc_fail(error, GPUC_EMODEL,
                                 "%s: the sets of categories of all splits take more "
                                 "than 1 GiB",
                                 plan->builder->shape.name);
        }
    plan->n_category_words = n_words;
    return GPUC_OK;
}

static struct gpuc_section place(struct plan *plan, size_t n_items, size_t item_size)
{
    struct gpuc_section section = {.offset = plan->header.image_size, .n_items = n_items};
    size_t size = (n_items * item_size + GPUC_ALIGNMENT - 1) / GPUC_ALIGNMENT;
    plan->header.image_size += size * GPUC_ALIGNMENT;
    return section;
}

/* Fills the header. Every count is below 2^32, so no product overflows. */
static void lay_out(struct plan *plan)
{
    const struct gpuc_forest_builder *builder = plan->builder;
    const struct gpuc_forest_shape *shape = &builder->shape;
    struct gpuc_forest *header = &plan->header;
    size_t number_size = gpuc_number_size(shape->number);
    size_t n_leaves = builder->leaf_numbers.size / sizeof(uint32_t);
    size_t n_linear = builder->any_linear_leaves ? n_leaves : 0;
    size_t n_weights =
        builder->weights != NULL ? (size_t)shape->n_features * shape->n_outputs : 0;

    header->number = shape->number;
    header->n_features = shape->n_features;
    header->n_outputs = shape->n_outputs;
    header->n_trees = (uint32_t)(builder->trees.size / sizeof(struct gpuc_tree));
    header->leaf_size = shape->leaf_size;
    header->less_equal = shape->less_equal;
    header->flush_tiny = shape->flush_tiny;
    header->max_depth = builder->max_depth;
    header->n_leaves = (uint32_t)n_leaves;
    header->image_size = (sizeof *header + GPUC_ALIGNMENT - 1) / GPUC_ALIGNMENT;
    header->image_size *= GPUC_ALIGNMENT;
    header->features = place(plan, shape->n_features, sizeof(struct gpuc_feature));
    header->columns = place(plan, plan->n_columns, sizeof(struct gpuc_code_column));
    header->thresholds = place(plan, plan->n_thresholds, sizeof(double));
    header->trees = place(plan, header->n_trees, sizeof(struct gpuc_tree));
    header->nodes = place(plan, plan->n_nodes, sizeof(struct gpuc_node));
    header->category_words = place(plan, plan->n_category_words, sizeof(uint32_t));
    header->leaf_values = place(plan, n_leaves * shape->leaf_size, number_size);
    header->leaf_numbers = place(plan, n_leaves, sizeof(uint32_t));
    header->linear_leaves = place(plan, n_linear, sizeof(struct gpuc_linear_leaf));
    header->linear_terms =
        place(plan, builder->linear_terms.size / sizeof(struct gpuc_linear_term),
              sizeof(struct gpuc_linear_term));
    header->start_margins = place(plan, shape->n_outputs, number_size);
    header->weights = place(plan, n_weights, number_size);
}

static void *at(struct gpuc_forest *image, const struct gpuc_section *section)
{
    return (char *)image + section->offset;
}

static void copy_bytes(struct gpuc_forest *image, const struct gpuc_section *section,
                       const struct gpuc_bytes *bytes)
{
    if (section->n_items > 0)
        memcpy(at(image, section), bytes->data, bytes->size);
}

/* Stores doubles in the image's number type, which holds them exactly. */
static void copy_numbers(struct gpuc_forest *image, const struct gpuc_section *section,
                         const void *values)
{
    const double *from = values;
    for (size_t i = 0; i < section->n_items; i++)
        if (image->number == GPUC_FLOAT32)
            ((float *)at(image, section))[i] = (float)from[i];
        else
            ((double *)at(image, section))[i] = from[i];
}

static void fill_column(const struct plan *plan, size_t f, enum variant variant,
                        struct gpuc_code_column *column)
{
    const struct plan_feature *feature = &plan->features[f];
    uint32_t n_thresholds = (uint32_t)feature->n_thresholds;

    column->feature = (uint32_t)f;
    if (variant == CATEGORY) {
        column->kind = GPUC_COLUMN_CATEGORY;
        column->n_categories = feature->n_categories;
        column->missing_code = feature->n_categories + 1;
        column->truncate_first = plan->builder->shape.truncate_first;
        column->code_size = code_size((size_t)feature->n_categories + 1);
        return;
    }
    column->kind = GPUC_COLUMN_NUMERIC;
    column->code_size = code_size(n_thresholds);
    column->zero_is_missing = variant == ZERO_LEFT || variant == ZERO_RIGHT;
    if (variant == NAN_RIGHT || variant == ZERO_RIGHT)
        column->missing_code = n_thresholds;
    else if (variant == NAN_IS_ZERO)
        column->missing_code = rank(plan, feature, 0.0, !plan->builder->shape.less_equal);
}

static void fill_features(const struct plan *plan, struct gpuc_forest *image)
{
    struct gpuc_feature *features = at(image, &image->features);
    struct gpuc_code_column *columns = at(image, &image->columns);
    uint32_t n_columns = 0;

    for (size_t f = 0; f < image->n_features; f++) {
        features[f].first_column = n_columns;
        features[f].first_threshold = (uint32_t)plan->features[f].first_threshold;
        features[f].n_thresholds = (uint32_t)plan->features[f].n_thresholds;
        for (size_t k = 0; k < N_VARIANTS; k++) {
            if (plan->features[f].columns[k] == UINT32_MAX)
                continue;
            struct gpuc_code_column *column = &columns[n_columns++];
            fill_column(plan, f, (enum variant)k, column);
            column->place = image->codes_size;
            image->codes_size += column->code_size;
        }
        features[f].n_columns = n_columns - features[f].first_column;
    }
}

/* The set of codes that go right; see struct gpuc_code_column. */
static void fill_set(const struct plan *plan, const struct gpuc_built_node *node,
                     uint32_t *words)
{
    const uint32_t *lists =
        (const uint32_t *)(const void *)plan->builder->category_lists.data;
    uint32_t n_categories = plan->features[node->feature].n_categories;
    uint32_t missing = n_categories + 1;

    if (!node->listed_right)
        for (uint32_t code = 0; code <= n_categories; code++)
            words[code / 32] |= 1u << (code % 32);
    for (uint32_t i = 0; i < node->n_listed; i++) {
        uint32_t code = lists[node->first_listed + i];
        if (node->listed_right)
            words[code / 32] |= 1u << (code % 32);
        else
            words[code / 32] &= ~(1u << (code % 32));
    }
    if (!node->default_left)
        words[missing / 32] |= 1u << (missing % 32);
}

static void fill_nodes(const struct plan *plan, struct gpuc_forest *image)
{
    struct gpuc_node *nodes = at(image, &image->nodes);
    uint32_t *words = at(image, &image->category_words);
    size_t n_words = 0;

    for (size_t i = 0; i < plan->n_nodes; i++) {
        const struct gpuc_built_node *node = &plan->nodes[i];
        const struct plan_feature *feature = &plan->features[node->feature];
        nodes[i].column = feature->columns[variant_of(node)];
        nodes[i].left = node->left;
        nodes[i].right = node->right;
        if (node->is_category) {
            nodes[i].split = (uint32_t)n_words;
            fill_set(plan, node, words + n_words);
            n_words += set_words(feature);
        } else {
            nodes[i].split = rank(plan, feature, node->threshold, false);
        }
    }
}

static void fill(const struct plan *plan, struct gpuc_forest *image)
{
    const struct gpuc_forest_builder *builder = plan->builder;

    *image = plan->header;
    fill_features(plan, image);
    fill_nodes(plan, image);
    if (plan->n_thresholds > 0)
        memcpy(at(image, &image->thresholds), plan->thresholds,
               plan->n_thresholds * sizeof(double));
    copy_bytes(image, &image->trees, &builder->trees);
    copy_bytes(image, &image->leaf_numbers, &builder->leaf_numbers);
    copy_bytes(image, &image->linear_leaves, &builder->linear_leaves);
    copy_bytes(image, &image->linear_terms, &builder->linear_terms);
    copy_numbers(image, &image->leaf_values, builder->leaf_values.data);
    copy_numbers(image, &image->start_margins, builder->start_margins);
    copy_numbers(image, &image->weights, builder->weights);
}

static enum gpuc_status make(struct plan *plan, struct gpuc_forest **ret_forest,
                             struct gpuc_error *error)
{
    const struct gpuc_forest_builder *builder = plan->builder;
    size_t n_features = builder->shape.n_features;

    plan->nodes = (const struct gpuc_built_node *)(const void *)builder->nodes.data;
    plan->n_nodes = builder->nodes.size / sizeof *plan->nodes;
    plan->features = gpuc_alloc(n_features, sizeof *plan->features);
    plan->thresholds = gpuc_alloc(plan->n_nodes, sizeof *plan->thresholds);
    if (plan->features == NULL || plan->thresholds == NULL)
        return gpuc_fail_memory(error, n_features * sizeof *plan->features, "a model");
    survey_nodes(plan);
    sort_thresholds(plan);
    enum gpuc_status status = count_columns(plan, error);
    if (status != GPUC_OK)
        return status;
    lay_out(plan);
    struct gpuc_forest *image = gpuc_alloc(1, plan->header.image_size);
    if (image == NULL)
        return gpuc_fail_memory(error, plan->header.image_size, "a model");
    fill(plan, image);
    *ret_forest = image;
    return GPUC_OK;
}

enum gpuc_status gpuc_forest_builder_finish(struct gpuc_forest_builder *builder,
                                            struct gpuc_forest **ret_forest,
                                            struct gpuc_error *error)
{
    struct plan plan = {.builder = builder};
    enum gpuc_status status = make(&plan, ret_forest, error);
    gpuc_free(plan.features);
    gpuc_free(plan.thresholds);
    return status;
}
