/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The black box on an OpenCL device: one work-item a row, around the row function that is
 * also the scalar engine. Results are integers, so no device's arithmetic can differ.
 */
#pragma OPENCL FP_CONTRACT OFF

#include "blackbox_row.h"

/*
 * Row r of the launch is texts[offsets[r] - first_offset] and on; the host uploads only
 * the texts of the launch. The generator's word i of row r is
 * mt[r * mt_row_stride + i * mt_word_stride]: rows interleaved for devices that fetch
 * the words of neighbouring work-items together, one row after the other elsewhere.
 */
__kernel void gpuc_blackbox(__global const uchar *texts, __global const uint *offsets,
                            __global const uint *sizes, uint first_offset, uint n_rows,
                            uint seeding, uint slowness, __global uint *mt,
                            uint mt_row_stride, uint mt_word_stride,
                            __global ulong *fractions, __global uchar *digests)
{
    size_t row = get_global_id(0);

    /* The last work-group may reach beyond the rows. */
    if (row >= n_rows)
        return;
    gpuc_blackbox_row(texts + (offsets[row] - first_offset), sizes[row], seeding,
                      slowness, mt + row * mt_row_stride, mt_word_stride, fractions + row,
                      digests + row * 32);
}
