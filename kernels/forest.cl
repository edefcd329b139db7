/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forests on an OpenCL device. A row's leaves are found by integer compares and their
 * values added in tree order, by one work-item, so every device gives the same bits.
 *
 * Built with GPUC_NUMBER_BITS, 32 or 64: the type of leaf values and margins, and with
 * GPUC_SOFT_FLOAT, 0 or 1: whether integers do the additions.
 */
#pragma OPENCL FP_CONTRACT OFF

#include "forest_row.h"
#include "forest_select.h"
#include "soft_float_row.h"

#if GPUC_SOFT_FLOAT && GPUC_NUMBER_BITS == 64
typedef ulong gpuc_number;
#  define gpuc_add(a, b) gpuc_soft_add_float64(a, b)
#elif GPUC_SOFT_FLOAT
typedef uint gpuc_number;
#  define gpuc_add(a, b) gpuc_soft_add_float32(a, b)
#elif GPUC_NUMBER_BITS == 64
#  pragma OPENCL EXTENSION cl_khr_fp64 : enable
typedef double gpuc_number;
#  define gpuc_add(a, b) ((a) + (b))
#else
typedef float gpuc_number;
#  define gpuc_add(a, b) ((a) + (b))
#endif

/*
 * What both kernels take. `codes` and `stride` as in struct gpuc_codes. Output k of row r
 * goes to margins[k * stride + r], the row's leaf of tree t to leaves[t * stride + r];
 * either is NULL where it is not wanted.
 */
#define GPUC_FOREST_PARAMETERS                                                           \
  __global const struct gpuc_tree *trees, __global const struct gpuc_node *nodes,        \
      __global const struct gpuc_code_column *columns, __global const uint *words,       \
      __global const gpuc_number *leaf_values,                                           \
      __global const gpuc_number *start_margins, uint n_trees, uint n_outputs,           \
      uint leaf_size, __global const uchar *codes, ulong stride, uint n_rows,            \
      __global gpuc_number *margins, __global uint *leaves

/* The margin that one-value leaves are being added to; the others are in memory. */
struct gpuc_sum {
    uint output;
    gpuc_number value;
};

static void gpuc_start_row(__global gpuc_number *margins, ulong stride, size_t row,
                           __global const gpuc_number *start_margins, uint n_outputs,
                           struct gpuc_sum *sum)
{
    for (uint k = 1; k < n_outputs; k++)
        margins[k * stride + row] = start_margins[k];
    sum->output = 0;
    sum->value = start_margins[0];
}

static void gpuc_change_output(__global gpuc_number *margins, ulong stride, size_t row,
                               uint output, struct gpuc_sum *sum)
{
    if (sum->output == output)
        return;
    margins[sum->output * stride + row] = sum->value;
    sum->value = margins[output * stride + row];
    sum->output = output;
}

/* Adds the leaf with the values at leaf_values[0] and on. */
static void gpuc_add_leaf(__global gpuc_number *margins, ulong stride, size_t row,
                          __global const gpuc_number *leaf_values, uint leaf_size,
                          uint output, struct gpuc_sum *sum)
{
    for (uint k = 0; k < leaf_size; k++) {
        gpuc_change_output(margins, stride, row, leaf_size > 1 ? k : output, sum);
        sum->value = gpuc_add(sum->value, leaf_values[k]);
    }
}

/*
 * One row a work-item. The trees' nodes pass through local memory in tiles of up to
 * tile_size nodes, copied by the whole work-group; a larger tree stays where it is.
 */
