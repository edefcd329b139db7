/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forests on an OpenCL device. A row's leaves are found by integer compares and their
 * values added in tree order, by one work-item, so every device gives the same bits.
 *
 * Built with GPUC_NUMBER_BITS, 32 or 64: the type of leaf values and margins; with
 * GPUC_SOFT_FLOAT, 0 or 1: whether integers do the additions; with GPUC_LANE_BYTES, the
 * size of the vectors of gpuc_forest_select, 16 or 64, or 0: there is no such kernel.
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

/* One row's margins: that to which leaves are being added is here, others in memory. */
struct gpuc_sum {
    __global gpuc_number *margins; /* output k at k * stride */
    ulong stride;
    uint output;
    gpuc_number value;
};

static void gpuc_start_sum(struct gpuc_sum *sum,
                           __global const gpuc_number *start_margins, uint n_outputs)
{
    for (uint k = 1; k < n_outputs; k++)
        sum->margins[k * sum->stride] = start_margins[k];
    sum->output = 0;
    sum->value = start_margins[0];
}

static void gpuc_change_output(struct gpuc_sum *sum, uint output)
{
    if (sum->output == output)
        return;
    sum->margins[sum->output * sum->stride] = sum->value;
    sum->value = sum->margins[output * sum->stride];
    sum->output = output;
}

