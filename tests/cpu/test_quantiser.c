/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scalar quantiser gives the codes that an obvious count gives, on friendly and
 * hostile thresholds and values; the vector quantisers give the bytes of scalar.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "code_forest.h"
#include "code_table.h"
#include "cpu/kernels.h"
#include "model/forest_builder.h"
#include "support/cmocka_all.h"

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

static void check_scalar(struct code_table *table, const struct gpuc_quantiser *quantiser,
                         struct test_random *random)
{
    const struct gpuc_forest *forest = table->forest;
    struct gpuc_feature_rows rows = code_table_rows(table, 0, table->n_values, random);
    struct gpuc_codes codes =
        code_table_quantise(gpuc_cpu_kernels_scalar.quantise, quantiser, &rows, table);

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
static void check_vectors(struct code_table *table,
                          const struct gpuc_quantiser *quantiser,
                          const struct gpuc_cpu_kernels *kernels, size_t n_rows,
                          struct test_random *random)
{
    size_t first = test_random_below(random, table->n_values);
    struct gpuc_feature_rows rows = code_table_rows(table, first, n_rows, random);
    struct gpuc_codes codes =
        code_table_quantise(gpuc_cpu_kernels_scalar.quantise, quantiser, &rows, table);
    size_t size = table->forest->codes_size * rows.stride;
    uint8_t *expected = gpuc_alloc(1, size);

    assert_non_null(expected);
    memcpy(expected, codes.bytes, size);
    code_table_quantise(kernels->quantise, quantiser, &rows, table);
    for (size_t i = 0; i < size; i++) {
        if (codes.bytes[i] != expected[i])
            fail_msg("%zu rows: byte %zu of column place %zu", n_rows, i % rows.stride,
                     i / rows.stride);
    }
    gpuc_free(expected);
}

typedef void check_function(struct code_table *table,
                            const struct gpuc_quantiser *quantiser, const void *context,
                            struct test_random *random);

/* Makes the forest and its values, and checks. */
static void check_shape(const struct code_forest_shape *shape, uint32_t n_most,
                        check_function *check, const void *context)
{
    struct test_random random = {shape->n_thresholds};
    static struct code_table table;
    struct gpuc_quantiser quantiser;
    struct gpuc_forest *forest = code_forest_new(shape);
    size_t stride_max = (N_VALUES_MAX + 63) / 64 * 64;

    table.forest = forest;
    code_table_fill(&table, &random, n_most);
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
    static const uint32_t counts[] = {1,   2,   3,   7,   16,  17, 65,
                                      100, 254, 255, 256, 257, 700};

    check_thresholds(THRESHOLDS_UNIFORM, 0, 256, check, context);
    for (enum threshold_kind kind = 0; kind < THRESHOLDS_KINDS; kind++) {
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            check_thresholds(kind, counts[i], 256, check, context);
    }
    check_thresholds(THRESHOLDS_NORMAL, 65535, 40, check, context);
    check_thresholds(THRESHOLDS_GEOMETRIC, 65536, 40, check, context);
    check_thresholds(THRESHOLDS_CLUSTERED, 200000, 20, check, context);
}

static void run_scalar(struct code_table *table, const struct gpuc_quantiser *quantiser,
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

static void run_vectors(struct code_table *table, const struct gpuc_quantiser *quantiser,
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

/* The value -0.0, where 0.0 is the least number of a bucket and the one below is full. */
static void test_minus_zero(void **state)
{
    static const double thresholds[] = {-0x1p-149, 0.0, 10 * 0x1p-149};
    const struct code_forest_shape shape = {
        .number = GPUC_FLOAT32, .thresholds = thresholds, .n_thresholds = 3};
    const struct subject *subject = *state;
    require(subject->ops->kernels, subject->ops->name);
    check_shape(&shape, 3, run_vectors, subject->ops->kernels);
}

static void run_row_counts(struct code_table *table,
                           const struct gpuc_quantiser *quantiser, const void *context,
                           struct test_random *random)
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
        cmocka_unit_test(test_scalar), TEST(test_vectors, sse42),
        TEST(test_vectors, avx2),      TEST(test_vectors, avx512),
        TEST(test_minus_zero, sse42),  TEST(test_minus_zero, avx2),
        TEST(test_minus_zero, avx512), TEST(test_row_counts, sse42),
        TEST(test_row_counts, avx2),   TEST(test_row_counts, avx512),
        cmocka_unit_test(test_best),   cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