__kernel void gpuc_forest_tiles(GPUC_FOREST_PARAMETERS, __local struct gpuc_node *tile,
                                uint tile_size)
{
    size_t row = get_global_id(0);
    bool is_row = row < n_rows;
    struct gpuc_sum sum;
    uint end;

    sum.output = 0;
    sum.value = 0;
    if (is_row && margins != 0)
        gpuc_start_row(margins, stride, row, start_margins, n_outputs, &sum);
    for (uint first = 0; first < n_trees; first = end) {
        __global const struct gpuc_node *from = nodes + trees[first].first_node;
        uint n_nodes = 0;
        for (end = first; end < n_trees && trees[end].n_nodes <= tile_size - n_nodes;
             end++)
            n_nodes += trees[end].n_nodes;
        for (uint i = get_local_id(0); i < n_nodes; i += get_local_size(0))
            tile[i] = from[i];
        barrier(CLK_LOCAL_MEM_FENCE);
        bool is_tiled = end > first;
        end = is_tiled ? end : first + 1;
        n_nodes = 0;
        for (uint t = first; is_row && t < end; t++) {
            struct gpuc_tree tree = trees[t];
            uint leaf = is_tiled ? gpuc_row_leaf_local(tile + n_nodes, tree.n_nodes,
                                                       columns, words, codes, stride, row)
                                 : gpuc_row_leaf(from, tree.n_nodes, columns, words,
                                                 codes, stride, row);
            n_nodes += tree.n_nodes;
            if (leaves != 0)
                leaves[t * stride + row] = leaf;
            if (margins != 0)
                gpuc_add_leaf(margins, stride, row,
                              leaf_values + (size_t)(tree.first_leaf + leaf) * leaf_size,
                              leaf_size, tree.output, &sum);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (is_row && margins != 0)
        margins[sum.output * stride + row] = sum.value;
}

/* Rows of a vector, and vectors of a block. */
#define GPUC_LANES 16
#define GPUC_VECTORS (GPUC_SELECT_ROWS / GPUC_LANES)

/* For every row of a block: `right` where its code is above the step's split. */
#define GPUC_SELECT(left, right)                                                         \
  for (uint i = 0; i < GPUC_VECTORS; i++)                                                \
  to[i] = select((left), (right), vload16(i, code) > split)

/* The leaves of a block of rows in one tree; `codes` begins with the block's first row.
 */
static void gpuc_run_steps(__global const struct gpuc_select_step *steps, uint n_steps,
                           __global const uchar *codes, ulong stride,
                           uchar16 slots[GPUC_SELECT_SLOTS][GPUC_VECTORS])
{
    for (uint k = 0; k < n_steps; k++) {
        struct gpuc_select_step step = steps[k];
        __global const uchar *code = codes + step.place * stride;
        uchar16 split = step.split;
        uchar16 left = step.left;
        uchar16 right = step.right;
        uchar16 *to = slots[step.slot];
        if (step.kind == GPUC_SELECT_LEAVES)
            GPUC_SELECT(left, right);
        else if (step.kind == GPUC_SELECT_LEFT_LEAF)
            GPUC_SELECT(left, slots[step.right][i]);
        else if (step.kind == GPUC_SELECT_RIGHT_LEAF)
            GPUC_SELECT(slots[step.left][i], right);
        else
            GPUC_SELECT(slots[step.left][i], slots[step.right][i]);
    }
}

/*
 * GPUC_SELECT_ROWS rows a work-item, which is a work-group: for CPUs, whose vectors take
 * many bytes at once. n_steps[t] is 0 where tree t is no program; its nodes are walked
 * then. `steps` has one for each of `nodes`, at the same place. Margins and leaves of
 * whole blocks are written.
 */
__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
gpuc_forest_select(GPUC_FOREST_PARAMETERS, __global const struct gpuc_select_step *steps,
                   __global const uint *n_steps)
{
    size_t first_row = get_global_id(0) * GPUC_SELECT_ROWS;
    uchar16 slots[GPUC_SELECT_SLOTS][GPUC_VECTORS];
    const uchar *leaf_bytes = (const uchar *)slots[0];
    uint leaf[GPUC_SELECT_ROWS];
    gpuc_number sums[GPUC_SELECT_ROWS];
    uint output = 0;

    for (uint i = 0; margins != 0 && i < GPUC_SELECT_ROWS; i++) {
        for (uint k = 1; k < n_outputs; k++)
            margins[k * stride + first_row + i] = start_margins[k];
        sums[i] = start_margins[0];
    }
    for (uint t = 0; t < n_trees; t++) {
        struct gpuc_tree tree = trees[t];
        __global const gpuc_number *values =
            leaf_values + (size_t)tree.first_leaf * leaf_size;
        bool is_program = n_steps[t] > 0;
        if (is_program)
            gpuc_run_steps(steps + tree.first_node, n_steps[t], codes + first_row, stride,
                           slots);
        if (!is_program || leaves != 0 || leaf_size > 1) {
            for (uint i = 0; i < GPUC_SELECT_ROWS; i++)
                leaf[i] =
                    is_program ? leaf_bytes[i]
                    : first_row + i < n_rows
                        ? gpuc_row_leaf(nodes + tree.first_node, tree.n_nodes, columns,
                                        words, codes, stride, first_row + i)
                        : 0;
        }
        for (uint i = 0; leaves != 0 && i < GPUC_SELECT_ROWS; i++)
            leaves[t * stride + first_row + i] = leaf[i];
        if (margins == 0)
            continue;
        for (uint k = 0; k < leaf_size; k++) {
            uint next = leaf_size > 1 ? k : tree.output;
            if (next != output) {
                for (uint i = 0; i < GPUC_SELECT_ROWS; i++) {
                    margins[output * stride + first_row + i] = sums[i];
                    sums[i] = margins[next * stride + first_row + i];
                }
                output = next;
            }
            if (is_program && leaf_size == 1)
                for (uint i = 0; i < GPUC_SELECT_ROWS; i++)
                    sums[i] = gpuc_add(sums[i], values[leaf_bytes[i]]);
            else
                for (uint i = 0; i < GPUC_SELECT_ROWS; i++)
                    sums[i] = gpuc_add(sums[i], values[(size_t)leaf[i] * leaf_size + k]);
        }
    }
    for (uint i = 0; margins != 0 && i < GPUC_SELECT_ROWS; i++)
        margins[output * stride + first_row + i] = sums[i];
}
