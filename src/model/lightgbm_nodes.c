/* SPDX-License-Identifier: Apache-2.0 */
#include "model/lightgbm_nodes.h"

/* The bits of decision_type. */
enum { IS_CATEGORY = 1, DEFAULT_LEFT = 2, MISSING_SHIFT = 2, DECISION_TYPE_MAX = 11 };

/* Its missing types 0 to 2. */
static const uint8_t missing_rules[] = {GPUC_MISSING_NAN_IS_ZERO, GPUC_MISSING_ZERO,
                                        GPUC_MISSING_NAN};

/* The values of the nodes, which stand side by side, and of their sets of categories. */
struct node_fields {
    struct gpuc_lightgbm_fields features, thresholds, types, lefts, rights;
    struct gpuc_lightgbm_fields boundaries, words;
    struct gpuc_lightgbm_fields gains; /* if the tree has them */
    int64_t set;                       /* the next one */
    int64_t boundary;                  /* where its words begin */
};

/* Adds the categories of one word to those of the tree. */
static enum gpuc_status add_word(struct gpuc_raw_tree *tree, uint32_t word,
                                 uint32_t first_category, struct gpuc_error *error)
{
    for (; word != 0; word &= word - 1) {
        enum gpuc_status status =
            gpuc_raw_tree_set_categories(tree, tree->n_categories + 1, error);
        if (status != GPUC_OK)
            return status;
        tree->categories[tree->n_categories - 1] =
            first_category + (uint32_t)__builtin_ctz(word);
    }
    return GPUC_OK;
}

/*
 * A node's set of categories. LightGBM numbers the sets in the order of the nodes and
 * uses each once, so that sets are read with their nodes, and a file cannot make one set
 * stand for many.
 */
static enum gpuc_status read_set(struct gpuc_lightgbm_reading *reading,
                                 struct node_fields *fields, const uint8_t *threshold,
                                 struct gpuc_raw_node *node, struct gpuc_error *error)
{
    enum { WORDS_MAX = (GPUC_CATEGORY_MAX + 1) / 32 };
    struct gpuc_raw_tree *tree = reading->tree;
    enum gpuc_status status;
    int64_t end, word;

    if (fields->set == reading->n_sets || node->threshold != (double)fields->set)
        return gpuc_lightgbm_fail_field(&fields->thresholds, threshold, error,
                                        "it is not the number of the next set of "
                                        "categories, %lld of %lld",
                                        (long long)fields->set,
                                        (long long)reading->n_sets);
    fields->set++;
    GPUC_TRY(gpuc_lightgbm_next_integer(&fields->boundaries, fields->boundary, INT32_MAX,
                                        &end, error));
    if (end - fields->boundary > WORDS_MAX)
        return gpuc_lightgbm_fail_field(&fields->boundaries, fields->boundaries.at, error,
                                        "categories above %d are not supported",
                                        GPUC_CATEGORY_MAX);
    node->first_listed = (uint32_t)tree->n_categories;
    for (int64_t i = 0; i < end - fields->boundary; i++) {
        GPUC_TRY(gpuc_lightgbm_next_integer(&fields->words, 0, UINT32_MAX, &word, error));
        GPUC_TRY(add_word(tree, (uint32_t)word, (uint32_t)i * 32, error));
    }
    node->n_listed = (uint32_t)tree->n_categories - node->first_listed;
    fields->boundary = end;
out:
    return status;
}

static enum gpuc_status read_node(struct gpuc_lightgbm_reading *reading,
                                  struct node_fields *fields, struct gpuc_raw_node *node,
                                  struct gpuc_error *error)
{
    int64_t feature, type;
    enum gpuc_status status;

    GPUC_TRY(gpuc_lightgbm_next_integer(&fields->features, 0, reading->n_features - 1,
                                        &feature, error));
    GPUC_TRY(
        gpuc_lightgbm_next_integer(&fields->types, 0, DECISION_TYPE_MAX, &type, error));
    GPUC_TRY(gpuc_lightgbm_next_integer(&fields->lefts, -reading->n_leaves,
                                        reading->n_leaves - 2, &node->left, error));
    GPUC_TRY(gpuc_lightgbm_next_integer(&fields->rights, -reading->n_leaves,
                                        reading->n_leaves - 2, &node->right, error));
    const uint8_t *threshold = fields->thresholds.at;
    GPUC_TRY(gpuc_lightgbm_next_number(&fields->thresholds, &node->threshold, error));
    if (reading->tree->has_gains)
        GPUC_TRY(gpuc_lightgbm_next_number(&fields->gains, &node->gain, error));
    node->feature = (uint32_t)feature;
    if (type & IS_CATEGORY) {
        node->is_category = true;
        GPUC_TRY(read_set(reading, fields, threshold, node, error));
    } else {
        node->default_left = (type & DEFAULT_LEFT) != 0;
        node->missing_rule = missing_rules[type >> MISSING_SHIFT];
    }
out:
    return status;
}

