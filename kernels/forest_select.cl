/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forests on CPUs, whose vectors take many bytes at once. Built with GPUC_LANE_BYTES too:
 * the bytes of a vector, 16, or 64 where the compiler is known to be Clang, which then
 * also offers the machine's own instructions.
 */
#include "forest_row.h"
#include "forest_select.h"
#include "forest_sum.h"

#if GPUC_LANE_BYTES > 16 && defined(__AVX2__) && !GPUC_SOFT_FLOAT
#  define GPUC_HAS_TABLES
#  include "forest_tables.h"
#endif

#if GPUC_LANE_BYTES == 16
typedef uchar16 gpuc_lanes;
#elif defined(GPUC_HAS_TABLES) && !defined(__AVX512BW__)
#  define GPUC_HAS_AVERAGE
typedef gpuc_bytes gpuc_lanes;
#else
typedef uchar gpuc_lanes __attribute__((ext_vector_type(GPUC_LANE_BYTES)));
#endif
#define GPUC_VECTORS ((uint)(GPUC_SELECT_ROWS / sizeof(gpuc_lanes)))

/*
 * gpuc_select(code, GPUC_LIMIT(split), right, left): `right` where the code is above the
 * split, which is at most 254. AVX2 has no unsigned compare of bytes, but what it blends
 * by is the highest bit: that of (code + (254 - split) + 1) / 2, rounded down, is 1 just
 * where code - split is at least 1. The average is one instruction.
 */
#ifdef GPUC_HAS_AVERAGE
#  define GPUC_LIMIT(split) ((uchar)(254 - (split)))
static inline gpuc_lanes gpuc_select(gpuc_lanes code, gpuc_lanes limit, gpuc_lanes right,
                                     gpuc_lanes left)
{
    gpuc_signed_bytes average =
        __builtin_astype(__builtin_ia32_pavgb256(GPUC_SIGNED(code), GPUC_SIGNED(limit)),
                         gpuc_signed_bytes);
    return average < (char)0 ? right : left;
}
#else
#  define GPUC_LIMIT(split) ((uchar)(split))
static inline gpuc_lanes gpuc_select(gpuc_lanes code, gpuc_lanes limit, gpuc_lanes right,
                                     gpuc_lanes left)
{
    return code > limit ? right : left;
}
#endif

/* For every row of a block. */
#define GPUC_SELECT(left, right)                                                         \
  for (uint i = 0; i < GPUC_VECTORS; i++)                                                \
  slots[step.slot][i] = gpuc_select(code[i], limit, right, left)

/* One step, on codes in some address space. */
#define GPUC_DEFINE_STEP(name, space)                                                    \
  static void name(struct gpuc_select_step step, space const gpuc_lanes *code,           \
                   uchar split, gpuc_lanes slots[GPUC_SELECT_SLOTS][GPUC_VECTORS])       \
  {                                                                                      \
    gpuc_lanes limit = GPUC_LIMIT(split);                                                \
    gpuc_lanes left = step.left;                                                         \
    gpuc_lanes right = step.right;                                                       \
    if (step.kind == GPUC_SELECT_LEAVES)                                                 \
      GPUC_SELECT(left, right);                                                          \
    else if (step.kind == GPUC_SELECT_LEFT_LEAF)                                         \
      GPUC_SELECT(left, slots[step.right][i]);                                           \
    else if (step.kind == GPUC_SELECT_RIGHT_LEAF)                                        \
      GPUC_SELECT(slots[step.left][i], right);                                           \
    else                                                                                 \
      GPUC_SELECT(slots[step.left][i], slots[step.right][i]);                            \
  }

GPUC_DEFINE_STEP(gpuc_run_step, __global)
GPUC_DEFINE_STEP(gpuc_run_step_private, __private)

/* GPUC_SELECT_ROWS rows from first_row on, of which the first n_rows have codes. */
struct gpuc_block {
    __global const struct gpuc_code_column *columns;
    __global const uint *words;
    __global const uchar *codes;
    ulong stride;
    size_t first_row;
    uint n_rows;
};

