/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the XGBoost loader refuses, with the place in the message, and what it takes for
 * the same model: one small document (xgboost_sample.h), changed in one place at a time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden_models.h"
#include "support/cmocka_all.h"
#include "xgboost_sample.h"

/* A change of the sample: the first `from` becomes `to`. */
struct change {
    const char *from;
    const char *to;
    const char *message; /* that the error contains */
};

static const struct gpuc_iterations best = {.kind = GPUC_ITERATIONS_BEST};

static void check_refused(const struct gpuc_loader *loader, const void *bytes,
                          size_t size, const char *message)
{
    struct gpuc_model model;
    struct gpuc_error error;
    const enum gpuc_status status =
        test_xgboost_load_bytes(loader, bytes, size, &best, &model, &error);

    if (status != GPUC_EMODEL || strstr(error.message, message) == NULL ||
        strncmp(error.message, "m.json:", 7) != 0)
        fail_msg("status %d, '%s' instead of '%s'", (int)status, error.message, message);
    test_golden_model_done(&model);
}

/* Faults of the document's syntax. */
static const struct change syntax[] = {
    {"{\"learner\"", "", "m.json:1: column 1: a value was expected"},
    {"\"version\"", "version", "a member's name was expected"},
    {"[3,2,0]}", "[3,2,0]}x", "bytes after the document's end"},
    {"[3,2,0]}", "[3,2,0]}{}", "bytes after the document's end"},
    {"[3,2,0]}", "[3,2,0]", "the file ends here"},
    {"[3,2,0]", "[3,2,0,]", "a value was expected"},
    {"[3,2,0]", "[3 2,0]", "a comma or the closing bracket was expected"},
    {"[3,2,0]", "[3,02,0]", "this is no JSON number"},
    {"[3,2,0]", "[+3,2,0]", "a value was expected"},
    {"[3,2,0]", "[-,2,0]", "this is no JSON number"},
    {"[3,2,0]}", "[3,2,0],}", "a member's name was expected"},
    {"\"version\":", "\"version\"", "':' was expected"},
    {"2.5E0", "2.E0", "a digit was expected"},
    {"2.5E0", "2.5E", "a digit was expected"},
    {"2.5E0", "nan", "a value was expected"},
    {"2.5E0", "tru", "a value was expected"},
    {"2.5E0", "-NaN", "this is no JSON number"},
    {"[\"a\",\"b\"]", "[\"a\",\"\\x\"]", "wrong escape sequence"},
    {"[\"a\",\"b\"]", "[\"a\",\"\\u12g4\"]", "wrong escape sequence"},
    {"[\"a\",\"b\"]", "[\"a\",\"\\ud834\"]", "wrong escape sequence"},
    {"[\"a\",\"b\"]", "[\"a\",\"\\ud834\\u0041\"]", "wrong escape sequence"},
    {"[\"a\",\"b\"]", "[\"a\",\"\\udd1e\"]", "wrong escape sequence"},
    {"[\"a\",\"b\"]", "[\"a\",\"\n\"]", "control character in a string"},
    {"[\"a\",\"b\"]", "[\"a\",\"\xff\"]", "not valid UTF-8"},
    {"[\"a\",\"b\"]", "[\"a\",\"\xc3\"]", "not valid UTF-8"},
    {"[\"a\",\"b\"]", "\n\n[\"a\",\"\\x\"]", "m.json:3: column 7: "},
};

