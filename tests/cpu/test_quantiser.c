/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scalar quantiser gives the codes that an obvious count gives, on friendly and
 * hostile thresholds and values; the vector quantisers give the bytes of scalar.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "code_forest.h"
#include "cpu/kernels.h"
#include "model/forest_builder.h"
#include "support/cmocka_all.h"
#include "support/guard.h"

enum { N_VALUES_MAX = 4096 };

/* A list of values for the features, the codes that come out, and where both end. */
struct table {
    const struct gpuc_forest *forest;
    double values[N_VALUES_MAX]; /* of feature 1; the others take them in other orders */
    size_t n_values;
    struct test_guard rows_guard;
    struct test_guard codes_guard;
};

static void put_value(struct table *table, double value)
{
    assert_true(table->n_values < N_VALUES_MAX);
    table->values[table->n_values++] = value;
}

static double next_value(const struct gpuc_forest *forest, double value, double toward)
{
    if (forest->number == GPUC_FLOAT32)
        return (double)nextafterf((float)value, (float)toward);
    return nextafter(value, toward);
}

/* At most n_most thresholds, each with its neighbours, and what else may do harm. */
static void fill_values(struct table *table, struct test_random *random, uint32_t n_most)
{
    const struct gpuc_forest *forest = table->forest;
    const double *thresholds = gpuc_forest_thresholds(forest);
    uint32_t n = gpuc_forest_features(forest)[1].n_thresholds;
    static const double specials[] = {
        0.0,
        -0.0,
        HUGE_VAL,
        -HUGE_VAL,
        GPUC_TINY,
        -GPUC_TINY,
        1.1e-35,
        -1.1e-35,
        1e-40,
        -1e-40,
        (double)FLT_MAX,
        -(double)FLT_MAX,
        DBL_MAX,
        -DBL_MAX,
        -0.5,
        -0.9999,
        -1.0,
        -1.0001,
        -2.0,
        0.5,
        0.9999,
        1.0,
        1.5,
        253.0,
        253.9,
        254.0,
        254.5,
        255.0,
        256.0,
        299.9999,
        300.0,
        65535.0,
        1e6,
        16777215.0,
        16777216.0,
        2147483647.0,
        2147483648.0,
        4294967295.5,
        1e19,
        -2147483648.0,
        -2147483649.0,
        -1e19,
        5e-324,
        -5e-324,
    };

    table->n_values = 0;
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        put_value(table, specials[i]);
    for (uint32_t i = 0; i < n && i < n_most; i++) {
        uint32_t j = n <= n_most ? i
                     : i < 2     ? i * (n - 1) /* the first and the last */
                                 : (uint32_t)test_random_below(random, n);
        put_value(table, thresholds[j]);
        put_value(table, next_value(forest, thresholds[j], -HUGE_VAL));
        put_value(table, next_value(forest, thresholds[j], HUGE_VAL));
    }
    for (size_t i = 0; i < 200; i++)
        put_value(table, random_bits(forest->number, random));
}

static void put_bits(void *values, size_t place, enum gpuc_number number, uint64_t bits)
{
    memcpy((uint8_t *)values + place * gpuc_number_size(number), &bits,
           gpuc_number_size(number));
}

/* NaN of both signs and kinds, with payloads. */
static uint64_t nan_bits(enum gpuc_number number, struct test_random *random)
{
    uint64_t payload = test_random_next(random) | 1;
    return number == GPUC_FLOAT32
               ? 0x7f800000 | (payload & 0x807fffff)
               : UINT64_C(0x7ff0000000000000) | (payload & UINT64_C(0x800fffffffffffff));
}

/* The table's values from `first` on as rows; what stands behind them is random. */
static struct gpuc_feature_rows make_rows(struct table *table, size_t first,
                                          size_t n_rows, struct test_random *random)
{
    static const size_t steps[CODE_FOREST_FEATURES] = {1, 1, 7};
    enum gpuc_number number = table->forest->number;
    size_t stride = (n_rows + 63) / 64 * 64;
    size_t size = CODE_FOREST_FEATURES * stride * gpuc_number_size(number);
    void *values = test_guard_place(&table->rows_guard, size);

    for (size_t feature = 0; feature < CODE_FOREST_FEATURES; feature++) {
        for (size_t row = 0; row < stride; row++) {
            size_t place = feature * stride + row;
            size_t i = (first + row * steps[feature]) % table->n_values;
            float narrow = (float)table->values[i];
            if (row >= n_rows)
                put_bits(values, place, number, test_random_next(random));
            else if (row % 13 == 5)
                put_bits(values, place, number, nan_bits(number, random));
            else if (number == GPUC_FLOAT32)
                memcpy((float *)values + place, &narrow, sizeof narrow);
            else
                memcpy((double *)values + place, &table->values[i], sizeof(double));
        }
    }
    return (struct gpuc_feature_rows){values, stride, n_rows};
}

