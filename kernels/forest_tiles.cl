/* SPDX-License-Identifier: Apache-2.0 */
/* Forests on devices with many work-items and fast local memory. */
#include "forest_row.h"
#include "forest_sum.h"

/*
 * One row a work-item. The trees' nodes pass through local memory in tiles of up to
 * tile_bytes, copied by the whole work-group; a larger tree stays where it is.
 */
__kernel void gpuc_forest_tiles(GPUC_FOREST_PARAMETERS,
                                __global const struct gpuc_tree *trees,
                                __global const struct gpuc_node *nodes,
                                __global const struct gpuc_code_column *columns,
                                __global const uint *words,
                                __global const gpuc_number *leaf_values,
                                __global const gpuc_number *start_margins,
                                __local struct gpuc_node *tile, uint tile_bytes)
{
    size_t row = get_global_id(0);
    bool is_row = row < n_rows;
    bool is_sum = is_row && margins != 0;
    struct gpuc_sum sum = {margins + (is_sum ? row : 0), stride, 0, 0};
    const uint tile_size = tile_bytes / sizeof(struct gpuc_node);
    uint end;

    if (is_sum)
        gpuc_start_sum(&sum, start_margins, n_outputs);
    for (uint first = 0; first < n_trees; first = end) {
        __global const struct gpuc_node *from = nodes + trees[first].first_node;
        uint n_nodes = 0;
        for (end = first; end < n_trees && trees[end].n_nodes <= tile_size - n_nodes;
             end++)
            n_nodes += trees[end].n_nodes;
        for (uint i = get_local_id(0); i < n_nodes; i += get_local_size(0))
            tile[i] = from[i];
        barrier(CLK_LOCAL_MEM_FENCE);
        bool is_tiled = end > first;
        end = is_tiled ? end : first + 1;
        n_nodes = 0;
        for (uint t = first; is_row && t < end; t++) {
            struct gpuc_tree tree = trees[t];
            uint leaf = is_tiled ? gpuc_row_leaf_local(tile + n_nodes, tree.n_nodes,
                                                       columns, words, codes, stride, row)
                                 : gpuc_row_leaf(from, tree.n_nodes, columns, words,
                                                 codes, stride, row);
            n_nodes += tree.n_nodes;
            if (leaves != 0)
                leaves[t * stride + row] = leaf;
            if (is_sum)
                gpuc_add_leaf(&sum,
                              leaf_values + (size_t)(tree.first_leaf + leaf) * leaf_size,
                              leaf_size, tree.output);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (is_sum)
        sum.margins[sum.output * stride] = sum.value;
}
