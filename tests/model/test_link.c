/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of gpuc_link_apply() and XGBoost's start margins against the formulas of the
 * trainers, written down row by row, each step rounded by MPFR.
 */
#include "model/link.h"

#include <math.h>
#include <string.h>

#include "math/reference.h"
#include "model/xgboost_objective.h"
#include "support/cmocka_all.h"
#include "support/random.h"

/* Not a multiple of the rows that are computed together, and a stride beyond them. */
enum { N_ROWS = 600, STRIDE = 640, MAX_OUTPUTS = 5 };

static const struct gpuc_link VALUE_LINK = {.kind = GPUC_LINK_IDENTITY,
                                            .task = GPUC_TASK_VALUE,
                                            .label_rule = GPUC_LABEL_NONE,
                                            .number = GPUC_FLOAT64,
                                            .n_outputs = 1,
                                            .has_values = 1,
                                            .slope = 1,
                                            .divisor = 1};

static float sigmoid_f32(float x)
{
    const float minus = isnan(x) || -x < 88.7F ? -x : 88.7F;
    const float sum = reference_step_f32(reference_f32(FUNCTION_EXP, minus), '+', 1.0F);
    return reference_step_f32(1.0F, '/', reference_step_f32(sum, '+', 1e-16F));
}

static double sigmoid_f64(double x, double slope)
{
    const double power = reference_f64(FUNCTION_EXP, reference_step_f64(-slope, '*', x));
    return reference_step_f64(1.0, '/', reference_step_f64(1.0, '+', power));
}

static double signed_square(double x)
{
    if (x == 0)
        return 0;
    const double square = reference_step_f64(x, '*', x);
    return x < 0 ? -square : square;
}

static double value_of(const struct gpuc_link *link, double x)
{
    if (link->number == GPUC_FLOAT32)
        x = (double)reference_step_f32((float)x, '/', (float)link->divisor);
    else
        x = reference_step_f64(x, '/', link->divisor);
    switch (link->kind) {
    case GPUC_LINK_EXP:
        return link->number == GPUC_FLOAT32
                   ? (double)reference_f32(FUNCTION_EXP, (float)x)
                   : reference_f64(FUNCTION_EXP, x);
    case GPUC_LINK_STEP:
        return x > 0 ? 1 : 0;
    case GPUC_LINK_XGBOOST_SIGMOID:
        return (double)sigmoid_f32((float)x);
    case GPUC_LINK_SIGMOID:
        return sigmoid_f64(x, link->slope);
    case GPUC_LINK_LOG1P_EXP:
        return reference_f64(FUNCTION_LOG1P, reference_f64(FUNCTION_EXP, x));
    case GPUC_LINK_SIGNED_SQUARE:
        return signed_square(x);
    default:
        return x;
    }
}

static void softmax_f32(const double *in, double *out, size_t n)
{
    double maximum = in[0];
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        maximum = fmax(maximum, in[k]);
    for (size_t k = 0; k < n; k++) {
        const float above = reference_step_f32((float)in[k], '-', (float)maximum);
        out[k] = (double)reference_f32(FUNCTION_EXP, above);
        sum = reference_step_f64(sum, '+', out[k]);
    }
    for (size_t k = 0; k < n; k++)
        out[k] = (double)reference_step_f32((float)out[k], '/', (float)sum);
}

static void softmax_f64(const double *in, double *out, size_t n, double divisor)
{
    double maximum = -(double)INFINITY;
    double sum = 0;
    for (size_t k = 0; k < n; k++) {
        out[k] = reference_step_f64(in[k], '/', divisor);
        maximum = fmax(maximum, out[k]);
    }
    for (size_t k = 0; k < n; k++) {
        out[k] = reference_f64(FUNCTION_EXP, reference_step_f64(out[k], '-', maximum));
        sum = reference_step_f64(sum, '+', out[k]);
    }
    for (size_t k = 0; k < n; k++)
        out[k] = reference_step_f64(out[k], '/', sum);
}

static void expected_row(const struct gpuc_link *link, const double *in, double *out)
{
    if (link->kind == GPUC_LINK_XGBOOST_SOFTMAX)
        softmax_f32(in, out, link->n_outputs);
    else if (link->kind == GPUC_LINK_SOFTMAX)
        softmax_f64(in, out, link->n_outputs, link->divisor);
    else
        for (size_t k = 0; k < link->n_outputs; k++)
            out[k] = value_of(link, in[k]);
}

/* Margins as models have them, far out, and special. */
static double random_margin(struct test_random *random, bool with_special)
{
    static const double special[] = {0,
                                     -0.0,
                                     1,
                                     -1,
                                     88.7,
                                     -88.7,
                                     89,
                                     -104,
                                     710.5,
                                     -746,
                                     1e-300,
                                     -1e-40,
                                     1e30,
                                     -1e30,
                                     37,
                                     -37,
                                     0x1p-60,
                                     (double)INFINITY,
                                     -(double)INFINITY,
                                     (double)NAN};
    const size_t n_special = sizeof special / sizeof special[0];
    const double unit = (double)(int64_t)test_random_next(random) * 0x1p-63;
    if (with_special && test_random_below(random, 4) == 0)
        return special[test_random_below(random, n_special)];
    return unit * (test_random_below(random, 4) == 0 ? 300 : 8);
}

static bool is_same(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b;
}

