/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernels of forests have in common, on devices alone: the type of leaf values
 * and margins, its addition, and the first of their parameters. A row's leaves are found
 * by integer compares and their values added in tree order, by one work-item, so every
 * device gives the same bits.
 *
 * Built with GPUC_NUMBER_BITS, 32 or 64: the type of leaf values and margins; with
 * GPUC_SOFT_FLOAT, 0 or 1: whether integers do the additions.
 */
#ifndef GPUC_FOREST_SUM_H
#define GPUC_FOREST_SUM_H

#pragma OPENCL FP_CONTRACT OFF

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
 * What every kernel takes first. `codes` and `stride` as in struct gpuc_codes. Output k
 * of row r goes to margins[k * stride + r], the row's leaf of tree t to leaves[t * stride
 * + r]; either is NULL where it is not wanted. The parts of its shape follow.
 */
#define GPUC_FOREST_PARAMETERS                                                           \
  __global const uchar *codes, ulong stride, uint n_rows, uint n_trees, uint n_outputs,  \
      uint leaf_size, __global gpuc_number *margins, __global uint *leaves

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

#endif
