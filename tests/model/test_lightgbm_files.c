/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a small LightGBM model means, worked out by hand; the ways in which a file may be
 * written; objectives; ranges of iterations.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden_models.h"
#include "image_walk.h"
#include "lightgbm_sample.h"
#include "support/cmocka_all.h"

static void load(const char *from, const char *to, struct gpuc_model *model)
{
    struct gpuc_error error;
    enum gpuc_status status = test_lightgbm_load(from, to, model, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, GPUC_OK);
}

static void load_text(const char *text, size_t size,
                      const struct gpuc_iterations *iterations, struct gpuc_model *model)
{
    static const struct gpuc_iterations best = {.kind = GPUC_ITERATIONS_BEST};
    struct gpuc_error error;
    enum gpuc_status status = test_lightgbm_load_text(
        text, size, iterations != NULL ? iterations : &best, model, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, GPUC_OK);
}

static void test_values(void **state)
{
    static const struct {
        double features[3];
        uint32_t leaves[3];
        double margin;
    } rows[] = {
        {{0.5, 1, 3}, {0, 0, 0}, 0.25 + 8.75 + 1000},
        {{NAN, 1, 1}, {1, 0, 0}, -0.5 + 0.125 + 1000},      /* a is missing */
        {{0.75, -3, 40.9}, {2, 0, 0}, 1 + 14.875 + 1000},   /* 40 is listed */
        {{0.75, -3, 39}, {4, 0, 0}, -4 + 14.875 + 1000},    /* not listed */
        {{0.75, -3, 8}, {4, 0, 0}, -4 + 14.875 + 1000},     /* the other word */
        {{0.75, -3, 1e9}, {4, 0, 0}, -4 + 14.875 + 1000},   /* beyond the words */
        {{0.75, -3, -1}, {4, 0, 0}, -4 + 14.875 + 1000},    /* negative */
        {{0.75, -3, NAN}, {4, 0, 0}, -4 + 14.875 + 1000},   /* missing */
        {{0.75, 0, 40}, {2, 0, 0}, 1 + 10.375 + 1000},      /* zero is missing */
        {{0.75, -1e-36, 40}, {2, 0, 0}, 1 + 10.375 + 1000}, /* as good as zero */
        {{0.75, 1e-34, 40}, {3, 0, 0}, 2 + 10.375 + 1000},
        {{0.75, NAN, 40}, {2, 0, 0}, 1 + 0.125 + 1000}, /* zero in both trees */
        {{0.75, 4, NAN}, {3, 1, 0}, 2 + 20 + 1000},
        {{1e-36, 1, -0.5}, {0, 0, 0}, 0.25 + 8.5 + 1000}, /* truncated to 0 */
    };
    struct gpuc_model model;
    (void)state;

    load(NULL, NULL, &model);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double margin;
        uint32_t leaves[3];
        test_image_walk(model.forest, rows[i].features, &margin, leaves);
        assert_true(margin == rows[i].margin);
        assert_memory_equal(leaves, rows[i].leaves, sizeof leaves);
    }
    test_golden_model_done(&model);
}

/* LightGBM writes such thresholds: what is no NaN goes left, infinity too. */
static void test_infinite_threshold(void **state)
{
    static const double rows[][3] = {{1e300, 4, 3}, {INFINITY, 4, 3}, {NAN, 4, 3}};
    struct gpuc_model model;
    (void)state;

    load("threshold=0.5 0 -2.5 1\n", "threshold=inf 0 -2.5 1\n", &model);
    for (size_t i = 0; i < 3; i++) {
        double margin;
        uint32_t leaves[3];
        test_image_walk(model.forest, rows[i], &margin, leaves);
        assert_int_equal(leaves[0], 0);
    }
    test_golden_model_done(&model);
    load("threshold=0.5 0 -2.5 1\n", "threshold=-inf 0 1e999 1\n", &model);
    for (size_t i = 0; i < 2; i++) {
        double margin;
        uint32_t leaves[3];
        test_image_walk(model.forest, rows[i], &margin, leaves);
        assert_int_equal(leaves[0], 4); /* node 2 to the left, node 3 to the right */
    }
    test_golden_model_done(&model);
}

