/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which features stand side by side in the input, so that a row's numbers can be read
 * several at a time (csv/number_run.h). Features with a table of categories are runs of
 * their own, one each, and so are all where numbers may stand for missing values.
 */
#ifndef GPUC_FEATURE_RUNS_H
#define GPUC_FEATURE_RUNS_H

#include "csv/number_run.h"
#include "features/column_map.h"

struct gpuc_feature_run {
    uint32_t first_column;
    uint32_t n_columns;       /* up to GPUC_NUMBER_RUN_MAX */
    const uint32_t *features; /* the feature of each column */
    bool is_plain;            /* numbers may be read as they stand */
};

struct gpuc_feature_runs {
    gpuc_number_run_read *read;
    struct gpuc_feature_run *items; /* in the order of the columns */
    size_t n_items;
    uint32_t *features; /* in the order of their columns */
};

/* `any_number`: a token for missing values reads as a number. */
enum gpuc_status gpuc_feature_runs_init(struct gpuc_feature_runs *runs,
                                        const struct gpuc_column_map *map,
                                        const struct gpuc_model_info *info,
                                        bool any_number, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Frees the contents, also after a failed init. */
void gpuc_feature_runs_done(struct gpuc_feature_runs *runs);

#endif
