/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways to evaluate a forest on a device. Results are the same; speed is not, so which
 * is taken depends on the device and the forest. A shape is one kernel and what that
 * needs from the host. The kernel's parameters are:
 *
 *     GPUC_FOREST_PARAMETERS (kernels/forest_sum.h), the parts, the further arguments
 *
 * Everything here is constant, so any thread may use it.
 */
#ifndef GPUC_CL_SHAPE_H
#define GPUC_CL_SHAPE_H

#include "base/error.h"
#include "host/opencl/cl_device.h"
#include "host/opencl/cl_session.h"
#include "model/forest.h"

enum { GPUC_CL_PARTS_MAX = 8, GPUC_CL_FURTHER_MAX = 4, GPUC_CL_OPTIONS_SIZE = 160 };

/* Bytes that a kernel reads of a forest. */
struct gpuc_cl_part {
    const void *data;
    size_t size;
    void *owned; /* the data, if gpuc_cl_parts_done() is to free it; else NULL */
};

/* Work-items of a launch. */
struct gpuc_cl_range {
    size_t n_items; /* a multiple of group_size */
    size_t group_size;
};

struct gpuc_cl_shape {
    const char *name;   /* "tiles" */
    const char *kernel; /* the function's name */
    const char *source; /* with all it includes */
    size_t n_parts;

    /* Whether it runs such a forest on such a device. */
    bool (*suits)(const struct gpuc_cl_device *device, const struct gpuc_forest *forest);

    /* Further options for the compiler: each as " -D NAME=VALUE". */
    void (*write_options)(const struct gpuc_cl_device *device,
                          const struct gpuc_forest *forest,
                          char options[GPUC_CL_OPTIONS_SIZE]);

    /* Makes the parts. Whatever the result, gpuc_cl_parts_done() is due. */
    enum gpuc_status (*make_parts)(const struct gpuc_cl_device *device,
                                   const struct gpuc_forest *forest,
                                   struct gpuc_cl_part *parts, struct gpuc_error *error);

    /* Sets what is 0 in the tuning to what suits the device, and cuts what is too much
     * for it. `max_group_size`: of the compiled kernel. */
    void (*settle)(const struct gpuc_cl_device *device, const struct gpuc_forest *forest,
                   size_t max_group_size, struct gpuc_cl_tuning *tuning);

    struct gpuc_cl_range (*range)(const struct gpuc_cl_tuning *tuning, size_t n_rows);

    /* Writes the arguments behind the parts; returns how many. They refer to `forest` and
     * `tuning`. */
    size_t (*further)(const struct gpuc_forest *forest,
                      const struct gpuc_cl_tuning *tuning,
                      struct gpuc_cl_argument *arguments);
};

extern const struct gpuc_cl_shape gpuc_cl_shape_select; /* a block of rows a work-item */
extern const struct gpuc_cl_shape gpuc_cl_shape_bits;   /* 32 rows in words of bits */
extern const struct gpuc_cl_shape gpuc_cl_shape_packed; /* four rows a work-item */
extern const struct gpuc_cl_shape gpuc_cl_shape_tiles;  /* a row a work-item */

/* All of them, best first for the devices that they suit; NULL at the end. The last one
 * suits every device and forest. */
extern const struct gpuc_cl_shape *const gpuc_cl_shapes[];

/* The parts that are sections of the forest's image. */
enum {
    GPUC_CL_TREES,
    GPUC_CL_NODES,
    GPUC_CL_COLUMNS,
    GPUC_CL_CATEGORY_WORDS,
    GPUC_CL_LEAF_VALUES,
    GPUC_CL_START_MARGINS,
    GPUC_CL_IMAGE_PARTS
};
void gpuc_cl_parts_of_image(const struct gpuc_forest *forest, struct gpuc_cl_part *parts);

void gpuc_cl_parts_done(struct gpuc_cl_part *parts, size_t n_parts);

/* For kernels whose further arguments are a tile in local memory and its bytes. */
size_t gpuc_cl_tile_arguments(const struct gpuc_forest *forest,
                              const struct gpuc_cl_tuning *tuning,
                              struct gpuc_cl_argument *arguments);

#endif
