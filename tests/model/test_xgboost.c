/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Models of XGBoost against what the library says of them, in both encodings: margins bit
 * for bit, leaves, links, names and tables of categories.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden_models.h"
#include "support/cmocka_all.h"

static const struct gpuc_iterations all_iterations = {.kind = GPUC_ITERATIONS_ALL};
static const struct gpuc_iterations best_iteration = {.kind = GPUC_ITERATIONS_BEST};

static bool is_case(const struct test_golden_case *item, const char *name)
{
    return strcmp(item->name, name) == 0;
}

/* What the library predicts for a margin, with the C library's functions. */
static double predicted(const struct gpuc_link *link, const double *margins, size_t k)
{
    double x = margins[k];
    double max = margins[0], sum = 0;

    switch (link->kind) {
    case GPUC_LINK_XGBOOST_SIGMOID:
        return 1 / (1 + exp(-x));
    case GPUC_LINK_XGBOOST_SOFTMAX:
        for (size_t i = 1; i < link->n_outputs; i++)
            max = fmax(max, margins[i]);
        for (size_t i = 0; i < link->n_outputs; i++)
            sum += exp(margins[i] - max);
        return exp(x - max) / sum;
    case GPUC_LINK_EXP:
        return exp(x);
    case GPUC_LINK_STEP:
        return x > 0;
    default:
        assert_int_equal(link->kind, GPUC_LINK_IDENTITY);
        return x;
    }
}

/* The expected number in the column NAME, or NAME_K of several; NaN: there is none. */
static double expected_number(const struct test_golden_case *item, size_t row,
                              const char *name, size_t k, size_t n)
{
    char indexed[80];
    snprintf(indexed, sizeof indexed, "%s_%zu", name, k);
    const size_t column = test_csv_column(&item->expected, n > 1 ? indexed : name);
    if (column == SIZE_MAX)
        return NAN;
    return strtod(test_csv_field(&item->expected, row, column), NULL);
}

static double label_of(const struct gpuc_link *link, const double *margins,
                       const double *values, size_t k)
{
    const bool by_margin = link->label_rule == GPUC_LABEL_FIRST_MAX_MARGIN;
    const double *scores = by_margin ? margins : values;
    size_t first_max = 0;

    if (link->label_rule == GPUC_LABEL_VALUE_ABOVE_HALF)
        return values[k] > 0.5;
    if (link->label_rule == GPUC_LABEL_MARGIN_ABOVE_ZERO)
        return margins[k] > 0;
    assert_true(by_margin || link->label_rule == GPUC_LABEL_FIRST_MAX_VALUE);
    for (size_t i = 1; i < link->n_outputs; i++)
        if (scores[i] > scores[first_max])
            first_max = i;
    return (double)first_max;
}

/*
 * Whether the link is the right one: its formula gives the expected predictions. The
 * library computes them in float32 and with functions that are not rounded correctly,
 * hence the tolerance; that the product's bits are right is tested with the links.
 */
static void check_link(const struct test_golden_case *item, const struct gpuc_link *link)
{
    enum { OUTPUTS_MAX = 8 };
    const size_t n = link->n_outputs;
    const bool is_value = link->task == GPUC_TASK_VALUE;
    const size_t n_labels = link->task == GPUC_TASK_MULTILABEL ? n : 1;
    const char *name = is_value ? "pred" : "proba";

    assert_true(n <= OUTPUTS_MAX);
    assert_int_equal(link->number, GPUC_FLOAT32);
    assert_true(link->slope == 1 && link->divisor == 1);
    for (size_t row = 0; row < item->expected.n_rows; row++) {
        double margins[OUTPUTS_MAX] = {0}, values[OUTPUTS_MAX] = {0};
        for (size_t k = 0; k < n; k++)
            margins[k] = expected_number(item, row, "margin", k, n);
        for (size_t k = 0; k < n; k++) {
            const double expected = expected_number(item, row, name, k, n);
            values[k] = predicted(link, margins, k);
            if (!isnan(expected) && fabs(values[k] - expected) > 1e-6 * fabs(expected))
                fail_msg("%s: row %zu: predicted %.17g instead of %.17g", item->name,
                         row + 1, values[k], expected);
            if (isnan(expected))
                assert_true(!link->has_values || is_case(item, "xgb_softmax3"));
        }
        for (size_t k = 0; k < n_labels && !is_value; k++)
            assert_true(expected_number(item, row, "label", k, n_labels) ==
                        label_of(link, margins, values, k));
    }
    assert_true(is_value == (link->label_rule == GPUC_LABEL_NONE));
}

