/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which kernel does the black box on a device, and how it is launched: a row a work-item,
 * or on CPUs with vectors a row a lane, where few work-items take groups of rows in turn.
 */
#ifndef GPUC_CL_BLACKBOX_KERNEL_H
#define GPUC_CL_BLACKBOX_KERNEL_H

#include "host/opencl/cl_session.h"

struct gpuc_cl_blackbox_kernel {
    cl_kernel kernel;
    const char *name;
    size_t group_size; /* work-items in a work-group */
    uint32_t n_lanes;  /* rows in a vector of 32-bit words; 1: a row a work-item */
    bool interleaved;  /* the scratch memory of neighbouring work-items; with one lane */
    size_t max_items;  /* work-items of a launch */
    size_t item_size;  /* bytes of scratch memory that a work-item needs */
};

/* Makes the kernel, which is released in any case, and how many rows a launch may have.
 */
enum gpuc_status gpuc_cl_blackbox_kernel_init(struct gpuc_cl_blackbox_kernel *kernel,
                                              struct gpuc_cl_engine *engine,
                                              struct gpuc_cl_limits *ret_limits,
                                              struct gpuc_error *error) GPUC_MUST_CHECK;
void gpuc_cl_blackbox_kernel_done(struct gpuc_cl_blackbox_kernel *kernel);

/* Work-items that take n_rows rows. */
size_t gpuc_cl_blackbox_items(const struct gpuc_cl_blackbox_kernel *kernel,
                              size_t n_rows);

#endif
