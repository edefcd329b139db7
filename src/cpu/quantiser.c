/* SPDX-License-Identifier: Apache-2.0 */
#include "cpu/quantiser.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "cpu/kernels.h"
#include "disabled.h"

/* The limits of one feature while its search is made. */
struct limits {
    enum gpuc_number number;
    double *values; /* ascending */
    uint32_t n;
};

static float next_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits += value >= 0.0f ? 1u : -1u;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double next_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits += value >= 0.0 ? UINT64_C(1) : -UINT64_C(1);
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Nothing is above infinity: such a limit is left out. */
static void take_limits(struct limits *limits, const struct gpuc_forest *forest,
                        const struct gpuc_feature *feature)
{
    const double *thresholds = gpuc_forest_thresholds(forest) + feature->first_threshold;

    limits->n = 0;
    for (uint32_t j = 0; j < feature->n_thresholds; j++) {
        double limit = thresholds[j];
        if (forest->less_equal && limit == (double)INFINITY)
            break;
        if (forest->less_equal)
            limit = limits->number == GPUC_FLOAT32 ? (double)next_float((float)limit)
                                                   : next_double(limit);
        limits->values[limits->n++] = limit;
    }
}

/* Keeps the order of numbers; -0.0 becomes 0.0 first. */
static int32_t ordered_bits(float value)
{
    int32_t bits;
    value += 0.0f;
    memcpy(&bits, &value, sizeof bits);
    return bits < 0 ? bits ^ INT32_MAX : bits;
}

/* What the vector kernels compute, operation for operation. */
static uint32_t bucket_of(const struct gpuc_rank_search *search, double limit)
{
    float value = (float)limit;

    if (search->map == GPUC_MAP_LINEAR) {
        float place = (value - search->origin) * search->scale;
        float last = (float)search->last_bucket;
        place = place > 0.0f ? place : 0.0f;
        return (uint32_t)(place < last ? place : last);
    }
    int32_t bits = ordered_bits(value);
    bits = bits > search->first_bits ? bits : search->first_bits;
    bits = bits < search->last_bits ? bits : search->last_bits;
    return ((uint32_t)bits - (uint32_t)search->first_bits) >> search->shift;
}

/* False if there is no such map with finite numbers. */
static bool make_linear(struct gpuc_rank_search *search, const struct limits *limits,
                        uint32_t n_buckets)
{
    uint32_t first = 0, last = limits->n;
    while (first < last && isinf((float)limits->values[first]))
        first++;
    while (last > first && isinf((float)limits->values[last - 1]))
        last--;
    if (first == last)
        return false;

    float origin = (float)limits->values[first];
    float scale = (float)n_buckets / ((float)limits->values[last - 1] - origin);
    *search = (struct gpuc_rank_search){
        .map = GPUC_MAP_LINEAR,
        .last_bucket = n_buckets - 1,
        .origin = origin,
        .scale = scale,
    };
    /* Neither 0 times infinity nor infinity times 0 may occur. */
    return scale >= FLT_MIN && scale <= FLT_MAX;
}

static void make_bits(struct gpuc_rank_search *search, const struct limits *limits,
                      uint32_t n_buckets)
{
    uint32_t n = limits->n;
    int32_t first = n > 0 ? ordered_bits((float)limits->values[0]) : 0;
    int32_t last = n > 0 ? ordered_bits((float)limits->values[n - 1]) : 0;
    uint32_t range = (uint32_t)last - (uint32_t)first;
    uint32_t shift = 0;

    while (range >> shift >= n_buckets)
        shift++;
    *search = (struct gpuc_rank_search){
        .map = GPUC_MAP_BITS,
        .last_bucket = range >> shift,
        .first_bits = first,
        .last_bits = last,
        .shift = shift,
    };
}

/* Steps that find any rank in the fullest bucket. */
static uint32_t count_steps(const struct gpuc_rank_search *search,
                            const struct limits *limits)
{
    uint32_t most = 0, n_steps = 1, n = 0, bucket_before = 0;

    for (uint32_t j = 0; j < limits->n; j++) {
        uint32_t bucket = bucket_of(search, limits->values[j]);
        n = bucket == bucket_before ? n + 1 : 1;
        bucket_before = bucket;
        most = n > most ? n : most;
    }
    while (most >> n_steps > 0)
        n_steps++;
    return n_steps;
}

/* The map with the fewer steps. */
static void make_search(struct gpuc_rank_search *search, const struct limits *limits,
                        uint32_t n_buckets)
{
    struct gpuc_rank_search linear;

    make_bits(search, limits, n_buckets);
    search->n_steps = count_steps(search, limits);
    if (make_linear(&linear, limits, n_buckets)) {
        linear.n_steps = count_steps(&linear, limits);
        if (linear.n_steps <= search->n_steps)
            *search = linear;
    }
}

/*
 * The smallest table with the fewest steps. Tables stay in a first-level cache with up to
 * 1,024 buckets; more are for limits that would not fit there anyway.
 */
static void choose_search(struct gpuc_rank_search *search, const struct limits *limits)
{
    /* With one bucket the bits could need a shift by all 32. */
    enum { BUCKETS_MIN = 2, BUCKETS_MAX = 4096 };
    uint32_t n_buckets = BUCKETS_MIN;

    while (n_buckets < BUCKETS_MAX && n_buckets < 4 * (uint64_t)limits->n)
        n_buckets *= 2;
    make_search(search, limits, n_buckets);
    while (n_buckets > BUCKETS_MIN) {
        struct gpuc_rank_search smaller;
        n_buckets /= 2;
        make_search(&smaller, limits, n_buckets);
        if (smaller.n_steps > search->n_steps)
            return;
        *search = smaller;
    }
}

