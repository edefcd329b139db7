/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What XGBoost files mean where no golden case says it, against values worked out by
 * hand: objectives, base scores, linear models, vector leaves, iterations, names.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden_models.h"
#include "image_walk.h"
#include "support/cmocka_all.h"
#include "xgboost_sample.h"

/* The sample with a change; the message is printed and the test fails if it is refused.
 */
static struct gpuc_model load(const char *from, const char *to)
{
    struct gpuc_model model;
    struct gpuc_error error;
    const enum gpuc_status status = test_xgboost_load(from, to, &model, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, GPUC_OK);
    return model;
}

static struct gpuc_model load_text(const char *text,
                                   const struct gpuc_iterations *iterations)
{
    struct gpuc_model model;
    struct gpuc_error error;
    const enum gpuc_status status = test_xgboost_load_bytes(
        &gpuc_loader_xgboost_json, text, strlen(text), iterations, &model, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, GPUC_OK);
    return model;
}

static double start_margin(const struct gpuc_model *model, size_t k)
{
    const struct gpuc_forest *forest = model->forest;
    const float *margins = gpuc_forest_at(forest, &forest->start_margins);
    assert_true(k < forest->n_outputs);
    return (double)margins[k];
}

enum base { MARGIN, LOGIT, LOG };

static const struct {
    const char *name;
    enum gpuc_link_kind link;
    enum gpuc_task task;
    enum gpuc_label_rule label_rule;
    bool has_values;
    enum base base;
} objectives[] = {
    {"binary:logistic", GPUC_LINK_XGBOOST_SIGMOID, GPUC_TASK_BINARY,
     GPUC_LABEL_VALUE_ABOVE_HALF, true, LOGIT},
    {"binary:logitraw", GPUC_LINK_IDENTITY, GPUC_TASK_BINARY,
     GPUC_LABEL_MARGIN_ABOVE_ZERO, false, MARGIN},
    {"binary:hinge", GPUC_LINK_STEP, GPUC_TASK_BINARY, GPUC_LABEL_MARGIN_ABOVE_ZERO,
     false, MARGIN},
    {"multi:softprob", GPUC_LINK_XGBOOST_SOFTMAX, GPUC_TASK_MULTICLASS,
     GPUC_LABEL_FIRST_MAX_VALUE, true, MARGIN},
    {"multi:softmax", GPUC_LINK_XGBOOST_SOFTMAX, GPUC_TASK_MULTICLASS,
     GPUC_LABEL_FIRST_MAX_MARGIN, true, MARGIN},
    {"reg:logistic", GPUC_LINK_XGBOOST_SIGMOID, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true,
     LOGIT},
    {"reg:linear", GPUC_LINK_IDENTITY, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true, MARGIN},
    {"reg:squarederror", GPUC_LINK_IDENTITY, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true,
     MARGIN},
    {"reg:squaredlogerror", GPUC_LINK_IDENTITY, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true,
     MARGIN},
    {"reg:pseudohubererror", GPUC_LINK_IDENTITY, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true,
     MARGIN},
    {"reg:absoluteerror", GPUC_LINK_IDENTITY, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true,
     MARGIN},
    {"reg:quantileerror", GPUC_LINK_IDENTITY, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true,
     MARGIN},
    {"reg:gamma", GPUC_LINK_EXP, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true, LOG},
    {"reg:tweedie", GPUC_LINK_EXP, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true, LOG},
    {"count:poisson", GPUC_LINK_EXP, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true, LOG},
    {"rank:pairwise", GPUC_LINK_IDENTITY, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true, MARGIN},
    {"rank:ndcg", GPUC_LINK_IDENTITY, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true, MARGIN},
    {"rank:map", GPUC_LINK_IDENTITY, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true, MARGIN},
    {"survival:aft", GPUC_LINK_EXP, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true, LOG},
    {"survival:cox", GPUC_LINK_EXP, GPUC_TASK_VALUE, GPUC_LABEL_NONE, true, LOG},
};

/* The sample's base score is 0.25. Logarithms of the C library in float64, rounded to
 * float32: none of these is near the middle of two float32 numbers. */
static void test_objectives(void **state)
{
    static const double margins[] = {
        [MARGIN] = 0.25, [LOGIT] = -1.0986123, [LOG] = -1.3862944};
    (void)state;
    for (size_t i = 0; i < sizeof objectives / sizeof objectives[0]; i++) {
        struct gpuc_model model = load("binary:logistic", objectives[i].name);
        assert_int_equal(model.link.kind, objectives[i].link);
        assert_int_equal(model.link.task, objectives[i].task);
        assert_int_equal(model.link.label_rule, objectives[i].label_rule);
        assert_int_equal(model.link.has_values, objectives[i].has_values);
        assert_int_equal(model.link.n_outputs, 1);
        assert_true(start_margin(&model, 0) ==
                    (double)(float)margins[objectives[i].base]);
        assert_string_equal(model.info.booster, "gbtree");
        assert_int_equal(model.info.objective.size, strlen(objectives[i].name));
        test_golden_model_done(&model);
    }
}