static enum gpuc_status open_sets(const struct gpuc_lightgbm_reading *reading,
                                  struct node_fields *fields, struct gpuc_error *error)
{
    enum gpuc_status status;
    int64_t first;

    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, GPUC_LIGHTGBM_CAT_BOUNDARIES,
                                       "boundary", &fields->boundaries, error));
    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, GPUC_LIGHTGBM_CAT_THRESHOLD,
                                       "word", &fields->words, error));
    GPUC_TRY(gpuc_lightgbm_next_integer(&fields->boundaries, 0, 0, &first, error));
out:
    return status;
}

static enum gpuc_status close_nodes(struct gpuc_lightgbm_reading *reading,
                                    struct node_fields *fields, struct gpuc_error *error)
{
    struct gpuc_lightgbm_fields *const all[] = {
        &fields->features, &fields->thresholds, &fields->types, &fields->lefts,
        &fields->rights,   &fields->boundaries, &fields->words};
    size_t n = sizeof all / sizeof all[0] - (reading->n_sets > 0 ? 0 : 2);
    enum gpuc_status status = GPUC_OK;

    if (fields->set != reading->n_sets)
        return gpuc_lightgbm_fail(reading->lines.text, fields->thresholds.at, error,
                                  "num_cat is %lld, but %lld nodes split by categories",
                                  (long long)reading->n_sets, (long long)fields->set);
    for (size_t i = 0; i < n && status == GPUC_OK; i++)
        status = gpuc_lightgbm_fields_end(all[i], error);
    if (status == GPUC_OK && reading->tree->has_gains)
        status = gpuc_lightgbm_fields_end(&fields->gains, error);
    return status;
}

enum gpuc_status gpuc_lightgbm_read_nodes(struct gpuc_lightgbm_reading *reading,
                                          struct gpuc_error *error)
{
    const struct gpuc_lightgbm_lines *lines = &reading->lines;
    struct gpuc_raw_tree *tree = reading->tree;
    struct node_fields fields = {.set = 0};
    enum gpuc_status status;

    GPUC_TRY(gpuc_lightgbm_open_fields(lines, GPUC_LIGHTGBM_SPLIT_FEATURE, "node",
                                       &fields.features, error));
    GPUC_TRY(gpuc_lightgbm_open_fields(lines, GPUC_LIGHTGBM_THRESHOLD, "node",
                                       &fields.thresholds, error));
    GPUC_TRY(gpuc_lightgbm_open_fields(lines, GPUC_LIGHTGBM_DECISION_TYPE, "node",
                                       &fields.types, error));
    GPUC_TRY(gpuc_lightgbm_open_fields(lines, GPUC_LIGHTGBM_LEFT_CHILD, "node",
                                       &fields.lefts, error));
    GPUC_TRY(gpuc_lightgbm_open_fields(lines, GPUC_LIGHTGBM_RIGHT_CHILD, "node",
                                       &fields.rights, error));
    tree->has_gains = lines->lines[GPUC_LIGHTGBM_SPLIT_GAIN].text != NULL;
    if (tree->has_gains)
        GPUC_TRY(gpuc_lightgbm_open_fields(lines, GPUC_LIGHTGBM_SPLIT_GAIN, "node",
                                           &fields.gains, error));
    if (reading->n_sets > 0)
        GPUC_TRY(open_sets(reading, &fields, error));
    for (size_t i = 0; i < tree->n_nodes; i++) {
        tree->nodes[i] = (struct gpuc_raw_node){.number = (uint32_t)i};
        GPUC_TRY(read_node(reading, &fields, &tree->nodes[i], error));
    }
    GPUC_TRY(close_nodes(reading, &fields, error));
out:
    return status;
}