/* Faults of members: absent, of the wrong kind, twice, disagreeing. */
static const struct change members[] = {
    {"\"objective\":{\"name\":\"binary:logistic\"}", "\"objective\":{}",
     "objective: the object has no member 'name'"},
    {"\"objective\"", "\"objectiv\"", "learner: the object has no member 'objective'"},
    {"\"learner\"", "\"lerner\"", "the object has no member 'learner'"},
    {"{\"learner\"", "{\"version\":[3,2,0],\"learner\"", "version: it occurs twice"},
    {"\"num_class\":\"0\"", "\"num_feature\":\"2\"", "num_feature: it occurs twice"},
    {"\"id\":0", "\"left_children\":[-1]", "tree 0, left_children: it occurs twice"},
    {"binary:logistic", "my:own", "the objective 'my:own' is not supported"},
    {"binary:logistic", "reg:expectileerror", "'reg:expectileerror' is not supported"},
    {"\"name\":\"gbtree\"", "\"name\":\"gbforest\"", "'gbforest' is not supported"},
    {"\"name\":\"gbtree\"", "\"name\":\"dart\"", "weight_drop has 0 numbers"},
    {"\"name\":\"gbtree\"", "\"name\":\"gblinear\"", "weights has 0 numbers, not 3"},
    {"\"name\":\"gbtree\"", "\"gbtree\":{\"model\":{}},\"name\":\"gbtree\"",
     "both 'model' and 'gbtree'"},
    {"\"name\":\"gbtree\"", "\"name\":7", "name: a string was expected"},
    {"[3,2,0]", "[4,0,0]", "written by XGBoost 4.0"},
    {"[3,2,0]", "[3,2]", "version has 2 numbers"},
    {"[3,2,0]", "[3,-2,0]", "-2 is no number of a version"},
    {"[3,2,0]", "[3,2,0.5]", "version: an integer was expected"},
    {"[3,2,0]", "[3,2,1E0]", "version: an integer was expected"},
    {"[3,2,0]", "[3,2,9223372036854775808]", "takes over 64 bits"},
    {"[3,2,0]", "[3,2,null]", "version: an integer was expected"},
    {"[3,2,0]", "\"3.2.0\"", "version: an array of integers was expected"},
    {"\"num_feature\":\"2\",\"num_target\"", "\"num_feature\":\"0\",\"num_target\"",
     "num_feature is not 1 to"},
    {"\"num_feature\":\"2\",\"num_target\"", "\"num_feature\":2,\"num_target\"",
     "num_feature: a string was expected"},
    {"\"num_feature\":\"2\",\"num_target\"", "\"num_feature\":\"-2\",\"num_target\"",
     "num_feature is no number"},
    {"\"num_feature\":\"2\",\"num_target\"",
     "\"num_feature\":\"99999999\",\"num_target\"", "num_feature is not 1 to"},
    {"\"num_feature\":\"2\",\"num_target\"", "\"num_feature\":\"3\",\"num_target\"",
     "feature_names: 2 items for a model with 3 features"},
    {"\"num_feature\":\"2\",\"num_target\"", "\"num_feature\":\"1\",\"num_target\"",
     "feature_names: more items than the model has features (1)"},
    {"\"num_class\":\"0\"", "\"num_class\":\"x\"", "num_class is no number"},
    {"\"num_target\":\"1\"", "\"num_target\":\"70000\"", "outputs, not 70000"},
    {"\"num_class\":\"0\",\"num_feature\":\"2\",\"num_target\":\"1\"",
     "\"num_class\":\"3\",\"num_feature\":\"2\",\"num_target\":\"2\"",
     "num_class and num_target are both above 1"},
    {"\"num_trees\":\"2\"", "\"num_trees\":\"3\"", "tree_info has 2 numbers"},
    {"\"num_trees\":\"2\"", "\"num_trees\":\"\"", "no num_trees"},
    {"\"trees\"", "\"forest\"", "has no trees"},
    {"\"iteration_indptr\":[0,1,2],\"tree_info\":[0,0],\"trees\":[",
     "\"iteration_indptr\":[0,1],\"tree_info\":[0],\"trees\":[", "tree_info has 1"},
    {"\"iteration_indptr\":[0,1,2]", "\"iteration_indptr\":[0,1,3]",
     "iteration_indptr goes from 0 to 3"},
    {"\"iteration_indptr\":[0,1,2]", "\"iteration_indptr\":[1,1,2]",
     "iteration_indptr goes from 1 to 2"},
    {"\"iteration_indptr\":[0,1,2]", "\"iteration_indptr\":[0,3,2]",
     "iteration_indptr: number 2 is less"},
    {"\"iteration_indptr\":[0,1,2]", "\"iteration_indptr\":[0,-1,2]",
     "iteration_indptr: number 1 is less"},
    {"\"tree_info\":[0,0]", "\"tree_info\":[0,1]", "tree 1, tree_info: output 1"},
    {"\"tree_info\":[0,0]", "\"tree_info\":[-1,0]", "tree 0, tree_info: output -1"},
    {"\"best_iteration\":\"1\"", "\"best_iteration\":\"2\"", "best_iteration is 2"},
    {"\"best_iteration\":\"1\"", "\"best_iteration\":\"last\"", "best_iteration is no"},
    {"[2.5E-1]", "[2.5E-1,1]", "base_score has not one number"},
    {"[2.5E-1]", "[]", "base_score: number 0"},
    {"[2.5E-1]", "[x]", "base_score: number 0"},
    {"[2.5E-1]", "[NaN]", "base_score: number 0"},
    {"[2.5E-1]", "[1.5E0]", "base_score: number 0 is none that binary:logistic allows"},
    {"[\"a\",\"b\"]", "[\"a\",\"a\"]", "feature_names: 'a' occurs twice"},
    {"[\"a\",\"b\"]", "[\"a\",7]", "feature_names: a string was expected"},
    {"[\"float\",\"c\"]", "[\"float\"]", "feature_types: 1 items for a model with 2"},
};

