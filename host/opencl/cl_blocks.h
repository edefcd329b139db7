/* SPDX-License-Identifier: Apache-2.0 */
/* What shapes have in common whose trees are blocks that go through local memory. */
#ifndef GPUC_CL_BLOCKS_H
#define GPUC_CL_BLOCKS_H

#include "base/error.h"
#include "kernels/forest_packed.h"
#include "model/forest.h"

/* What a work-group needs of local memory. */
struct gpuc_block_room {
    uint32_t n_lanes;     /* work-items that it may have; a power of two */
    uint64_t codes_bytes; /* of its rows; never 0 */
    uint64_t block_bytes; /* of the largest block */
};

/* Chooses lanes, at most lanes_max, each of which takes lane_bytes; block_bytes is set.
 */
void gpuc_block_room_choose(struct gpuc_block_room *room, uint64_t lane_bytes,
                            uint32_t lanes_max, uint64_t local_memory_size);

static inline bool gpuc_block_room_suffices(const struct gpuc_block_room *room,
                                            uint64_t local_memory_size)
{
    return room->codes_bytes + room->block_bytes <= local_memory_size;
}

struct gpuc_blocks {
    struct gpuc_packed_tree *trees; /* n_trees + 1 */
    uint8_t *bytes;
    size_t size;
};

/* The size of a tree's block; `n_levels` as handed to gpuc_blocks_init(). */
typedef uint64_t gpuc_block_size_function(const struct gpuc_forest *forest,
                                          uint32_t n_levels,
                                          const struct gpuc_tree *tree);

/* Orders trees and their blocks, which are all 0. On failure nothing needs freeing. */
enum gpuc_status gpuc_blocks_init(struct gpuc_blocks *blocks,
                                  const struct gpuc_forest *forest, uint32_t n_levels,
                                  gpuc_block_size_function *size,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;
void gpuc_blocks_done(struct gpuc_blocks *blocks);

/* Whole units for `size` bytes and n_values leaf values, which only single ones take. */
uint64_t gpuc_block_size(const struct gpuc_forest *forest, uint64_t size,
                         uint64_t n_values);

static inline uint32_t *gpuc_block_at(const struct gpuc_blocks *blocks, uint32_t i)
{
    return (uint32_t *)(void *)(blocks->bytes +
                                (size_t)blocks->trees[i].start * GPUC_PACKED_UNIT);
}

#endif