static void test_info(void **state)
{
    struct gpuc_model model;
    const struct gpuc_model_info *info = &model.info;
    (void)state;

    load(NULL, NULL, &model);
    assert_string_equal(info->format, "LightGBM text");
    assert_string_equal(info->booster, "gbdt");
    assert_int_equal(info->objective.size, strlen("binary sigmoid:2"));
    assert_memory_equal(gpuc_info_text(info, info->objective), "binary sigmoid:2", 16);
    assert_int_equal(info->n_trees, 3);
    assert_int_equal(info->n_iterations, 3);
    assert_int_equal(info->best_iteration, -1);
    assert_int_equal(info->unseen_rule, GPUC_UNSEEN_MISSING);
    assert_int_equal(info->n_features, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(info->features[i].is_category, i == 2);
        assert_false(info->features[i].has_table);
    }
    test_golden_model_done(&model);
    load("[boosting: gbdt]", "[boosting: dart]", &model);
    assert_string_equal(info->booster, "dart");
    test_golden_model_done(&model);
    load("[boosting: gbdt]\n", "", &model);
    assert_string_equal(info->booster, "gbdt");
    test_golden_model_done(&model);
}

/* Other ways to write the sample: the image must be the same, byte for byte. */
static void test_same_image(void **state)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"version=v4", "version=v2"},
        {"version=v4", "version=v3"},
        {"label_index=0\n",
         "label_index=0\nmonotone_constraints=0 1 -1\nnew=x=y\nword\n"},
        {"num_tree_per_iteration=1\n", ""},
        {"tree_sizes=310 330 120\n", ""},
        {"tree_sizes=310 330 120", "tree_sizes=1 1 1"},
        {"feature_names=a b c", "feature_names=a b=b c"},
        {"split_gain=4 3 2 1\n", ""},
        {"is_linear=0\n", "new=1 2 3\n"},
        {"leaf_value=0.25 -0.5 1 2 -4", "leaf_value= 0.25  -5e-1 1.0 +2 -4 "},
        {"leaf_features=0 1  ", "leaf_features=0 1"},
        {"\n\n\nTree=1", "\n\nTree=1"},
        {"pandas_categorical:null\n", ""},
        {"pandas_categorical:null\n", "pandas_categorical:null"},
        {"pandas_categorical:null\n", "pandas_categorical:[]\n\n"},
    };
    struct gpuc_model plain, model;
    (void)state;

    load(NULL, NULL, &plain);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        load(cases[i].from, cases[i].to, &model);
        assert_int_equal(model.forest->image_size, plain.forest->image_size);
        assert_memory_equal(model.forest, plain.forest, plain.forest->image_size);
        test_golden_model_done(&model);
    }
    test_golden_model_done(&plain);
}

static void test_line_ends(void **state)
{
    size_t size = strlen(test_lightgbm_sample);
    char *text = malloc(2 * size);
    struct gpuc_model plain, model;
    size_t n = 0;
    (void)state;

    assert_non_null(text);
    for (size_t i = 0; i < size; i++) {
        if (test_lightgbm_sample[i] == '\n')
            text[n++] = '\r';
        text[n++] = test_lightgbm_sample[i];
    }
    load(NULL, NULL, &plain);
    load_text(text, n, NULL, &model);
    assert_memory_equal(model.forest, plain.forest, plain.forest->image_size);
    test_golden_model_done(&model);
    test_golden_model_done(&plain);
    free(text);
}

/* Version 2 ends its trees by what follows them, and its parameters not at all. */
static void test_version_2(void **state)
{
    static const char end[] = "\nfeature importances:\na=1\n\nparameters:\n"
                              "[boosting: rf]\n[objective: binary]\n\n";
    size_t trees_size =
        (size_t)(strstr(test_lightgbm_sample, "end of trees") - test_lightgbm_sample);
    char *text = malloc(trees_size + sizeof end);
    struct gpuc_model plain, model;
    (void)state;

    assert_non_null(text);
    memcpy(text, test_lightgbm_sample, trees_size);
    memcpy(text + trees_size, end, sizeof end);
    strstr(text, "v4")[1] = '2';
    load(NULL, NULL, &plain);
    load_text(text, strlen(text), NULL, &model);
    assert_memory_equal(model.forest, plain.forest, plain.forest->image_size);
    assert_string_equal(model.info.booster, "rf");
    test_golden_model_done(&model);
    test_golden_model_done(&plain);
    free(text);
}

