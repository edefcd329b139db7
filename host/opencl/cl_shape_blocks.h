/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a shape that shapes with blocks have in common. */
#ifndef GPUC_CL_SHAPE_BLOCKS_H
#define GPUC_CL_SHAPE_BLOCKS_H

#include "host/opencl/cl_blocks.h"
#include "host/opencl/cl_shape.h"

/* The first parts: trees and blocks, which the parts now own. */
enum { GPUC_CL_BLOCKS_PARTS = 2 };
void gpuc_cl_parts_of_blocks(const struct gpuc_forest *forest,
                             const struct gpuc_blocks *blocks,
                             struct gpuc_cl_part *parts);

void gpuc_cl_blocks_settle(const struct gpuc_block_room *room, uint64_t local_memory_size,
                           size_t max_group_size, struct gpuc_cl_tuning *tuning);

/* Work-items for n_rows rows, so many each. */
struct gpuc_cl_range gpuc_cl_blocks_range(const struct gpuc_cl_tuning *tuning,
                                          size_t n_rows, size_t item_rows);

/* A tile in local memory and its bytes; what a group has of its rows there; the number of
 * code columns, a ulong. */
size_t gpuc_cl_blocks_further(const struct gpuc_forest *forest,
                              const struct gpuc_cl_tuning *tuning,
                              struct gpuc_cl_argument *arguments);

#endif
