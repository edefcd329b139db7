/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The columns that pass through, in a CSV output: as they stand in the input, quotes and
 * all, with a delimiter behind each. Those of a row that would begin a comment are
 * quoted.
 */
#ifndef GPUC_FOREST_PASSED_H
#define GPUC_FOREST_PASSED_H

#include "jobs/forest_job.h"

/* Bytes that the columns of some rows can take. */
size_t gpuc_forest_passed_size(const struct gpuc_forest_job *job,
                               const struct gpuc_rows *rows, struct gpuc_span which);

/* Writes the columns of a row, GPUC_TEXT_SLACK bytes of room behind them; returns their
 * end. */
uint8_t *gpuc_forest_passed_put(uint8_t *to, const struct gpuc_forest_job *job,
                                const struct gpuc_rows *rows, const struct gpuc_row *row);

#endif