/* Faults of tables of categories, whose message ends alike. */
static const struct change tables[] = {
    {"[0,1,3]", "[0,1,2]", "the categories of feature 1 take 2 bytes, but 3 are there"},
    {"[0,1,3]", "[1,1,3]", "the table is damaged"},
    {"[0,1,3]", "[0,4,3]", "category 0 of feature 1 is no text"},
    {"[0,1,3]", "[0,-1,3]", "category 0 of feature 1 is no text"},
    {"[0,1,3]", "[0,2,3]", "category 0 of feature 1 is no text"},
    {"[0,1,3]", "[0,3,1,3]", "category 1 of feature 1 is no text"},
    {"[120,-61,-92]", "[120,-61,256]", "values: 256 is no byte"},
    {"[120,-61,-92]", "[120,-129,-92]", "values: -129 is no byte"},
    {"{\"offsets\":[0,1,3],", "{\"type\":8,", "categories of type 8 are not supported"},
    {"{\"offsets\":[],\"values\":[]},", "", "cats: 1 items for a model with 2 features"},
};

/* Faults of trees. */
static const struct change trees[] = {
    {"\"num_nodes\":\"5\"", "\"num_nodes\":\"6\"", "tree 0: left_children has 5 numbers"},
    {"\"num_nodes\":\"5\"", "\"num_nodes\":\"0\"", "tree 0: num_nodes is no number"},
    {"\"num_nodes\":\"5\"", "\"num_nodes\":\"5000000000\"", "num_nodes is no number"},
    {"\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"2\"",
     "tree 0: base_weights has 5 numbers, not 10"},
    {"\"size_leaf_vector\":\"0\"", "\"size_leaf_vector\":\"-1\"",
     "tree 1: size_leaf_vector is no number"},
    {"[1,-1,3,-1,-1]", "[1,-1,3,-1]", "tree 0: left_children has 4 numbers, not 5"},
    {"[2,-1,4,-1,-1]", "[2,-1,4,-1,-1,-1]", "tree 0: right_children has 6 numbers"},
    {"[5E-1,1E0,2.5E0,-2E0,3E0]", "[]", "tree 0: split_conditions has 0 numbers"},
    {"[0,0,1,0,0]", "[0]", "tree 0: split_indices has 1 numbers"},
    {"[0,1,0,0,0]", "[0]", "tree 0: default_left has 1 numbers"},
    {"[0,1,0,0,0]", "[2,1,0,0,0]", "tree 0, default_left: a boolean, 0 or 1"},
    {"[0,1,0,0,0]", "[-1,1,0,0,0]", "tree 0, default_left: a boolean, 0 or 1"},
    {"[0,0,0,0,0]", "[0]", "tree 0: split_type has 1 numbers"},
    {"[0,0,0,0,0]", "[0,0,2,0,0]", "tree 0, split_type: a boolean, 0 or 1"},
    {"[0,0,0,0,0]", "[1,0,0,0,0]", "tree 0: node 0 splits by categories, but"},
    {"[1,-1,3,-1,-1]", "[5,-1,3,-1,-1]", "tree 0: node 0, left_children: 5 is out"},
    {"[1,-1,3,-1,-1]", "[-2,-1,3,-1,-1]", "tree 0: node 0, left_children: -2 is out"},
    {"[1,-1,3,-1,-1]", "[true,-1,3,-1,-1]", "tree 0, left_children: an integer was"},
    {"[1,-1,3,-1,-1]", "[\"1\",-1,3,-1,-1]", "tree 0, left_children: an integer was"},
    {"[2,-1,4,-1,-1]", "[2,-1,9,-1,-1]", "tree 0: node 2, right_children: 9 is out"},
    {"[2,-1,4,-1,-1]", "[-1,-1,4,-1,-1]", "tree 0: node 0, right_children: -1 is out"},
    {"[2,-1,4,-1,-1]", "[2,0,4,-1,-1]", "tree 0: node 1, right_children: 0 is out"},
    {"[1,-1,3,-1,-1]", "[1,-1,0,-1,-1]", "tree 0, node 0: it has two parents, or is"},
    {"[1,-1,3,-1,-1]", "[2,-1,3,-1,-1]", "tree 0, node 2: it has two parents, or is"},
    {"[1,-1,3,-1,-1]", "[1,-1,4,-1,-1]", "tree 0, leaf 4 has two parents"},
    {"[0,0,1,0,0]", "[0,0,2,0,0]", "tree 0, node 2: feature 2 of a model with 2"},
    {"[0,0,1,0,0]", "[0,0,-1,0,0]", "tree 0: node 2, split_indices: -1 is out"},
    {"[0,0,1,0,0]", "[0,0,4294967296,0,0]", "node 2, split_indices: 4294967296 is out"},
    {"2.5E0", "NaN", "tree 0, node 2: the threshold is not a number"},
    {"-2E0", "NaN", "tree 0, leaf 3: the value is not a number"},
    {"2.5E0", "\"2.5E0\"", "tree 0, split_conditions: a number was expected"},
    {"2.5E0", "[2.5E0]", "tree 0, split_conditions: a number was expected"},
    {"\"categories\":[1]", "\"categories\":[-1]", "tree 1: categories: -1 is out"},
    {"\"categories\":[1]", "\"categories\":[16777216]", "categories: 16777216 is out"},
    {"\"categories\":[1]", "\"categories\":[]", "node 0, categories_sizes: 1 is out"},
    {"\"categories_sizes\":[1]", "\"categories_sizes\":[2]",
     "tree 1: node 0, categories_sizes: 2 is out"},
    {"\"categories_sizes\":[1]", "\"categories_sizes\":[0]",
     "tree 1: node 0, categories_sizes: 0 is out"},
    {"\"categories_sizes\":[1]", "\"categories_sizes\":[9223372036854775807]",
     "node 0, categories_sizes: 9223372036854775807 is out"},
    {"\"categories_sizes\":[1]", "\"categories_sizes\":[]",
     "tree 1: categories_sizes has 0 numbers, not 1"},
    {"\"categories_segments\":[0]", "\"categories_segments\":[-1]",
     "tree 1: node 0, categories_segments: -1 is out"},
    {"\"categories_segments\":[0]", "\"categories_segments\":[2]",
     "tree 1: node 0, categories_segments: 2 is out"},
    {"\"categories_nodes\":[0]", "\"categories_nodes\":[3]",
     "tree 1: categories_nodes: 3 is no node"},
    {"\"categories_nodes\":[0]", "\"categories_nodes\":[-1]",
     "tree 1: categories_nodes: -1 is no node"},
    {"\"categories_nodes\":[0],\"categories_segments\":[0],\"categories_sizes\":[1]",
     "\"categories_nodes\":[0,0],\"categories_segments\":[0,0],\"categories_sizes\":[1,"
     "1]",
     "tree 1: categories_nodes: 0 is no node, or occurs twice"},
    {"\"categories_nodes\":[0]", "\"categories_nodes\":[1]",
     "tree 1: categories_nodes: node 1 does not split by categories"},
    {"\"split_type\":[1,0,0],", "",
     "tree 1: categories_nodes: node 0 does not split by categories"},
    {"\"categories_nodes\":[0],\"categories_segments\":[0],\"categories_sizes\":[1]",
     "\"categories_nodes\":[]", "tree 1: node 0 splits by categories, but"},
    {"\"size_leaf_vector\":\"0\"}}]", "\"size_leaf_vector\":\"0\"}},{}]",
     "trees: more trees than num_trees says"},
};

