/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of categories behind a LightGBM model: kinds of categories, and whose they are.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden_models.h"
#include "lightgbm_sample.h"
#include "support/cmocka_all.h"

#define FEATURES "feature_infos=[-1:1] [0:9] 3:0:40\n"
#define PARAMETER "[categorical_feature: 2]\n"
#define TABLES "pandas_categorical:null"

/* The sample with other features, parameter and tables; NULL: as they are. */
struct variant {
    const char *features, *parameter, *tables;
};

static const char *or_else(const char *text, const char *otherwise)
{
    return text != NULL ? text : otherwise;
}

static enum gpuc_status load(const struct variant *variant, struct gpuc_model *model,
                             struct gpuc_error *error)
{
    const struct gpuc_iterations all = {.kind = GPUC_ITERATIONS_ALL};
    const char *features = strstr(test_lightgbm_sample, FEATURES);
    const char *parameter = strstr(test_lightgbm_sample, PARAMETER);
    const char *tables = strstr(test_lightgbm_sample, TABLES);
    char text[4096];

    assert_true(features != NULL && parameter != NULL && tables != NULL);
    const char *behind_features = features + strlen(FEATURES);
    const char *behind_parameter = parameter + strlen(PARAMETER);
    int size = snprintf(
        text, sizeof text, "%.*s%s%.*s%s%.*s%s\n", (int)(features - test_lightgbm_sample),
        test_lightgbm_sample, or_else(variant->features, FEATURES),
        (int)(parameter - behind_features), behind_features,
        or_else(variant->parameter, PARAMETER), (int)(tables - behind_parameter),
        behind_parameter, or_else(variant->tables, TABLES));
    assert_in_range(size, 1, sizeof text - 1);
    return test_lightgbm_load_text(text, (size_t)size, &all, model, error);
}

static void test_kinds(void **state)
{
    static const struct variant variant = {
        .tables = "pandas_categorical: [ [\"a\\u00fc\\\"\", \"\", 7, -3, 0.1, 1e300, "
                  "-Infinity, true, false, 9007199254740992] ] "};
    static const struct {
        uint32_t kind;
        const char *text;
        double number;
    } expected[] = {
        {GPUC_CATEGORY_TEXT, "a\xc3\xbc\"", 0},
        {GPUC_CATEGORY_TEXT, "", 0},
        {GPUC_CATEGORY_NUMBER, "", 7},
        {GPUC_CATEGORY_NUMBER, "", -3},
        {GPUC_CATEGORY_NUMBER, "", 0.1},
        {GPUC_CATEGORY_NUMBER, "", 1e300},
        {GPUC_CATEGORY_NUMBER, "", -INFINITY},
        {GPUC_CATEGORY_BOOL, "", 1},
        {GPUC_CATEGORY_BOOL, "", 0},
        {GPUC_CATEGORY_NUMBER, "", 0x1p53},
    };
    const size_t n = sizeof expected / sizeof expected[0];
    struct gpuc_model model;
    struct gpuc_error error;
    (void)state;

    assert_int_equal(load(&variant, &model, &error), GPUC_OK);
    const struct gpuc_info_feature *feature = &model.info.features[2];
    assert_true(feature->has_table && feature->is_category);
    assert_int_equal(feature->n_categories, n);
    for (size_t i = 0; i < n; i++) {
        const struct gpuc_category *category =
            &model.info.categories[feature->first_category + i];
        assert_int_equal(category->kind, expected[i].kind);
        assert_int_equal(category->text.size, strlen(expected[i].text));
        assert_memory_equal(gpuc_info_text(&model.info, category->text), expected[i].text,
                            category->text.size);
        assert_true(category->number == expected[i].number);
    }
    test_golden_model_done(&model);
}

/* Lists belong to the categorical features in their order, by their infos or the
 * parameter. */
static void test_owners(void **state)
{
    static const struct {
        struct variant variant;
        int sizes[3]; /* of the features' tables; -1: there is none */
    } cases[] = {
        {{.tables = "pandas_categorical:[[1, 2]]"}, {-1, -1, 2}},
        {{.tables = "pandas_categorical:[]"}, {-1, -1, -1}},
        {{.tables = "pandas_categorical:[[]]"}, {-1, -1, 0}},
        {{NULL, "", "pandas_categorical:[[1, 2]]"}, {-1, -1, 2}},
        {{NULL, "[categorical_feature: 0,2]\n", "pandas_categorical:[[1], [2, 3]]"},
         {1, -1, 2}},
        {{"feature_infos=none [0:9] none\n", "[categorical_feature: 2,0]\n",
          "pandas_categorical:[[1], [2, 3]]"},
         {1, -1, 2}},
        {{"feature_infos=0:1 none 2\n", "[categorical_feature: ]\n",
          "pandas_categorical:[[1], [2, 3]]"},
         {1, -1, 2}},
        {{NULL, "[categorical_feature: 2,3,1000000000,-1,x,1.0]\n",
          "pandas_categorical:[[1]]"},
         {-1, -1, 1}},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gpuc_model model;
        struct gpuc_error error;
        enum gpuc_status status = load(&cases[i].variant, &model, &error);
        assert_string_equal(error.message, "");
        assert_int_equal(status, GPUC_OK);
        for (size_t k = 0; k < 3; k++) {
            const struct gpuc_info_feature *feature = &model.info.features[k];
            int n = cases[i].sizes[k];
            assert_int_equal(feature->has_table, n >= 0);
            assert_true(!feature->has_table || feature->is_category);
            assert_int_equal(feature->n_categories, n > 0 ? n : 0);
        }
        test_golden_model_done(&model);
    }
}

#define CANNOT_TELL                                                                      \
  "; which columns had the type `category` cannot be told (ordered ones, or categories " \
  "given as numbers?)"

static void test_refused(void **state)
{
    static const struct {
        const char *tables, *message; /* behind the place */
    } cases[] = {
        {"[[1], [2]]", "2 lists of categories for 1 categorical features" CANNOT_TELL},
        {"[1]", "an array was expected"},
        {"[[1, null]]", "a category must be a text, a number or a boolean"},
        {"[[NaN]]", "the category is not a number"},
        {"[[9007199254740993]]", "the category takes over 53 bits"},
        {"[[123456789012345678901]]", "the category takes over 53 bits"},
        {"[[1, [2]]]", "a category must be a text, a number or a boolean"},
        {"[{\"a\": 1}]", "an array was expected"},
        {"{}", "an array was expected"},
        {"7", "an array was expected"},
        {"null null", "bytes after the document's end"},
        {"[[\"\xff\"]]", "the string is not valid UTF-8"},
        {"[[1]", "the file ends here"},
        {"[[\"a", "control character in a string"},
        {"nul", "a value was expected"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char tables[128];
        const struct variant variant = {.tables = tables};
        struct gpuc_model model;
        struct gpuc_error error;
        snprintf(tables, sizeof tables, "pandas_categorical:%s", cases[i].tables);
        assert_int_equal(load(&variant, &model, &error), GPUC_EMODEL);
        assert_memory_equal(error.message, "sample.txt:7", 12); /* or the line behind */
        const char *message = strstr(error.message, "pandas_categorical: ");
        assert_non_null(message);
        assert_string_equal(message + 20, cases[i].message);
        test_golden_model_done(&model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_owners),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