/* Adds a leaf; `output` is where its value goes if it has just one. */
static void gpuc_add_leaf(struct gpuc_sum *sum, __global const gpuc_number *leaf_values,
                          uint leaf_size, uint output)
{
    for (uint k = 0; k < leaf_size; k++) {
        gpuc_change_output(sum, leaf_size > 1 ? k : output);
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
    bool is_sum = is_row && margins != 0;
    struct gpuc_sum sum = {margins + (is_sum ? row : 0), stride, 0, 0};
    uint end;

    if (is_sum)
        gpuc_start_sum(&sum, start_margins, n_outputs);
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
            if (is_sum)
                gpuc_add_leaf(&sum,
                              leaf_values + (size_t)(tree.first_leaf + leaf) * leaf_size,
                              leaf_size, tree.output);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (is_sum)
        sum.margins[sum.output * stride] = sum.value;
}

#if GPUC_LANE_BYTES
/* OpenCL's own vectors end at half of what AVX2 has. */
#  if GPUC_LANE_BYTES == 64
typedef uchar gpuc_lanes __attribute__((ext_vector_type(64)));
#  else
typedef uchar16 gpuc_lanes;
#  endif
#  define GPUC_VECTORS ((uint)(GPUC_SELECT_ROWS / sizeof(gpuc_lanes)))

/* For every row of a block: `right` where its code is above the split. */
#  define GPUC_SELECT(left, right)                                                       \
    for (uint i = 0; i < GPUC_VECTORS; i++)                                              \
    slots[step.slot][i] = code[i] > split ? (right) : (left)

/* One step, on codes in some address space. */
#  define GPUC_DEFINE_STEP(name, space)                                                  \
    static void name(struct gpuc_select_step step, space const gpuc_lanes *code,         \
                     uchar one_split, gpuc_lanes slots[GPUC_SELECT_SLOTS][GPUC_VECTORS]) \
    {                                                                                    \
      gpuc_lanes split = one_split;                                                      \
      gpuc_lanes left = step.left;                                                       \
      gpuc_lanes right = step.right;                                                     \
      if (step.kind == GPUC_SELECT_LEAVES)                                               \
        GPUC_SELECT(left, right);                                                        \
      else if (step.kind == GPUC_SELECT_LEFT_LEAF)                                       \
        GPUC_SELECT(left, slots[step.right][i]);                                         \
      else if (step.kind == GPUC_SELECT_RIGHT_LEAF)                                      \
        GPUC_SELECT(slots[step.left][i], right);                                         \
      else                                                                               \
        GPUC_SELECT(slots[step.left][i], slots[step.right][i]);                          \
    }

GPUC_DEFINE_STEP(gpuc_run_step, __global)
GPUC_DEFINE_STEP(gpuc_run_step_private, __private)

/* GPUC_SELECT_ROWS rows from first_row on, of which the first n_rows have codes. */
struct gpuc_block {
    __global const struct gpuc_code_column *columns;
    __global const uint *words;
    __global const uchar *codes;
    ulong stride;
    size_t first_row;
    uint n_rows;
};

static __global const gpuc_lanes *gpuc_bytes_of(const struct gpuc_block *block,
                                                struct gpuc_select_step step)
{
    return (__global const gpuc_lanes *)(block->codes + step.place * block->stride +
                                         block->first_row);
}

/* The step of a node and its two children. */
static void gpuc_run_three(const struct gpuc_block *block, struct gpuc_select_step node,
                           struct gpuc_select_step left, struct gpuc_select_step right,
                           gpuc_lanes *to)
{
    __global const gpuc_lanes *code = gpuc_bytes_of(block, node);
    __global const gpuc_lanes *left_code = gpuc_bytes_of(block, left);
    __global const gpuc_lanes *right_code = gpuc_bytes_of(block, right);
    gpuc_lanes split = (uchar)node.split;
    gpuc_lanes left_split = (uchar)left.split;
    gpuc_lanes right_split = (uchar)right.split;
    gpuc_lanes leaf0 = left.left;
    gpuc_lanes leaf1 = left.right;
    gpuc_lanes leaf2 = right.left;
    gpuc_lanes leaf3 = right.right;

    for (uint i = 0; i < GPUC_VECTORS; i++) {
        gpuc_lanes a = left_code[i] > left_split ? leaf1 : leaf0;
        gpuc_lanes b = right_code[i] > right_split ? leaf3 : leaf2;
        to[i] = code[i] > split ? b : a;
    }
}

/* Whether rows go right, 1 or 0, by codes that are no bytes. */
static void gpuc_find_right(const struct gpuc_block *block, struct gpuc_select_step step,
                            uchar *is_right)
{
    __global const ushort *code =
        (__global const ushort *)(block->codes + step.place * block->stride) +
        block->first_row;

    if (step.codes == GPUC_SELECT_PAIRS) {
        for (uint i = 0; i < GPUC_SELECT_ROWS; i++)
            is_right[i] = code[i] > (ushort)step.split;
        return;
    }
    for (uint i = 0; i < GPUC_SELECT_ROWS; i++)
        is_right[i] =
            i < block->n_rows &&
            gpuc_row_is_right(block->columns + step.column, step.split, block->words,
                              block->codes, block->stride, block->first_row + i);
}

/* The leaves of a block in one tree, in slot 0. */
static void gpuc_run_steps(const struct gpuc_block *block,
                           __global const struct gpuc_select_step *steps, uint n_steps,
                           gpuc_lanes slots[GPUC_SELECT_SLOTS][GPUC_VECTORS])
{
    gpuc_lanes is_right[GPUC_VECTORS];

    for (uint k = 0; k < n_steps; k++) {
        struct gpuc_select_step step = steps[k];
        if (step.kind == GPUC_SELECT_THREE) {
            gpuc_run_three(block, step, steps[k + 1], steps[k + 2], slots[step.slot]);
            k += 2;
        } else if (step.codes == GPUC_SELECT_BYTES) {
            gpuc_run_step(step, gpuc_bytes_of(block, step), (uchar)step.split, slots);
        } else {
            gpuc_find_right(block, step, (uchar *)is_right);
            gpuc_run_step_private(step, is_right, 0, slots);
        }
    }
}

/* The leaves of a block in a tree that is no program. */
static void gpuc_walk_rows(const struct gpuc_block *block,
                           __global const struct gpuc_node *nodes, uint n_nodes,
                           uint *leaf)
{
    for (uint i = 0; i < block->n_rows; i++)
        leaf[i] = gpuc_row_leaf(nodes, n_nodes, block->columns, block->words,
                                block->codes, block->stride, block->first_row + i);
}

/*
 * GPUC_SELECT_ROWS rows a work-item, which is a work-group: for CPUs, whose vectors take
 * many bytes at once. n_steps[t] is 0 where tree t is no program; its nodes are walked
 * then. `steps` has one for each of `nodes`, at the same place. Margins and leaves of
 * whole blocks are written; those of rows from n_rows on have no meaning.
 */
__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
gpuc_forest_select(GPUC_FOREST_PARAMETERS, __global const struct gpuc_select_step *steps,
                   __global const uint *n_steps)
{
    gpuc_lanes slots[GPUC_SELECT_SLOTS][GPUC_VECTORS];
    const uchar *leaf_bytes = (const uchar *)slots[0];
    uint leaf[GPUC_SELECT_ROWS] = {0};
    gpuc_number sums[GPUC_SELECT_ROWS];
    uint output = 0;
    struct gpuc_block block;

    block.columns = columns;
    block.words = words;
    block.codes = codes;
    block.stride = stride;
    block.first_row = get_global_id(0) * GPUC_SELECT_ROWS;
    block.n_rows = (uint)min((ulong)GPUC_SELECT_ROWS, (ulong)(n_rows - block.first_row));
    if (margins != 0)
        margins += block.first_row;
    for (uint i = 0; margins != 0 && i < GPUC_SELECT_ROWS; i++) {
        for (uint k = 1; k < n_outputs; k++)
            margins[k * stride + i] = start_margins[k];
        sums[i] = start_margins[0];
    }
    for (uint t = 0; t < n_trees; t++) {
        struct gpuc_tree tree = trees[t];
        __global const gpuc_number *values =
            leaf_values + (size_t)tree.first_leaf * leaf_size;
        bool is_program = n_steps[t] > 0;
        bool adds_bytes = is_program && leaf_size == 1;
        if (is_program)
            gpuc_run_steps(&block, steps + tree.first_node, n_steps[t], slots);
        else
            gpuc_walk_rows(&block, nodes + tree.first_node, tree.n_nodes, leaf);
        for (uint i = 0;
             is_program && (leaves != 0 || !adds_bytes) && i < GPUC_SELECT_ROWS; i++)
            leaf[i] = leaf_bytes[i];
        for (uint i = 0; leaves != 0 && i < GPUC_SELECT_ROWS; i++)
            leaves[t * stride + block.first_row + i] = leaf[i];
        for (uint k = 0; margins != 0 && k < leaf_size; k++) {
            uint next = leaf_size > 1 ? k : tree.output;
            for (uint i = 0; next != output && i < GPUC_SELECT_ROWS; i++) {
                margins[output * stride + i] = sums[i];
                sums[i] = margins[next * stride + i];
            }
            output = next;
            for (uint i = 0; adds_bytes && i < GPUC_SELECT_ROWS; i++)
                sums[i] = gpuc_add(sums[i], values[leaf_bytes[i]]);
            for (uint i = 0; !adds_bytes && i < GPUC_SELECT_ROWS; i++)
                sums[i] = gpuc_add(sums[i], values[(size_t)leaf[i] * leaf_size + k]);
        }
    }
    for (uint i = 0; margins != 0 && i < GPUC_SELECT_ROWS; i++)
        margins[output * stride + i] = sums[i];
}
#endif
