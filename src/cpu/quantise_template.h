/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpuc_quantise_function with values side by side in vector lanes. Included by the
 * isa_<name>.c files after their simd_numbers_<name>.h. src/cpu/quantiser.h says how a
 * rank is found, and why it is the right one.
 */
#include "cpu/kernels.h"
#include "cpu/quantise_row.h"

enum { QUANTISE_ROWS = 64 }; /* at a time */

/* A feature's values in QUANTISE_ROWS rows. */
struct quantise_block {
    const void *values; /* of the forest's number type: the rows', or `flushed` */
    union {
        float floats[QUANTISE_ROWS];
        double doubles[QUANTISE_ROWS];
    } flushed;
    uint32_t ranks[QUANTISE_ROWS];
};

GPUC_INLINE void quantise_flush(struct quantise_block *block, bool is_float)
{
    const void *values = block->values;

    for (size_t i = 0; i < QUANTISE_ROWS; i += GPUC_LANES) {
        if (is_float)
            floats_store(
                block->flushed.floats + i,
                floats_flush(floats_load((const float *)values + i), (float)GPUC_TINY));
        else
            doubles_store(
                block->flushed.doubles + i,
                doubles_flush(doubles_load((const double *)values + i), GPUC_TINY));
    }
    block->values = &block->flushed;
}

/* The values as float32. */
GPUC_INLINE floats quantise_narrow(const struct quantise_block *block, size_t i,
                                   bool is_float)
{
    return is_float ? floats_load((const float *)block->values + i)
                    : doubles_narrow(doubles_load((const double *)block->values + i));
}

/* Leaves the bucket of each value in block->ranks. */
GPUC_INLINE void find_linear_buckets(const struct gpuc_rank_search *search,
                                     struct quantise_block *block, bool is_float)
{
    floats origin = floats_set(search->origin), scale = floats_set(search->scale);
    floats last = floats_set((float)search->last_bucket);

    for (size_t i = 0; i < QUANTISE_ROWS; i += GPUC_LANES) {
        floats x = quantise_narrow(block, i, is_float);
        floats place = floats_mul(floats_sub(x, origin), scale);
        vec_store(block->ranks + i,
                  floats_truncate(floats_clamp(place, floats_set(0.0f), last)));
    }
}

GPUC_INLINE void find_bits_buckets(const struct gpuc_rank_search *search,
                                   struct quantise_block *block, bool is_float)
{
    vec first = vec_set32((uint32_t)search->first_bits);
    vec last = vec_set32((uint32_t)search->last_bits);

    for (size_t i = 0; i < QUANTISE_ROWS; i += GPUC_LANES) {
        floats x = quantise_narrow(block, i, is_float);
        vec bits = floats_bits(floats_add(x, floats_set(0.0f)));
        vec ordered =
            vec_xor(bits, vec_and(vec_signs32(bits), vec_set32((uint32_t)INT32_MAX)));
        vec clamped = vec_min32(vec_max32(ordered, first), last);
        vec_store(block->ranks + i,
                  vec_shr32_by(vec_sub32(clamped, first), search->shift));
    }
}

/* From buckets to ranks. */
static void find_float_ranks(const struct gpuc_rank_search *search, const uint8_t *tables,
                             struct quantise_block *block)
{
    const void *buckets = tables + search->buckets;
    const float *limits = (const void *)(tables + search->limits);
    const float *values = block->values;
    uint32_t step = 1u << (search->n_steps - 1);

    for (size_t i = 0; i < QUANTISE_ROWS; i += GPUC_LANES) {
        floats limit;
        vec rank;
        look_up_float_buckets(buckets, block->ranks + i, &limit, &rank);
        lane_mask counts = floats_le(limit, floats_load(values + i));
        vec_store(block->ranks + i, vec_add32_where(counts, rank, vec_set32(step)));
    }
    while (step /= 2, step > 0) {
        for (size_t i = 0; i < QUANTISE_ROWS; i += GPUC_LANES) {
            floats limit = look_up_floats(limits + (step - 1), block->ranks + i);
            vec rank = vec_load(block->ranks + i);
            lane_mask counts = floats_le(limit, floats_load(values + i));
            vec_store(block->ranks + i, vec_add32_where(counts, rank, vec_set32(step)));
        }
    }
}

static void find_double_ranks(const struct gpuc_rank_search *search,
                              const uint8_t *tables, struct quantise_block *block)
{
    const void *buckets = tables + search->buckets;
    const double *limits = (const void *)(tables + search->limits);
    const double *values = block->values;
    uint32_t step = 1u << (search->n_steps - 1);

    for (size_t i = 0; i < QUANTISE_ROWS; i += GPUC_LANES) {
        doubles limit;
        vec rank;
        look_up_double_buckets(buckets, block->ranks + i, &limit, &rank);
        lane_mask counts = doubles_le(limit, doubles_load(values + i));
        vec_store(block->ranks + i, vec_add32_where(counts, rank, vec_set32(step)));
    }
    while (step /= 2, step > 0) {
        for (size_t i = 0; i < QUANTISE_ROWS; i += GPUC_LANES) {
            doubles limit = look_up_doubles(limits + (step - 1), block->ranks + i);
            vec rank = vec_load(block->ranks + i);
            lane_mask counts = doubles_le(limit, doubles_load(values + i));
            vec_store(block->ranks + i, vec_add32_where(counts, rank, vec_set32(step)));
        }
    }
}

