/* SPDX-License-Identifier: Apache-2.0 */
/* The builder's last step: one block of memory of all trees, with codes for thresholds.
 */
#include "model/image_plan.h"

static struct gpuc_section place(struct gpuc_forest *header, size_t n_items,
                                 size_t item_size)
{
    struct gpuc_section section = {.offset = header->image_size, .n_items = n_items};
    size_t size = (n_items * item_size + GPUC_ALIGNMENT - 1) / GPUC_ALIGNMENT;
    header->image_size += size * GPUC_ALIGNMENT;
    return section;
}

/* Fills the header. Every count is below 2^32, so no product overflows. */
static void lay_out(const struct gpuc_image_plan *plan, struct gpuc_forest *header)
{
    const struct gpuc_forest_builder *builder = plan->builder;
    const struct gpuc_forest_shape *shape = &builder->shape;
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
    header->features = place(header, shape->n_features, sizeof(struct gpuc_feature));
    header->columns = place(header, plan->n_columns, sizeof(struct gpuc_code_column));
    header->thresholds = place(header, plan->n_thresholds, sizeof(double));
    header->trees = place(header, header->n_trees, sizeof(struct gpuc_tree));
    header->nodes = place(header, plan->n_nodes, sizeof(struct gpuc_node));
    header->category_words = place(header, plan->n_category_words, sizeof(uint32_t));
    header->leaf_values = place(header, n_leaves * shape->leaf_size, number_size);
    header->leaf_numbers = place(header, n_leaves, sizeof(uint32_t));
    header->linear_leaves = place(header, n_linear, sizeof(struct gpuc_linear_leaf));
    header->linear_terms =
        place(header, builder->linear_terms.size / sizeof(struct gpuc_linear_term),
              sizeof(struct gpuc_linear_term));
    header->start_margins = place(header, shape->n_outputs, number_size);
    header->weights = place(header, n_weights, number_size);
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

static uint32_t code_size(size_t most)
{
    return most <= UINT8_MAX ? 1 : most <= UINT16_MAX ? 2 : 4;
}

static void fill_column(const struct gpuc_image_plan *plan, size_t f,
                        enum gpuc_code_variant variant, struct gpuc_code_column *column)
{
    const struct gpuc_planned_feature *feature = &plan->features[f];
    uint32_t n_thresholds = (uint32_t)feature->n_thresholds;

    column->feature = (uint32_t)f;
    if (variant == GPUC_VARIANT_CATEGORY) {
        column->kind = GPUC_COLUMN_CATEGORY;
        column->n_categories = feature->n_categories;
        column->missing_code = feature->n_categories + 1;
        column->truncate_first = plan->builder->shape.truncate_first;
        column->code_size = code_size((size_t)feature->n_categories + 1);
        return;
    }
    column->kind = GPUC_COLUMN_NUMERIC;
    column->code_size = code_size(n_thresholds);
    column->zero_is_missing =
        variant == GPUC_VARIANT_ZERO_LEFT || variant == GPUC_VARIANT_ZERO_RIGHT;
    if (variant == GPUC_VARIANT_NAN_RIGHT || variant == GPUC_VARIANT_ZERO_RIGHT)
        column->missing_code = n_thresholds;
    else if (variant == GPUC_VARIANT_NAN_IS_ZERO)
        column->missing_code =
            gpuc_planned_rank(plan, feature, 0.0, !plan->builder->shape.less_equal);
}

static void fill_features(const struct gpuc_image_plan *plan, struct gpuc_forest *image)
{
    struct gpuc_feature *features = at(image, &image->features);
    struct gpuc_code_column *columns = at(image, &image->columns);
    uint32_t n_columns = 0;

    for (size_t f = 0; f < image->n_features; f++) {
        features[f].first_column = n_columns;
        features[f].first_threshold = (uint32_t)plan->features[f].first_threshold;
        features[f].n_thresholds = (uint32_t)plan->features[f].n_thresholds;
        for (size_t k = 0; k < GPUC_N_VARIANTS; k++) {
            if (plan->features[f].columns[k] == UINT32_MAX)
                continue;
            struct gpuc_code_column *column = &columns[n_columns++];
            fill_column(plan, f, (enum gpuc_code_variant)k, column);
            column->place = image->codes_size;
            image->codes_size += column->code_size;
        }
        features[f].n_columns = n_columns - features[f].first_column;
    }
}

/* The set of codes that go right; see struct gpuc_code_column. */
static void fill_set(const struct gpuc_image_plan *plan,
                     const struct gpuc_built_node *node, uint32_t *words)
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

static void fill_nodes(const struct gpuc_image_plan *plan, struct gpuc_forest *image)
{
    struct gpuc_node *nodes = at(image, &image->nodes);
    uint32_t *words = at(image, &image->category_words);
    size_t n_words = 0;

    for (size_t i = 0; i < plan->n_nodes; i++) {
        const struct gpuc_built_node *node = &plan->nodes[i];
        const struct gpuc_planned_feature *feature = &plan->features[node->feature];
        nodes[i].column = feature->columns[gpuc_code_variant_of(node)];
        nodes[i].left = node->left;
        nodes[i].right = node->right;
        if (node->is_category) {
            nodes[i].split = (uint32_t)n_words;
            fill_set(plan, node, words + n_words);
            n_words += gpuc_planned_set_words(feature);
        } else {
            nodes[i].split = gpuc_planned_rank(plan, feature, node->threshold, false);
        }
    }
}

static void fill(const struct gpuc_image_plan *plan, const struct gpuc_forest *header,
                 struct gpuc_forest *image)
{
    const struct gpuc_forest_builder *builder = plan->builder;

    *image = *header;
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

enum gpuc_status gpuc_forest_builder_finish(struct gpuc_forest_builder *builder,
                                            struct gpuc_forest **ret_forest,
                                            struct gpuc_error *error)
{
    struct gpuc_image_plan plan;
    struct gpuc_forest header = {0};
    enum gpuc_status status = gpuc_image_plan_init(&plan, builder, error);
    if (status != GPUC_OK)
        return status;
    lay_out(&plan, &header);
    struct gpuc_forest *image = gpuc_alloc(1, header.image_size);
    if (image == NULL) {
        status = gpuc_fail_memory(error, header.image_size, "a model");
    } else {
        fill(&plan, &header, image);
        *ret_forest = image;
    }
    gpuc_image_plan_done(&plan);
    return status;
}
