/* SPDX-License-Identifier: Apache-2.0 */
#include "code_table.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "code_forest.h"
#include "support/cmocka_all.h"

static void put_value(struct code_table *table, double value)
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

void code_table_fill(struct code_table *table, struct test_random *random,
                     uint32_t n_most)
{
    const struct gpuc_forest *forest = table->forest;
    const double *thresholds = gpuc_forest_thresholds(forest);
    uint32_t n = gpuc_forest_features(forest)[1].n_thresholds;

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

struct gpuc_feature_rows code_table_rows(struct code_table *table, size_t first,
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

struct gpuc_codes code_table_quantise(gpuc_quantise_function *function,
                                      const struct gpuc_quantiser *quantiser,
                                      const struct gpuc_feature_rows *rows,
                                      struct code_table *table)
{
    size_t size = table->forest->codes_size * rows->stride;
    struct gpuc_codes codes = {test_guard_place(&table->codes_guard, size), rows->stride,
                               rows->n_rows};
    memset(codes.bytes, 0xa5, size);
    function(quantiser, rows, &codes);
    return codes;
}