/* The codes of GPUC_LANES rows in a numeric column. */
GPUC_INLINE vec numeric_codes(const struct gpuc_code_column *column,
                              const struct quantise_block *block, size_t i, bool is_float)
{
    lane_mask missing;

    if (is_float) {
        floats x = floats_load((const float *)block->values + i);
        missing = floats_is_nan(x);
        if (column->zero_is_missing)
            missing = mask_or(missing, floats_is_zero(x));
    } else {
        doubles x = doubles_load((const double *)block->values + i);
        missing = doubles_is_nan(x);
        if (column->zero_is_missing)
            missing = mask_or(missing, doubles_is_zero(x));
    }
    return vec_pick(missing, vec_set32(column->missing_code), vec_load(block->ranks + i));
}

GPUC_INLINE void store_numeric_codes(const struct gpuc_code_column *column,
                                     const struct quantise_block *block, uint8_t *to,
                                     bool is_float)
{
    vec codes[QUANTISE_ROWS / GPUC_LANES];

    for (size_t i = 0; i < QUANTISE_ROWS; i += GPUC_LANES)
        codes[i / GPUC_LANES] = numeric_codes(column, block, i, is_float);
    for (size_t i = 0; i < QUANTISE_ROWS; i += GPUC_LANES) {
        const vec *from = codes + i / GPUC_LANES;
        if (column->code_size == 4)
            vec_store(to + 4 * i, *from);
        else if (column->code_size == 2 && i % (2 * GPUC_LANES) == 0)
            store_halves(to + 2 * i, from);
        else if (column->code_size == 1 && i % (4 * GPUC_LANES) == 0)
            store_bytes(to + i, from);
    }
}

GPUC_INLINE void store_category_codes(const struct gpuc_code_column *column,
                                      const struct quantise_block *block,
                                      const struct gpuc_codes *codes, size_t first_row,
                                      bool is_float)
{
    for (size_t i = 0; i < QUANTISE_ROWS; i++) {
        double value = is_float ? (double)((const float *)block->values)[i]
                                : ((const double *)block->values)[i];
        gpuc_store_code(codes, column, first_row + i, gpuc_category_code(column, value));
    }
}

GPUC_INLINE void quantise_feature(const struct gpuc_quantiser *quantiser, uint32_t number,
                                  const struct gpuc_feature_rows *rows,
                                  const struct gpuc_codes *codes, bool is_float)
{
    const struct gpuc_forest *forest = quantiser->forest;
    const struct gpuc_feature *feature = gpuc_forest_features(forest) + number;
    const struct gpuc_code_column *columns = gpuc_forest_columns(forest);
    const struct gpuc_rank_search *search = &quantiser->searches[number];
    struct quantise_block block;

    for (size_t row = 0; row < rows->n_rows; row += QUANTISE_ROWS) {
        size_t place = number * rows->stride + row;
        block.values = is_float ? (const void *)((const float *)rows->values + place)
                                : (const double *)rows->values + place;
        if (forest->flush_tiny)
            quantise_flush(&block, is_float);
        if (search->map == GPUC_MAP_LINEAR)
            find_linear_buckets(search, &block, is_float);
        else
            find_bits_buckets(search, &block, is_float);
        if (is_float)
            find_float_ranks(search, quantiser->tables, &block);
        else
            find_double_ranks(search, quantiser->tables, &block);
        for (uint32_t k = feature->first_column;
             k < feature->first_column + feature->n_columns; k++) {
            const struct gpuc_code_column *column = &columns[k];
            if (column->kind == GPUC_COLUMN_CATEGORY)
                store_category_codes(column, &block, codes, row, is_float);
            else
                store_numeric_codes(column, &block,
                                    codes->bytes + column->place * codes->stride +
                                        column->code_size * row,
                                    is_float);
        }
    }
}

static void quantise(const struct gpuc_quantiser *quantiser,
                     const struct gpuc_feature_rows *rows, const struct gpuc_codes *codes)
{
    const struct gpuc_forest *forest = quantiser->forest;

    for (uint32_t number = 0; number < forest->n_features; number++) {
        if (gpuc_forest_features(forest)[number].n_columns == 0)
            continue;
        if (forest->number == GPUC_FLOAT32)
            quantise_feature(quantiser, number, rows, codes, true);
        else
            quantise_feature(quantiser, number, rows, codes, false);
    }
}