/* The same lines with three trees an iteration. */
#define THREE "num_tree_per_iteration=3\nlabel_index=0\nmax_feature_idx=2\n"
#define ONE "num_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=2\n"
#define SAMPLE_OBJECTIVE "objective=binary sigmoid:2\n"

static const struct {
    const char *lines;
    struct gpuc_link link;
} objectives[] = {
#define VALUE GPUC_TASK_VALUE, GPUC_LABEL_NONE, GPUC_FLOAT64, 1, 1
#define VALUES GPUC_TASK_VALUE, GPUC_LABEL_NONE, GPUC_FLOAT64, 3, 1
#define BINARY GPUC_TASK_BINARY, GPUC_LABEL_VALUE_ABOVE_HALF, GPUC_FLOAT64, 1, 1
#define CLASSES GPUC_TASK_MULTICLASS, GPUC_LABEL_FIRST_MAX_VALUE, GPUC_FLOAT64, 3, 1
    {ONE "objective=regression\n", {GPUC_LINK_IDENTITY, VALUE, 1, 1}},
    {ONE "objective=regression sqrt\n", {GPUC_LINK_SIGNED_SQUARE, VALUE, 1, 1}},
    {ONE "objective=regression_l1\n", {GPUC_LINK_IDENTITY, VALUE, 1, 1}},
    {ONE "objective=regression_l1 sqrt\n", {GPUC_LINK_SIGNED_SQUARE, VALUE, 1, 1}},
    {ONE "objective=huber sqrt\n", {GPUC_LINK_IDENTITY, VALUE, 1, 1}},
    {ONE "objective=fair sqrt\n", {GPUC_LINK_SIGNED_SQUARE, VALUE, 1, 1}},
    {ONE "objective=quantile sqrt\n", {GPUC_LINK_SIGNED_SQUARE, VALUE, 1, 1}},
    {ONE "objective=mape\n", {GPUC_LINK_IDENTITY, VALUE, 1, 1}},
    {ONE "objective=poisson sqrt\n", {GPUC_LINK_EXP, VALUE, 1, 1}},
    {ONE "objective=gamma\n", {GPUC_LINK_EXP, VALUE, 1, 1}},
    {ONE "objective=tweedie tweedie_variance_power:1.5\n", {GPUC_LINK_EXP, VALUE, 1, 1}},
    {ONE "objective=binary  sigmoid:0.25\n", {GPUC_LINK_SIGMOID, BINARY, 0.25, 1}},
    {ONE "objective=cross_entropy\n", {GPUC_LINK_SIGMOID, VALUE, 1, 1}},
    {ONE "objective=cross_entropy_lambda\n", {GPUC_LINK_LOG1P_EXP, VALUE, 1, 1}},
    {ONE "objective=lambdarank\n", {GPUC_LINK_IDENTITY, VALUE, 1, 1}},
    {ONE "objective=rank_xendcg\n", {GPUC_LINK_IDENTITY, VALUE, 1, 1}},
    {ONE "objective=custom\n", {GPUC_LINK_IDENTITY, VALUE, 1, 1}},
    {ONE, {GPUC_LINK_IDENTITY, VALUE, 1, 1}},
    {THREE "objective=multiclass num_class:3\n", {GPUC_LINK_SOFTMAX, CLASSES, 1, 1}},
    {THREE "objective=multiclassova num_class:3 sigmoid:1.5\n",
     {GPUC_LINK_SIGMOID, CLASSES, 1.5, 1}},
    {THREE "objective=none\n", {GPUC_LINK_IDENTITY, VALUES, 1, 1}},
    {THREE, {GPUC_LINK_IDENTITY, VALUES, 1, 1}},
    {THREE "average_output\n", {GPUC_LINK_IDENTITY, VALUES, 1, 1}},
    {ONE "average_output\nobjective=binary sigmoid:1\n",
     {GPUC_LINK_SIGMOID, BINARY, 1, 3}},
};

