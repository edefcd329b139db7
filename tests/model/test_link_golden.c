/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpuc_link_apply() on the margins that XGBoost and LightGBM gave for the golden cases:
 * their probabilities, predictions and labels; and a base margin.
 */
#include "model/link.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden_models.h"
#include "model/xgboost_objective.h"
#include "support/cmocka_all.h"

enum { MAX_OUTPUTS = 5, MAX_ROWS = 1024 };

struct golden_link {
    const char *name;
    uint32_t kind;
    uint32_t task;
    uint32_t label_rule;
    uint32_t n_outputs;
    double slope;
    double divisor;
};

#define BINARY GPUC_TASK_BINARY, GPUC_LABEL_VALUE_ABOVE_HALF, 1
#define SIGN GPUC_TASK_BINARY, GPUC_LABEL_MARGIN_ABOVE_ZERO, 1
#define CLASSES GPUC_TASK_MULTICLASS, GPUC_LABEL_FIRST_MAX_VALUE
#define VALUE GPUC_TASK_VALUE, GPUC_LABEL_NONE

/* In float32 the cases whose name begins with x. */
static const struct golden_link links[] = {
    {"xgb_binary_d6_100", GPUC_LINK_XGBOOST_SIGMOID, BINARY, 1, 1},
    {"xgb_binary_d12", GPUC_LINK_XGBOOST_SIGMOID, BINARY, 1, 1},
    {"xgb_base_score", GPUC_LINK_XGBOOST_SIGMOID, BINARY, 1, 1},
    {"xgb_constant", GPUC_LINK_XGBOOST_SIGMOID, BINARY, 1, 1},
    {"xgb_gblinear", GPUC_LINK_XGBOOST_SIGMOID, BINARY, 1, 1},
    {"xgb_multilabel", GPUC_LINK_XGBOOST_SIGMOID, GPUC_TASK_MULTILABEL,
     GPUC_LABEL_VALUE_ABOVE_HALF, 3, 1, 1},
    {"xgb_softprob5", GPUC_LINK_XGBOOST_SOFTMAX, CLASSES, 5, 1, 1},
    {"xgb_cat_mixed", GPUC_LINK_XGBOOST_SOFTMAX, CLASSES, 3, 1, 1},
    {"xgb_softmax3", GPUC_LINK_IDENTITY, GPUC_TASK_MULTICLASS,
     GPUC_LABEL_FIRST_MAX_MARGIN, 3, 1, 1},
    {"xgb_hinge", GPUC_LINK_STEP, SIGN, 1, 1},
    {"xgb_logitraw", GPUC_LINK_IDENTITY, SIGN, 1, 1},
    {"xgb_poisson", GPUC_LINK_EXP, VALUE, 1, 1, 1},
    {"xgb_tweedie", GPUC_LINK_EXP, VALUE, 1, 1, 1},
    {"xgb_rank_pairwise", GPUC_LINK_IDENTITY, VALUE, 1, 1, 1},
    {"lgb_binary_31", GPUC_LINK_SIGMOID, BINARY, 1, 1},
    {"lgb_binary_sigmoid", GPUC_LINK_SIGMOID, BINARY, 0.7, 1},
    {"lgb_rf", GPUC_LINK_SIGMOID, BINARY, 1, 20},
    {"lgb_rf_multi", GPUC_LINK_SOFTMAX, CLASSES, 3, 1, 8},
    {"lgb_multiclass5", GPUC_LINK_SOFTMAX, CLASSES, 5, 1, 1},
    {"lgb_multiclassova", GPUC_LINK_SIGMOID, CLASSES, 4, 1.3, 1},
    {"lgb_cross_entropy", GPUC_LINK_SIGMOID, VALUE, 1, 1, 1},
    {"lgb_cross_entropy_lambda", GPUC_LINK_LOG1P_EXP, VALUE, 1, 1, 1},
    {"lgb_poisson", GPUC_LINK_EXP, VALUE, 1, 1, 1},
    {"lgb_regression_sqrt", GPUC_LINK_SIGNED_SQUARE, VALUE, 1, 1, 1},
};

/* A number of either type. */
union number {
    float narrow;
    double wide;
};

static bool is_float32(const struct test_golden_case *item)
{
    return item->name[0] == 'x';
}

/* A column NAME, or NAME_K where there are several. */
static const char *field(const struct test_golden_case *item, const char *name, size_t k,
                         size_t row)
{
    char indexed[32];
    snprintf(indexed, sizeof indexed, "%s_%zu", name, k);
    size_t column = test_csv_column(&item->expected, indexed);
    if (column == SIZE_MAX && k == 0)
        column = test_csv_column(&item->expected, name);
    if (column == SIZE_MAX)
        fail_msg("%s has no column %s", item->name, indexed);
    return test_csv_field(&item->expected, row, column);
}

/* Units in the last place between two numbers of the case's type. */
static uint64_t units_apart(union number a, union number b, bool is_narrow)
{
    uint64_t bits[2];
    uint32_t words[2];
    memcpy(words, (float[2]){a.narrow, b.narrow}, sizeof words);
    memcpy(bits, (double[2]){a.wide, b.wide}, sizeof bits);
    const int64_t apart =
        is_narrow ? (int64_t)words[0] - (int64_t)words[1] : (int64_t)(bits[0] - bits[1]);
    if (is_narrow ? isnan(a.narrow) && isnan(b.narrow) : isnan(a.wide) && isnan(b.wide))
        return 0;
    return (uint64_t)(apart < 0 ? -apart : apart);
}

