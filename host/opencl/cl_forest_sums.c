/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_forest_sums.h"

#include "model/forest_margins.h"

/* Adds the leaves of a tree without linear leaves. */
#define DEFINE_ADD(suffix, number)                                                       \
  static void add_##suffix(const struct gpuc_forest *forest,                             \
                           const struct gpuc_tree *tree, const uint32_t *leaves,         \
                           size_t n_rows, const struct gpuc_forest_results *results)     \
  {                                                                                      \
    const number *values = gpuc_forest_at(forest, &forest->leaf_values);                 \
    size_t leaf_size = forest->leaf_size;                                                \
    for (size_t k = 0; k < leaf_size; k++) {                                             \
      size_t output = leaf_size > 1 ? k : tree->output;                                  \
      number *margins = (number *)results->margins + output * results->stride;           \
      for (size_t row = 0; row < n_rows; row++)                                          \
        margins[row] += values[(tree->first_leaf + leaves[row]) * leaf_size + k];        \
    }                                                                                    \
  }

DEFINE_ADD(32, float)
DEFINE_ADD(64, double)

void gpuc_cl_forest_sum(const struct gpuc_forest *forest,
                        const struct gpuc_feature_rows *features,
                        const struct gpuc_forest_results *found,
                        const struct gpuc_forest_results *results)
{
    gpuc_forest_start_margins(forest, features, results);
    for (size_t t = 0; t < forest->n_trees; t++) {
        const struct gpuc_tree *tree = &gpuc_forest_trees(forest)[t];
        const uint32_t *leaves = found->leaves + t * found->stride;
        if (tree->has_linear_leaves)
            gpuc_forest_add_linear_tree(forest, t, features, leaves, results);
        else if (forest->number == GPUC_FLOAT32)
            add_32(forest, tree, leaves, features->n_rows, results);
        else
            add_64(forest, tree, leaves, features->n_rows, results);
    }
}