/* The count as src/model/forest.h words it, in the forest's own type. */
static uint32_t obvious_rank(const struct gpuc_forest *forest,
                             const struct gpuc_feature *feature, double value)
{
    const double *thresholds = gpuc_forest_thresholds(forest) + feature->first_threshold;
    uint32_t rank = 0;

    for (uint32_t j = 0; j < feature->n_thresholds; j++) {
        if (forest->number == GPUC_FLOAT32)
            rank += forest->less_equal ? (float)thresholds[j] < (float)value
                                       : (float)thresholds[j] <= (float)value;
        else
            rank += forest->less_equal ? thresholds[j] < value : thresholds[j] <= value;
    }
    return rank;
}

static uint32_t obvious_category(const struct gpuc_code_column *column, double value)
{
    double whole = column->truncate_first ? trunc(value) : value;

    if (whole < 0.0 || whole >= column->n_categories)
        return column->n_categories;
    return (uint32_t)floor(whole);
}

static uint32_t obvious_code(const struct gpuc_code_column *column, double value,
                             uint32_t rank)
{
    if (isnan(value))
        return column->missing_code;
    if (column->kind == GPUC_COLUMN_CATEGORY)
        return obvious_category(column, value);
    return column->zero_is_missing && value == 0.0 ? column->missing_code : rank;
}

static uint32_t code_at(const struct gpuc_codes *codes,
                        const struct gpuc_code_column *column, size_t row)
{
    return gpuc_row_code(codes->bytes, codes->stride, column, row);
}

static void check_value(const struct gpuc_forest *forest, const struct gpuc_codes *codes,
                        uint32_t feature, double value, size_t row)
{
    const struct gpuc_feature *own = gpuc_forest_features(forest) + feature;
    const struct gpuc_code_column *columns = gpuc_forest_columns(forest);
    double seen =
        forest->flush_tiny && value >= -GPUC_TINY && value <= GPUC_TINY ? 0.0 : value;
    uint32_t rank = obvious_rank(forest, own, seen);

    for (uint32_t k = own->first_column; k < own->first_column + own->n_columns; k++) {
        uint32_t code = code_at(codes, &columns[k], row);
        uint32_t expected = obvious_code(&columns[k], seen, rank);
        if (code != expected)
            fail_msg("%a, column %u of %u thresholds: code %u, not %u", value, k,
                     own->n_thresholds, code, expected);
    }
}

/* Rows that nobody asked for have codes that a tree may look at. */
static void check_padding(const struct gpuc_forest *forest,
                          const struct gpuc_codes *codes)
{
    const struct gpuc_code_column *columns = gpuc_forest_columns(forest);

    for (uint32_t k = 0; k < CODE_FOREST_COLUMNS; k++) {
        const struct gpuc_feature *feature =
            gpuc_forest_features(forest) + columns[k].feature;
        uint32_t most = columns[k].kind == GPUC_COLUMN_CATEGORY
                            ? columns[k].n_categories + 1
                            : feature->n_thresholds;
        for (size_t row = codes->n_rows; row < (codes->n_rows + 63) / 64 * 64; row++)
            assert_in_range(code_at(codes, &columns[k], row), 0, most);
    }
}

/* Codes that end where memory does. */
static struct gpuc_codes quantise(gpuc_quantise_function *function,
                                  const struct gpuc_quantiser *quantiser,
                                  const struct gpuc_feature_rows *rows,
                                  struct table *table)
{
    size_t size = table->forest->codes_size * rows->stride;
    struct gpuc_codes codes = {test_guard_place(&table->codes_guard, size), rows->stride,
                               rows->n_rows};
    memset(codes.bytes, 0xa5, size);
    function(quantiser, rows, &codes);
    return codes;
}

static void check_scalar(struct table *table, const struct gpuc_quantiser *quantiser,
                         struct test_random *random)
{
    const struct gpuc_forest *forest = table->forest;
    struct gpuc_feature_rows rows = make_rows(table, 0, table->n_values, random);
    struct gpuc_codes codes =
        quantise(gpuc_cpu_kernels_scalar.quantise, quantiser, &rows, table);

    for (uint32_t feature = 1; feature < CODE_FOREST_FEATURES; feature++) {
        for (size_t row = 0; row < rows.n_rows; row++) {
            size_t place = feature * rows.stride + row;
            double value = forest->number == GPUC_FLOAT32
                               ? (double)((const float *)rows.values)[place]
                               : ((const double *)rows.values)[place];
            check_value(forest, &codes, feature, value, row);
        }
    }
    check_padding(forest, &codes);
}