static size_t reserve(size_t *size, size_t n_items, size_t item_size)
{
    size_t place = *size;
    *size += (n_items * item_size + GPUC_ALIGNMENT - 1) / GPUC_ALIGNMENT * GPUC_ALIGNMENT;
    return place;
}

static void place_tables(struct gpuc_rank_search *search, const struct limits *limits,
                         size_t *size)
{
    size_t n_limits = limits->n + ((size_t)1 << search->n_steps);

    search->buckets =
        reserve(size, search->last_bucket + 1,
                limits->number == GPUC_FLOAT32 ? sizeof(struct gpuc_float_bucket)
                                               : sizeof(struct gpuc_double_bucket));
    search->limits = reserve(size, n_limits, gpuc_number_size(limits->number));
}

static void fill_tables(const struct gpuc_rank_search *search,
                        const struct limits *limits, uint8_t *tables)
{
    struct gpuc_float_bucket *float_buckets = (void *)(tables + search->buckets);
    struct gpuc_double_bucket *double_buckets = (void *)(tables + search->buckets);
    float *floats = (void *)(tables + search->limits);
    double *doubles = (void *)(tables + search->limits);
    bool is_float = limits->number == GPUC_FLOAT32;
    uint32_t first_step = 1u << (search->n_steps - 1), n_before = 0;

    for (uint32_t j = 0; j < limits->n + 2 * first_step; j++) {
        double limit = j < limits->n ? limits->values[j] : (double)NAN;
        if (is_float)
            floats[j] = (float)limit;
        else
            doubles[j] = limit;
    }
    for (uint32_t bucket = 0; bucket <= search->last_bucket; bucket++) {
        while (n_before < limits->n &&
               bucket_of(search, limits->values[n_before]) < bucket)
            n_before++;
        uint32_t looked_at = n_before + first_step - 1;
        if (is_float)
            float_buckets[bucket] =
                (struct gpuc_float_bucket){floats[looked_at], n_before};
        else
            double_buckets[bucket] =
                (struct gpuc_double_bucket){doubles[looked_at], n_before};
    }
}

static uint32_t most_thresholds(const struct gpuc_forest *forest)
{
    const struct gpuc_feature *features = gpuc_forest_features(forest);
    uint32_t most = 0;

    for (uint32_t f = 0; f < forest->n_features; f++)
        most = features[f].n_thresholds > most ? features[f].n_thresholds : most;
    return most;
}

enum gpuc_status gpuc_quantiser_init(struct gpuc_quantiser *quantiser,
                                     const struct gpuc_forest *forest,
                                     struct gpuc_error *error)
{
    const struct gpuc_feature *features = gpuc_forest_features(forest);
    size_t n_most = most_thresholds(forest), size = 0;
    struct limits limits = {
        .number = (enum gpuc_number)forest->number,
        .values = gpuc_alloc(n_most + 1, sizeof(double)),
    };
    enum gpuc_status status = GPUC_OK;

    *quantiser = (struct gpuc_quantiser){
        .forest = forest,
        .searches =
            gpuc_alloc((size_t)forest->n_features + 1, sizeof *quantiser->searches),
    };
    if (limits.values == NULL || quantiser->searches == NULL) {
        status = gpuc_fail_memory(error,
                                  n_most * sizeof(double) +
                                      forest->n_features * sizeof *quantiser->searches,
                                  "the search for ranks");
        goto out;
    }
    for (uint32_t f = 0; f < forest->n_features; f++) {
        if (features[f].n_columns == 0)
            continue;
        take_limits(&limits, forest, &features[f]);
        choose_search(&quantiser->searches[f], &limits);
        place_tables(&quantiser->searches[f], &limits, &size);
    }
    quantiser->tables = gpuc_alloc(1, size + 1);
    if (quantiser->tables == NULL)
        GPUC_TRY(gpuc_fail_memory(error, size, "the search for ranks"));
    for (uint32_t f = 0; f < forest->n_features; f++) {
        if (features[f].n_columns == 0)
            continue;
        take_limits(&limits, forest, &features[f]);
        fill_tables(&quantiser->searches[f], &limits, quantiser->tables);
    }
out:
    gpuc_free(limits.values);
    if (status != GPUC_OK)
        gpuc_quantiser_done(quantiser);
    return status;
}

void gpuc_quantiser_done(struct gpuc_quantiser *quantiser)
{
    gpuc_free(quantiser->searches);
    gpuc_free(quantiser->tables);
    *quantiser = (struct gpuc_quantiser){0};
}
gpuc_quantise_function *gpuc_quantise_best(void)
{
#ifdef GPUC_HAVE_SIMD
    static const struct {
        const char *name;
        const struct gpuc_cpu_kernels *kernels;
    } choices[] = {
        {"avx512", &gpuc_cpu_kernels_avx512},
        {"avx2", &gpuc_cpu_kernels_avx2},
        {"sse42", &gpuc_cpu_kernels_sse42},
    };
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        char reason[64];
        if (!gpuc_disabled(choices[i].name) &&
            gpuc_cpu_supports(choices[i].kernels->isa, reason, sizeof reason))
            return choices[i].kernels->quantise;
    }
#endif
    return gpuc_cpu_kernels_scalar.quantise;
}
