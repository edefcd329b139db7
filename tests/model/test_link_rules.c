/* SPDX-License-Identifier: Apache-2.0 */
/* Labels: what the rules of link.h give by eye. */
#include "model/link.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "support/cmocka_all.h"

static const struct gpuc_link VALUE_LINK = {.kind = GPUC_LINK_IDENTITY,
                                            .task = GPUC_TASK_VALUE,
                                            .label_rule = GPUC_LABEL_NONE,
                                            .number = GPUC_FLOAT64,
                                            .n_outputs = 1,
                                            .has_values = 1,
                                            .slope = 1,
                                            .divisor = 1};

/* Two rows of three outputs, column-major: their labels and, from above, their values. */
static void check_labels(const struct gpuc_link *link, const double margins[6],
                         const uint32_t *expected, size_t n_expected)
{
    const uint32_t untouched = 77;
    uint32_t labels[6] = {untouched, untouched, untouched,
                          untouched, untouched, untouched};
    double values[6];
    memcpy(values, margins, sizeof values);
    const struct gpuc_link_rows rows = {
        .margins = values, .values = values, .labels = labels, .stride = 2, .n_rows = 2};
    gpuc_link_apply(link, &rows);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(labels[i], i < n_expected ? expected[i] : untouched);
}

static void test_labels(void **state)
{
    (void)state;
    const double nan = (double)NAN;
    const double margins[6] = {1, 2, 3, 2, 3, -1};
    const double with_nan[6] = {nan, 0.5, 7, nan, -3, 0.25};

    struct gpuc_link link = VALUE_LINK;
    link.task = GPUC_TASK_MULTICLASS;
    link.n_outputs = 3;
    link.label_rule = GPUC_LABEL_FIRST_MAX_MARGIN;
    check_labels(&link, margins, (uint32_t[]){1, 0}, 2);
    check_labels(&link, with_nan, (uint32_t[]){0, 0}, 2);
    check_labels(&link, (double[6]){-2, -4, nan, nan, -1, -3}, (uint32_t[]){2, 2}, 2);
    link.kind = GPUC_LINK_SOFTMAX;
    link.label_rule = GPUC_LABEL_FIRST_MAX_VALUE;
    check_labels(&link, margins, (uint32_t[]){1, 0}, 2);
    check_labels(&link, with_nan, (uint32_t[]){0, 0}, 2); /* both rows are all NaN */

    link.task = GPUC_TASK_MULTILABEL;
    link.kind = GPUC_LINK_IDENTITY;
    link.label_rule = GPUC_LABEL_MARGIN_ABOVE_ZERO;
    check_labels(&link, with_nan, (uint32_t[]){0, 1, 1, 0, 0, 1}, 6);
    link.label_rule = GPUC_LABEL_VALUE_ABOVE_HALF;
    check_labels(&link, with_nan, (uint32_t[]){0, 0, 1, 0, 0, 0}, 6);
    link.kind = GPUC_LINK_SIGMOID;
    check_labels(&link, (double[6]){0, 1e-9, -1, 1, nan, 9},
                 (uint32_t[]){0, 1, 0, 1, 0, 1}, 6);

    link.task = GPUC_TASK_BINARY;
    link.n_outputs = 1;
    check_labels(&link, (double[6]){-0.5, 0.25}, (uint32_t[]){0, 1}, 2);
}

/* A link without values writes labels only. */
static void test_no_values(void **state)
{
    (void)state;
    const float margins[3] = {0.5F, -0.5F, 0};
    uint32_t labels[3];
    struct gpuc_link link = VALUE_LINK;
    link.kind = GPUC_LINK_STEP;
    link.task = GPUC_TASK_BINARY;
    link.label_rule = GPUC_LABEL_MARGIN_ABOVE_ZERO;
    link.number = GPUC_FLOAT32;
    link.has_values = 0;
    gpuc_link_apply(&link,
                    &(struct gpuc_link_rows){
                        .margins = margins, .labels = labels, .stride = 3, .n_rows = 3});
    assert_int_equal(labels[0], 1);
    assert_int_equal(labels[1], 0);
    assert_int_equal(labels[2], 0);
}

