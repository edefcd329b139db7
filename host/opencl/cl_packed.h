/* SPDX-License-Identifier: Apache-2.0 */
/* Forests as the blocks of kernels/forest_packed.h. */
#ifndef GPUC_CL_PACKED_H
#define GPUC_CL_PACKED_H

#include "base/error.h"
#include "kernels/forest_packed.h"
#include "model/forest.h"

/* How a forest is packed. */
struct gpuc_packed_plan {
    uint32_t n_levels;    /* level form; 0: linked form */
    uint32_t code_bytes;  /* of a code in local memory, 1 or 2 */
    uint32_t n_lanes;     /* work-items of a group, at most */
    uint64_t block_bytes; /* of the largest block */
    uint64_t codes_bytes; /* of a group's codes; never 0 */
};

struct gpuc_packed {
    struct gpuc_packed_tree *trees; /* n_trees + 1 */
    uint8_t *blocks;
    size_t blocks_size;
    uint32_t *leaf_of; /* level form: of n_trees << n_levels positions; else NULL */
};

/* False: the forest cannot be packed, or not for that much local memory. */
bool gpuc_packed_plan(const struct gpuc_forest *forest, uint64_t local_memory_size,
                      struct gpuc_packed_plan *ret_plan);

/* Packs a forest as planned. On failure nothing needs freeing. */
enum gpuc_status gpuc_packed_make(const struct gpuc_forest *forest,
                                  const struct gpuc_packed_plan *plan,
                                  struct gpuc_packed *ret_packed,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;
void gpuc_packed_done(struct gpuc_packed *packed);

#endif
