/* SPDX-License-Identifier: Apache-2.0 */
#include "image_walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { STRIDE = 64 }; /* the least that codes may have; row 0 is the one used */

static uint32_t numeric_code(const struct gpuc_forest *forest,
                             const struct gpuc_code_column *column, double x)
{
    const struct gpuc_feature *feature = &gpuc_forest_features(forest)[column->feature];
    const double *thresholds = gpuc_forest_thresholds(forest) + feature->first_threshold;
    uint32_t rank = 0;

    if (isnan(x) || (column->zero_is_missing && x == 0))
        return column->missing_code;
    for (uint32_t i = 0; i < feature->n_thresholds; i++)
        rank += forest->less_equal ? thresholds[i] < x : thresholds[i] <= x;
    return rank;
}

static uint32_t category_code(const struct gpuc_code_column *column, double x)
{
    if (isnan(x))
        return column->missing_code;
    if (column->truncate_first)
        x = trunc(x);
    if (x < 0 || trunc(x) >= column->n_categories)
        return column->n_categories;
    return (uint32_t)x;
}

/* One row's codes; the caller frees them. */
static uint8_t *row_codes(const struct gpuc_forest *forest, const double *features)
{
    const struct gpuc_code_column *columns = gpuc_forest_columns(forest);
    uint8_t *codes = calloc((size_t)forest->codes_size + 1, STRIDE);

    assert_non_null(codes);
    for (uint64_t i = 0; i < forest->columns.n_items; i++) {
        const struct gpuc_code_column *column = &columns[i];
        double x = features[column->feature];
        uint32_t code = column->kind == GPUC_COLUMN_NUMERIC
                            ? numeric_code(forest, column, x)
                            : category_code(column, x);
        uint8_t *to = codes + (size_t)column->place * STRIDE;
        if (column->code_size == 1)
            *to = (uint8_t)code;
        else if (column->code_size == 2)
            *(uint16_t *)(void *)to = (uint16_t)code;
        else
            *(uint32_t *)(void *)to = code;
        assert_int_equal(gpuc_row_code(codes, STRIDE, column, 0), code);
    }
    return codes;
}

static double number_at(const struct gpuc_forest *forest,
                        const struct gpuc_section *section, size_t i)
{
    const void *numbers = gpuc_forest_at(forest, section);
    assert_true(i < section->n_items);
    return forest->number == GPUC_FLOAT32 ? (double)((const float *)numbers)[i]
                                          : ((const double *)numbers)[i];
}

/* To the forest's type; the sum or product of two float32 is the same by way of float64.
 */
static double rounded(const struct gpuc_forest *forest, double x)
{
    return forest->number == GPUC_FLOAT32 ? (double)(float)x : x;
}

static double linear_leaf(const struct gpuc_forest *forest, uint32_t leaf,
                          const double *features)
{
    const struct gpuc_linear_leaf *linear =
        (const struct gpuc_linear_leaf *)gpuc_forest_at(forest, &forest->linear_leaves) +
        leaf;
    const struct gpuc_linear_term *terms =
        (const struct gpuc_linear_term *)gpuc_forest_at(forest, &forest->linear_terms) +
        linear->first_term;
    double sum = linear->constant;

    for (uint32_t i = 0; i < linear->n_terms; i++) {
        double x = features[terms[i].feature];
        if (isnan(x))
            return number_at(forest, &forest->leaf_values, leaf);
        double product = terms[i].coefficient * x;
        sum += product;
    }
    return sum;
}

static void add_weights(const struct gpuc_forest *forest, const double *features,
                        double *margins)
{
    uint32_t n = forest->n_outputs;

    if (forest->weights.n_items == 0)
        return;
    for (uint32_t i = 0; i < forest->n_features; i++)
        for (uint32_t k = 0; k < n && !isnan(features[i]); k++) {
            double product =
                rounded(forest, features[i] * number_at(forest, &forest->weights,
                                                        (size_t)i * n + k));
            margins[k] = rounded(forest, margins[k] + product);
        }
}

/* Adds the values of the leaf `leaf` of the whole forest. */
static void add_leaf(const struct gpuc_forest *forest, const struct gpuc_tree *tree,
                     uint32_t leaf, const double *features, double *margins)
{
    if (forest->leaf_size == 1) {
        double value = tree->has_linear_leaves
                           ? linear_leaf(forest, leaf, features)
                           : number_at(forest, &forest->leaf_values, leaf);
        margins[tree->output] = rounded(forest, margins[tree->output] + value);
        return;
    }
    for (uint32_t k = 0; k < forest->leaf_size; k++)
        margins[k] =
            rounded(forest, margins[k] + number_at(forest, &forest->leaf_values,
                                                   (size_t)leaf * forest->leaf_size + k));
}

void test_image_walk(const struct gpuc_forest *forest, const double *features,
                     double *ret_margins, uint32_t *ret_leaves)
{
    double *values = malloc(forest->n_features * sizeof *values);
    assert_non_null(values);
    for (uint32_t i = 0; i < forest->n_features; i++) {
        values[i] = rounded(forest, features[i]);
        if (forest->flush_tiny && fabs(values[i]) <= GPUC_TINY)
            values[i] = 0;
    }
    uint8_t *codes = row_codes(forest, values);

    for (uint32_t k = 0; k < forest->n_outputs; k++)
        ret_margins[k] = number_at(forest, &forest->start_margins, k);
    add_weights(forest, values, ret_margins);
    for (uint32_t t = 0; t < forest->n_trees; t++) {
        const struct gpuc_tree *tree = &gpuc_forest_trees(forest)[t];
        uint32_t leaf =
            gpuc_row_leaf(gpuc_forest_nodes(forest) + tree->first_node, tree->n_nodes,
                          gpuc_forest_columns(forest), gpuc_forest_category_words(forest),
                          codes, STRIDE, 0);
        assert_true(leaf < tree->n_leaves);
        leaf += tree->first_leaf;
        add_leaf(forest, tree, leaf, values, ret_margins);
        if (ret_leaves != NULL)
            ret_leaves[t] = gpuc_forest_leaf_numbers(forest)[leaf];
    }
    free(codes);
    free(values);
}

static bool is_missing(const char *text)
{
    static const char *const tokens[] = {"", "NaN", "nan", "NA", "NAN"};
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++)
        if (strcmp(text, tokens[i]) == 0)
            return true;
    return false;
}

static bool is_category(const struct gpuc_model_info *info,
                        const struct gpuc_category *category, const char *text)
{
    char *end;

    if (category->kind == GPUC_CATEGORY_TEXT)
        return strlen(text) == category->text.size &&
               memcmp(text, gpuc_info_text(info, category->text), strlen(text)) == 0;
    if (category->kind == GPUC_CATEGORY_BOOL)
        return strcmp(text, category->number != 0 ? "True" : "False") == 0;
    return strtod(text, &end) == category->number && *end == '\0';
}

double test_feature_value(const struct gpuc_model_info *info, size_t feature,
                          const char *text)
{
    const struct gpuc_info_feature *known = &info->features[feature];

    assert_true(feature < info->n_features);
    if (is_missing(text))
        return NAN;
    if (!known->has_table) {
        char *end;
        double value = strtod(text, &end);
        assert_true(*end == '\0');
        return value;
    }
    for (uint32_t i = 0; i < known->n_categories; i++)
        if (is_category(info, &info->categories[known->first_category + i], text))
            return i;
    assert_int_equal(info->unseen_rule, GPUC_UNSEEN_MISSING);
    return NAN;
}
