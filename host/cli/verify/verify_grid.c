/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/verify/verify_grid.h"

#include "host/cli/options/options.h"

static const struct gpuc_counts default_threads = {{1, 2, 3}, 3};
static const struct gpuc_counts default_batch_rows = {{1, 63, 64, 65, 1000, 65536}, 6};

static void add(struct gpuc_counts *counts, uint32_t count)
{
    counts->items[counts->n_items++] = count;
}

/* Tiny batches cost a launch each, so a long input is not cut into them. */
static void add_batch_rows(struct gpuc_verify_grid *grid, uint32_t batch_rows,
                           uint64_t n_rows)
{
    bool is_tiny = n_rows > (uint64_t)GPUC_VERIFY_N_BATCHES_MAX * batch_rows;
    add(is_tiny ? &grid->left_out : &grid->batch_rows, batch_rows);
}

static void choose_batch_rows(struct gpuc_verify_grid *grid, uint64_t n_rows)
{
    uint64_t half = n_rows / 2 + n_rows % 2;
    uint32_t middle = half < GPUC_BATCH_ROWS_MAX ? (uint32_t)half : GPUC_BATCH_ROWS_MAX;
    for (size_t i = 0; i < default_batch_rows.n_items; i++) {
        uint32_t batch_rows = default_batch_rows.items[i];
        if (middle > 0 && middle < batch_rows) {
            add_batch_rows(grid, middle, n_rows);
            middle = 0;
        }
        if (middle == batch_rows)
            middle = 0;
        add_batch_rows(grid, batch_rows, n_rows);
    }
    if (middle > 0)
        add_batch_rows(grid, middle, n_rows);
    if (grid->batch_rows.n_items == 0)
        add(&grid->batch_rows, grid->left_out.items[--grid->left_out.n_items]);
}

void gpuc_verify_grid_init(struct gpuc_verify_grid *grid,
                           const struct gpuc_counts *threads,
                           const struct gpuc_counts *batch_rows, uint64_t n_rows)
{
    *grid = (struct gpuc_verify_grid){.threads = threads->n_items > 0 ? *threads
                                                                      : default_threads,
                                      .batch_rows = *batch_rows};
    if (batch_rows->n_items == 0)
        choose_batch_rows(grid, n_rows);
}
