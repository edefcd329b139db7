/* SPDX-License-Identifier: Apache-2.0 */
/* The embedded kernels, compiled for one device. */
#ifndef GPUC_CL_PROGRAM_H
#define GPUC_CL_PROGRAM_H

#include "host/opencl/cl_error.h"

/* The source of kernels/blackbox.cl with all it includes; made by kernels/embed.cmake. */
extern const char gpuc_kernel_blackbox[];

/*
 * Compiles `source` for the context's only device. A failure carries the first lines of
 * the compiler's log.
 */
enum gpuc_status gpuc_cl_program_build(cl_context context, cl_device_id device,
                                       const char *source, cl_program *ret_program,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
