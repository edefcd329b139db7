/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/tally.h"

#include <math.h>

#include "jobs/tally_layout.h"

enum gpuc_status gpuc_tally_begin(const struct gpuc_tally_shape *shape,
                                  struct gpuc_bytes *tally, struct gpuc_error *error)
{
    size_t n_counts = gpuc_tally_n_counts(shape), n_scores = gpuc_tally_n_scores(shape);
    size_t size = n_counts * sizeof(uint64_t) + n_scores * sizeof(struct gpuc_extremes);
    tally->size = 0;
    enum gpuc_status status = gpuc_bytes_reserve(tally, size, error);
    if (status != GPUC_OK)
        return status;
    memset(tally->data, 0, size);
    tally->size = size;
    struct gpuc_extremes *extremes = gpuc_tally_extremes(shape, tally);
    for (size_t i = 0; i < n_scores; i++)
        extremes[i] = (struct gpuc_extremes){(double)INFINITY, -(double)INFINITY};
    return GPUC_OK;
}

static uint64_t count_nan_f32(const float *values, size_t n)
{
    uint64_t n_nan = 0;
    for (size_t i = 0; i < n; i++)
        n_nan += values[i] != values[i];
    return n_nan;
}

static uint64_t count_nan_f64(const double *values, size_t n)
{
    uint64_t n_nan = 0;
    for (size_t i = 0; i < n; i++)
        n_nan += values[i] != values[i];
    return n_nan;
}

void gpuc_tally_features(const struct gpuc_tally_shape *shape, struct gpuc_bytes *tally,
                         const struct gpuc_tally_rows *rows)
{
    uint64_t *n_missing = gpuc_tally_counts(tally);
    for (size_t i = 0; i < shape->n_features; i++)
        n_missing[i] +=
            rows->number == GPUC_FLOAT32
                ? count_nan_f32((const float *)rows->values + i * rows->stride,
                                rows->n_rows)
                : count_nan_f64((const double *)rows->values + i * rows->stride,
                                rows->n_rows);
}

void gpuc_tally_labels(const struct gpuc_tally_shape *shape, struct gpuc_bytes *tally,
                       const uint32_t *labels, size_t stride, size_t n_rows)
{
    uint64_t *counts = gpuc_tally_counts(tally) + gpuc_tally_labels_begin(shape);
    for (size_t k = 0; shape->is_multilabel && k < shape->n_labels; k++)
        for (size_t row = 0; row < n_rows; row++)
            counts[k] += labels[k * stride + row];
    for (size_t row = 0; !shape->is_multilabel && row < n_rows; row++)
        counts[labels[row]]++;
}

static void widen(struct gpuc_extremes *extremes, double lowest, double highest)
{
    extremes->lowest = lowest < extremes->lowest ? lowest : extremes->lowest;
    extremes->highest = highest > extremes->highest ? highest : extremes->highest;
}

static void add_score(struct gpuc_score_counts *counts, struct gpuc_extremes *extremes,
                      double value, bool is_probability)
{
    if (isnan(value)) {
        counts->n_nan++;
        return;
    }
    value += 0.0; /* -0 becomes 0: which of them was first does not matter then */
    counts->bins[is_probability ? gpuc_probability_bin(value) : gpuc_number_bin(value)]++;
    widen(extremes, value, value);
    if (isinf(value))
        counts->n_infinite[value > 0]++;
    else
        gpuc_exact_sum_add(counts->sum, value);
}

void gpuc_tally_scores(const struct gpuc_tally_shape *shape, struct gpuc_bytes *tally,
                       size_t group, const struct gpuc_tally_rows *rows)
{
    const struct gpuc_score_group *scores = &shape->groups[group];
    size_t first = group > 0 ? shape->groups[0].n_columns : 0;
    for (size_t k = 0; k < scores->n_columns; k++) {
        struct gpuc_score_counts *counts = gpuc_tally_score(shape, tally, group, k);
        struct gpuc_extremes *extremes = gpuc_tally_extremes(shape, tally) + first + k;
        const float *floats = (const float *)rows->values + k * rows->stride;
        const double *doubles = (const double *)rows->values + k * rows->stride;
        for (size_t row = 0; row < rows->n_rows; row++)
            add_score(counts, extremes,
                      rows->number == GPUC_FLOAT32 ? (double)floats[row] : doubles[row],
                      scores->is_probability);
    }
}

void gpuc_tally_merge(const struct gpuc_tally_shape *shape, struct gpuc_bytes *sum,
                      const struct gpuc_bytes *tally)
{
    uint64_t *to = gpuc_tally_counts(sum);
    const uint64_t *from = gpuc_tally_counts(tally);
    size_t n_counts = gpuc_tally_n_counts(shape), score = 0;
    struct gpuc_extremes *extremes = gpuc_tally_extremes(shape, sum);
    const struct gpuc_extremes *others = gpuc_tally_extremes(shape, tally);
    for (size_t i = 0; i < n_counts; i++)
        to[i] += from[i];
    for (size_t group = 0; group < shape->n_groups; group++) {
        for (size_t k = 0; k < shape->groups[group].n_columns; k++, score++) {
            gpuc_exact_sum_carry(gpuc_tally_score(shape, sum, group, k)->sum);
            widen(&extremes[score], others[score].lowest, others[score].highest);
        }
    }
}
