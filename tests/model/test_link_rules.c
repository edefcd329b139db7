/* SPDX-License-Identifier: Apache-2.0 */
/* Labels: what the rules of link.h give by eye. */
#include "model/link.h"

#include <math.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_no_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
