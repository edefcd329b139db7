/* SPDX-License-Identifier: Apache-2.0 */
/* Forests as the blocks of kernels/forest_packed.h. */
#ifndef GPUC_CL_PACKED_H
#define GPUC_CL_PACKED_H

#include "host/opencl/cl_blocks.h"

/* How a forest is packed. */
struct gpuc_packed_plan {
    uint32_t n_levels;   /* level form; 0: linked form */
    uint32_t code_bytes; /* of a code in local memory, 1 or 2 */
    struct gpuc_block_room room;
};

/* False: the forest cannot be packed, or not for that much local memory. */
bool gpuc_packed_plan(const struct gpuc_forest *forest, uint64_t local_memory_size,
                      struct gpuc_packed_plan *ret_plan);

/*
 * Packs a forest as planned. *ret_leaf_of, in level form: the leaf at position p of the
 * tree of block i is at i << n_levels | p; gpuc_free() frees it; else NULL. On failure
 * nothing needs freeing.
 */
enum gpuc_status gpuc_packed_make(const struct gpuc_forest *forest,
                                  const struct gpuc_packed_plan *plan,
                                  struct gpuc_blocks *ret_blocks, uint32_t **ret_leaf_of,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