static void test_objectives(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof objectives / sizeof objectives[0]; i++) {
        const struct gpuc_link *expected = &objectives[i].link;
        struct gpuc_model model;
        load(ONE SAMPLE_OBJECTIVE, objectives[i].lines, &model);
        assert_int_equal(model.link.kind, expected->kind);
        assert_int_equal(model.link.task, expected->task);
        assert_int_equal(model.link.label_rule, expected->label_rule);
        assert_int_equal(model.link.number, expected->number);
        assert_int_equal(model.link.n_outputs, expected->n_outputs);
        assert_int_equal(model.link.has_values, expected->has_values);
        assert_true(model.link.slope == expected->slope);
        assert_true(model.link.divisor == expected->divisor);
        assert_int_equal(model.forest->n_outputs, expected->n_outputs);
        test_golden_model_done(&model);
    }
}

/* Tree t adds to output t % 3. */
static void test_outputs(void **state)
{
    static const double features[3] = {0.5, 1, 3};
    static const double expected[3] = {0.25, 8.75, 1000};
    struct gpuc_model model;
    double margins[3];
    (void)state;

    load(ONE SAMPLE_OBJECTIVE, THREE, &model);
    assert_int_equal(model.info.n_iterations, 1);
    test_image_walk(model.forest, features, margins, NULL);
    assert_memory_equal(margins, expected, sizeof margins);
    test_golden_model_done(&model);
}

static void test_iterations(void **state)
{
    static const double features[3] = {0.5, 1, 3};
    static const double trees[3] = {0.25, 8.75, 1000};
    struct gpuc_iterations range = {.kind = GPUC_ITERATIONS_RANGE};
    size_t size = strlen(test_lightgbm_sample);
    struct gpuc_model model;
    struct gpuc_error error;
    (void)state;

    for (range.begin = 0; range.begin < 3; range.begin++)
        for (range.end = range.begin + 1; range.end <= 3; range.end++) {
            double margin, expected = 0;
            load_text(test_lightgbm_sample, size, &range, &model);
            for (uint32_t t = range.begin; t < range.end; t++)
                expected += trees[t];
            assert_int_equal(model.forest->n_trees, range.end - range.begin);
            test_image_walk(model.forest, features, &margin, NULL);
            assert_true(margin == expected);
            assert_int_equal(model.info.first_iteration, range.begin);
            assert_int_equal(model.info.end_iteration, range.end);
            test_golden_model_done(&model);
        }
    range = (struct gpuc_iterations){GPUC_ITERATIONS_RANGE, 1, 4};
    assert_int_equal(
        test_lightgbm_load_text(test_lightgbm_sample, size, &range, &model, &error),
        GPUC_EUSAGE);
    test_golden_model_done(&model);
}

/* The average of a random forest is that of the iterations that are used. */
static void test_average(void **state)
{
    static const char average[] = "tree\naverage_output\n";
    const struct gpuc_iterations range = {GPUC_ITERATIONS_RANGE, 1, 3};
    size_t size = strlen(test_lightgbm_sample) + sizeof average;
    char *text = malloc(size);
    struct gpuc_model model;
    (void)state;

    assert_non_null(text);
    int length =
        snprintf(text, size, "%s%s", average, strchr(test_lightgbm_sample, '\n') + 1);
    load_text(text, (size_t)length, &range, &model);
    assert_true(model.link.divisor == 2);
    test_golden_model_done(&model);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),     cmocka_unit_test(test_info),
        cmocka_unit_test(test_same_image), cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_version_2),  cmocka_unit_test(test_objectives),
        cmocka_unit_test(test_outputs),    cmocka_unit_test(test_iterations),
        cmocka_unit_test(test_average),    cmocka_unit_test(test_infinite_threshold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