/* Scores at the edge of what is allowed: 0 and 1 are kept 1e-6 away from themselves. */
static void test_base_scores(void **state)
{
    static const struct {
        const char *text;
        float score;
    } cases[] = {
        {"0", 1e-6F},     {"[1E0]", 1 - 1e-6F}, {"9.9999999E-1", 1 - 1e-6F},
        {"1E-9", 1e-6F},  {"0.5", 0.5F},        {"4.7666666E-1", 4.7666666e-1F},
        {"[7E-1]", 0.7F},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gpuc_model model = load("[2.5E-1]", cases[i].text);
        const float odds = 1 / cases[i].score - 1;
        assert_true(start_margin(&model, 0) == (double)(float)-log((double)odds));
        test_golden_model_done(&model);
    }
}

/* Of one base score for several outputs, or one for each. */
static void test_outputs(void **state)
{
    struct gpuc_model model = load("\"num_target\":\"1\"", "\"num_target\":\"3\"");
    (void)state;
    assert_int_equal(model.forest->n_outputs, 3);
    assert_int_equal(model.link.task, GPUC_TASK_MULTILABEL);
    for (size_t k = 0; k < 3; k++)
        assert_true(start_margin(&model, k) == (double)-1.0986123F);
    test_golden_model_done(&model);
}

#define LEARNER(booster, param, objective)                                               \
  "{\"learner\":{\"gradient_booster\":{" booster "},\"learner_model_param\":{" param     \
  "},\"objective\":{\"name\":\"" objective "\"}}"
#define TREES(n) "\"gbtree_model_param\":{\"num_trees\":\"" n "\"},"

/* Weights are by feature, then output; the biases follow; one base score serves all. */
static void test_linear(void **state)
{
    static const char text[] =
        LEARNER("\"name\":\"gblinear\",\"model\":{\"boosted_rounds\":7,"
                "\"weights\":[1,2,3,4,5E-1,2.5E-1]}",
                "\"base_score\":\"[1E1,2E1]\",\"num_feature\":\"2\",\"num_target\":\"2\"",
                "reg:squarederror") "}";
    const struct gpuc_iterations range = {GPUC_ITERATIONS_RANGE, 0, 3};
    const struct gpuc_iterations all = {.kind = GPUC_ITERATIONS_ALL};
    const double features[] = {8, 100}, missing[] = {NAN, 100};
    struct gpuc_model model = load_text(text, &all);
    struct gpuc_error error;
    double margins[2];

    (void)state;
    test_image_walk(model.forest, features, margins, NULL);
    assert_true(margins[0] == 10.5 + 8 * 1 + 100 * 3);
    assert_true(margins[1] == 10.25 + 8 * 2 + 100 * 4);
    test_image_walk(model.forest, missing, margins, NULL);
    assert_true(margins[0] == 10.5 + 100 * 3);
    assert_int_equal(model.info.n_iterations, 7);
    assert_int_equal(model.info.end_iteration, 7);
    assert_string_equal(model.info.booster, "gblinear");
    assert_false(model.info.has_names);
    test_golden_model_done(&model);
    assert_int_equal(test_xgboost_load_bytes(&gpuc_loader_xgboost_json, text,
                                             strlen(text), &range, &model, &error),
                     GPUC_EUSAGE);
    test_golden_model_done(&model);
}

/* Vector leaves as versions before 3.1 write them: two values for every node. */
static void test_vector_leaves_by_node(void **state)
{
    static const char text[] = LEARNER(
        "\"name\":\"gbtree\",\"model\":{" TREES(
            "1") "\"iteration_indptr\":[0,1],\"tree_info\":[0],\"trees\":[{"
                 "\"base_weights\":[0,0,1E0,2E0,3E0,4E0],\"default_left\":[0,0,0],"
                 "\"left_children\":[1,-1,-1],\"right_children\":[2,-1,-1],"
                 "\"split_conditions\":[5E-1,0,0],\"split_indices\":[0,0,0],"
                 "\"tree_param\":{\"num_nodes\":\"3\",\"size_leaf_vector\":\"2\"}}]}",
        "\"base_score\":\"5E-1\",\"num_feature\":\"1\",\"num_target\":\"2\"",
        "reg:squarederror") "}";
    const struct gpuc_iterations all = {.kind = GPUC_ITERATIONS_ALL};
    const double left = 0.25, right = 0.5;
    double margins[2];
    uint32_t leaf;

    (void)state;
    struct gpuc_model model = load_text(text, &all);
    test_image_walk(model.forest, &left, margins, &leaf);
    assert_true(margins[0] == 1.5 && margins[1] == 2.5 && leaf == 1);
    test_image_walk(model.forest, &right, margins, &leaf);
    assert_true(margins[0] == 3.5 && margins[1] == 4.5 && leaf == 2);
    test_golden_model_done(&model);
}

