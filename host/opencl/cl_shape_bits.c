/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 32 rows a work-item, in words of bits: for devices with much arithmetic for the local
 * memory that they have, and forests of small trees on 1-byte codes.
 */
#include <stdio.h>

#include "host/opencl/cl_bits.h"
#include "host/opencl/cl_program.h"
#include "host/opencl/cl_shape_blocks.h"
#include "kernels/forest_bits.h"

enum { LEAF_VALUES = GPUC_CL_BLOCKS_PARTS, START_MARGINS, N_PARTS };

static struct gpuc_bits_plan plan_of(const struct gpuc_cl_device *device,
                                     const struct gpuc_forest *forest)
{
    struct gpuc_bits_plan plan;

    gpuc_bits_plan(forest, device->local_memory_size, &plan);
    return plan;
}

static bool suits(const struct gpuc_cl_device *device, const struct gpuc_forest *forest)
{
    struct gpuc_bits_plan plan;
    /* A device that ends loops could do so in those over steps: they are many. */
    return device->max_rounds == 0 &&
           gpuc_bits_plan(forest, device->local_memory_size, &plan);
}

static void write_options(const struct gpuc_cl_device *device,
                          const struct gpuc_forest *forest,
                          char options[GPUC_CL_OPTIONS_SIZE])
{
    struct gpuc_bits_plan plan = plan_of(device, forest);

    snprintf(options, GPUC_CL_OPTIONS_SIZE, " -D GPUC_LEAF_BITS=%u -D GPUC_LANES=%u",
             plan.n_leaf_bits, plan.room.n_lanes);
}

static enum gpuc_status make_parts(const struct gpuc_cl_device *device,
                                   const struct gpuc_forest *forest,
                                   struct gpuc_cl_part *parts, struct gpuc_error *error)
{
    struct gpuc_bits_plan plan = plan_of(device, forest);
    struct gpuc_cl_part of_image[GPUC_CL_IMAGE_PARTS];
    struct gpuc_blocks blocks;

    enum gpuc_status status = gpuc_bits_make(forest, &plan, &blocks, error);
    if (status != GPUC_OK)
        return status;
    gpuc_cl_parts_of_image(forest, of_image);
    gpuc_cl_parts_of_blocks(forest, &blocks, parts);
    parts[LEAF_VALUES] = of_image[GPUC_CL_LEAF_VALUES];
    parts[START_MARGINS] = of_image[GPUC_CL_START_MARGINS];
    return GPUC_OK;
}

static void settle(const struct gpuc_cl_device *device, const struct gpuc_forest *forest,
                   size_t max_group_size, struct gpuc_cl_tuning *tuning)
{
    struct gpuc_bits_plan plan = plan_of(device, forest);

    gpuc_cl_blocks_settle(&plan.room, device->local_memory_size, max_group_size, tuning);
}

static struct gpuc_cl_range range(const struct gpuc_cl_tuning *tuning, size_t n_rows)
{
    return gpuc_cl_blocks_range(tuning, n_rows, GPUC_BITS_ROWS);
}

const struct gpuc_cl_shape gpuc_cl_shape_bits = {
    .name = "bits",
    .kernel = "gpuc_forest_bits",
    .source = gpuc_kernel_forest_bits,
    .n_parts = N_PARTS,
    .suits = suits,
    .write_options = write_options,
    .make_parts = make_parts,
    .settle = settle,
    .range = range,
    .further = gpuc_cl_blocks_further,
};