struct block {
    double numbers[MAX_OUTPUTS * STRIDE]; /* float32 or float64 */
};

static double number_at(const struct gpuc_link *link, const struct block *block, size_t i)
{
    if (link->number == GPUC_FLOAT64)
        return block->numbers[i];
    float number;
    memcpy(&number, (const char *)block->numbers + i * sizeof number, sizeof number);
    return (double)number;
}

static void fill(const struct gpuc_link *link, struct block *block, bool with_special)
{
    struct test_random random = {link->kind};
    for (size_t i = 0; i < (size_t)MAX_OUTPUTS * STRIDE; i++) {
        const double margin = random_margin(&random, with_special);
        const float narrow = (float)margin;
        if (link->number == GPUC_FLOAT64)
            block->numbers[i] = margin;
        else
            memcpy((char *)block->numbers + i * sizeof narrow, &narrow, sizeof narrow);
    }
}

static void check_values(const struct gpuc_link *link, bool with_special, bool in_place)
{
    static struct block margins;
    static struct block values;
    fill(link, &margins, with_special);
    values = margins;
    const struct gpuc_link_rows rows = {.margins = in_place ? &values : &margins,
                                        .values = &values,
                                        .stride = STRIDE,
                                        .n_rows = N_ROWS};
    gpuc_link_apply(link, &rows);
    for (size_t r = 0; r < N_ROWS; r++) {
        double in[MAX_OUTPUTS];
        double expected[MAX_OUTPUTS];
        for (size_t k = 0; k < link->n_outputs; k++)
            in[k] = number_at(link, &margins, k * STRIDE + r);
        expected_row(link, in, expected);
        for (size_t k = 0; k < link->n_outputs; k++) {
            const double value = number_at(link, &values, k * STRIDE + r);
            if (!is_same(value, expected[k]))
                fail_msg("link %u, row %zu, output %zu, margin %a: %a, not %a",
                         link->kind, r, k, in[k], value, expected[k]);
        }
    }
    /* Neither the rows behind the last nor the outputs behind the last are touched. */
    const size_t size = gpuc_number_size((enum gpuc_number)link->number);
    for (size_t k = 0; k < MAX_OUTPUTS; k++) {
        const size_t first = k * STRIDE + (k < link->n_outputs ? N_ROWS : 0);
        assert_memory_equal((char *)values.numbers + first * size,
                            (char *)margins.numbers + first * size,
                            ((k + 1) * STRIDE - first) * size);
    }
}

static void check_link(const struct gpuc_link *link)
{
    check_values(link, false, false);
    check_values(link, true, false);
    check_values(link, true, true);
}

static void test_values_f32(void **state)
{
    (void)state;
    static const enum gpuc_link_kind kinds[] = {GPUC_LINK_IDENTITY, GPUC_LINK_EXP,
                                                GPUC_LINK_STEP, GPUC_LINK_XGBOOST_SIGMOID,
                                                GPUC_LINK_XGBOOST_SOFTMAX};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct gpuc_link link = VALUE_LINK;
        link.kind = kinds[i];
        link.number = GPUC_FLOAT32;
        check_link(&link);
        link.n_outputs = 3;
        check_link(&link);
    }
}

static void test_values_f64(void **state)
{
    (void)state;
    static const enum gpuc_link_kind kinds[] = {
        GPUC_LINK_IDENTITY,     GPUC_LINK_EXP,     GPUC_LINK_STEP,
        GPUC_LINK_SIGMOID,      GPUC_LINK_SOFTMAX, GPUC_LINK_LOG1P_EXP,
        GPUC_LINK_SIGNED_SQUARE};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct gpuc_link link = VALUE_LINK;
        link.kind = kinds[i];
        check_link(&link);
        link.n_outputs = MAX_OUTPUTS;
        link.divisor = 20;
        link.slope = 0.7;
        check_link(&link);
    }
}

static float expected_logit(float b)
{
    const float greatest = reference_step_f32(1.0F, '-', 1e-6F);
    b = b < 1e-6F ? 1e-6F : b;
    b = b > greatest ? greatest : b;
    const float odds = reference_step_f32(reference_step_f32(1.0F, '/', b), '-', 1.0F);
    return -reference_f32(FUNCTION_LOG, odds);
}

static void check_base_margin(enum gpuc_xgboost_base base, float score, float expected)
{
    float margin;
    assert_true(gpuc_xgboost_base_margin(base, score, &margin));
    if (margin != expected)
        fail_msg("the margin of %a is %a, not %a", (double)score, (double)margin,
                 (double)expected);
}

static void test_base_margins(void **state)
{
    (void)state;
    static const float scores[] = {1e-40F, 1e-7F, 1e-6F, 0.5F, 0.999999F, 1};
    struct test_random random = {1};
    for (size_t i = 0; i < 100000; i++) {
        const size_t n = sizeof scores / sizeof scores[0];
        const float b =
            i < n ? scores[i] : (float)(test_random_next(&random) >> 11 | 1) * 0x1p-53F;
        check_base_margin(GPUC_BASE_LOGIT, b, expected_logit(b));
        check_base_margin(GPUC_BASE_LOG, b, reference_f32(FUNCTION_LOG, b));
        check_base_margin(GPUC_BASE_LOG, 100 * b, reference_f32(FUNCTION_LOG, 100 * b));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_f32),
        cmocka_unit_test(test_values_f64),
        cmocka_unit_test(test_base_margins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
