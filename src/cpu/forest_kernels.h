/* SPDX-License-Identifier: Apache-2.0 */
/* How a session asks the code of an instruction set for trees on codes. */
#ifndef GPUC_FOREST_KERNELS_H
#define GPUC_FOREST_KERNELS_H

#include "cpu/forest_plan.h"

/*
 * Some trees, for the rows of some codes. Margins and leaves as in struct
 * gpuc_forest_results, but leaves begin with those of the first tree.
 */
struct gpuc_trees_work {
    size_t first_tree;
    size_t n_trees;
    struct gpuc_codes codes; /* readable for plan->block_rows rows */
    void *margins;           /* that leaf values are added to; NULL: leaves only */
    uint32_t *leaves;        /* NULL: not wanted */
    size_t stride; /* of margins and leaves: rows up to n_rows, made a multiple of 64,
                      may be written */
};

/*
 * Evaluates the trees. Those with linear leaves come without margins, as this code knows
 * no feature values. At most plan->block_rows rows; `scratch` has plan->scratch_size
 * bytes, aligned to GPUC_ALIGNMENT.
 */
typedef void gpuc_trees_function(const struct gpuc_forest_plan *plan,
                                 const struct gpuc_trees_work *work, void *scratch);

struct gpuc_cpu_forest {
    const struct gpuc_forest_target *target; /* NULL: the plan is not looked at */
    gpuc_trees_function *trees;
};

/* What begins the scratch memory of kernels with a target. */
struct gpuc_forest_scratch {
    /* Of the column at hand: its bits, and by the value of a half of the code, whether
     * the half is above it or equal to it. */
    uint8_t planes[8][GPUC_SIGNAL_SIZE];
    uint8_t low_above[16][GPUC_SIGNAL_SIZE];
    uint8_t high_above[16][GPUC_SIGNAL_SIZE];
    uint8_t high_equal[16][GPUC_SIGNAL_SIZE];
    /* Of the tree at hand: row 8 * k + r stands at [r][k]. */
    uint8_t codes[8][GPUC_SLICE_ROWS / 8];
    uint32_t leaves[GPUC_SLICE_ROWS];
    /* Then the bank of signals, then the sums: margins in the order that look-ups give.
     */
};

static inline size_t gpuc_forest_bank_size(const struct gpuc_forest_plan *plan)
{
    return (GPUC_SIGNAL_MADE + plan->n_made_max) * GPUC_SIGNAL_SIZE;
}

static inline size_t gpuc_forest_sums_size(const struct gpuc_forest_plan *plan)
{
    return plan->forest->n_outputs * GPUC_SLICE_ROWS *
           gpuc_number_size(plan->forest->number);
}

static inline size_t gpuc_forest_scratch_size(const struct gpuc_forest_plan *plan)
{
    size_t n_walk_codes = plan->n_by_evaluator[GPUC_TREE_WALKED] > 0
                              ? plan->forest->columns.n_items * plan->block_rows
                              : 0;
    return sizeof(struct gpuc_forest_scratch) + gpuc_forest_bank_size(plan) +
           gpuc_forest_sums_size(plan) + n_walk_codes * sizeof(uint32_t);
}

#endif
