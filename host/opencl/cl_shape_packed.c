/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four rows a work-item, codes and trees packed in local memory: for GPUs, and forests of
 * numbers whose codes and trees are small enough.
 */
#include <stdio.h>

#include "host/opencl/cl_packed.h"
#include "host/opencl/cl_program.h"
#include "host/opencl/cl_shape_blocks.h"

enum { LEAF_OF = GPUC_CL_BLOCKS_PARTS, COLUMNS, LEAF_VALUES, START_MARGINS, N_PARTS };

static struct gpuc_packed_plan plan_of(const struct gpuc_cl_device *device,
                                       const struct gpuc_forest *forest)
{
    struct gpuc_packed_plan plan;

    gpuc_packed_plan(forest, device->local_memory_size, &plan);
    return plan;
}

static bool suits(const struct gpuc_cl_device *device, const struct gpuc_forest *forest)
{
    struct gpuc_packed_plan plan;
    return gpuc_packed_plan(forest, device->local_memory_size, &plan);
}

static void write_options(const struct gpuc_cl_device *device,
                          const struct gpuc_forest *forest,
                          char options[GPUC_CL_OPTIONS_SIZE])
{
    struct gpuc_packed_plan plan = plan_of(device, forest);

    snprintf(options, GPUC_CL_OPTIONS_SIZE,
             " -D GPUC_LEVELS=%u -D GPUC_BLOCK_UNITS=%u -D GPUC_CODE_BYTES=%u -D "
             "GPUC_LANES=%u",
             plan.n_levels,
             plan.n_levels > 0 ? (unsigned)(plan.room.block_bytes / GPUC_PACKED_UNIT) : 0,
             plan.code_bytes, plan.room.n_lanes);
}

static enum gpuc_status make_parts(const struct gpuc_cl_device *device,
                                   const struct gpuc_forest *forest,
                                   struct gpuc_cl_part *parts, struct gpuc_error *error)
{
    struct gpuc_packed_plan plan = plan_of(device, forest);
    struct gpuc_cl_part of_image[GPUC_CL_IMAGE_PARTS];
    struct gpuc_blocks blocks;
    uint32_t *leaf_of;

    enum gpuc_status status = gpuc_packed_make(forest, &plan, &blocks, &leaf_of, error);
    if (status != GPUC_OK)
        return status;
    gpuc_cl_parts_of_image(forest, of_image);
    gpuc_cl_parts_of_blocks(forest, &blocks, parts);
    if (leaf_of != NULL)
        parts[LEAF_OF] = (struct gpuc_cl_part){
            leaf_of, ((size_t)forest->n_trees << plan.n_levels) * sizeof *leaf_of,
            leaf_of};
    parts[COLUMNS] = of_image[GPUC_CL_COLUMNS];
    parts[LEAF_VALUES] = of_image[GPUC_CL_LEAF_VALUES];
    parts[START_MARGINS] = of_image[GPUC_CL_START_MARGINS];
    return GPUC_OK;
}

static void settle(const struct gpuc_cl_device *device, const struct gpuc_forest *forest,
                   size_t max_group_size, struct gpuc_cl_tuning *tuning)
{
    struct gpuc_packed_plan plan = plan_of(device, forest);

    gpuc_cl_blocks_settle(&plan.room, device->local_memory_size, max_group_size, tuning);
}

static struct gpuc_cl_range range(const struct gpuc_cl_tuning *tuning, size_t n_rows)
{
    return gpuc_cl_blocks_range(tuning, n_rows, GPUC_PACKED_ROWS);
}

const struct gpuc_cl_shape gpuc_cl_shape_packed = {
    .name = "packed",
    .kernel = "gpuc_forest_packed",
    .source = gpuc_kernel_forest_packed,
    .n_parts = N_PARTS,
    .suits = suits,
    .write_options = write_options,
    .make_parts = make_parts,
    .settle = settle,
    .range = range,
    .further = gpuc_cl_blocks_further,
};
