/* SPDX-License-Identifier: Apache-2.0 */
#include "model/lightgbm_tree.h"

enum key {
    KEY_NUM_LEAVES,
    KEY_NUM_CAT,
    KEY_SPLIT_FEATURE,
    KEY_THRESHOLD,
    KEY_DECISION_TYPE,
    KEY_LEFT_CHILD,
    KEY_RIGHT_CHILD,
    KEY_LEAF_VALUE,
    KEY_CAT_BOUNDARIES,
    KEY_CAT_THRESHOLD,
    KEY_IS_LINEAR,
    KEY_LEAF_CONST,
    KEY_NUM_FEATURES,
    KEY_LEAF_FEATURES,
    KEY_LEAF_COEFF,
    N_KEYS
};

static const char *const keys[N_KEYS] = {
    [KEY_NUM_LEAVES] = "num_leaves",         [KEY_NUM_CAT] = "num_cat",
    [KEY_SPLIT_FEATURE] = "split_feature",   [KEY_THRESHOLD] = "threshold",
    [KEY_DECISION_TYPE] = "decision_type",   [KEY_LEFT_CHILD] = "left_child",
    [KEY_RIGHT_CHILD] = "right_child",       [KEY_LEAF_VALUE] = "leaf_value",
    [KEY_CAT_BOUNDARIES] = "cat_boundaries", [KEY_CAT_THRESHOLD] = "cat_threshold",
    [KEY_IS_LINEAR] = "is_linear",           [KEY_LEAF_CONST] = "leaf_const",
    [KEY_NUM_FEATURES] = "num_features",     [KEY_LEAF_FEATURES] = "leaf_features",
    [KEY_LEAF_COEFF] = "leaf_coeff",
};

/* The bits of decision_type. */
enum { IS_CATEGORY = 1, DEFAULT_LEFT = 2, MISSING_SHIFT = 2, DECISION_TYPE_MAX = 11 };

/* Its missing types 0 to 2. */
static const uint8_t missing_rules[] = {GPUC_MISSING_NAN_IS_ZERO, GPUC_MISSING_ZERO,
                                        GPUC_MISSING_NAN};

/* What is known of the tree under way. */
struct reading {
    struct gpuc_lightgbm_lines lines;
    struct gpuc_raw_tree *tree;
    uint32_t n_features;
    int64_t n_leaves;
    int64_t n_sets; /* of categories */
};

/* Keeps the lines of a tree, which ends before an empty line. */
static enum gpuc_status keep_lines(struct gpuc_lightgbm_text *text,
                                   const struct gpuc_lightgbm_lines *lines,
                                   struct gpuc_error *error)
{
    struct gpuc_lightgbm_line line;
    enum gpuc_status status = GPUC_OK;

    while (status == GPUC_OK && gpuc_lightgbm_next_line(text, &line) && line.size > 0) {
        if (line.key_size == line.size)
            return gpuc_lightgbm_fail(text, line.text, error,
                                      "a line is not of the form KEY=VALUE");
        status = gpuc_lightgbm_keep_line(lines, &line, error);
    }
    return status;
}

/*
 * The numbers of nodes and leaves, before memory is taken for them: a value takes two
 * bytes with the blank before it.
 */
static enum gpuc_status read_sizes(struct reading *reading, struct gpuc_error *error)
{
    const struct gpuc_lightgbm_lines *lines = &reading->lines;
    struct gpuc_lightgbm_fields values;
    enum gpuc_status status;

    GPUC_TRY(gpuc_lightgbm_read_integer(lines, KEY_NUM_LEAVES, 1, INT32_MAX,
                                        &reading->n_leaves, error));
    GPUC_TRY(gpuc_lightgbm_read_integer(lines, KEY_NUM_CAT, 0, reading->n_leaves - 1,
                                        &reading->n_sets, error));
    GPUC_TRY(gpuc_lightgbm_open_fields(lines, KEY_LEAF_VALUE, NULL, &values, error));
    if ((size_t)(values.end - values.at + 1) / 2 < (size_t)reading->n_leaves)
        return gpuc_lightgbm_fail_field(&values, values.at, error,
                                        "there are less values than the %lld leaves",
                                        (long long)reading->n_leaves);
    GPUC_TRY(
        gpuc_raw_tree_set_nodes(reading->tree, (size_t)reading->n_leaves - 1, error));
    GPUC_TRY(
        gpuc_raw_tree_set_leaves(reading->tree, (size_t)reading->n_leaves, 1, error));
out:
    return status;
}

