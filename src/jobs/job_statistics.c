/* SPDX-License-Identifier: Apache-2.0 */
/* From a job's tally to what its caller gets. */
#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "gpuclassify.h"
#include "jobs/tally_layout.h"

/* Copies the bins: of probabilities all, of others those that have counted something. */
static enum gpuc_status copy_bins(const struct gpuc_score_group *group,
                                  const struct gpuc_score_counts *counts,
                                  struct gpuc_score_statistics *score,
                                  struct gpuc_error *error)
{
    size_t n_bins = gpuc_score_n_bins(group), n_full = 0;
    for (size_t i = 0; i < n_bins; i++)
        n_full += counts->bins[i] > 0 || group->is_probability;
    score->bins = gpuc_alloc(n_full, sizeof *score->bins);
    if (score->bins == NULL && n_full > 0)
        return gpuc_fail_memory(error, n_full * sizeof *score->bins, "statistics");
    for (size_t i = 0; i < n_bins; i++) {
        struct gpuc_score_bin *bin = &score->bins[score->n_bins];
        if (counts->bins[i] == 0 && !group->is_probability)
            continue;
        if (group->is_probability)
            gpuc_probability_bin_edges(i, &bin->low, &bin->high);
        else
            gpuc_number_bin_edges(i, &bin->low, &bin->high);
        bin->n_values = counts->bins[i];
        score->n_values += bin->n_values;
        score->n_bins++;
    }
    return GPUC_OK;
}

static double mean_of(const struct gpuc_score_counts *counts, uint64_t n_values)
{
    const uint64_t *n_infinite = counts->n_infinite;
    if (n_values == 0 || (n_infinite[0] > 0 && n_infinite[1] > 0))
        return (double)NAN;
    if (n_infinite[0] + n_infinite[1] > 0)
        return n_infinite[1] > 0 ? (double)INFINITY : -(double)INFINITY;
    return gpuc_exact_sum_round(counts->sum) / (double)n_values;
}

static enum gpuc_status finish_group(const struct gpuc_tally_shape *shape,
                                     const struct gpuc_bytes *tally, size_t number,
                                     struct gpuc_job_statistics *statistics,
                                     struct gpuc_error *error)
{
    const struct gpuc_score_group *group = &shape->groups[number];
    for (size_t k = 0; k < group->n_columns; k++) {
        size_t place = statistics->n_scores++;
        const struct gpuc_score_counts *counts =
            gpuc_tally_score(shape, tally, number, k);
        const struct gpuc_extremes *extremes = gpuc_tally_extremes(shape, tally) + place;
        struct gpuc_score_statistics *score = &statistics->scores[place];
        if (group->n_columns > 1)
            snprintf(score->name, sizeof score->name, "%s_%zu", group->name, k);
        else
            snprintf(score->name, sizeof score->name, "%s", group->name);
        score->is_probability = group->is_probability;
        score->n_nan = counts->n_nan;
        enum gpuc_status status = copy_bins(group, counts, score, error);
        if (status != GPUC_OK)
            return status;
        bool any = score->n_values > 0;
        score->lowest = any ? extremes->lowest : (double)NAN;
        score->highest = any ? extremes->highest : (double)NAN;
        score->mean = mean_of(counts, score->n_values);
    }
    return GPUC_OK;
}

static enum gpuc_status make_room(const struct gpuc_tally_shape *shape,
                                  struct gpuc_job_statistics *statistics,
                                  struct gpuc_error *error)
{
    size_t n_scores = gpuc_tally_n_scores(shape);
    statistics->features = gpuc_alloc(shape->n_features, sizeof *statistics->features);
    statistics->labels = gpuc_alloc(shape->n_labels, sizeof *statistics->labels);
    statistics->scores = gpuc_alloc(n_scores, sizeof *statistics->scores);
    if ((shape->n_features > 0 && statistics->features == NULL) ||
        (shape->n_labels > 0 && statistics->labels == NULL) ||
        (n_scores > 0 && statistics->scores == NULL))
        return gpuc_fail_memory(error, n_scores * sizeof *statistics->scores,
                                "statistics");
    return GPUC_OK;
}

enum gpuc_status gpuc_tally_finish(const struct gpuc_tally_shape *shape,
                                   const struct gpuc_bytes *tally,
                                   struct gpuc_job_statistics *ret_statistics,
                                   struct gpuc_error *error)
{
    struct gpuc_job_statistics statistics = {.is_multilabel = shape->is_multilabel};
    const uint64_t *counts = gpuc_tally_counts(tally);
    enum gpuc_status status;
    GPUC_TRY(make_room(shape, &statistics, error));
    statistics.n_features = shape->n_features;
    for (size_t i = 0; i < shape->n_features; i++)
        statistics.features[i].n_missing = counts[i];
    statistics.n_labels = shape->n_labels;
    for (size_t i = 0; i < shape->n_labels; i++)
        statistics.labels[i] = counts[gpuc_tally_labels_begin(shape) + i];
    for (size_t i = 0; i < shape->n_groups; i++)
        GPUC_TRY(finish_group(shape, tally, i, &statistics, error));
    *ret_statistics = statistics;
out:
    if (status != GPUC_OK)
        gpuc_job_statistics_done(&statistics);
    return status;
}

void gpuc_job_statistics_done(struct gpuc_job_statistics *statistics)
{
    for (size_t i = 0; i < statistics->n_features; i++)
        gpuc_free(statistics->features[i].name);
    for (size_t i = 0; i < statistics->n_scores; i++)
        gpuc_free(statistics->scores[i].bins);
    gpuc_free(statistics->features);
    gpuc_free(statistics->labels);
    gpuc_free(statistics->scores);
    *statistics = (struct gpuc_job_statistics){0};
}