/* Byte for byte what scalar gives, for rows from any place of the table. */
static void check_vectors(struct table *table, const struct gpuc_quantiser *quantiser,
                          const struct gpuc_cpu_kernels *kernels, size_t n_rows,
                          struct test_random *random)
{
    size_t first = test_random_below(random, table->n_values);
    struct gpuc_feature_rows rows = make_rows(table, first, n_rows, random);
    struct gpuc_codes codes =
        quantise(gpuc_cpu_kernels_scalar.quantise, quantiser, &rows, table);
    size_t size = table->forest->codes_size * rows.stride;
    uint8_t *expected = gpuc_alloc(1, size);

    assert_non_null(expected);
    memcpy(expected, codes.bytes, size);
    quantise(kernels->quantise, quantiser, &rows, table);
    for (size_t i = 0; i < size; i++) {
        if (codes.bytes[i] != expected[i])
            fail_msg("%zu rows: byte %zu of column place %zu", n_rows, i % rows.stride,
                     i / rows.stride);
    }
    gpuc_free(expected);
}

typedef void check_function(struct table *table, const struct gpuc_quantiser *quantiser,
                            const void *context, struct test_random *random);

/* Makes the forest and its values, and checks. */
static void check_shape(const struct code_forest_shape *shape, uint32_t n_most,
                        check_function *check, const void *context)
{
    struct test_random random = {shape->n_thresholds};
    static struct table table;
    struct gpuc_quantiser quantiser;
    struct gpuc_forest *forest = code_forest_new(shape);
    size_t stride_max = (N_VALUES_MAX + 63) / 64 * 64;

    table.forest = forest;
    fill_values(&table, &random, n_most);
    table.rows_guard = test_guard_new(CODE_FOREST_FEATURES * stride_max * sizeof(double));
    table.codes_guard = test_guard_new(forest->codes_size * stride_max);
    assert_int_equal(gpuc_quantiser_init(&quantiser, forest, NULL), GPUC_OK);
    check(&table, &quantiser, context, &random);
    gpuc_quantiser_done(&quantiser);
    test_guard_free(&table.rows_guard);
    test_guard_free(&table.codes_guard);
    gpuc_free(forest);
}

/* Both number types, both ways to split, with and without the flush of tiny values. */
static void check_thresholds(enum threshold_kind kind, uint32_t n, uint32_t n_most,
                             check_function *check, const void *context)
{
    static const uint32_t category_counts[] = {254, 1, 300, GPUC_CATEGORY_MAX};
    double *thresholds = gpuc_alloc(n + 1, sizeof *thresholds);
    assert_non_null(thresholds);

    for (uint32_t i = 0; i < 8; i++) {
        struct test_random random = {n + i};
        struct code_forest_shape shape = {
            .number = i & 1 ? GPUC_FLOAT64 : GPUC_FLOAT32,
            .less_equal = (i & 2) != 0,
            .flush_tiny = (i & 4) != 0,
            .truncate_first = (i & 2) != 0,
            .n_categories = category_counts[(i + n) % 4],
            .thresholds = thresholds,
            .n_thresholds = n,
        };
        make_thresholds(kind, shape.number, n, &random, thresholds);
        check_shape(&shape, n_most, check, context);
    }
    gpuc_free(thresholds);
}

/* All kinds of thresholds in numbers around those where codes become wider. */
static void check_all(check_function *check, const void *context)
{
    static const uint32_t counts[] = {1, 2, 3, 7, 16, 17, 100, 254, 255, 256, 700};

    check_thresholds(THRESHOLDS_UNIFORM, 0, 256, check, context);
    for (enum threshold_kind kind = 0; kind < THRESHOLDS_KINDS; kind++) {
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            check_thresholds(kind, counts[i], 256, check, context);
    }
    check_thresholds(THRESHOLDS_NORMAL, 65535, 40, check, context);
    check_thresholds(THRESHOLDS_GEOMETRIC, 65536, 40, check, context);
    check_thresholds(THRESHOLDS_CLUSTERED, 200000, 20, check, context);
}

static void run_scalar(struct table *table, const struct gpuc_quantiser *quantiser,
                       const void *context, struct test_random *random)
{
    (void)context;
    check_scalar(table, quantiser, random);
}

static void test_scalar(void **state)
{
    (void)state;
    check_all(run_scalar, NULL);
}