static enum gpuc_status read_leaves(struct reading *reading, struct gpuc_error *error)
{
    struct gpuc_raw_tree *tree = reading->tree;
    struct gpuc_lightgbm_fields values;
    enum gpuc_status status;

    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, KEY_LEAF_VALUE, "leaf", &values,
                                       error));
    for (size_t i = 0; i < tree->n_leaves; i++) {
        tree->leaves[i] = (struct gpuc_raw_leaf){.number = (uint32_t)i};
        GPUC_TRY(gpuc_lightgbm_next_number(&values, &tree->leaf_values[i], error));
    }
    GPUC_TRY(gpuc_lightgbm_fields_end(&values, error));
out:
    return status;
}

/* ---- nodes ---- */

/* The values of the nodes, which stand side by side, and of their sets of categories. */
struct node_fields {
    struct gpuc_lightgbm_fields features, thresholds, types, lefts, rights;
    struct gpuc_lightgbm_fields boundaries, words;
    int64_t set;      /* the next one */
    int64_t boundary; /* where its words begin */
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
static enum gpuc_status read_set(struct reading *reading, struct node_fields *fields,
                                 const uint8_t *threshold, struct gpuc_raw_node *node,
                                 struct gpuc_error *error)
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

static enum gpuc_status read_node(struct reading *reading, struct node_fields *fields,
                                  struct gpuc_raw_node *node, struct gpuc_error *error)
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

static enum gpuc_status open_sets(const struct reading *reading,
                                  struct node_fields *fields, struct gpuc_error *error)
{
    enum gpuc_status status;
    int64_t first;

    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, KEY_CAT_BOUNDARIES, "boundary",
                                       &fields->boundaries, error));
    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, KEY_CAT_THRESHOLD, "word",
                                       &fields->words, error));
    GPUC_TRY(gpuc_lightgbm_next_integer(&fields->boundaries, 0, 0, &first, error));
out:
    return status;
}

static enum gpuc_status close_nodes(struct reading *reading, struct node_fields *fields,
                                    struct gpuc_error *error)
{
    struct gpuc_lightgbm_fields *const all[] = {
        &fields->features, &fields->thresholds, &fields->types, &fields->lefts,
        &fields->rights,   &fields->boundaries, &fields->words};
    size_t n = sizeof all / sizeof all[0] - (reading->n_sets > 0 ? 0 : 2);
    enum gpuc_status status = GPUC_OK;

    for (size_t i = 0; i < n && status == GPUC_OK; i++)
        status = gpuc_lightgbm_fields_end(all[i], error);
    return status;
}

static enum gpuc_status read_nodes(struct reading *reading, struct gpuc_error *error)
{
    const struct gpuc_lightgbm_lines *lines = &reading->lines;
    struct gpuc_raw_tree *tree = reading->tree;
    struct node_fields fields = {.set = 0};
    enum gpuc_status status;

    GPUC_TRY(gpuc_lightgbm_open_fields(lines, KEY_SPLIT_FEATURE, "node", &fields.features,
                                       error));
    GPUC_TRY(gpuc_lightgbm_open_fields(lines, KEY_THRESHOLD, "node", &fields.thresholds,
                                       error));
    GPUC_TRY(gpuc_lightgbm_open_fields(lines, KEY_DECISION_TYPE, "node", &fields.types,
                                       error));
    GPUC_TRY(
        gpuc_lightgbm_open_fields(lines, KEY_LEFT_CHILD, "node", &fields.lefts, error));
    GPUC_TRY(
        gpuc_lightgbm_open_fields(lines, KEY_RIGHT_CHILD, "node", &fields.rights, error));
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

/* ---- linear leaves ---- */

/* Sets the leaves' constants and ranges of terms, and makes room for the terms. */
static enum gpuc_status read_linear_leaves(struct reading *reading,
                                           struct gpuc_error *error)
{
    struct gpuc_raw_tree *tree = reading->tree;
    struct gpuc_lightgbm_fields constants, counts, coefficients;
    size_t n_terms = 0;
    enum gpuc_status status;
    int64_t count;

    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, KEY_LEAF_CONST, "leaf",
                                       &constants, error));
    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, KEY_NUM_FEATURES, "leaf", &counts,
                                       error));
    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, KEY_LEAF_COEFF, "coefficient",
                                       &coefficients, error));
    size_t n_terms_max = gpuc_lightgbm_count_fields(&coefficients);
    for (size_t i = 0; i < tree->n_leaves; i++) {
        struct gpuc_raw_leaf *leaf = &tree->leaves[i];
        GPUC_TRY(gpuc_lightgbm_next_number(&constants, &leaf->constant, error));
        GPUC_TRY(gpuc_lightgbm_next_integer(&counts, 0, (int64_t)(n_terms_max - n_terms),
                                            &count, error));
        leaf->first_term = (uint32_t)n_terms;
        leaf->n_terms = (uint32_t)count;
        n_terms += (size_t)count;
    }
    GPUC_TRY(gpuc_lightgbm_fields_end(&constants, error));
    GPUC_TRY(gpuc_lightgbm_fields_end(&counts, error));
    GPUC_TRY(gpuc_raw_tree_set_terms(tree, n_terms, error));