/* Later versions give quantiles by a formula that is not known here. */
static void test_quantiles(void **state)
{
#define QUANTILES                                                                        \
  LEARNER("\"name\":\"gbtree\",\"model\":{" TREES("0") "\"iteration_indptr\":[0],"       \
                                                       "\"tree_info\":[],\"trees\":[]}", \
          "\"base_score\":\"[2E0,3E0]\",\"num_feature\":\"3\",\"num_target\":\"2\"",     \
          "reg:quantileerror")
    static const char known[] = QUANTILES ",\"version\":[3,2,1]}";
    static const char unknown[] = QUANTILES ",\"version\":[3,3,0]}";
    const struct gpuc_iterations best = {.kind = GPUC_ITERATIONS_BEST};
    struct gpuc_model model = load_text(known, &best);
    struct gpuc_error error;

    (void)state;
    assert_true(start_margin(&model, 0) == 2 && start_margin(&model, 1) == 3);
    test_golden_model_done(&model);
    assert_int_equal(test_xgboost_load_bytes(&gpuc_loader_xgboost_json, unknown,
                                             strlen(unknown), &best, &model, &error),
                     GPUC_EMODEL);
    assert_non_null(strstr(error.message, "several quantiles is not supported"));
    test_golden_model_done(&model);
}

/* Trees that are one leaf each: the parallel ones of an iteration belong together. */
static void test_iterations(void **state)
{
#define LEAF(value)                                                                      \
  "{\"default_left\":[0],\"left_children\":[-1],\"right_children\":[-1],"                \
  "\"split_conditions\":[" value "],\"split_indices\":[0],"                              \
  "\"tree_param\":{\"num_nodes\":\"1\"}}"
    static const char text[] = LEARNER(
        "\"name\":\"dart\",\"weight_drop\":[1,1,5E-1,1,1,1],\"gbtree\":{\"model\":{"
        "\"gbtree_model_param\":{\"num_trees\":\"6\",\"num_parallel_tree\":\"2\"},"
        "\"tree_info\":[0,0,0,0,0,0],\"trees\":[" LEAF("1") "," LEAF("2") "," LEAF(
            "4") "," LEAF("8") "," LEAF("16") "," LEAF("32") "]}}",
        "\"base_score\":\"0\",\"num_feature\":\"1\"", "reg:squarederror") "}";
    const struct gpuc_iterations all = {.kind = GPUC_ITERATIONS_ALL};
    const struct gpuc_iterations second = {GPUC_ITERATIONS_RANGE, 1, 2};
    const struct gpuc_iterations beyond = {GPUC_ITERATIONS_RANGE, 2, 4};
    const double feature = 0;
    struct gpuc_error error;
    double margin;

    (void)state;
    struct gpuc_model model = load_text(text, &all);
    test_image_walk(model.forest, &feature, &margin, NULL);
    assert_true(margin == 1 + 2 + 0.5 * 4 + 8 + 16 + 32);
    assert_int_equal(model.info.n_iterations, 3);
    assert_int_equal(model.info.n_trees, 6);
    assert_string_equal(model.info.booster, "dart");
    test_golden_model_done(&model);
    model = load_text(text, &second);
    test_image_walk(model.forest, &feature, &margin, NULL);
    assert_true(margin == 0.5 * 4 + 8);
    assert_int_equal(model.forest->n_trees, 2);
    test_golden_model_done(&model);
    assert_int_equal(test_xgboost_load_bytes(&gpuc_loader_xgboost_json, text,
                                             strlen(text), &beyond, &model, &error),
                     GPUC_EUSAGE);
    test_golden_model_done(&model);
}

static void test_no_trees(void **state)
{
    static const char text[] = LEARNER(
        "\"name\":\"gbtree\",\"model\":{" TREES("0") "\"iteration_indptr\":[0],"
                                                     "\"tree_info\":[],\"trees\":[]}",
        "\"base_score\":\"[2E0]\",\"num_feature\":\"3\"", "reg:squarederror") "}";
    const struct gpuc_iterations best = {.kind = GPUC_ITERATIONS_BEST};
    const double features[3] = {1, 2, NAN};
    double margin;
    struct gpuc_model model = load_text(text, &best);

    (void)state;
    test_image_walk(model.forest, features, &margin, NULL);
    assert_true(margin == 2);
    assert_int_equal(model.info.n_iterations, 0);
    test_golden_model_done(&model);
}

