/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kernels have in common whose trees are blocks: the sums of a work-item, which has
 * GPUC_ROWS neighbouring rows (to be defined), and the tiles of blocks. Loops over rows
 * are to be unrolled, or else sums are no registers; who does not know the pragma ignores
 * it.
 */
#ifndef GPUC_FOREST_SUMS_H
#define GPUC_FOREST_SUMS_H

#include "forest_packed.h"
#include "forest_sum.h"

/* The margins of an item's rows to which leaves are being added; others are in memory. */
struct gpuc_sums {
    __global gpuc_number *margins; /* of the first row: output k at k * stride */
    ulong stride;
    bool is_item;
    uint output;
    gpuc_number value[GPUC_ROWS];
};

static void gpuc_put_sums(const struct gpuc_sums *sums)
{
#pragma unroll
    for (uint r = 0; r < GPUC_ROWS && sums->is_item; r++)
        sums->margins[sums->output * sums->stride + r] = sums->value[r];
}

static void gpuc_start_sums(struct gpuc_sums *sums,
                            __global const gpuc_number *start_margins, uint n_outputs)
{
    for (uint k = n_outputs; k-- > 0;) {
#pragma unroll
        for (uint r = 0; r < GPUC_ROWS; r++)
            sums->value[r] = start_margins[k];
        sums->output = k;
        if (k > 0)
            gpuc_put_sums(sums);
    }
}

static void gpuc_change_sums(struct gpuc_sums *sums, uint output)
{
    if (sums->output == output)
        return;
    gpuc_put_sums(sums);
    sums->output = output;
#pragma unroll
    for (uint r = 0; r < GPUC_ROWS && sums->is_item; r++)
        sums->value[r] = sums->margins[output * sums->stride + r];
}

/*
 * What else a tree is asked for but the sum of its single values: the rows' leaves, where
 * `leaves`, of the first row, is not NULL; and their several values, added.
 */
static void gpuc_give_leaves(struct gpuc_sums *sums, __global uint *leaves,
                             struct gpuc_packed_tree tree,
                             __global const gpuc_number *values, uint leaf_size,
                             const uint *leaf)
{
#pragma unroll
    for (uint r = 0; leaves != 0 && sums->is_item && r < GPUC_ROWS; r++)
        leaves[tree.number * sums->stride + r] = leaf[r];
    if (sums->margins == 0 || leaf_size == 1)
        return;
    for (uint k = 0; k < leaf_size; k++) {
        gpuc_change_sums(sums, k);
#pragma unroll
        for (uint r = 0; r < GPUC_ROWS; r++)
            sums->value[r] =
                gpuc_add(sums->value[r],
                         values[(size_t)(tree.first_leaf + leaf[r]) * leaf_size + k]);
    }
}

/* The tree behind the last one whose block is in the tile that begins with `first`. */
static uint gpuc_tile_end(__global const struct gpuc_packed_tree *trees, uint n_trees,
                          uint first, uint tile_bytes)
{
    uint end = first + 1;

    while (end < n_trees &&
           trees[end + 1].start - trees[first].start <= tile_bytes / GPUC_PACKED_UNIT)
        end++;
    return end;
}

#endif
