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
    struct gpuc_codes codes;
    void *margins;    /* that leaf values are added to; NULL: leaves only */
    uint32_t *leaves; /* NULL: not wanted */
    size_t stride;    /* of margins and leaves: rows from n_rows to it may be written */
};

/*
 * Evaluates the trees. Those with linear leaves come without margins, as this code knows
 * no feature values. At most plan->block_rows rows; `scratch` has plan->scratch_size
 * bytes, aligned to GPUC_ALIGNMENT.
 */
typedef void gpuc_trees_function(const struct gpuc_forest_plan *plan,
                                 const struct gpuc_trees_work *work, void *scratch);

#endif
