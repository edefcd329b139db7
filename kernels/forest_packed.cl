/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forests on GPUs: several rows a work-item, their codes and a tile of trees in local
 * memory. Every work-item of a group does the same whatever its rows are; those without
 * rows only leave results alone. Built with
 *
 *     GPUC_LEVELS       levels of every tree in level form; 0: linked form
 *     GPUC_BLOCK_UNITS  size of a block in level form
 *     GPUC_CODE_BYTES   of a code in local memory, 1 or 2
 *     GPUC_LANES        work-items of a group, at most; a power of two
 */
#include "forest_packed.h"
#include "forest_row.h"

#define GPUC_ROWS GPUC_PACKED_ROWS
#include "forest_sums.h"

#if GPUC_CODE_BYTES == 1
typedef uchar gpuc_code;
#  define gpuc_row_offset(r) ((uint)(r))
#else
typedef ushort gpuc_code;
#  define gpuc_row_offset(r) ((uint)(r) / 2 * (4 * GPUC_LANES) + (uint)(r) % 2 * 2)
#endif

/* Where the codes of an item are, in bytes: no bit is in an item and in a node. */
#define gpuc_code_place(item, node) ((item)*4 | ((node)&0xffff))

/* Step r of the rows of an item: adds where it goes from a node to its place so far. */
static inline uint gpuc_go(uint place, uint node, uint code)
{
    return place << 1 | (node + (code << 16)) >> 31;
}

static inline uint gpuc_code_of(__local const uchar *codes, uint item, uint node, uint r)
{
    return *(__local const gpuc_code *)(codes + gpuc_code_place(item, node) +
                                        gpuc_row_offset(r));
}

/* The codes of all of an item's rows at once. */
static inline void gpuc_codes_of(__local const uchar *codes, uint item, uint node,
                                 uint *code)
{
    __local const uint *words =
        (__local const uint *)(codes + gpuc_code_place(item, node));
#if GPUC_CODE_BYTES == 1
    for (uint r = 0; r < GPUC_ROWS; r++)
        code[r] = words[0] >> 8 * r & 0xff;
#else
    for (uint r = 0; r < GPUC_ROWS; r++)
        code[r] = words[r / 2 * GPUC_LANES] >> r % 2 * 16 & 0xffff;
#endif
}

/* Puts the codes of an item's rows into local memory; 0 for rows that there are not. */
static void gpuc_load_codes(__local uint *own, __global const uchar *codes, ulong stride,
                            __global const struct gpuc_code_column *columns,
                            uint n_columns, size_t row, bool is_item)
{
    for (uint c = 0; c < n_columns; c++) {
#if GPUC_CODE_BYTES == 1
        own[c * GPUC_LANES] =
            is_item ? *(__global const uint *)(codes + c * stride + row) : 0;
#else
        __global const uchar *column = codes + columns[c].place * stride;
        ushort4 four = 0;
        if (is_item && columns[c].code_size == 1)
            four = convert_ushort4(vload4(0, column + row));
        else if (is_item)
            four = vload4(0, (__global const ushort *)column + row);
        own[2 * c * GPUC_LANES] = four.x | (uint)four.y << 16;
        own[(2 * c + 1) * GPUC_LANES] = four.z | (uint)four.w << 16;
#endif
    }
}

/* The leaf positions that an item's rows come to in the tree of a block. */
#if GPUC_LEVELS > 0
static void gpuc_find_positions(__local const uint *block, __local const uchar *codes,
                                uint item, uint *position)
{
    uint4 top = *(__local const uint4 *)block;

    gpuc_codes_of(codes, item, top.y, position);
    for (uint r = 0; r < GPUC_ROWS; r++) {
        uint place = gpuc_go(1, top.y, position[r]);
        uint node = place & 1 ? top.w : top.z;
        position[r] = gpuc_go(place, node, gpuc_code_of(codes, item, node, r));
    }
    for (uint level = GPUC_PACKED_LEVELS_MIN; level < GPUC_LEVELS; level++)
        for (uint r = 0; r < GPUC_ROWS; r++) {
            uint node = block[position[r]];
            position[r] = gpuc_go(position[r], node, gpuc_code_of(codes, item, node, r));
        }
    for (uint r = 0; r < GPUC_ROWS; r++)
        position[r] -= 1u << GPUC_LEVELS;
}

