/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forest on a device: what the kernel of the chosen shape reads of it, one buffer a
 * part, the compiled program, and what makes codes for it. An engine has one copy of a
 * forest for all the sessions that work on it.
 *
 * Called where attach and detach are: on one thread at a time per engine.
 */
#ifndef GPUC_CL_FOREST_H
#define GPUC_CL_FOREST_H

#include "cpu/quantiser.h"
#include "host/opencl/cl_shape.h"

struct gpuc_cl_forest {
    const struct gpuc_forest *forest;
    struct gpuc_cl_forest *next; /* of the engine */
    size_t n_users;
    const struct gpuc_cl_shape *shape;
    struct gpuc_cl_tuning tuning;    /* settled */
    cl_program program;              /* the engine's */
    cl_mem parts[GPUC_CL_PARTS_MAX]; /* of the shape; NULL where one is empty */
    uint64_t row_work;               /* splits that a row may meet, and the leaves */
    struct gpuc_quantiser quantiser;
    gpuc_quantise_function *quantise;
};

/* Finds the engine's copy of a forest with trees, or makes it. */
enum gpuc_status gpuc_cl_forest_get(struct gpuc_cl_engine *engine,
                                    const struct gpuc_forest *forest,
                                    struct gpuc_cl_forest **ret_forest,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Makes a shape the one that evaluates the forest, in place of any before, and settles
 * the tuning. No session works on the forest.
 */
enum gpuc_status gpuc_cl_forest_place(struct gpuc_cl_engine *engine,
                                      struct gpuc_cl_forest *forest,
                                      const struct gpuc_cl_shape *shape,
                                      const struct gpuc_cl_tuning *tuning,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

/* Gives it back; the last to do so releases the buffers. NULL is fine. */
void gpuc_cl_forest_put(struct gpuc_cl_engine *engine, struct gpuc_cl_forest *forest);

#endif
