/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statistics of a forest job: of the features of every row that is classified, and of
 * the labels and scores that are among the outputs.
 */
#ifndef GPUC_FOREST_STATISTICS_H
#define GPUC_FOREST_STATISTICS_H

#include "jobs/forest_job.h"

/* Settles what is counted, where the caller wants statistics. */
enum gpuc_status gpuc_forest_statistics_begin(struct gpuc_forest_job *job,
                                              struct gpuc_error *error) GPUC_MUST_CHECK;

/* Counts rows that a worker has classified. */
void gpuc_forest_statistics_add(const struct gpuc_forest_job *job,
                                const struct gpuc_forest_room *room, size_t n_rows,
                                struct gpuc_bytes *tally);

/* Gives the caller what was counted. */
enum gpuc_status gpuc_forest_statistics_end(const struct gpuc_forest_job *job,
                                            struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
