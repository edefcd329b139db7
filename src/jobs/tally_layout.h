/* SPDX-License-Identifier: Apache-2.0 */
/* Where things are in a tally; for the files that fill and read it. */
#ifndef GPUC_TALLY_LAYOUT_H
#define GPUC_TALLY_LAYOUT_H

#include "jobs/score_bins.h"
#include "jobs/tally.h"
#include "math/exact_sum.h"

/* What is counted of one score: 64-bit integers only, which merging adds one by one. */
struct gpuc_score_counts {
    uint64_t n_nan;
    uint64_t n_infinite[2];      /* negative and positive ones */
    int64_t sum[GPUC_SUM_WORDS]; /* of the finite ones */
    uint64_t bins[];
};

struct gpuc_extremes {
    double lowest, highest;
};

static inline size_t gpuc_score_n_bins(const struct gpuc_score_group *group)
{
    return group->is_probability ? GPUC_PROBABILITY_BINS : GPUC_NUMBER_BINS;
}

/* The 64-bit integers that a score of the group takes. */
static inline size_t gpuc_score_n_counts(const struct gpuc_score_group *group)
{
    return sizeof(struct gpuc_score_counts) / sizeof(uint64_t) + gpuc_score_n_bins(group);
}

static inline size_t gpuc_tally_labels_begin(const struct gpuc_tally_shape *shape)
{
    return shape->n_features;
}

static inline size_t gpuc_tally_group_begin(const struct gpuc_tally_shape *shape,
                                            size_t group)
{
    size_t begin = shape->n_features + shape->n_labels;
    for (size_t i = 0; i < group; i++)
        begin += shape->groups[i].n_columns * gpuc_score_n_counts(&shape->groups[i]);
    return begin;
}

static inline size_t gpuc_tally_n_counts(const struct gpuc_tally_shape *shape)
{
    return gpuc_tally_group_begin(shape, shape->n_groups);
}

static inline size_t gpuc_tally_n_scores(const struct gpuc_tally_shape *shape)
{
    size_t n_scores = 0;
    for (size_t i = 0; i < shape->n_groups; i++)
        n_scores += shape->groups[i].n_columns;
    return n_scores;
}

/* Missing values by feature, and then all else. */
static inline uint64_t *gpuc_tally_counts(const struct gpuc_bytes *tally)
{
    return (uint64_t *)(void *)tally->data;
}

static inline struct gpuc_score_counts *
gpuc_tally_score(const struct gpuc_tally_shape *shape, const struct gpuc_bytes *tally,
                 size_t group, size_t column)
{
    return (struct gpuc_score_counts *)(gpuc_tally_counts(tally) +
                                        gpuc_tally_group_begin(shape, group) +
                                        column *
                                            gpuc_score_n_counts(&shape->groups[group]));
}

static inline struct gpuc_extremes *
gpuc_tally_extremes(const struct gpuc_tally_shape *shape, const struct gpuc_bytes *tally)
{
    return (struct gpuc_extremes *)(gpuc_tally_counts(tally) +
                                    gpuc_tally_n_counts(shape));
}

#endif