static void check_changes(const struct change *changes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *text = test_xgboost_changed(changes[i].from, changes[i].to);
        check_refused(&gpuc_loader_xgboost_json, text, strlen(text), changes[i].message);
        free(text);
    }
}

#define CHECK_CHANGES(changes) check_changes(changes, sizeof changes / sizeof changes[0])

static void test_refused(void **state)
{
    (void)state;
    CHECK_CHANGES(syntax);
    CHECK_CHANGES(members);
    CHECK_CHANGES(tables);
    CHECK_CHANGES(trees);
}

/* Other ways to write the same model. */
static void test_same_model(void **state)
{
    static const struct change changes[] = {
        {"{\"learner\"", " \t\r\n{ \"learner\" ", ""},
        {"\"num_class\":\"0\",", "", ""},
        {"\"num_class\":\"0\"", "\"num_class\":\"1\"", ""},
        {"[2.5E-1]", "2.5E-1", ""},
        {"[2.5E-1]", "0.25", ""},
        {"\"iteration_indptr\":[0,1,2],", "", ""},
        {"\"num_parallel_tree\":\"1\",", "", ""},
        {"\"split_type\":[0,0,0,0,0],", "", ""},
        {"[0,1,0,0,0]", "[false,true,false,false,false]", ""},
        {"\"id\":0", "\"id\":{\"deep\":[[[null,true,\"\\u20ac\\\"\"]],{}]}", ""},
        {"\"id\":0,", "", ""},
        {"\"base_weights\":[1,2,3,4,5],", "", ""},
        {"2.5E0", "2.5", ""},
        {"2.5E0", "25e-1", ""},
        {"2.5E0", "2.50000000000000000000000000000000000000001", ""},
        {"\"name\":\"gbtree\"},", "\"na\\u006de\":\"\\u0067btree\"},", ""},
        {"[\"a\",\"b\"]", "[\"\\u0061\",\"b\"]", ""},
        /* What a leaf or an unreachable node says of splits does not matter. */
        {"[0,0,1,0,0]", "[0,2147483647,1,9,9]", ""},
    };
    struct gpuc_model model;
    struct gpuc_error error;

    (void)state;
    assert_int_equal(test_xgboost_load(NULL, NULL, &model, &error), GPUC_OK);
    assert_int_equal(model.info.end_iteration, 2);
    assert_int_equal(model.info.categories[1].text.size, 2);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct gpuc_model other;
        char *text = test_xgboost_changed(changes[i].from, changes[i].to);
        const enum gpuc_status status = test_xgboost_load_bytes(
            &gpuc_loader_xgboost_json, text, strlen(text), &best, &other, &error);
        if (status != GPUC_OK)
            fail_msg("%s: %s", changes[i].to, error.message);
        assert_int_equal(other.forest->image_size, model.forest->image_size);
        assert_memory_equal(other.forest, model.forest, model.forest->image_size);
        assert_int_equal(other.info.n_iterations, 2);
        test_golden_model_done(&other);
        free(text);
    }
    test_golden_model_done(&model);
}

