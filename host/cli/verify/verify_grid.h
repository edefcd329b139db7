/* SPDX-License-Identifier: Apache-2.0 */
/* Which thread counts and batch sizes every device runs with. */
#ifndef GPUC_VERIFY_GRID_H
#define GPUC_VERIFY_GRID_H

#include "host/cli/options/option_groups.h"

enum { GPUC_VERIFY_N_BATCHES_MAX = 5000 };

struct gpuc_verify_grid {
    struct gpuc_counts threads;
    struct gpuc_counts batch_rows;
    /* Sizes that would cut the input into more than GPUC_VERIFY_N_BATCHES_MAX. */
    struct gpuc_counts left_out;
};

/*
 * Chooses the grid for an input. Lists that are not empty are taken as they are. The
 * sizes else are those around which engines count (a lane, a word of rows, a batch) and
 * one that cuts the input in the middle, less those that would cut it too small.
 */
void gpuc_verify_grid_init(struct gpuc_verify_grid *grid,
                           const struct gpuc_counts *threads,
                           const struct gpuc_counts *batch_rows, uint64_t n_rows);

#endif
