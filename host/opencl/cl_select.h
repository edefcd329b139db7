/* SPDX-License-Identifier: Apache-2.0 */
/* Trees as the straight programs of kernels/forest_select.h. */
#ifndef GPUC_CL_SELECT_H
#define GPUC_CL_SELECT_H

#include "base/error.h"
#include "kernels/forest_select.h"
#include "model/forest.h"

struct gpuc_select_programs {
    struct gpuc_select_step *steps; /* tree t's begin at the number of its first node */
    uint32_t *n_steps;              /* a tree; 0: it cannot be such a program */
};

/* Makes a program of every tree that can be one. On failure nothing needs freeing. */
enum gpuc_status gpuc_select_programs_make(const struct gpuc_forest *forest,
                                           struct gpuc_select_programs *ret_programs,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;
void gpuc_select_programs_done(struct gpuc_select_programs *programs);

#endif