/* The members of the learner in reverse order: trees after all that they need. */
static void test_any_order(void **state)
{
    const char *learner = strstr(test_xgboost_sample, "\"attributes\"");
    const char *param = strstr(test_xgboost_sample, "\"learner_model_param\"");
    const char *end = strstr(test_xgboost_sample, "},\"version\"");
    struct gpuc_model model, other;
    struct gpuc_error error;
    char text[sizeof test_xgboost_sample + 16];

    (void)state;
    snprintf(text, sizeof text, "{\"version\":[3,2,0],\"learner\":{%.*s,%.*s}}",
             (int)(end - param), param, (int)(param - 1 - learner), learner);
    assert_int_equal(test_xgboost_load(NULL, NULL, &model, &error), GPUC_OK);
    const enum gpuc_status status = test_xgboost_load_bytes(
        &gpuc_loader_xgboost_json, text, strlen(text), &best, &other, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, GPUC_OK);
    assert_int_equal(other.forest->image_size, model.forest->image_size);
    assert_memory_equal(other.forest, model.forest, model.forest->image_size);
    test_golden_model_done(&model);
    test_golden_model_done(&other);
}

static void test_every_truncation(void **state)
{
    (void)state;
    for (size_t size = 0; size + 1 < sizeof test_xgboost_sample; size++)
        check_refused(&gpuc_loader_xgboost_json, test_xgboost_sample, size, "");
}

