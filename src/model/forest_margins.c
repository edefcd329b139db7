/* SPDX-License-Identifier: Apache-2.0 */
#include "model/forest_margins.h"

#include <math.h>

/* The margins of one output, weights of that output at every n_outputs-th place. */
#define DEFINE_START(suffix, number)                                                     \
  static void start_##suffix(const struct gpuc_forest *forest, size_t output,            \
                             const struct gpuc_feature_rows *features, number *margins)  \
  {                                                                                      \
    const number *starts = gpuc_forest_at(forest, &forest->start_margins);               \
    const number *weights = gpuc_forest_at(forest, &forest->weights);                    \
    size_t n_features = forest->weights.n_items / forest->n_outputs;                     \
    for (size_t row = 0; row < features->n_rows; row++)                                  \
      margins[row] = starts[output];                                                     \
    for (size_t f = 0; f < n_features; f++) {                                            \
      const number *values = (const number *)features->values + f * features->stride;    \
      number weight = weights[f * forest->n_outputs + output];                           \
      for (size_t row = 0; row < features->n_rows; row++) {                              \
        number product = values[row] * weight;                                           \
        number sum = margins[row] + product;                                             \
        margins[row] = isnan(values[row]) ? margins[row] : sum;                          \
      }                                                                                  \
    }                                                                                    \
  }

DEFINE_START(32, float)
DEFINE_START(64, double)

void gpuc_forest_start_margins(const struct gpuc_forest *forest,
                               const struct gpuc_feature_rows *features,
                               const struct gpuc_forest_results *results)
{
    for (size_t k = 0; k < forest->n_outputs; k++) {
        if (forest->number == GPUC_FLOAT32)
            start_32(forest, k, features,
                     (float *)results->margins + k * results->stride);
        else
            start_64(forest, k, features,
                     (double *)results->margins + k * results->stride);
    }
}

static double read_value(const struct gpuc_forest *forest,
                         const struct gpuc_feature_rows *features, uint32_t feature,
                         size_t row)
{
    size_t at = feature * features->stride + row;
    double value = forest->number == GPUC_FLOAT32
                       ? (double)((const float *)features->values)[at]
                       : ((const double *)features->values)[at];
    return forest->flush_tiny && fabs(value) <= GPUC_TINY ? 0.0 : value;
}

static double plain_value(const struct gpuc_forest *forest, size_t leaf)
{
    const void *values = gpuc_forest_at(forest, &forest->leaf_values);
    return forest->number == GPUC_FLOAT32 ? (double)((const float *)values)[leaf]
                                          : ((const double *)values)[leaf];
}

static double linear_value(const struct gpuc_forest *forest,
                           const struct gpuc_feature_rows *features, size_t leaf,
                           size_t row)
{
    const struct gpuc_linear_leaf *linear_leaves =
        gpuc_forest_at(forest, &forest->linear_leaves);
    const struct gpuc_linear_term *terms = gpuc_forest_at(forest, &forest->linear_terms);
    const struct gpuc_linear_leaf *linear = &linear_leaves[leaf];
    double sum = linear->constant;

    for (uint32_t k = 0; k < linear->n_terms; k++) {
        const struct gpuc_linear_term *term = &terms[linear->first_term + k];
        double value = read_value(forest, features, term->feature, row);
        if (isnan(value))
            return plain_value(forest, leaf);
        double product = term->coefficient * value;
        sum += product;
    }
    return sum;
}

void gpuc_forest_add_linear_tree(const struct gpuc_forest *forest, size_t tree,
                                 const struct gpuc_feature_rows *features,
                                 const uint32_t *leaves,
                                 const struct gpuc_forest_results *results)
{
    const struct gpuc_tree *of = &gpuc_forest_trees(forest)[tree];
    size_t first = of->output * results->stride;

    for (size_t row = 0; row < features->n_rows; row++) {
        double value = linear_value(forest, features, of->first_leaf + leaves[row], row);
        if (forest->number == GPUC_FLOAT32)
            ((float *)results->margins)[first + row] += (float)value;
        else
            ((double *)results->margins)[first + row] += value;
    }
}

void gpuc_forest_add_tree(const struct gpuc_forest *forest, size_t tree,
                          const struct gpuc_feature_rows *features,
                          const uint32_t *leaves,
                          const struct gpuc_forest_results *results)
{
    const struct gpuc_tree *of = &gpuc_forest_trees(forest)[tree];
    const void *values = gpuc_forest_at(forest, &forest->leaf_values);

    if (of->has_linear_leaves) {
        gpuc_forest_add_linear_tree(forest, tree, features, leaves, results);
        return;
    }
    for (size_t k = 0; k < forest->leaf_size; k++) {
        size_t output = forest->leaf_size == 1 ? of->output : k;
        for (size_t row = 0; row < features->n_rows; row++) {
            size_t value = (size_t)(of->first_leaf + leaves[row]) * forest->leaf_size + k;
            size_t margin = output * results->stride + row;
            if (forest->number == GPUC_FLOAT32)
                ((float *)results->margins)[margin] += ((const float *)values)[value];
            else
                ((double *)results->margins)[margin] += ((const double *)values)[value];
        }
    }
}
