/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four rows a work-item, codes and trees packed in local memory: for GPUs, and forests of
 * numbers whose codes and trees are small enough.
 */
#include <stdio.h>

#include "host/opencl/cl_packed.h"
#include "host/opencl/cl_program.h"
#include "host/opencl/cl_shape.h"

/* Bytes of a tile: with the codes, several groups should fit into a unit's local memory.
 */
enum { TILE_BYTES = 16 << 10 };

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
             plan.n_levels > 0 ? (unsigned)(plan.block_bytes / GPUC_PACKED_UNIT) : 0,
             plan.code_bytes, plan.n_lanes);
}

static enum gpuc_status make_parts(const struct gpuc_cl_device *device,
                                   const struct gpuc_forest *forest,
                                   struct gpuc_cl_part *parts, struct gpuc_error *error)
{
    struct gpuc_packed_plan plan = plan_of(device, forest);
    struct gpuc_cl_part of_image[GPUC_CL_IMAGE_PARTS];
    struct gpuc_packed packed;

    enum gpuc_status status = gpuc_packed_make(forest, &plan, &packed, error);
    if (status != GPUC_OK)
        return status;
    gpuc_cl_parts_of_image(forest, of_image);
    parts[0] = (struct gpuc_cl_part){
        packed.trees, ((size_t)forest->n_trees + 1) * sizeof *packed.trees, true};
    parts[1] = (struct gpuc_cl_part){packed.blocks, packed.blocks_size, true};
    if (packed.leaf_of != NULL)
        parts[2] = (struct gpuc_cl_part){
            packed.leaf_of,
            ((size_t)forest->n_trees << plan.n_levels) * sizeof *packed.leaf_of, true};
    parts[3] = of_image[GPUC_CL_COLUMNS];
    parts[4] = of_image[GPUC_CL_LEAF_VALUES];
    parts[5] = of_image[GPUC_CL_START_MARGINS];
    return GPUC_OK;
}

static void settle(const struct gpuc_cl_device *device, const struct gpuc_forest *forest,
                   size_t max_group_size, struct gpuc_cl_tuning *tuning)
{
    struct gpuc_packed_plan plan = plan_of(device, forest);
    uint64_t room = device->local_memory_size - plan.codes_bytes;

    if (tuning->group_size == 0 || tuning->group_size > plan.n_lanes)
        tuning->group_size = plan.n_lanes;
    if (tuning->group_size > max_group_size)
        tuning->group_size = (uint32_t)max_group_size;
    if (tuning->tile_bytes == 0)
        tuning->tile_bytes = TILE_BYTES;
    if (tuning->tile_bytes > room)
        tuning->tile_bytes = (uint32_t)room;
    if (tuning->tile_bytes < plan.block_bytes)
        tuning->tile_bytes = (uint32_t)plan.block_bytes;
    tuning->codes_bytes = (uint32_t)plan.codes_bytes;
}

static struct gpuc_cl_range range(const struct gpuc_cl_tuning *tuning, size_t n_rows)
{
    size_t group_rows = (size_t)tuning->group_size * GPUC_PACKED_ROWS;
    size_t n_groups = (n_rows + group_rows - 1) / group_rows;
    return (struct gpuc_cl_range){n_groups * tuning->group_size, tuning->group_size};
}

static size_t further(const struct gpuc_forest *forest,
                      const struct gpuc_cl_tuning *tuning,
                      struct gpuc_cl_argument *arguments)
{
    size_t n_arguments = gpuc_cl_tile_arguments(forest, tuning, arguments);

    arguments[n_arguments++] = (struct gpuc_cl_argument){tuning->codes_bytes, NULL};
    arguments[n_arguments++] = (struct gpuc_cl_argument){sizeof forest->columns.n_items,
                                                         &forest->columns.n_items};
    return n_arguments;
}

const struct gpuc_cl_shape gpuc_cl_shape_packed = {
    .name = "packed",
    .kernel = "gpuc_forest_packed",
    .source = gpuc_kernel_forest_packed,
    .n_parts = 6,
    .suits = suits,
    .write_options = write_options,
    .make_parts = make_parts,
    .settle = settle,
    .range = range,
    .further = further,
};
