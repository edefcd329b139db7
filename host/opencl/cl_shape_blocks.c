/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_shape_blocks.h"

/* Bytes of a tile: with the rows, several groups should fit into a unit's local memory.
 */
enum { TILE_BYTES = 16 << 10 };

void gpuc_cl_parts_of_blocks(const struct gpuc_forest *forest,
                             const struct gpuc_blocks *blocks, struct gpuc_cl_part *parts)
{
    parts[0] = (struct gpuc_cl_part){
        blocks->trees, ((size_t)forest->n_trees + 1) * sizeof *blocks->trees,
        blocks->trees};
    parts[1] = (struct gpuc_cl_part){blocks->bytes, blocks->size, blocks->bytes};
}

void gpuc_cl_blocks_settle(const struct gpuc_block_room *room, uint64_t local_memory_size,
                           size_t max_group_size, struct gpuc_cl_tuning *tuning)
{
    uint64_t tile_bytes_max = local_memory_size - room->codes_bytes;

    if (tuning->group_size == 0 || tuning->group_size > room->n_lanes)
        tuning->group_size = room->n_lanes;
    if (tuning->group_size > max_group_size)
        tuning->group_size = (uint32_t)max_group_size;
    if (tuning->tile_bytes == 0)
        tuning->tile_bytes = TILE_BYTES;
    if (tuning->tile_bytes > tile_bytes_max)
        tuning->tile_bytes = (uint32_t)tile_bytes_max;
    if (tuning->tile_bytes < room->block_bytes)
        tuning->tile_bytes = (uint32_t)room->block_bytes;
    tuning->codes_bytes = (uint32_t)room->codes_bytes;
}

struct gpuc_cl_range gpuc_cl_blocks_range(const struct gpuc_cl_tuning *tuning,
                                          size_t n_rows, size_t item_rows)
{
    size_t group_rows = tuning->group_size * item_rows;
    size_t n_groups = (n_rows + group_rows - 1) / group_rows;
    return (struct gpuc_cl_range){n_groups * tuning->group_size, tuning->group_size};
}

size_t gpuc_cl_blocks_further(const struct gpuc_forest *forest,
                              const struct gpuc_cl_tuning *tuning,
                              struct gpuc_cl_argument *arguments)
{
    size_t n_arguments = gpuc_cl_tile_arguments(forest, tuning, arguments);

    arguments[n_arguments++] = (struct gpuc_cl_argument){tuning->codes_bytes, NULL};
    arguments[n_arguments++] = (struct gpuc_cl_argument){sizeof forest->columns.n_items,
                                                         &forest->columns.n_items};
    return n_arguments;
}