static __global const gpuc_lanes *gpuc_bytes_of(const struct gpuc_block *block,
                                                struct gpuc_select_step step)
{
    return (__global const gpuc_lanes *)(block->codes + step.place * block->stride +
                                         block->first_row);
}

/* The step of a node and its two children. */
static void gpuc_run_three(const struct gpuc_block *block, struct gpuc_select_step node,
                           struct gpuc_select_step left, struct gpuc_select_step right,
                           gpuc_lanes *to)
{
    __global const gpuc_lanes *code = gpuc_bytes_of(block, node);
    __global const gpuc_lanes *left_code = gpuc_bytes_of(block, left);
    __global const gpuc_lanes *right_code = gpuc_bytes_of(block, right);
    gpuc_lanes limit = GPUC_LIMIT(node.split);
    gpuc_lanes left_limit = GPUC_LIMIT(left.split);
    gpuc_lanes right_limit = GPUC_LIMIT(right.split);
    gpuc_lanes leaf0 = left.left;
    gpuc_lanes leaf1 = left.right;
    gpuc_lanes leaf2 = right.left;
    gpuc_lanes leaf3 = right.right;

    for (uint i = 0; i < GPUC_VECTORS; i++) {
        gpuc_lanes a = gpuc_select(left_code[i], left_limit, leaf1, leaf0);
        gpuc_lanes b = gpuc_select(right_code[i], right_limit, leaf3, leaf2);
        to[i] = gpuc_select(code[i], limit, b, a);
    }
}

/* Whether rows go right, 1 or 0, by codes that are no bytes. */
static void gpuc_find_right(const struct gpuc_block *block, struct gpuc_select_step step,
                            uchar *is_right)
{
    __global const ushort *code =
        (__global const ushort *)(block->codes + step.place * block->stride) +
        block->first_row;

    if (step.codes == GPUC_SELECT_PAIRS) {
        for (uint i = 0; i < GPUC_SELECT_ROWS; i++)
            is_right[i] = code[i] > (ushort)step.split;
        return;
    }
    for (uint i = 0; i < GPUC_SELECT_ROWS; i++)
        is_right[i] =
            i < block->n_rows &&
            gpuc_row_is_right(block->columns + step.column, step.split, block->words,
                              block->codes, block->stride, block->first_row + i);
}

/* The leaves of a block in one tree, in slot 0. */
static void gpuc_run_steps(const struct gpuc_block *block,
                           __global const struct gpuc_select_step *steps, uint n_steps,
                           gpuc_lanes slots[GPUC_SELECT_SLOTS][GPUC_VECTORS])
{
    gpuc_lanes is_right[GPUC_VECTORS];

    for (uint k = 0; k < n_steps; k++) {
        struct gpuc_select_step step = steps[k];
        if (step.kind == GPUC_SELECT_THREE) {
            gpuc_run_three(block, step, steps[k + 1], steps[k + 2], slots[step.slot]);
            k += 2;
        } else if (step.codes == GPUC_SELECT_BYTES) {
            gpuc_run_step(step, gpuc_bytes_of(block, step), (uchar)step.split, slots);
        } else {
            gpuc_find_right(block, step, (uchar *)is_right);
            gpuc_run_step_private(step, is_right, 0, slots);
        }
    }
}

/* The leaves of a block in a tree that is no program. */
static void gpuc_walk_rows(const struct gpuc_block *block,
                           __global const struct gpuc_node *nodes, uint n_nodes,
                           uint *leaf)
{
    for (uint i = 0; i < block->n_rows; i++)
        leaf[i] = gpuc_row_leaf(nodes, n_nodes, block->columns, block->words,
                                block->codes, block->stride, block->first_row + i);
}