/* The library's exp is not rounded correctly, and its last bit may become the last bit of
 * the result. */
static size_t check_value(const struct test_golden_case *item, const char *text,
                          size_t row, union number value)
{
    union number expected;
    if (is_float32(item))
        expected.narrow = strtof(text, NULL);
    else
        expected.wide = strtod(text, NULL);
    const uint64_t units = units_apart(value, expected, is_float32(item));
    if (units > 1)
        fail_msg("%s, row %zu: %s is %llu units away", item->name, row + 1, text,
                 (unsigned long long)units);
    return units == 0;
}

static struct gpuc_link link_of(const struct golden_link *golden, bool is_narrow)
{
    struct gpuc_link link = {.kind = golden->kind,
                             .task = golden->task,
                             .label_rule = golden->label_rule,
                             .number = is_narrow ? GPUC_FLOAT32 : GPUC_FLOAT64,
                             .n_outputs = golden->n_outputs,
                             .slope = golden->slope,
                             .divisor = golden->divisor};
    link.has_values = link.label_rule != GPUC_LABEL_MARGIN_ABOVE_ZERO &&
                      link.label_rule != GPUC_LABEL_FIRST_MAX_MARGIN;
    return link;
}

static void check_labels(const struct test_golden_case *item,
                         const struct gpuc_link *link, const uint32_t *labels)
{
    const size_t n = link->task == GPUC_TASK_MULTILABEL ? link->n_outputs : 1;
    for (size_t k = 0; k < n; k++)
        for (size_t row = 0; row < item->expected.n_rows; row++)
            if (strtoul(field(item, "label", k, row), NULL, 10) !=
                labels[k * MAX_ROWS + row])
                fail_msg("%s, row %zu: label %u", item->name, row + 1,
                         labels[k * MAX_ROWS + row]);
}

static void check_case(const struct test_golden_case *item, const struct gpuc_link *link)
{
    static float narrow[MAX_OUTPUTS * MAX_ROWS];
    static double wide[MAX_OUTPUTS * MAX_ROWS];
    static uint32_t labels[MAX_OUTPUTS * MAX_ROWS];
    const size_t n_rows = item->expected.n_rows;
    size_t n_equal = 0;

    assert_in_range(n_rows, 1, MAX_ROWS);
    for (size_t k = 0; k < link->n_outputs; k++)
        for (size_t row = 0; row < n_rows; row++) {
            narrow[k * MAX_ROWS + row] = strtof(field(item, "margin", k, row), NULL);
            wide[k * MAX_ROWS + row] = strtod(field(item, "margin", k, row), NULL);
        }
    void *numbers = is_float32(item) ? (void *)narrow : (void *)wide;
    gpuc_link_apply(link, &(struct gpuc_link_rows){.margins = numbers,
                                                   .values = numbers,
                                                   .labels = labels,
                                                   .stride = MAX_ROWS,
                                                   .n_rows = n_rows});
    const char *name = link->task == GPUC_TASK_VALUE ? "pred" : "proba";
    for (size_t k = 0; link->has_values && k < link->n_outputs; k++)
        for (size_t row = 0; row < n_rows; row++) {
            union number value;
            if (is_float32(item))
                value.narrow = narrow[k * MAX_ROWS + row];
            else
                value.wide = wide[k * MAX_ROWS + row];
            n_equal += check_value(item, field(item, name, k, row), row, value);
        }
    if (link->task != GPUC_TASK_VALUE)
        check_labels(item, link, labels);
    if (link->has_values)
        print_message("%s: %zu of %zu values equal\n", item->name, n_equal,
                      n_rows * link->n_outputs);
}

/* The margins of trees without splits: the base margin, and a leaf of each in turn. */
static void check_base_margin(const struct test_golden_case *item)
{
    static const float leaves[] = {-1.5751402e-08F, -1.5751402e-08F, -1.5751402e-08F,
                                   -1.5751402e-08F, 8.171781e-09F};
    float margin;
    assert_true(gpuc_xgboost_base_margin(GPUC_BASE_LOGIT, 0.495F, &margin));
    for (size_t i = 0; i < sizeof leaves / sizeof leaves[0]; i++)
        margin += leaves[i];
    for (size_t row = 0; row < item->expected.n_rows; row++)
        assert_true(strtof(field(item, "margin", 0, row), NULL) == margin);
}

static size_t n_checked;

static void check_golden(const struct test_golden_case *item)
{
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (strcmp(links[i].name, item->name) != 0)
            continue;
        const struct gpuc_link link = link_of(&links[i], is_float32(item));
        check_case(item, &link);
        n_checked++;
    }
    if (strcmp(item->name, "xgb_constant") == 0)
        check_base_margin(item);
}

static void test_xgboost(void **state)
{
    size_t n_own;
    (void)state;
    n_checked = 0;
    if (test_golden_each("xgb_", check_golden, &n_own) == 0) {
        print_message("skipped: no golden cases of XGBoost\n");
        skip();
    }
    assert_in_range(n_checked, 1, 14);
}

static void test_lightgbm(void **state)
{
    size_t n_own;
    (void)state;
    n_checked = 0;
    test_golden_each("lgb_", check_golden, &n_own);
    assert_in_range(n_checked, 8, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_xgboost),
        cmocka_unit_test(test_lightgbm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
