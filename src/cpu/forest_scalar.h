/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference: the row function of kernels/forest_row.h, tree after tree for all rows
 * of a block, so that a tree is read from memory once a block.
 */
#ifndef GPUC_FOREST_SCALAR_H
#define GPUC_FOREST_SCALAR_H

#include "cpu/forest_kernels.h"

/* The values of a leaf, from 0 in the forest, to the margins of a row. */
static void add_leaf(const struct gpuc_forest *forest, const struct gpuc_tree *tree,
                     size_t leaf, const struct gpuc_trees_work *work, size_t row)
{
    const void *values = gpuc_forest_at(forest, &forest->leaf_values);
    size_t first = forest->leaf_size == 1 ? tree->output : 0;

    for (size_t k = 0; k < forest->leaf_size; k++) {
        size_t margin = (first + k) * work->stride + row;
        size_t value = leaf * forest->leaf_size + k;
        if (forest->number == GPUC_FLOAT32)
            ((float *)work->margins)[margin] += ((const float *)values)[value];
        else
            ((double *)work->margins)[margin] += ((const double *)values)[value];
    }
}

/* A gpuc_trees_function. */
static void evaluate_trees(const struct gpuc_forest_plan *plan,
                           const struct gpuc_trees_work *work, void *scratch)
{
    const struct gpuc_forest *forest = plan->forest;
    const struct gpuc_codes *codes = &work->codes;
    (void)scratch;

    for (size_t t = 0; t < work->n_trees; t++) {
        const struct gpuc_tree *tree = gpuc_forest_trees(forest) + work->first_tree + t;
        for (size_t row = 0; row < codes->n_rows; row++) {
            uint32_t leaf = gpuc_row_leaf(gpuc_forest_nodes(forest) + tree->first_node,
                                          tree->n_nodes, gpuc_forest_columns(forest),
                                          gpuc_forest_category_words(forest),
                                          codes->bytes, codes->stride, row);
            if (work->leaves != NULL)
                work->leaves[t * work->stride + row] = leaf;
            if (work->margins != NULL)
                add_leaf(forest, tree, tree->first_leaf + leaf, work, row);
        }
    }
}

#endif
