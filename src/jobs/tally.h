/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts of what is in rows, for struct gpuc_job_statistics: a worker makes one of each
 * batch, and the collector adds it to that of the job. All but the extremes are integers
 * that are added, exact sums of scores too, so the result is the same whatever the order.
 *
 * A tally is one block: the counts of missing values by feature, of labels, and for each
 * score its NaNs, its infinities by sign, its exact sum and its bins; then the lowest and
 * highest value of each score.
 */
#ifndef GPUC_TALLY_H
#define GPUC_TALLY_H

#include "base/bytes.h"
#include "model/number.h"

struct gpuc_job_statistics;

/* Scores of one kind. */
struct gpuc_score_group {
    const char *name; /* "proba" */
    size_t n_columns;
    bool is_probability;
};

enum { GPUC_SCORE_GROUPS_MAX = 2 };

struct gpuc_tally_shape {
    size_t n_features;
    size_t n_labels;
    bool is_multilabel; /* a label is yes or no, else one of a row is counted */
    struct gpuc_score_group groups[GPUC_SCORE_GROUPS_MAX];
    size_t n_groups;
};

/* Some rows' numbers, column-major. */
struct gpuc_tally_rows {
    const void *values;
    enum gpuc_number number;
    size_t stride;
    size_t n_rows;
};

/* Makes a tally that has counted nothing. */
enum gpuc_status gpuc_tally_begin(const struct gpuc_tally_shape *shape,
                                  struct gpuc_bytes *tally, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Count rows: features, labels (of the stride), a group of scores. */
void gpuc_tally_features(const struct gpuc_tally_shape *shape, struct gpuc_bytes *tally,
                         const struct gpuc_tally_rows *rows);
void gpuc_tally_labels(const struct gpuc_tally_shape *shape, struct gpuc_bytes *tally,
                       const uint32_t *labels, size_t stride, size_t n_rows);
void gpuc_tally_scores(const struct gpuc_tally_shape *shape, struct gpuc_bytes *tally,
                       size_t group, const struct gpuc_tally_rows *rows);

/* Adds the rows of one tally to another of its shape. */
void gpuc_tally_merge(const struct gpuc_tally_shape *shape, struct gpuc_bytes *sum,
                      const struct gpuc_bytes *tally);

/* What a tally has counted; names of features are left empty. */
enum gpuc_status gpuc_tally_finish(const struct gpuc_tally_shape *shape,
                                   const struct gpuc_bytes *tally,
                                   struct gpuc_job_statistics *ret_statistics,
                                   struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
