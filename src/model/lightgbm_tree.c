/* SPDX-License-Identifier: Apache-2.0 */
#include "model/lightgbm_tree.h"

#include "model/lightgbm_nodes.h"

static const char *const keys[GPUC_LIGHTGBM_N_TREE_KEYS] = {
    [GPUC_LIGHTGBM_NUM_LEAVES] = "num_leaves",
    [GPUC_LIGHTGBM_NUM_CAT] = "num_cat",
    [GPUC_LIGHTGBM_SPLIT_FEATURE] = "split_feature",
    [GPUC_LIGHTGBM_THRESHOLD] = "threshold",
    [GPUC_LIGHTGBM_DECISION_TYPE] = "decision_type",
    [GPUC_LIGHTGBM_LEFT_CHILD] = "left_child",
    [GPUC_LIGHTGBM_RIGHT_CHILD] = "right_child",
    [GPUC_LIGHTGBM_LEAF_VALUE] = "leaf_value",
    [GPUC_LIGHTGBM_CAT_BOUNDARIES] = "cat_boundaries",
    [GPUC_LIGHTGBM_CAT_THRESHOLD] = "cat_threshold",
    [GPUC_LIGHTGBM_IS_LINEAR] = "is_linear",
    [GPUC_LIGHTGBM_LEAF_CONST] = "leaf_const",
    [GPUC_LIGHTGBM_NUM_FEATURES] = "num_features",
    [GPUC_LIGHTGBM_LEAF_FEATURES] = "leaf_features",
    [GPUC_LIGHTGBM_LEAF_COEFF] = "leaf_coeff",
    [GPUC_LIGHTGBM_SPLIT_GAIN] = "split_gain",
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
static enum gpuc_status read_sizes(struct gpuc_lightgbm_reading *reading,
                                   struct gpuc_error *error)
{
    const struct gpuc_lightgbm_lines *lines = &reading->lines;
    struct gpuc_lightgbm_fields values;
    enum gpuc_status status;

    GPUC_TRY(gpuc_lightgbm_read_integer(lines, GPUC_LIGHTGBM_NUM_LEAVES, 1, INT32_MAX,
                                        &reading->n_leaves, error));
    GPUC_TRY(gpuc_lightgbm_read_integer(lines, GPUC_LIGHTGBM_NUM_CAT, 0,
                                        reading->n_leaves - 1, &reading->n_sets, error));
    GPUC_TRY(
        gpuc_lightgbm_open_fields(lines, GPUC_LIGHTGBM_LEAF_VALUE, NULL, &values, error));
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

static enum gpuc_status read_leaves(struct gpuc_lightgbm_reading *reading,
                                    struct gpuc_error *error)
{
    struct gpuc_raw_tree *tree = reading->tree;
    struct gpuc_lightgbm_fields values;
    enum gpuc_status status;

    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, GPUC_LIGHTGBM_LEAF_VALUE, "leaf",
                                       &values, error));
    for (size_t i = 0; i < tree->n_leaves; i++) {
        tree->leaves[i] = (struct gpuc_raw_leaf){.number = (uint32_t)i};
        GPUC_TRY(gpuc_lightgbm_next_number(&values, &tree->leaf_values[i], error));
    }
    GPUC_TRY(gpuc_lightgbm_fields_end(&values, error));
out:
    return status;
}

/* Sets the leaves' constants and ranges of terms, and makes room for the terms. */
static enum gpuc_status read_linear_leaves(struct gpuc_lightgbm_reading *reading,
                                           struct gpuc_error *error)
{
    struct gpuc_raw_tree *tree = reading->tree;
    struct gpuc_lightgbm_fields constants, counts, coefficients;
    size_t n_terms = 0;
    enum gpuc_status status;
    int64_t count;

    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, GPUC_LIGHTGBM_LEAF_CONST, "leaf",
                                       &constants, error));
    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, GPUC_LIGHTGBM_NUM_FEATURES,
                                       "leaf", &counts, error));
    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, GPUC_LIGHTGBM_LEAF_COEFF,
                                       "coefficient", &coefficients, error));
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

static enum gpuc_status read_terms(struct gpuc_lightgbm_reading *reading,
                                   struct gpuc_error *error)
{
    struct gpuc_raw_tree *tree = reading->tree;
    struct gpuc_lightgbm_fields features, coefficients;
    enum gpuc_status status;
    int64_t feature;

    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, GPUC_LIGHTGBM_LEAF_FEATURES,
                                       "coefficient", &features, error));
    GPUC_TRY(gpuc_lightgbm_open_fields(&reading->lines, GPUC_LIGHTGBM_LEAF_COEFF,
                                       "coefficient", &coefficients, error));
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
    struct gpuc_lightgbm_line kept[GPUC_LIGHTGBM_N_TREE_KEYS] = {{.text = NULL}};
    struct gpuc_lightgbm_reading reading = {
        .lines = {.text = text,
                  .keys = keys,
                  .n_keys = text->with_gains ? GPUC_LIGHTGBM_N_TREE_KEYS
                                             : GPUC_LIGHTGBM_SPLIT_GAIN,
                  .lines = kept},
        .tree = tree,
        .n_features = n_features};
    enum gpuc_status status;
    int64_t is_linear = 0;

    GPUC_TRY(check_first_line(text, first, error));
    GPUC_TRY(keep_lines(text, &reading.lines, error));
    GPUC_TRY(read_sizes(&reading, error));
    GPUC_TRY(read_leaves(&reading, error));
    if (reading.n_leaves > 1)
        GPUC_TRY(gpuc_lightgbm_read_nodes(&reading, error));
    if (kept[GPUC_LIGHTGBM_IS_LINEAR].text != NULL)
        GPUC_TRY(gpuc_lightgbm_read_integer(&reading.lines, GPUC_LIGHTGBM_IS_LINEAR, 0, 1,
                                            &is_linear, error));
    if (is_linear) {
        tree->has_linear_leaves = true;
        GPUC_TRY(read_linear_leaves(&reading, error));
        GPUC_TRY(read_terms(&reading, error));
    }
out:
    return status;
}