/* A member of the document that nobody knows, nested a million times. */
static void test_deep_nesting(void **state)
{
    enum { DEPTH = 1000000 };
    char *nested = malloc(DEPTH + 8);
    (void)state;
    assert_non_null(nested);
    memcpy(nested, "{\"x\":", 5);
    memset(nested + 5, '[', DEPTH);
    check_refused(&gpuc_loader_xgboost_json, nested, DEPTH, "nested too deeply");
    memset(nested, '[', DEPTH);
    memcpy(nested, "{i\1x", 4);
    check_refused(&gpuc_loader_xgboost_ubjson, nested, DEPTH, "nested too deeply");
    free(nested);
}

/* The numbers of one array: n_counted from `first` on, then `rest`. */
struct numbers {
    const char *name;
    long first;
    long step;
    size_t n_counted;
    long rest;
};

/* "NAME":[...], with n numbers; returns the bytes that it takes. */
static size_t put_numbers(char *text, const struct numbers *numbers, size_t n)
{
    size_t size = (size_t)sprintf(text, "\"%s\":[", numbers->name);
    for (size_t i = 0; i < n; i++) {
        const long number = i < numbers->n_counted
                                ? numbers->first + numbers->step * (long)i
                                : numbers->rest;
        size += (size_t)sprintf(text + size, "%s%ld", i > 0 ? "," : "", number);
    }
    return size + (size_t)sprintf(text + size, "],");
}

/* A tree that is one chain of a million splits. */
static void test_deep_tree(void **state)
{
    enum { N = 2000001 };
    static const char head[] =
        "{\"learner\":{\"gradient_booster\":{\"name\":\"gbtree\",\"model\":{"
        "\"gbtree_model_param\":{\"num_trees\":\"1\"},\"tree_info\":[0],\"trees\":[{";
    static const char tail[] =
        "\"tree_param\":{\"num_nodes\":\"2000001\"}}]}},\"learner_model_param\":"
        "{\"base_score\":\"0\",\"num_feature\":\"1\"},"
        "\"objective\":{\"name\":\"reg:linear\"}}}";
    /* Node i < N / 2 has leaf N / 2 + 1 + i on the left and node i + 1 on the right;
     * node N / 2 is a leaf. */
    static const struct numbers arrays[] = {
        {"left_children", N / 2 + 1, 1, N / 2, -1},
        {"right_children", 1, 1, N / 2, -1},
        {"split_indices", 0, 0, 0, 0},
        {"default_left", 0, 0, 0, 0},
        {"split_conditions", 0, 0, 0, 0},
    };
    char *text = malloc((size_t)N * 40);
    size_t size = 0;

    (void)state;
    assert_non_null(text);
    size += (size_t)sprintf(text, "%s", head);
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        size += put_numbers(text + size, &arrays[i], N);
    size += (size_t)sprintf(text + size, "%s", tail);
    check_refused(&gpuc_loader_xgboost_json, text, size, "deeper than 65535 splits");
    free(text);
}