static void check_info(const struct test_golden_case *item,
                       const struct gpuc_model_info *info)
{
    assert_true(info->has_names == !is_case(item, "xgb_no_names"));
    for (size_t i = 0; info->has_names && i < info->n_features; i++) {
        const char *header = test_csv_name(&item->input, i + 1);
        const struct gpuc_info_text name = info->features[i].name;
        assert_int_equal(name.size, strlen(header));
        assert_memory_equal(gpuc_info_text(info, name), header, name.size);
    }
    assert_int_equal(info->trainer_version.size, 5);
    assert_memory_equal(gpuc_info_text(info, info->trainer_version), "3.2.0", 5);
    assert_int_equal(info->unseen_rule, GPUC_UNSEEN_ERROR);
    assert_int_equal(info->best_iteration, is_case(item, "xgb_early_stopped") ? 5 : -1);
    if (is_case(item, "xgb_cat_strings")) {
        assert_true(info->features[1].has_table && info->features[4].has_table);
        assert_true(info->features[1].is_category && !info->features[0].is_category);
        assert_int_equal(info->features[1].n_categories, 6);
        assert_int_equal(info->features[4].n_categories, 40);
        assert_int_equal(info->n_categories, 46);
    }
    if (is_case(item, "xgb_cat_mixed"))
        assert_true(info->features[1].is_category && !info->features[1].has_table);
}

static struct gpuc_model load(const struct test_golden_case *item, const char *name,
                              const struct gpuc_iterations *iterations)
{
    const bool is_json = strcmp(name, "model.json") == 0;
    struct test_file file = test_golden_file(item, name);
    struct gpuc_model model = test_golden_load(is_json ? &gpuc_loader_xgboost_json
                                                       : &gpuc_loader_xgboost_ubjson,
                                               item->name, &file, iterations);
    free(file.bytes);
    return model;
}

/* Both encodings hold the same model, so they must give the same image. */
static void check_twin(const struct test_golden_case *item,
                       const struct gpuc_model *model,
                       const struct gpuc_iterations *iterations, size_t *n_twins)
{
    char path[768];
    snprintf(path, sizeof path, "%s/model.json", item->folder);
    struct test_file file = test_read_file(path);
    if (file.bytes == NULL)
        return;
    free(file.bytes);
    struct gpuc_model twin = load(item, "model.json", iterations);
    assert_int_equal(twin.forest->image_size, model->forest->image_size);
    assert_memory_equal(twin.forest, model->forest, model->forest->image_size);
    assert_memory_equal(&twin.link, &model->link, sizeof twin.link);
    assert_int_equal(twin.info.texts.size, model->info.texts.size);
    assert_memory_equal(twin.info.texts.data, model->info.texts.data,
                        twin.info.texts.size);
    assert_string_equal(twin.info.format, "XGBoost JSON");
    assert_string_equal(model->info.format, "XGBoost UBJSON");
    test_golden_model_done(&twin);
    ++*n_twins;
}

static size_t n_twins;

static void check_golden(const struct test_golden_case *item)
{
    const struct gpuc_iterations range = {GPUC_ITERATIONS_RANGE, 3, 11};
    const struct gpuc_iterations *iterations =
        is_case(item, "xgb_iteration_range") ? &range : &best_iteration;
    struct gpuc_model model = load(item, "model.ubj", iterations);

    test_golden_check(item, &model, "margin");
    check_link(item, &model.link);
    check_info(item, &model.info);
    check_twin(item, &model, iterations, &n_twins);
    test_golden_model_done(&model);
    if (is_case(item, "xgb_early_stopped")) {
        model = load(item, "model.ubj", &all_iterations);
        test_golden_check(item, &model, "margin_all");
        test_golden_model_done(&model);
    }
}

static void test_golden(void **state)
{
    size_t n_own;
    (void)state;
    const size_t n = test_golden_each("xgb_", check_golden, &n_own);
    print_message("%zu cases, %zu of them in tests/golden, %zu as JSON too\n", n, n_own,
                  n_twins);
    assert_int_equal(n_own, 23);
    assert_true(n_twins >= 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