/* Skips the test, and says why, where this CPU cannot run it. */
static void require(const struct gpuc_cpu_kernels *kernels, const char *name)
{
    char reason[64] = "not in this build";

    if (kernels == NULL || !gpuc_cpu_supports(kernels->isa, reason, sizeof reason)) {
        print_message("%s: skipped, %s\n", name, reason);
        skip();
    }
}

struct subject {
    const struct gpuc_engine_ops *ops;
};

static void run_vectors(struct table *table, const struct gpuc_quantiser *quantiser,
                        const void *context, struct test_random *random)
{
    check_vectors(table, quantiser, context, table->n_values, random);
    check_vectors(table, quantiser, context, 1 + test_random_below(random, 300), random);
}

static void test_vectors(void **state)
{
    const struct subject *subject = *state;
    require(subject->ops->kernels, subject->ops->name);
    check_all(run_vectors, subject->ops->kernels);
}

static void run_row_counts(struct table *table, const struct gpuc_quantiser *quantiser,
                           const void *context, struct test_random *random)
{
    for (size_t n_rows = 0; n_rows <= 130; n_rows++)
        check_vectors(table, quantiser, context, n_rows, random);
    check_vectors(table, quantiser, context, 1000, random);
}

static void test_row_counts(void **state)
{
    static const uint32_t counts[] = {3, 255, 5000};
    const struct subject *subject = *state;
    require(subject->ops->kernels, subject->ops->name);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        check_thresholds(THRESHOLDS_UNIFORM, counts[i], 256, run_row_counts,
                         subject->ops->kernels);
        check_thresholds(THRESHOLDS_CLUSTERED, counts[i], 256, run_row_counts,
                         subject->ops->kernels);
    }
}

/* The function of the best kernels that the environment leaves. */
static void test_best(void **state)
{
    static const struct {
        const char *disabled;
        const struct gpuc_engine_ops *choices[4];
    } cases[] = {
        {"", {&gpuc_engine_ops_avx512, &gpuc_engine_ops_avx2, &gpuc_engine_ops_sse42}},
        {"avx512", {&gpuc_engine_ops_avx2, &gpuc_engine_ops_sse42}},
        {"avx2,avx512", {&gpuc_engine_ops_sse42}},
        {"avx2,avx512,sse42", {NULL}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gpuc_quantise_function *expected = gpuc_cpu_kernels_scalar.quantise;
        for (size_t k = 0; cases[i].choices[k] != NULL; k++) {
            const struct gpuc_cpu_kernels *kernels = cases[i].choices[k]->kernels;
            char reason[64];
            if (kernels != NULL &&
                gpuc_cpu_supports(kernels->isa, reason, sizeof reason)) {
                expected = kernels->quantise;
                break;
            }
        }
        assert_int_equal(setenv("GPUCLASSIFY_DISABLE", cases[i].disabled, 1), 0);
        assert_true(gpuc_quantise_best() == expected);
    }
    assert_int_equal(unsetenv("GPUCLASSIFY_DISABLE"), 0);
}

/* Memory runs out at each request in turn; nothing is lost, and later it works. */
static void test_no_memory(void **state)
{
    static const double thresholds[] = {1.0, 2.0, 3.0};
    const struct code_forest_shape shape = {.thresholds = thresholds, .n_thresholds = 3};
    struct gpuc_forest *forest = code_forest_new(&shape);
    enum gpuc_status status = GPUC_ENOMEM;
    long n_refused = 0;
    (void)state;

    for (; status != GPUC_OK; n_refused++) {
        struct gpuc_quantiser quantiser;
        gpuc_memory_fail_after(n_refused, true);
        status = gpuc_quantiser_init(&quantiser, forest, NULL);
        gpuc_memory_fail_after(-1, false);
        if (status == GPUC_OK)
            gpuc_quantiser_done(&quantiser);
        else
            assert_int_equal(status, GPUC_ENOMEM);
    }
    assert_int_equal(n_refused - 1, 3);
    gpuc_free(forest);
}

#define TEST(test, subject)                                                              \
  {                                                                                      \
    .name = #test " " #subject, .test_func = (test), .initial_state = &(subject)         \
  }

int main(void)
{
    static struct subject sse42 = {&gpuc_engine_ops_sse42};
    static struct subject avx2 = {&gpuc_engine_ops_avx2};
    static struct subject avx512 = {&gpuc_engine_ops_avx512};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scalar),    TEST(test_vectors, sse42),
        TEST(test_vectors, avx2),         TEST(test_vectors, avx512),
        TEST(test_row_counts, sse42),     TEST(test_row_counts, avx2),
        TEST(test_row_counts, avx512),    cmocka_unit_test(test_best),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
