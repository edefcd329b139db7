/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forests on devices with much arithmetic: 32 rows a work-item, a split for all of them
 * at once. Every work-item of a group does the same. Built with
 *
 *     GPUC_LANES      work-items of a group, at most
 *     GPUC_LEAF_BITS  of the Gray code of any tree's leaves, 0 to 8
 */
#include "forest_bits.h"
#include "forest_packed.h"

#define GPUC_ROWS GPUC_BITS_ROWS
#include "forest_sums.h"

/* Rows whose bytes are in one word: its byte b is of row 4 * w + b. */
#define GPUC_WORD_ROWS 4
#define GPUC_WORDS (GPUC_ROWS / GPUC_WORD_ROWS)

/* Turns words of bytes into words of bits, and back: bit i of byte b of word w becomes
 * bit w of byte b of word i. */
static void gpuc_transpose(uint *words)
{
    for (uint i = 0; i < 8; i++)
        if ((i & 4) == 0) {
            uint changes = (words[i] >> 4 ^ words[i | 4]) & 0x0f0f0f0f;
            words[i | 4] ^= changes;
            words[i] ^= changes << 4;
        }
    for (uint i = 0; i < 8; i++)
        if ((i & 2) == 0) {
            uint changes = (words[i] >> 2 ^ words[i | 2]) & 0x33333333;
            words[i | 2] ^= changes;
            words[i] ^= changes << 2;
        }
    for (uint i = 0; i < 8; i++)
        if ((i & 1) == 0) {
            uint changes = (words[i] >> 1 ^ words[i | 1]) & 0x55555555;
            words[i | 1] ^= changes;
            words[i] ^= changes << 1;
        }
}

/* Puts the bits of an item's codes into local memory; 0 for rows that there are not. */
static void gpuc_load_bits(__local uint *own, __global const uchar *codes, ulong stride,
                           uint n_columns, size_t row, bool is_item)
{
    for (uint c = 0; c < n_columns; c++) {
        uint words[GPUC_WORDS] = {0};
        if (is_item)
            for (uint w = 0; w < GPUC_WORDS; w++)
                words[w] = ((__global const uint *)(codes + c * stride + row))[w];
        gpuc_transpose(words);
        for (uint i = 0; i < GPUC_BITS_CODE; i++)
            own[(c * GPUC_BITS_CODE + i) * GPUC_LANES] = words[i];
    }
}

static inline uint gpuc_majority(uint a, uint b, uint c)
{
    return (a & b) | (c & (a | b));
}

/* The Gray codes of the leaves of an item's rows, in bytes. */
static void gpuc_run_program(__local const uint4 *block, __local uint *own, uint *leaf)
{
    const uint n_steps = block[0].x;
    __local const uint4 *step = block + 1;

    for (uint w = 0; w < GPUC_WORDS; w++)
        leaf[w] = 0;
    for (uint k = 0; k < n_steps; k++, step += 3) {
        uint4 low = step[0];
        uint4 high = step[1];
        uint4 places = step[2];
        __local const uint *code = own + places.x;
        uint above = low.x & code[0];
        above = gpuc_majority(above, code[1 * GPUC_LANES], low.y);
        above = gpuc_majority(above, code[2 * GPUC_LANES], low.z);
        above = gpuc_majority(above, code[3 * GPUC_LANES], low.w);
        above = gpuc_majority(above, code[4 * GPUC_LANES], high.x);
        above = gpuc_majority(above, code[5 * GPUC_LANES], high.y);
        above = gpuc_majority(above, code[6 * GPUC_LANES], high.z);
        above = gpuc_majority(above, code[7 * GPUC_LANES], high.w);
        above = own[places.z] | (own[places.y] & above);
        own[places.w / GPUC_BITS_LEAF] = above;
        for (uint i = 0; i < GPUC_LEAF_BITS; i++)
            leaf[i] ^= places.w % GPUC_BITS_LEAF == i ? above : 0;
    }
    gpuc_transpose(leaf);
}

static inline uint gpuc_byte_of(const uint *words, uint r)
{
    return words[r / GPUC_WORD_ROWS] >> r % GPUC_WORD_ROWS * 8 & 0xff;
}

static inline uint gpuc_from_gray(uint code)
{
    code ^= code >> 4;
    code ^= code >> 2;
    return code ^ code >> 1;
}

/*
 * Neighbouring rows a work-item. The trees' blocks pass through local memory in tiles of
 * up to tile_bytes, which no block exceeds. `group_words`: for each of GPUC_LANES the
 * words that steps name. Results of all rows of an item are written: buffers have room
 * for them.
 */
__kernel void
gpuc_forest_bits(GPUC_FOREST_PARAMETERS, __global const struct gpuc_packed_tree *trees,
                 __global const uint4 *blocks, __global const gpuc_number *leaf_values,
                 __global const gpuc_number *start_margins, __local uint4 *tile,
                 uint tile_bytes, __local uint *group_words, ulong n_columns)
{
    const uint item = get_local_id(0);
    const size_t row = get_global_id(0) * GPUC_ROWS;
    const bool is_item = row < n_rows;
    const uint n_code_words = (uint)n_columns * GPUC_BITS_CODE;
    __local uint *own = group_words + item;
    struct gpuc_sums sums = {
        margins != 0 ? margins + row : margins, stride, is_item, 0, {0}};
    uint end;

    gpuc_load_bits(own, codes, stride, (uint)n_columns, row, is_item);
    own[(n_code_words + GPUC_BITS_ALL) * GPUC_LANES] = ~0u;
    own[(n_code_words + GPUC_BITS_NONE) * GPUC_LANES] = 0;
    if (margins != 0)
        gpuc_start_sums(&sums, start_margins, n_outputs);
    for (uint first = 0; first < n_trees; first = end) {
        const uint start = trees[first].start;
        end = gpuc_tile_end(trees, n_trees, first, tile_bytes);
        for (uint i = item; i < trees[end].start - start; i += get_local_size(0))
            tile[i] = blocks[start + i];
        barrier(CLK_LOCAL_MEM_FENCE);
        for (uint t = first; t < end; t++) {
            __local const uint4 *block = tile + (trees[t].start - start);
            uint bytes[GPUC_WORDS];
            gpuc_run_program(block, own, bytes);
            if (margins != 0 && leaf_size == 1) {
                __local const gpuc_number *values =
                    (__local const gpuc_number *)(block + block[0].y);
                if (n_outputs > 1)
                    gpuc_change_sums(&sums, trees[t].output);
#pragma unroll
                for (uint r = 0; r < GPUC_ROWS; r++)
                    sums.value[r] =
                        gpuc_add(sums.value[r], values[gpuc_byte_of(bytes, r)]);
            }
            if (leaves == 0 && leaf_size == 1)
                continue;
            uint leaf[GPUC_ROWS];
#pragma unroll
            for (uint r = 0; r < GPUC_ROWS; r++)
                leaf[r] = gpuc_from_gray(gpuc_byte_of(bytes, r));
            gpuc_give_leaves(&sums, leaves != 0 ? leaves + row : leaves, trees[t],
                             leaf_values, leaf_size, leaf);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (margins != 0)
        gpuc_put_sums(&sums);
}