/* Three rows of two outputs: the labels of a threshold, which counts itself. */
static void test_threshold(void **state)
{
    (void)state;
    const double threshold = 0.7, nan = (double)NAN;
    const double doubles[6] = {0.7, 0x1.6666666666665p-1, nan, 1, 0, 0.75};
    const float floats[6] = {0.7F, 0x1.666664p-1F, NAN, 1, 0, 0.75F};
    const uint32_t expected[6] = {1, 0, 0, 1, 0, 1};
    struct gpuc_link link = VALUE_LINK;
    link.task = GPUC_TASK_MULTILABEL;
    link.n_outputs = 2;
    link.label_rule = GPUC_LABEL_MARGIN_ABOVE_ZERO;
    for (size_t i = 0; i < 2; i++) {
        double values[6];
        uint32_t labels[6];
        link.number = i == 0 ? GPUC_FLOAT64 : GPUC_FLOAT32;
        gpuc_link_apply(&link,
                        &(struct gpuc_link_rows){.margins = i == 0 ? (const void *)doubles
                                                                   : (const void *)floats,
                                                 .values = values,
                                                 .labels = labels,
                                                 .threshold = &threshold,
                                                 .stride = 3,
                                                 .n_rows = 3});
        for (size_t k = 0; k < 6; k++)
            assert_int_equal(labels[k], expected[k]);
    }
}

/* A row after the other: its values, and its classes from the largest value down. */
static const struct {
    double values[5];
    uint32_t classes[5];
} ranked[] = {
    {{1, 2, 3, 4, 5}, {4, 3, 2, 1, 0}},
    {{5, 4, 3, 2, 1}, {0, 1, 2, 3, 4}},
    {{2, 1, 2, 1, 2}, {0, 2, 4, 1, 3}},
    {{0.0, -0.0, 0.0, -1, 1}, {4, 0, 1, 2, 3}},
    {{(double)NAN, 1, (double)NAN, -1, 2}, {4, 1, 3, 0, 2}},
    {{(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN}, {0, 1, 2, 3, 4}},
    {{-(double)INFINITY, (double)NAN, (double)INFINITY, 0, 0}, {2, 3, 4, 0, 1}},
};

enum { N_RANKED = sizeof ranked / sizeof ranked[0], N_CLASSES = 5, N_MANY = 700 };

static void check_top(size_t n_top, bool is_float32)
{
    static double margins[N_CLASSES * N_MANY], values[N_CLASSES * N_MANY];
    static double best[N_CLASSES * N_MANY];
    static uint32_t classes[N_CLASSES * N_MANY];
    struct gpuc_link link = VALUE_LINK;
    link.task = GPUC_TASK_MULTICLASS;
    link.number = is_float32 ? GPUC_FLOAT32 : GPUC_FLOAT64;
    link.n_outputs = N_CLASSES;
    for (size_t k = 0; k < N_CLASSES; k++)
        for (size_t r = 0; r < N_MANY; r++) {
            double value = ranked[r % N_RANKED].values[k];
            margins[k * N_MANY + r] = value;
            if (is_float32)
                ((float *)margins)[k * N_MANY + r] = (float)value;
        }
    gpuc_link_apply(&link, &(struct gpuc_link_rows){.margins = margins,
                                                    .values = values,
                                                    .n_top = n_top,
                                                    .top_classes = classes,
                                                    .top_values = best,
                                                    .stride = N_MANY,
                                                    .n_rows = N_MANY});
    for (size_t k = 0; k < n_top; k++)
        for (size_t r = 0; r < N_MANY; r++) {
            size_t place = k * N_MANY + r;
            uint32_t class = ranked[r % N_RANKED].classes[k];
            double wanted = ranked[r % N_RANKED].values[class];
            double got = is_float32 ? (double)((float *)best)[place] : best[place];
            assert_int_equal(classes[place], class);
            assert_true(got == wanted || (isnan(got) && isnan(wanted)));
        }
}

static void test_top_classes(void **state)
{
    (void)state;
    for (size_t n_top = 1; n_top <= N_CLASSES; n_top++) {
        check_top(n_top, false);
        check_top(n_top, true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_no_values),
        cmocka_unit_test(test_threshold),
        cmocka_unit_test(test_top_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