/* The one float32 whose shortest decimal becomes another float32 by way of float64. */
static void test_twice_rounded(void **state)
{
    static const char *const texts[] = {"7.038531E-26", "-7.038531E-26"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct gpuc_model model = load("2.5E0", texts[i]);
        const struct gpuc_feature *feature = &gpuc_forest_features(model.forest)[1];
        const double threshold =
            gpuc_forest_thresholds(model.forest)[feature->first_threshold];
        assert_true(threshold == (double)strtof(texts[i], NULL));
        test_golden_model_done(&model);
    }
}

static void check_name(const struct gpuc_model *model, size_t feature, const char *name)
{
    const struct gpuc_info_text text = model->info.features[feature].name;
    assert_int_equal(text.size, strlen(name));
    assert_memory_equal(gpuc_info_text(&model->info, text), name, text.size);
}

static void test_names(void **state)
{
    static const struct {
        const char *json;
        const char *name;
    } cases[] = {
        {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
        {"\\u0041\\u00e9\\u20AC\\ud834\\udd1e", "A\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e"},
        {"\xc3\xa9\xe2\x82\xac plain", "\xc3\xa9\xe2\x82\xac plain"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char names[128];
        snprintf(names, sizeof names, "[\"%s\",\"b\"]", cases[i].json);
        struct gpuc_model model = load("[\"a\",\"b\"]", names);
        assert_true(model.info.has_names);
        check_name(&model, 0, cases[i].name);
        check_name(&model, 1, "b");
        test_golden_model_done(&model);
    }
    struct gpuc_model model = load("[\"a\",\"b\"]", "[]");
    assert_false(model.info.has_names);
    test_golden_model_done(&model);
}

/* Tables of integers, as for pandas categories that are numbers. */
static void test_number_categories(void **state)
{
    struct gpuc_model model = load("{\"offsets\":[0,1,3],\"values\":[120,-61,-92]}",
                                   "{\"type\":15,\"values\":[-7,9007199254740992]}");
    (void)state;
    assert_true(model.info.features[1].has_table && model.info.features[1].is_category);
    assert_false(model.info.features[0].has_table || model.info.features[0].is_category);
    assert_int_equal(model.info.n_categories, 2);
    assert_int_equal(model.info.categories[0].kind, GPUC_CATEGORY_NUMBER);
    assert_true(model.info.categories[0].number == -7);
    assert_true(model.info.categories[1].number == 0x1p53);
    test_golden_model_done(&model);
}

/* Files of versions that wrote things differently, against what the library says. */
static void check_old(const struct test_golden_case *item)
{
    static const struct gpuc_iterations all = {.kind = GPUC_ITERATIONS_ALL};
    const bool is_first = strcmp(item->name, "old_xgb_1_2_parallel_multi") == 0;
    struct test_file file = test_golden_file(item, is_first ? "model.json" : "model.ubj");
    struct gpuc_model model = test_golden_load(is_first ? &gpuc_loader_xgboost_json
                                                        : &gpuc_loader_xgboost_ubjson,
                                               item->name, &file, &all);

    test_golden_check(item, &model, "margin");
    assert_string_equal(model.info.booster, "gbtree");
    assert_memory_equal(gpuc_info_text(&model.info, model.info.trainer_version),
                        is_first ? "1.2.1" : "2.1.4", 5);
    test_golden_model_done(&model);
    free(file.bytes);
}

static void test_old_files(void **state)
{
    size_t n_own;
    (void)state;
    test_golden_each("old_xgb_", check_old, &n_own);
    assert_int_equal(n_own, 2);
}

static void test_recognised(void **state)
{
    static const struct {
        const char *bytes;
        bool is_json, is_ubjson;
    } cases[] = {
        {"{\"learner\":", true, false},
        {" {\n\"version\":", true, false},
        {"{\"oblivious\":", false, false},
        {"{i\7learner", false, true},
        {"{L\0", false, false},
        {"", false, false},
        {"[\"learner\"]", false, false},
        {"tree\nversion=v4", false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t bytes[128] = {0};
        memcpy(bytes, cases[i].bytes, strlen(cases[i].bytes));
        const struct gpuc_model_file file = {
            .name = "m", .bytes = bytes, .size = strlen(cases[i].bytes)};
        assert_true(gpuc_loader_xgboost_json.recognise(&file) == cases[i].is_json);
        assert_true(gpuc_loader_xgboost_ubjson.recognise(&file) == cases[i].is_ubjson);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_objectives),
        cmocka_unit_test(test_base_scores),
        cmocka_unit_test(test_outputs),
        cmocka_unit_test(test_linear),
        cmocka_unit_test(test_vector_leaves_by_node),
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_iterations),
        cmocka_unit_test(test_no_trees),
        cmocka_unit_test(test_twice_rounded),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_number_categories),
        cmocka_unit_test(test_old_files),
        cmocka_unit_test(test_recognised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
