/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OpenCL devices of this machine. Each is known by its numbers (platform, device), by
 * which it is found again.
 */
#ifndef GPUC_CL_PROBE_H
#define GPUC_CL_PROBE_H

#include "host/opencl/cl_device.h"
#include "host/opencl/cl_error.h"

/* Finds device `device_index` of platform `platform_index`. */
enum gpuc_status gpuc_cl_device_find(uint32_t platform_index, uint32_t device_index,
                                     struct gpuc_cl_device *ret_device,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Appends every OpenCL device to the list, as "opencl:P.D". The first usable GPU gets the
 * alias "opencl-gpu", the first usable CPU "opencl-cpu". Where there is no device at all,
 * appends one entry "opencl" that says why.
 */
void gpuc_cl_devices_probe(struct gpuc_device_list *list);

#endif
