/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which shape evaluates a forest on a device, and with what tuning. Shapes are tried in
 * the order of cl_shape.h; one that fails, or is wrong about made-up rows, is passed
 * over. On GPUs the shapes that are right are timed, and then the tunings of the fastest,
 * for some 100 ms after compiling; the fastest is taken, the first of equals, and kept
 * for the next run (cl_tune_cache.h).
 */
#ifndef GPUC_CL_TUNE_H
#define GPUC_CL_TUNE_H

#include "host/opencl/cl_forest.h"

/*
 * Puts the shape that it chooses in place. The forest is in the engine's list, with a
 * user, so that sessions find it. GPUC_EDEVICE: no shape is right.
 */
enum gpuc_status gpuc_cl_tune(struct gpuc_cl_engine *engine,
                              struct gpuc_cl_forest *forest, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
