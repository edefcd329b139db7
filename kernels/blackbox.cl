/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The black box on an OpenCL device: one work-item a row, around the row function that is
 * also the scalar engine. Results are integers, so no device's arithmetic can differ.
 */
#pragma OPENCL FP_CONTRACT OFF

#include "blackbox_row.h"

/*
 * Row r of the launch is texts[offsets[r] - first_offset] and on; the host uploads only
 * the texts of the launch. `order` has all rows once, sorted by size, so that
 * neighbouring work-items end together. The generator's word i of work-item k is
 * mt[k * mt_item_stride + i * mt_word_stride]: work-items interleaved for devices that
 * fetch the words of neighbours together, one after the other elsewhere.
 */
__kernel void gpuc_blackbox(__global const uchar *texts, __global const uint *offsets,
                            __global const uint *sizes, __global const uint *order,
                            uint first_offset, uint n_rows, uint seeding, uint slowness,
                            __global uint *mt, __global ulong *fractions,
                            __global uchar *digests, uint mt_item_stride,
                            uint mt_word_stride)
{
    size_t item = get_global_id(0);

    /* The last work-group may reach beyond the rows. */
    if (item >= n_rows)
        return;
    size_t row = order[item];
    gpuc_blackbox_row(texts + (offsets[row] - first_offset), sizes[row], seeding,
                      slowness, mt + item * mt_item_stride, mt_word_stride,
                      fractions + row, digests + row * 32);
}