/* Adds the values of a block's leaves in a tree of at most 256 leaves, one value each. */
static void gpuc_add_values(__global const gpuc_number *values, uint n_leaves,
                            const uchar *leaves, gpuc_number *sums)
{
#ifdef GPUC_HAS_TABLES
    if (n_leaves <= GPUC_TABLES_LEAVES_MAX) {
        gpuc_add_from_tables(values, n_leaves, leaves, GPUC_SELECT_ROWS, sums);
        return;
    }
#endif
    for (uint i = 0; i < GPUC_SELECT_ROWS; i++)
        sums[i] = gpuc_add(sums[i], values[leaves[i]]);
}

/*
 * GPUC_SELECT_ROWS rows a work-item, which is a work-group: for CPUs, whose vectors take
 * many bytes at once. n_steps[t] is 0 where tree t is no program; its nodes are walked
 * then. `steps` has one for each of `nodes`, at the same place. Margins and leaves of
 * whole blocks are written; those of rows from n_rows on have no meaning.
 */
__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void gpuc_forest_select(
    GPUC_FOREST_PARAMETERS, __global const struct gpuc_tree *trees,
    __global const struct gpuc_node *nodes,
    __global const struct gpuc_code_column *columns, __global const uint *words,
    __global const gpuc_number *leaf_values, __global const gpuc_number *start_margins,
    __global const struct gpuc_select_step *steps, __global const uint *n_steps)
{
    gpuc_lanes slots[GPUC_SELECT_SLOTS][GPUC_VECTORS];
    const uchar *leaf_bytes = (const uchar *)slots[0];
    uint leaf[GPUC_SELECT_ROWS] = {0};
    gpuc_number sums[GPUC_SELECT_ROWS] __attribute__((aligned(64)));
    uint output = 0;
    struct gpuc_block block;

    block.columns = columns;
    block.words = words;
    block.codes = codes;
    block.stride = stride;
    block.first_row = get_global_id(0) * GPUC_SELECT_ROWS;
    block.n_rows = (uint)min((ulong)GPUC_SELECT_ROWS, (ulong)(n_rows - block.first_row));
    if (margins != 0)
        margins += block.first_row;
    for (uint i = 0; margins != 0 && i < GPUC_SELECT_ROWS; i++) {
        for (uint k = 1; k < n_outputs; k++)
            margins[k * stride + i] = start_margins[k];
        sums[i] = start_margins[0];
    }
    for (uint t = 0; t < n_trees; t++) {
        struct gpuc_tree tree = trees[t];
        __global const gpuc_number *values =
            leaf_values + (size_t)tree.first_leaf * leaf_size;
        bool is_program = n_steps[t] > 0;
        bool adds_bytes = is_program && leaf_size == 1;
        if (is_program)
            gpuc_run_steps(&block, steps + tree.first_node, n_steps[t], slots);
        else
            gpuc_walk_rows(&block, nodes + tree.first_node, tree.n_nodes, leaf);
        for (uint i = 0;
             is_program && (leaves != 0 || !adds_bytes) && i < GPUC_SELECT_ROWS; i++)
            leaf[i] = leaf_bytes[i];
        for (uint i = 0; leaves != 0 && i < GPUC_SELECT_ROWS; i++)
            leaves[t * stride + block.first_row + i] = leaf[i];
        for (uint k = 0; margins != 0 && k < leaf_size; k++) {
            uint next = leaf_size > 1 ? k : tree.output;
            for (uint i = 0; next != output && i < GPUC_SELECT_ROWS; i++) {
                margins[output * stride + i] = sums[i];
                sums[i] = margins[next * stride + i];
            }
            output = next;
            if (adds_bytes)
                gpuc_add_values(values, tree.n_leaves, leaf_bytes, sums);
            for (uint i = 0; !adds_bytes && i < GPUC_SELECT_ROWS; i++)
                sums[i] = gpuc_add(sums[i], values[(size_t)leaf[i] * leaf_size + k]);
        }
    }
    for (uint i = 0; margins != 0 && i < GPUC_SELECT_ROWS; i++)
        margins[output * stride + i] = sums[i];
}