/* ---- UBJSON ---- */

#define BYTES(text) text, sizeof text - 1

static void test_ubjson_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *message;
    } cases[] = {
        {BYTES(""), "byte 0: the file ends too early"},
        {BYTES("{"), "byte 1: the file ends too early"},
        {BYTES("}"), "byte 0: a value was expected"},
        {BYTES("[}"), "an object was expected"},
        {BYTES("{i\1"), "a length beyond the end of the file"},
        {BYTES("{i\377x"), "a length below 0"},
        {BYTES("{d\0\0\0\1x"), "a length was expected"},
        {BYTES("{S"), "a length was expected"},
        {BYTES("{L\177\377\377\377\377\377\377\377x"), "a length beyond the end"},
        {BYTES("{L\377\377\377\377\377\377\377\377x"), "a length below 0"},
        {BYTES("{i\1xS"), "the file ends too early"},
        {BYTES("{i\1xSi\4abc"), "a length beyond the end"},
        {BYTES("{i\1xSi\1\377}"), "not valid UTF-8"},
        {BYTES("{i\1\377Z}"), "not valid UTF-8"},
        {BYTES("{i\1xC\200}"), "not valid UTF-8"},
        {BYTES("{i\1xHi\0011}"), "'H'"},
        {BYTES("{i\1x?}"), "byte 4: a value was expected"},
        {BYTES("{i\1x]}"), "a value was expected"},
        {BYTES("{i\1x[$"), "the file ends too early"},
        {BYTES("{i\1x[$l"), "the file ends too early"},
        {BYTES("{i\1x[$ll"), "'#' was expected"},
        {BYTES("{i\1x[$T#i\5}"), "arrays of this type are not supported"},
        {BYTES("{i\1x[$Z#i\5}"), "arrays of this type are not supported"},
        {BYTES("{i\1x[$N#i\5}"), "arrays of this type are not supported"},
        {BYTES("{i\1x[$\0#i\5}"), "'#' was expected"},
        {BYTES("{i\1x[$l#L\0\0\0\0\177\377\377\377}"), "a length beyond the end"},
        {BYTES("{i\1x[$l#L\177\377\377\377\377\377\377\377}"), "a length beyond the end"},
        {BYTES("{i\1x[$l#i\2\0\0\0\0\0}"), "a count beyond the end of the file"},
        {BYTES("{i\1x[#L\100\0\0\0\0\0\0\0}"), "a length beyond the end"},
        {BYTES("{i\1x[#i\2Z}"), "a value was expected"},
        {BYTES("{i\1x[#i\1"), "a length beyond the end"},
        {BYTES("{i\1x{#i\377}"), "a length below 0"},
        {BYTES("{i\1xZ}"), "the object has no member 'learner'"},
        {BYTES("{#i\1i\1xZ"), "the object has no member 'learner'"},
        {BYTES("{$Z#i\1i\1x"), "arrays of this type are not supported"},
        {BYTES("{$U#i\2i\1x\5i\1y\6"), "the object has no member 'learner'"},
        {BYTES("{i\1x[$[#i\2]]}"), "the object has no member 'learner'"},
        {BYTES("{i\1x[$S#i\2i\1ai\0}"), "the object has no member 'learner'"},
        {BYTES("N{Ni\1xNNZN}"), "the object has no member 'learner'"},
        {BYTES("{i\7versionZ}"), "version: an array of integers was expected"},
        {BYTES("{i\7version[$d#i\1\0\0\0\0}"), "version: an integer was expected"},
        {BYTES("{i\7version[i\3I\377\377l\0\0\0\0]i\7version[]}"), "occurs twice"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_refused(&gpuc_loader_xgboost_ubjson, cases[i].bytes, cases[i].size,
                      cases[i].message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),        cmocka_unit_test(test_same_model),
        cmocka_unit_test(test_any_order),      cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_deep_nesting),   cmocka_unit_test(test_deep_tree),
        cmocka_unit_test(test_ubjson_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
