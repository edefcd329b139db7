/* SPDX-License-Identifier: Apache-2.0 */
/* The embedded kernels, compiled for one device. */
#ifndef GPUC_CL_PROGRAM_H
#define GPUC_CL_PROGRAM_H

#include "host/opencl/cl_error.h"
#include "host/opencl/cl_session.h"

/* The sources of kernels/NAME.cl with all they include; made by kernels/embed.cmake. */
extern const char gpuc_kernel_blackbox[];
extern const char gpuc_kernel_blackbox_lanes[];
extern const char gpuc_kernel_forest_bits[];
extern const char gpuc_kernel_forest_packed[];
extern const char gpuc_kernel_forest_select[];
extern const char gpuc_kernel_forest_tiles[];

/*
 * Compiles `source` for the context's only device. `options`: macro definitions for it,
 * each as " -D NAME=VALUE"; no option may loosen arithmetic. A failure carries the first
 * lines of the compiler's log.
 */
enum gpuc_status gpuc_cl_program_build(cl_context context, cl_device_id device,
                                       const char *source, const char *options,
                                       cl_program *ret_program, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* A program that an engine keeps. */
struct gpuc_cl_program {
    cl_program program;
    const char *source;
    struct gpuc_cl_program *next;
    char options[]; /* it was compiled with */
};

/*
 * Finds the engine's program of this source and these options, or compiles it. Called
 * where attach is: on one thread at a time per engine.
 */
enum gpuc_status gpuc_cl_program_get(struct gpuc_cl_engine *engine, const char *source,
                                     const char *options, cl_program *ret_program,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/* Releases a list of programs. */
void gpuc_cl_programs_done(struct gpuc_cl_program *programs);

#endif
