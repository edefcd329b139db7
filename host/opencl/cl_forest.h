/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forest on a device: the parts of its image that kernels/forest.cl reads, one buffer
 * each, the kernels compiled for its number type, and what makes codes for it. An engine
 * has one copy of a forest for all the sessions that work on it.
 *
 * Called where attach and detach are: on one thread at a time per engine.
 */
#ifndef GPUC_CL_FOREST_H
#define GPUC_CL_FOREST_H

#include "cpu/quantiser.h"
#include "host/opencl/cl_session.h"

struct gpuc_cl_forest {
    const struct gpuc_forest *forest;
    struct gpuc_cl_forest *next; /* of the engine */
    size_t n_users;
    cl_program program; /* the engine's */
    /* NULL where the section is empty. */
    cl_mem trees;
    cl_mem nodes;
    cl_mem columns;
    cl_mem category_words;
    cl_mem leaf_values;
    cl_mem start_margins;
    cl_mem steps;      /* struct gpuc_select_step a node; on CPUs */
    cl_mem n_steps;    /* u32 a tree; on CPUs */
    uint64_t row_work; /* splits that a row may meet, and the leaves */
    struct gpuc_quantiser quantiser;
    gpuc_quantise_function *quantise;
};

/* Finds the engine's copy of a forest with trees, or makes it. */
enum gpuc_status gpuc_cl_forest_get(struct gpuc_cl_engine *engine,
                                    const struct gpuc_forest *forest,
                                    struct gpuc_cl_forest **ret_forest,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/* Gives it back; the last to do so releases the buffers. NULL is fine. */
void gpuc_cl_forest_put(struct gpuc_cl_engine *engine, struct gpuc_cl_forest *forest);

#endif
