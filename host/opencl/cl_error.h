/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenCL's error codes as errors of ours: the call's name and the code's symbolic name.
 *
 *     GPUC_TRY(GPUC_CL(error, clFinish(queue)));
 *     kernel = clCreateKernel(program, name, &code);
 *     GPUC_TRY(gpuc_cl_check(code, "clCreateKernel", error));
 */
#ifndef GPUC_CL_ERROR_H
#define GPUC_CL_ERROR_H

#include <CL/cl.h>

#include "base/error.h"

/* Runs a call that returns a cl_int and names it in the error if it fails. */
#define GPUC_CL(error, call) gpuc_cl_check((call), #call, (error))

/*
 * GPUC_OK for CL_SUCCESS. Else GPUC_ENOMEM where the code says that the device or the
 * driver ran out of memory or resources, so that less at a time may do, and GPUC_EDEVICE
 * for all other codes. `call` is the name of the function; what follows a '(' is cut.
 */
enum gpuc_status gpuc_cl_check(cl_int code, const char *call, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* "CL_OUT_OF_RESOURCES"; "unknown code" if it has no name in OpenCL 1.2. */
const char *gpuc_cl_code_name(cl_int code);

#endif
