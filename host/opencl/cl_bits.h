/* SPDX-License-Identifier: Apache-2.0 */
/* Forests as the programs of kernels/forest_bits.h. */
#ifndef GPUC_CL_BITS_H
#define GPUC_CL_BITS_H

#include "host/opencl/cl_blocks.h"

/* How a forest becomes programs. */
struct gpuc_bits_plan {
    uint32_t n_leaf_bits; /* of the Gray codes of its largest tree */
    struct gpuc_block_room room;
};

/* False: the forest cannot be programs, or not in that much local memory. */
bool gpuc_bits_plan(const struct gpuc_forest *forest, uint64_t local_memory_size,
                    struct gpuc_bits_plan *ret_plan);

/* Makes the programs as planned. On failure nothing needs freeing. */
enum gpuc_status gpuc_bits_make(const struct gpuc_forest *forest,
                                const struct gpuc_bits_plan *plan,
                                struct gpuc_blocks *ret_blocks, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
