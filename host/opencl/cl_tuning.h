/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The environment variable GPUCLASSIFY_TUNING: how forests are to be evaluated on OpenCL
 * devices, for those who measure or look for a fault. It cannot change a result.
 *
 *     off                              without timing anything first
 *     measure                          timing also on CPUs, whose best shape is known
 *     shape=tiles,group=64,tile=4096   any of these: the kernel, work-items of a group,
 *                                      bytes of trees in local memory
 */
#ifndef GPUC_CL_TUNING_H
#define GPUC_CL_TUNING_H

#include "host/opencl/cl_shape.h"

/* Reads the variable's value; NULL and an empty one ask for nothing. GPUC_EUSAGE with
 * what is allowed. */
enum gpuc_status gpuc_cl_tuning_read(const char *value, struct gpuc_cl_wanted *ret_wanted,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/* The shape of that name; NULL: there is none. */
const struct gpuc_cl_shape *gpuc_cl_shape_named(const char *name, size_t size);

/* For people: "tiles, groups of 128, 16384 bytes of trees". */
void gpuc_cl_tuning_describe(const struct gpuc_cl_shape *shape,
                             const struct gpuc_cl_tuning *tuning, char *text,
                             size_t size);

#endif
