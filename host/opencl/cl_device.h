/* SPDX-License-Identifier: Apache-2.0 */
/* What an OpenCL device says of itself, and whether that is enough for our kernels. */
#ifndef GPUC_CL_DEVICE_H
#define GPUC_CL_DEVICE_H

#include <CL/cl.h>
#include <stdbool.h>
#include <stddef.h>

struct gpuc_cl_device {
    cl_platform_id platform;
    cl_device_id id;
    cl_device_type type; /* several bits may be set */
    cl_bool available;
    cl_bool compiler; /* takes OpenCL C source */
    cl_bool little_endian;
    cl_bool unified;        /* shares its memory with the host */
    bool pocl;              /* is driven by PoCL, whose compiler is Clang and LLVM */
    unsigned version_major; /* of OpenCL; 0.0: its version string makes no sense */
    unsigned version_minor;
    cl_uint n_units;                    /* compute units */
    cl_uint vector_width;               /* 32-bit words of the widest vectors */
    cl_ulong memory_size;               /* bytes of global memory */
    cl_ulong max_alloc_size;            /* bytes of the largest buffer */
    cl_ulong local_memory_size;         /* bytes that a work-group has */
    cl_ulong max_rounds;                /* of loops: see cl_rounds.h; 0: any number */
    cl_device_fp_config float32_config; /* 0: the device does not tell */
    cl_device_fp_config float64_config; /* 0: there are no doubles */
    /* Cut to fit, and with that into a device's summary. */
    char profile[24];
    char name[48];
    char vendor[32];
    char driver[24];
};

/* Asks a device about itself. What a driver does not answer is 0 or empty. */
void gpuc_cl_device_describe(cl_platform_id platform, cl_device_id id,
                             struct gpuc_cl_device *ret_device);

/* Why our kernels cannot run on the device; empty if they can. */
void gpuc_cl_device_reason(const struct gpuc_cl_device *device, char *reason,
                           size_t size);

/*
 * True if the device adds numbers of that size, 32 or 64 bits, as IEEE 754 has it: rounds
 * to nearest, and keeps denormals, infinities and NaN.
 */
bool gpuc_cl_device_adds_exactly(const struct gpuc_cl_device *device, unsigned n_bits);

/* One line for people: kind, name, vendor, driver, units, memory. */
void gpuc_cl_device_summary(const struct gpuc_cl_device *device, char *summary,
                            size_t size);

/* True for what calls itself a CPU, whatever else it calls itself. */
static inline bool gpuc_cl_device_is_cpu(const struct gpuc_cl_device *device)
{
    return (device->type & CL_DEVICE_TYPE_CPU) != 0;
}

/*
 * Bytes of the vectors that a kernel for CPUs works on; 0 if the device is no CPU. Longer
 * ones than OpenCL has are left to PoCL: other compilers refuse them or die of them. A
 * device that ends loops has none, as many rows in a work-item make many rounds.
 */
unsigned gpuc_cl_device_lane_bytes(const struct gpuc_cl_device *device);

/* True for a GPU with memory of its own, and for nothing that also calls itself a CPU. */
bool gpuc_cl_device_is_discrete_gpu(const struct gpuc_cl_device *device);

#endif
