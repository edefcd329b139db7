/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_blocks.h"

#include "base/memory.h"

/* Fewer lanes than this are not worth more room for trees, and how much room is. */
enum { LANES_MIN = 32, TILE_BYTES = 12 << 10 };

void gpuc_block_room_choose(struct gpuc_block_room *room, uint64_t lane_bytes,
                            uint32_t lanes_max, uint64_t local_memory_size)
{
    uint64_t tile_bytes = room->block_bytes > TILE_BYTES ? room->block_bytes : TILE_BYTES;

    if (lane_bytes == 0)
        lane_bytes = 1;
    room->n_lanes = lanes_max;
    while (room->n_lanes > LANES_MIN &&
           lane_bytes * room->n_lanes + tile_bytes > local_memory_size)
        room->n_lanes /= 2;
    room->codes_bytes = lane_bytes * room->n_lanes;
}

uint64_t gpuc_block_size(const struct gpuc_forest *forest, uint64_t size,
                         uint64_t n_values)
{
    if (forest->leaf_size == 1)
        size += n_values * gpuc_number_size((enum gpuc_number)forest->number);
    return (size + GPUC_PACKED_UNIT - 1) / GPUC_PACKED_UNIT * GPUC_PACKED_UNIT;
}

/* Trees of another output may change places with this one. */
static uint32_t output_of(const struct gpuc_forest *forest, const struct gpuc_tree *tree)
{
    return forest->leaf_size == 1 ? tree->output : 0;
}

/* Stably by output. */
static enum gpuc_status order_trees(const struct gpuc_forest *forest,
                                    struct gpuc_packed_tree *trees,
                                    struct gpuc_error *error)
{
    const struct gpuc_tree *from = gpuc_forest_trees(forest);
    const size_t n_outputs = forest->n_outputs;
    uint32_t *next = gpuc_alloc(n_outputs + 1, sizeof *next);

    if (next == NULL)
        return gpuc_fail_memory(error, (n_outputs + 1) * sizeof *next,
                                "the order of trees");
    for (uint32_t t = 0; t < forest->n_trees; t++)
        next[output_of(forest, &from[t]) + 1]++;
    for (size_t k = 0; k < n_outputs; k++)
        next[k + 1] += next[k];
    for (uint32_t t = 0; t < forest->n_trees; t++)
        trees[next[output_of(forest, &from[t])]++] = (struct gpuc_packed_tree){
            .output = from[t].output, .number = t, .first_leaf = from[t].first_leaf};
    gpuc_free(next);
    return GPUC_OK;
}

enum gpuc_status gpuc_blocks_init(struct gpuc_blocks *blocks,
                                  const struct gpuc_forest *forest, uint32_t n_levels,
                                  gpuc_block_size_function *size,
                                  struct gpuc_error *error)
{
    const size_t n_items = (size_t)forest->n_trees + 1;
    enum gpuc_status status = GPUC_OK;

    *blocks = (struct gpuc_blocks){.trees = gpuc_alloc(n_items, sizeof *blocks->trees)};
    if (blocks->trees == NULL)
        return gpuc_fail_memory(error, n_items * sizeof *blocks->trees,
                                "a list of trees");
    GPUC_TRY(order_trees(forest, blocks->trees, error));
    for (uint32_t i = 0; i < forest->n_trees; i++) {
        const struct gpuc_tree *tree =
            &gpuc_forest_trees(forest)[blocks->trees[i].number];
        blocks->trees[i].start = (uint32_t)(blocks->size / GPUC_PACKED_UNIT);
        blocks->size += (size_t)size(forest, n_levels, tree);
    }
    blocks->trees[forest->n_trees].start = (uint32_t)(blocks->size / GPUC_PACKED_UNIT);
    blocks->bytes = gpuc_alloc(blocks->size, 1);
    if (blocks->bytes == NULL)
        status = gpuc_fail_memory(error, blocks->size, "the blocks of trees");
out:
    if (status != GPUC_OK)
        gpuc_blocks_done(blocks);
    return status;
}

void gpuc_blocks_done(struct gpuc_blocks *blocks)
{
    gpuc_free(blocks->trees);
    gpuc_free(blocks->bytes);
    *blocks = (struct gpuc_blocks){0};
}