#  define gpuc_values_at(block) ((block) + (1u << GPUC_LEVELS))
#else
static void gpuc_find_positions(__local const uint *block, __local const uchar *codes,
                                uint item, uint *position)
{
    __local const uint2 *nodes = (__local const uint2 *)(block + GPUC_PACKED_HEAD);
    const uint n_steps = block[0];

    for (uint r = 0; r < GPUC_ROWS; r++)
        position[r] = 0;
    for (uint step = 0; step < n_steps; step++)
        for (uint r = 0; r < GPUC_ROWS; r++) {
            uint2 node = nodes[position[r]];
            position[r] = (node.y & 0xffff) +
                          gpuc_go(0, node.x, gpuc_code_of(codes, item, node.x, r));
        }
    for (uint r = 0; r < GPUC_ROWS; r++)
        position[r] = nodes[position[r]].y >> 16;
}

#  define gpuc_values_at(block) ((block) + (block)[1])
#endif

/* In level form, blocks and tiles are found without looking at trees. */
#if GPUC_LEVELS > 0
#  define gpuc_start_of(trees, i) ((i)*GPUC_BLOCK_UNITS)
#  define gpuc_end_of_tile(trees, n_trees, first, tile_bytes)                            \
    min(n_trees, first + tile_bytes / (GPUC_BLOCK_UNITS * GPUC_PACKED_UNIT))
#else
#  define gpuc_start_of(trees, i) ((trees)[i].start)
#  define gpuc_end_of_tile gpuc_tile_end
#endif

/*
 * Neighbouring rows a work-item. The trees' blocks pass through local memory in tiles of
 * up to tile_bytes, which no block exceeds. leaf_of[i << GPUC_LEVELS | p] is the leaf at
 * position p of tree i in level form. `group_codes`: n_columns * GPUC_CODE_BYTES words
 * for each of GPUC_LANES. Results of all rows of an item are written: buffers have room
 * for them.
 */
__kernel void
gpuc_forest_packed(GPUC_FOREST_PARAMETERS, __global const struct gpuc_packed_tree *trees,
                   __global const uint4 *blocks, __global const uint *leaf_of,
                   __global const struct gpuc_code_column *columns,
                   __global const gpuc_number *leaf_values,
                   __global const gpuc_number *start_margins, __local uint4 *tile,
                   uint tile_bytes, __local uint *group_codes, ulong n_columns)
{
    const uint item = get_local_id(0);
    const size_t row = get_global_id(0) * GPUC_ROWS;
    const bool is_item = row < n_rows;
    struct gpuc_sums sums = {
        margins != 0 ? margins + row : margins, stride, is_item, 0, {0}};
    uint end;

    gpuc_load_codes(group_codes + item, codes, stride, columns, (uint)n_columns, row,
                    is_item);
    if (margins != 0)
        gpuc_start_sums(&sums, start_margins, n_outputs);
    for (uint first = 0; first < n_trees; first = end) {
        const uint start = gpuc_start_of(trees, first);
        end = gpuc_end_of_tile(trees, n_trees, first, tile_bytes);
        const uint n_units = gpuc_start_of(trees, end) - start;
        for (uint i = item; i < n_units; i += get_local_size(0))
            tile[i] = blocks[start + i];
        barrier(CLK_LOCAL_MEM_FENCE);
        for (uint i = first; i < end; i++) {
            __local const uint *block =
                (__local const uint *)(tile + (gpuc_start_of(trees, i) - start));
            uint leaf[GPUC_ROWS];

            gpuc_find_positions(block, (__local const uchar *)group_codes, item, leaf);
            if (margins != 0 && leaf_size == 1) {
                __local const gpuc_number *values =
                    (__local const gpuc_number *)gpuc_values_at(block);
                if (n_outputs > 1)
                    gpuc_change_sums(&sums, trees[i].output);
                for (uint r = 0; r < GPUC_ROWS; r++)
                    sums.value[r] = gpuc_add(sums.value[r], values[leaf[r]]);
            }
            if (leaves == 0 && leaf_size == 1)
                continue;
            for (uint r = 0; GPUC_LEVELS > 0 && r < GPUC_ROWS; r++)
                leaf[r] = leaf_of[((size_t)i << GPUC_LEVELS) + leaf[r]];
            gpuc_give_leaves(&sums, leaves != 0 ? leaves + row : leaves, trees[i],
                             leaf_values, leaf_size, leaf);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (margins != 0)
        gpuc_put_sums(&sums);
}
