/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OpenCL devices of this machine: what they say of themselves, and whether that is
 * enough for our kernels. A device keeps its number (platform, device), by which it is
 * found again.
 */
#ifndef GPUC_CL_DEVICE_H
#define GPUC_CL_DEVICE_H

#include "host/opencl/cl_error.h"

/* What a device says of itself. */
struct gpuc_cl_device {
    cl_platform_id platform;
    cl_device_id id;
    cl_device_type type; /* several bits may be set */
    cl_bool available;
    cl_bool compiler; /* takes OpenCL C source */
    cl_bool little_endian;
    cl_bool unified;        /* shares its memory with the host */
    unsigned version_major; /* of OpenCL; 0.0: its version string makes no sense */
    unsigned version_minor;
    cl_uint n_units;         /* compute units */
    cl_ulong memory_size;    /* bytes of global memory */
    cl_ulong max_alloc_size; /* bytes of the largest buffer */
    char profile[24];
    char name[64];
    char vendor[48];
    char driver[32];
};

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

/* Why our kernels cannot run on the device; empty if they can. */
void gpuc_cl_device_reason(const struct gpuc_cl_device *device, char *reason,
                           size_t size);

/* One line for people: kind, name, vendor, driver, units, memory. */
void gpuc_cl_device_summary(const struct gpuc_cl_device *device, char *summary,
                            size_t size);

/* True for a GPU with memory of its own, and for nothing that also calls itself a CPU. */
bool gpuc_cl_device_is_discrete_gpu(const struct gpuc_cl_device *device);

#endif
