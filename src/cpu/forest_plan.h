/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What CPU kernels read of a forest: made once for an engine and a model, then constant
 * and shared by all sessions. How trees are evaluated is decided here and changes no
 * result.
 */
#ifndef GPUC_FOREST_PLAN_H
#define GPUC_FOREST_PLAN_H

#include "base/error.h"
#include "model/forest.h"

struct gpuc_forest_plan {
    const struct gpuc_forest *forest;
    size_t block_rows;   /* rows that are evaluated together, a multiple of 64 */
    size_t scratch_size; /* bytes of scratch memory that a session needs */
};

/* The forest must outlive the plan. GPUC_ENOMEM; then nothing needs freeing. */
enum gpuc_status gpuc_forest_plan_init(struct gpuc_forest_plan *plan,
                                       const struct gpuc_forest *forest,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the plan's memory; a zeroed plan is fine. */
void gpuc_forest_plan_done(struct gpuc_forest_plan *plan);

#endif
