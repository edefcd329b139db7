/* SPDX-License-Identifier: Apache-2.0 */
/* The embedded kernels, compiled for one device. */
#ifndef GPUC_CL_PROGRAM_H
#define GPUC_CL_PROGRAM_H

#include "host/opencl/cl_error.h"

/* The sources of kernels/NAME.cl with all they include; made by kernels/embed.cmake. */
extern const char gpuc_kernel_blackbox[];
extern const char gpuc_kernel_forest[];

/*
 * Compiles `source` for the context's only device. `options`: macro definitions for it,
 * each as " -D NAME=VALUE"; no option may loosen arithmetic. A failure carries the first
 * lines of the compiler's log.
 */
enum gpuc_status gpuc_cl_program_build(cl_context context, cl_device_id device,
                                       const char *source, const char *options,
                                       cl_program *ret_program, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