out:
    return status;
}

static enum gpuc_status read_terms(struct reading *reading, struct gpuc_error *error)
{
    struct gpuc_raw_tree *tree = reading->tree;
    struct gpuc_lightgbm_fields features, coefficients;
    enum gpuc_status status;
    int64_t feature;

    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, KEY_LEAF_FEATURES, "coefficient",
                                       &features, error));
    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, KEY_LEAF_COEFF, "coefficient",
                                       &coefficients, error));
    for (size_t i = 0; i < tree->n_terms; i++) {
        struct gpuc_linear_term *term = &tree->terms[i];
        *term = (struct gpuc_linear_term){0};
        GPUC_TRY(gpuc_lightgbm_next_integer(&features, 0, reading->n_features - 1,
                                            &feature, error));
        GPUC_TRY(gpuc_lightgbm_next_number(&coefficients, &term->coefficient, error));
        term->feature = (uint32_t)feature;
    }
    GPUC_TRY(gpuc_lightgbm_fields_end(&features, error));
    GPUC_TRY(gpuc_lightgbm_fields_end(&coefficients, error));
out:
    return status;
}

static enum gpuc_status check_first_line(const struct gpuc_lightgbm_text *text,
                                         const struct gpuc_lightgbm_line *line,
                                         struct gpuc_error *error)
{
    struct gpuc_lightgbm_fields fields =
        gpuc_lightgbm_fields_of(text, line, "Tree", NULL);
    enum gpuc_status status;
    int64_t number;

    if (!gpuc_lightgbm_key_is(line, "Tree"))
        return gpuc_lightgbm_fail(text, line->text, error,
                                  "it does not begin with a line 'Tree=%lld'",
                                  (long long)text->tree);
    GPUC_TRY(gpuc_lightgbm_next_integer(&fields, text->tree, text->tree, &number, error));
    GPUC_TRY(gpuc_lightgbm_fields_end(&fields, error));
out:
    return status;
}

enum gpuc_status gpuc_lightgbm_read_tree(struct gpuc_lightgbm_text *text,
                                         const struct gpuc_lightgbm_line *first,
                                         uint32_t n_features, struct gpuc_raw_tree *tree,
                                         struct gpuc_error *error)
{
    struct gpuc_lightgbm_line kept[N_KEYS] = {{.text = NULL}};
    struct reading reading = {
        .lines = {.text = text, .keys = keys, .n_keys = N_KEYS, .lines = kept},
        .tree = tree,
        .n_features = n_features};
    enum gpuc_status status;
    int64_t is_linear = 0;

    GPUC_TRY(check_first_line(text, first, error));
    GPUC_TRY(keep_lines(text, &reading.lines, error));
    GPUC_TRY(read_sizes(&reading, error));
    GPUC_TRY(read_leaves(&reading, error));
    if (reading.n_leaves > 1)
        GPUC_TRY(read_nodes(&reading, error));
    if (kept[KEY_IS_LINEAR].text != NULL)
        GPUC_TRY(gpuc_lightgbm_read_integer(&reading.lines, KEY_IS_LINEAR, 0, 1,
                                            &is_linear, error));
    if (is_linear) {
        tree->has_linear_leaves = true;
        GPUC_TRY(read_linear_leaves(&reading, error));
        GPUC_TRY(read_terms(&reading, error));
    }
out:
    return status;
}
