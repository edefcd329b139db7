/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trees too large for bit operations: rows walk from node to node, some of them in
 * flight, so that the loads of one hide behind those of the others. Codes are laid out
 * for it first: all columns of the rows that walk together, as 32-bit integers.
 */
#include "cpu/forest_kernels.h"

/* Lays out the codes of some rows: [group of rows][column][row of the group]. */
static void spread_codes(const struct gpuc_forest *forest, const struct gpuc_codes *codes,
                         size_t first_row, size_t n_rows, uint32_t *walk_codes)
{
    size_t n_columns = forest->columns.n_items;

    for (size_t c = 0; c < n_columns; c++) {
        const struct gpuc_code_column *column = &gpuc_forest_columns(forest)[c];
        for (size_t row = 0; row < n_rows; row++)
            walk_codes[(row / GPUC_WALK_ROWS * n_columns + c) * GPUC_WALK_ROWS +
                       row % GPUC_WALK_ROWS] =
                gpuc_row_code(codes->bytes, codes->stride, column, first_row + row);
    }
}

/* The leaves of one group of rows. No branch depends on a row, but for the last one. */
static void walk_group(const struct gpuc_node *nodes, const uint32_t *codes,
                       uint32_t *leaves)
{
    const int32_t *words = (const int32_t *)(const void *)nodes;
    int32_t at[GPUC_WALK_ROWS] = {0};
    int32_t all;

    do {
        all = -1;
#pragma GCC unroll 16
        for (size_t k = 0; k < GPUC_WALK_ROWS; k++) {
            /* Rows that are at a leaf look at node 0 and stay. */
            size_t node = (size_t)(at[k] & ~(at[k] >> 31));
            size_t is_right =
                codes[nodes[node].column * GPUC_WALK_ROWS + k] > nodes[node].split;
            /* Left and right are the last two of a node's four words. */
            int32_t next = words[4 * node + 2 + is_right];
            at[k] = at[k] < 0 ? at[k] : next;
            all &= at[k];
        }
    } while (all >= 0);
    for (size_t k = 0; k < GPUC_WALK_ROWS; k++)
        leaves[k] = (uint32_t)~at[k];
}

/* Rows that go through one tree after another. */
struct walked_rows {
    const struct gpuc_codes *codes;
    const uint32_t *walk_codes; /* begin with those of the first row */
    size_t first_row;
    size_t n_rows;
};

/* The leaves of the rows in one tree. */
static void walk_rows(const struct gpuc_forest *forest, const struct gpuc_tree *tree,
                      const struct walked_rows *rows, uint32_t *leaves)
{
    const struct gpuc_node *nodes = gpuc_forest_nodes(forest) + tree->first_node;
    const struct gpuc_codes *codes = rows->codes;
    size_t n_rows = rows->n_rows;

    for (size_t row = 0; row < n_rows && !tree->has_categories; row += GPUC_WALK_ROWS)
        walk_group(nodes, rows->walk_codes + row * forest->columns.n_items, leaves + row);
    for (size_t row = 0; row < n_rows && tree->has_categories; row++)
        leaves[row] = gpuc_row_leaf(nodes, tree->n_nodes, gpuc_forest_columns(forest),
                                    gpuc_forest_category_words(forest), codes->bytes,
                                    codes->stride, rows->first_row + row);
}

#define DEFINE_ADD_WALKED(size, number)                                                  \
  static void add_walked##size(const struct gpuc_forest *forest, size_t first_value,     \
                               const uint32_t *leaves, size_t n_rows, number *margins)   \
  {                                                                                      \
    const number *values = gpuc_forest_at(forest, &forest->leaf_values);                 \
    values += first_value;                                                               \
    for (size_t row = 0; row < n_rows; row++)                                            \
      margins[row] += values[(size_t)leaves[row] * forest->leaf_size];                   \
  }

DEFINE_ADD_WALKED(32, float)
DEFINE_ADD_WALKED(64, double)

/* Adds the values of a tree's leaves to the margins of some rows from first_row. */
static void add_walked(const struct gpuc_forest *forest, const struct gpuc_tree *tree,
                       const struct gpuc_trees_work *work, const uint32_t *leaves,
                       size_t first_row, size_t n_rows)
{
    for (uint32_t k = 0; k < forest->leaf_size; k++) {
        size_t output = forest->leaf_size == 1 ? tree->output : k;
        size_t first = output * work->stride + first_row;
        size_t value = (size_t)tree->first_leaf * forest->leaf_size + k;
        if (forest->number == GPUC_FLOAT32)
            add_walked32(forest, value, leaves, n_rows, (float *)work->margins + first);
        else
            add_walked64(forest, value, leaves, n_rows, (double *)work->margins + first);
    }
}

/* All trees of a forest without sliced ones: each for all rows of the block. */
static void walk_block(const struct gpuc_forest_plan *plan,
                       const struct gpuc_trees_work *work, uint32_t *own_leaves,
                       uint32_t *walk_codes)
{
    const struct gpuc_forest *forest = plan->forest;
    size_t n_rows = (work->codes.n_rows + 63) / 64 * 64;

    spread_codes(forest, &work->codes, 0, n_rows, walk_codes);
    for (size_t t = 0; t < work->n_trees; t++) {
        const struct gpuc_tree *tree = gpuc_forest_trees(forest) + work->first_tree + t;
        for (size_t row = 0; row < n_rows; row += GPUC_SLICE_ROWS) {
            size_t n = n_rows - row < GPUC_SLICE_ROWS ? n_rows - row : GPUC_SLICE_ROWS;
            uint32_t *leaves = own_leaves;
            if (work->leaves != NULL)
                leaves = work->leaves + t * work->stride + row;
            const struct walked_rows rows = {
                &work->codes, walk_codes + row * forest->columns.n_items, row, n};
            walk_rows(forest, tree, &rows, leaves);
            if (work->margins != NULL)
                add_walked(forest, tree, work, leaves, row, n);
        }
    }
}
