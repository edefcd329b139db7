/* SPDX-License-Identifier: Apache-2.0 */
#include "code_forest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "support/cmocka_all.h"

static const double few_thresholds[] = {-1.0, 0.0, 0.5};
enum { N_FEW = 3 };

static uint32_t numeric_code_size(uint32_t n_thresholds)
{
    return n_thresholds <= UINT8_MAX ? 1 : n_thresholds <= UINT16_MAX ? 2 : 4;
}

static struct gpuc_code_column numeric_column(uint32_t feature, uint32_t n_thresholds,
                                              bool missing_right, bool zero_is_missing)
{
    return (struct gpuc_code_column){
        .kind = GPUC_COLUMN_NUMERIC,
        .feature = feature,
        .code_size = numeric_code_size(n_thresholds),
        .missing_code = missing_right ? n_thresholds : 0,
        .zero_is_missing = zero_is_missing,
    };
}

static struct gpuc_section add_section(size_t *size, size_t n_items, size_t item_size)
{
    struct gpuc_section section = {*size, n_items};
    *size += (n_items * item_size + 63) / 64 * 64;
    return section;
}

struct gpuc_forest *code_forest_new(const struct code_forest_shape *shape)
{
    uint32_t n = shape->n_thresholds;
    const struct gpuc_feature features[CODE_FOREST_FEATURES] = {
        {0, 0, 0, 0}, {0, 4, 0, n}, {4, 1, n, N_FEW}};
    struct gpuc_code_column columns[CODE_FOREST_COLUMNS] = {
        numeric_column(1, n, false, false),
        numeric_column(1, n, true, false),
        numeric_column(1, n, true, true),
        {.kind = GPUC_COLUMN_CATEGORY,
         .feature = 1,
         .code_size = numeric_code_size(shape->n_categories + 1),
         .n_categories = shape->n_categories,
         .missing_code = shape->n_categories + 1,
         .truncate_first = shape->truncate_first},
        numeric_column(2, N_FEW, false, true),
    };
    struct gpuc_forest head = {
        .number = shape->number,
        .n_features = CODE_FOREST_FEATURES,
        .less_equal = shape->less_equal,
        .flush_tiny = shape->flush_tiny,
    };
    size_t size = (sizeof head + 63) / 64 * 64;

    for (size_t i = 0; i < CODE_FOREST_COLUMNS; i++) {
        columns[i].place = head.codes_size;
        head.codes_size += columns[i].code_size;
    }
    head.features = add_section(&size, CODE_FOREST_FEATURES, sizeof *features);
    head.columns = add_section(&size, CODE_FOREST_COLUMNS, sizeof *columns);
    head.thresholds = add_section(&size, n + N_FEW, sizeof(double));
    head.image_size = size;
    uint8_t *image = gpuc_alloc(1, size);
    assert_non_null(image);
    double *thresholds = (double *)(void *)(image + head.thresholds.offset);
    memcpy(image, &head, sizeof head);
    memcpy(image + head.features.offset, features, sizeof features);
    memcpy(image + head.columns.offset, columns, sizeof columns);
    if (n > 0)
        memcpy(thresholds, shape->thresholds, n * sizeof *thresholds);
    memcpy(thresholds + n, few_thresholds, sizeof few_thresholds);
    return (struct gpuc_forest *)(void *)image;
}

static double from_bits(enum gpuc_number number, uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    float narrow;
    double wide;

    memcpy(&narrow, &low, sizeof narrow);
    memcpy(&wide, &bits, sizeof wide);
    return number == GPUC_FLOAT32 ? (double)narrow : wide;
}

double random_bits(enum gpuc_number number, struct test_random *random)
{
    return from_bits(number, test_random_next(random));
}

static double random_unit(struct test_random *random)
{
    return (double)(test_random_next(random) >> 11) * 0x1p-53;
}

static double random_sign(struct test_random *random)
{
    return test_random_next(random) & 1 ? 1.0 : -1.0;
}

/* The i-th candidate; adjacent ones are all different by themselves. */
static double candidate(enum threshold_kind kind, enum gpuc_number number, uint32_t i,
                        struct test_random *random)
{
    bool wide = number == GPUC_FLOAT64;
    double unit = random_unit(random);

    switch (kind) {
    case THRESHOLDS_GRID:
        return 0.1 + 0.1 * i;
    case THRESHOLDS_NORMAL: {
        double sum = unit;
        for (int k = 0; k < 11; k++)
            sum += random_unit(random);
        return sum - 6.0;
    }
    case THRESHOLDS_CLUSTERED:
        return unit < 0.9 ? 5.0 + random_unit(random)
                          : 1e5 * random_sign(random) * random_unit(random);
    case THRESHOLDS_GEOMETRIC:
        return random_sign(random) * (1.0 + random_unit(random)) *
               exp2(floor((wide ? 2097.0 : 276.0) * unit) - (wide ? 1074.0 : 149.0));
    case THRESHOLDS_DENORMAL:
        return random_sign(random) * unit * (wide ? 0x1p-1022 : 0x1p-126);
    case THRESHOLDS_ADJACENT:
        return from_bits(number, (wide ? UINT64_C(0x3ff0000000000000) : 0x3f800000) + i);
    case THRESHOLDS_AROUND_ZERO:
        return (i % 2 ? 1.0 : -1.0) * from_bits(number, (i + 1) / 2);
    case THRESHOLDS_HUGE:
        return random_sign(random) * (wide ? 0x1p1023 : 0x1p127) * (1.0 + 0.9 * unit);
    case THRESHOLDS_BITS: {
        double value = random_bits(number, random);
        return isnan(value) ? unit : value;
    }
    case THRESHOLDS_UNIFORM:
    case THRESHOLDS_INFINITE:
    case THRESHOLDS_KINDS:
        break;
    }
    return unit;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void make_thresholds(enum threshold_kind kind, enum gpuc_number number, uint32_t n,
                     struct test_random *random, double *ret_thresholds)
{
    uint32_t n_candidates = 2 * n + 8, n_different = 0;
    double *all = gpuc_alloc(n_candidates, sizeof *all);
    assert_non_null(all);

    for (uint32_t i = 0; i < n_candidates; i++) {
        double value = candidate(kind, number, i, random);
        all[i] = (number == GPUC_FLOAT32 ? (double)(float)value : value) + 0.0;
    }
    qsort(all, n_candidates, sizeof *all, by_value);
    for (uint32_t i = 0; i < n_candidates; i++) {
        if (n_different == 0 || all[i] > all[n_different - 1])
            all[n_different++] = all[i];
    }
    assert_in_range(n, 0, n_different);
    /* Some from the middle, so that both signs remain. */
    memcpy(ret_thresholds, all + (n_different - n) / 2, n * sizeof *all);
    if (kind == THRESHOLDS_INFINITE && n > 0)
        ret_thresholds[n - 1] = HUGE_VAL;
    if (kind == THRESHOLDS_INFINITE && n > 1)
        ret_thresholds[0] = -HUGE_VAL;
    gpuc_free(all);
}
