/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start margins and linear models against sums written out, in both number types. Linear
 * leaves are tested with the engines, in tests/cpu/test_forest.c.
 */
#include "model/forest_margins.h"

#include <math.h>
#include <string.h>

#include "model/forest_builder.h"
#include "support/cmocka_all.h"

enum { N_FEATURES = 3, N_OUTPUTS = 2, STRIDE = 64, N_ROWS = 4 };

/* Features of each row, and products that only one rounding after another gives. */
static const double rows[N_ROWS][N_FEATURES] = {
    {1, 2, 3},
    {0.1, (double)NAN, -0.3},
    {(double)NAN, (double)NAN, (double)NAN},
    {1e8, 1, -1e8},
};
static const double weights[N_FEATURES][N_OUTPUTS] = {{0.1, 1}, {0.7, 0.3}, {-0.2, 1}};
static const double starts[N_OUTPUTS] = {0.1, -0.25};

static struct gpuc_forest *new_linear(enum gpuc_number number, bool with_weights)
{
    struct gpuc_forest *forest = NULL;
    struct gpuc_forest_builder builder;
    struct gpuc_forest_shape shape = {.number = number,
                                      .n_features = N_FEATURES,
                                      .n_outputs = N_OUTPUTS,
                                      .leaf_size = 1,
                                      .name = "linear"};
    assert_int_equal(gpuc_forest_builder_init(&builder, &shape, NULL), GPUC_OK);
    for (size_t k = 0; k < N_OUTPUTS; k++)
        builder.start_margins[k] =
            number == GPUC_FLOAT32 ? (double)(float)starts[k] : starts[k];
    if (with_weights)
        assert_int_equal(gpuc_forest_builder_make_linear(&builder, NULL), GPUC_OK);
    for (size_t i = 0; i < N_FEATURES * N_OUTPUTS && with_weights; i++) {
        double weight = weights[i / N_OUTPUTS][i % N_OUTPUTS];
        builder.weights[i] = number == GPUC_FLOAT32 ? (double)(float)weight : weight;
    }
    assert_int_equal(gpuc_forest_builder_finish(&builder, &forest, NULL), GPUC_OK);
    gpuc_forest_builder_done(&builder);
    return forest;
}

/* Rounds after every operation, whatever the compiler makes of float expressions. */
static double expected32(size_t row, size_t k, bool with_weights)
{
    volatile float sum = (float)starts[k];
    for (size_t f = 0; f < N_FEATURES && with_weights; f++) {
        volatile float product = (float)rows[row][f] * (float)weights[f][k];
        volatile float next = sum + product;
        if (!isnan(rows[row][f]))
            sum = next;
    }
    return (double)sum;
}

static double expected64(size_t row, size_t k, bool with_weights)
{
    volatile double sum = starts[k];
    for (size_t f = 0; f < N_FEATURES && with_weights; f++) {
        volatile double product = rows[row][f] * weights[f][k];
        volatile double next = sum + product;
        if (!isnan(rows[row][f]))
            sum = next;
    }
    return sum;
}

static void check(enum gpuc_number number, bool with_weights)
{
    float values32[N_FEATURES * STRIDE] = {0}, margins32[N_OUTPUTS * STRIDE];
    double values64[N_FEATURES * STRIDE] = {0}, margins64[N_OUTPUTS * STRIDE];
    bool is32 = number == GPUC_FLOAT32;
    struct gpuc_forest *forest = new_linear(number, with_weights);
    struct gpuc_feature_rows features = {is32 ? (void *)values32 : values64, STRIDE,
                                         N_ROWS};
    struct gpuc_forest_results results = {is32 ? (void *)margins32 : margins64, NULL,
                                          STRIDE};
    for (size_t row = 0; row < N_ROWS; row++)
        for (size_t f = 0; f < N_FEATURES; f++) {
            values32[f * STRIDE + row] = (float)rows[row][f];
            values64[f * STRIDE + row] = rows[row][f];
        }
    memset(margins32, 0xff, sizeof margins32);
    memset(margins64, 0xff, sizeof margins64);
    gpuc_forest_start_margins(forest, &features, &results);
    for (size_t row = 0; row < N_ROWS; row++)
        for (size_t k = 0; k < N_OUTPUTS; k++) {
            double margin =
                is32 ? (double)margins32[k * STRIDE + row] : margins64[k * STRIDE + row];
            double expected = is32 ? expected32(row, k, with_weights)
                                   : expected64(row, k, with_weights);
            assert_memory_equal(&margin, &expected, sizeof margin);
        }
    gpuc_free(forest);
}

static void test_start_margins(void **state)
{
    (void)state;
    check(GPUC_FLOAT32, false);
    check(GPUC_FLOAT64, false);
}

static void test_linear_models(void **state)
{
    (void)state;
    check(GPUC_FLOAT32, true);
    check(GPUC_FLOAT64, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start_margins),
        cmocka_unit_test(test_linear_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
