/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Models of LightGBM against what the library says of them: margins bit for bit, leaves,
 * links, names and tables of categories.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden_models.h"
#include "support/cmocka_all.h"

static const struct gpuc_iterations all_iterations = {.kind = GPUC_ITERATIONS_ALL};

/* What the library predicts for a margin, with the C library's functions. */
static double predicted(const struct gpuc_link *link, const double *margins, size_t k)
{
    double x = margins[k] / link->divisor;
    double max = margins[0] / link->divisor, sum = 0;

    switch (link->kind) {
    case GPUC_LINK_SIGMOID:
        return 1 / (1 + exp(-link->slope * x));
    case GPUC_LINK_SOFTMAX:
        for (size_t i = 1; i < link->n_outputs; i++)
            max = fmax(max, margins[i] / link->divisor);
        for (size_t i = 0; i < link->n_outputs; i++)
            sum += exp(margins[i] / link->divisor - max);
        return exp(x - max) / sum;
    case GPUC_LINK_EXP:
        return exp(x);
    case GPUC_LINK_LOG1P_EXP:
        return log1p(exp(x));
    case GPUC_LINK_SIGNED_SQUARE:
        return x < 0 ? -x * x : x * x;
    default:
        assert_int_equal(link->kind, GPUC_LINK_IDENTITY);
        return x;
    }
}

/* The expected number in the column NAME, or NAME_K of several. */
static double expected_number(const struct test_golden_case *item, size_t row,
                              const char *name, size_t k, size_t n)
{
    char indexed[80];
    snprintf(indexed, sizeof indexed, "%s_%zu", name, k);
    size_t column = test_csv_column(&item->expected, n > 1 ? indexed : name);
    assert_true(column != SIZE_MAX);
    return strtod(test_csv_field(&item->expected, row, column), NULL);
}

static void check_label(const struct test_golden_case *item, const struct gpuc_link *link,
                        size_t row, const double *values)
{
    double label = expected_number(item, row, "label", 0, 1);
    size_t first_max = 0;

    for (size_t k = 1; k < link->n_outputs; k++)
        if (values[k] > values[first_max])
            first_max = k;
    if (link->task == GPUC_TASK_BINARY) {
        assert_int_equal(link->label_rule, GPUC_LABEL_VALUE_ABOVE_HALF);
        assert_true(label == (values[0] > 0.5));
    } else {
        assert_int_equal(link->label_rule, GPUC_LABEL_FIRST_MAX_VALUE);
        assert_true(label == (double)first_max);
    }
}

/*
 * Whether the link is the right one: its formula gives the expected predictions. The
 * functions of the C library are not rounded correctly, hence the tolerance; that the
 * product's are is tested with them.
 */
static void check_link(const struct test_golden_case *item, const struct gpuc_link *link)
{
    enum { OUTPUTS_MAX = 8 };
    size_t n = link->n_outputs;
    bool is_value = link->task == GPUC_TASK_VALUE;

    assert_true(n <= OUTPUTS_MAX && link->has_values == 1);
    assert_int_equal(link->number, GPUC_FLOAT64);
    for (size_t row = 0; row < item->expected.n_rows; row++) {
        double margins[OUTPUTS_MAX] = {0}, values[OUTPUTS_MAX] = {0};
        for (size_t k = 0; k < n; k++)
            margins[k] = expected_number(item, row, "margin", k, n);
        for (size_t k = 0; k < n; k++) {
            double expected =
                expected_number(item, row, is_value ? "pred" : "proba", k, n);
            values[k] = predicted(link, margins, k);
            if (fabs(values[k] - expected) > 1e-13 * fabs(expected))
                fail_msg("%s: row %zu: predicted %.17g instead of %.17g", item->name,
                         row + 1, values[k], expected);
        }
        if (is_value)
            assert_int_equal(link->label_rule, GPUC_LABEL_NONE);
        else
            check_label(item, link, row, values);
    }
}

/* The header of the input, its blanks as underscores. */
static void check_names(const struct test_golden_case *item,
                        const struct gpuc_model_info *info)
{
    assert_true(info->has_names && info->blanks_are_underscores);
    for (size_t i = 0; i < info->n_features; i++) {
        const char *header = test_csv_name(&item->input, i + 1);
        struct gpuc_info_text name = info->features[i].name;
        assert_int_equal(name.size, strlen(header));
        for (uint32_t at = 0; at < name.size; at++)
            assert_int_equal(gpuc_info_text(info, name)[at],
                             header[at] == ' ' ? '_' : header[at]);
    }
}

static void check_golden(const struct test_golden_case *item)
{
    struct test_file file = test_golden_file(item, "model.txt");
    struct gpuc_model model =
        test_golden_load(&gpuc_loader_lightgbm, item->name, &file, &all_iterations);

    test_golden_check(item, &model, "margin");
    check_link(item, &model.link);
    check_names(item, &model.info);
    test_golden_model_done(&model);
    free(file.bytes);
}

static void test_golden(void **state)
{
    size_t n_own;
    (void)state;
    size_t n = test_golden_each("lgb_", check_golden, &n_own);
    print_message("%zu cases, %zu of them in tests/golden\n", n, n_own);
    assert_int_equal(n_own, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
