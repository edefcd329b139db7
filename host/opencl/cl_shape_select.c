/* SPDX-License-Identifier: Apache-2.0 */
/* A block of rows a work-item, trees as straight programs: for CPUs. */
#include <stdio.h>

#include "host/opencl/cl_program.h"
#include "host/opencl/cl_select.h"
#include "host/opencl/cl_shape.h"

static bool suits(const struct gpuc_cl_device *device, const struct gpuc_forest *forest)
{
    (void)forest;
    return gpuc_cl_device_lane_bytes(device) > 0;
}

static void write_options(const struct gpuc_cl_device *device,
                          const struct gpuc_forest *forest,
                          char options[GPUC_CL_OPTIONS_SIZE])
{
    (void)forest;
    snprintf(options, GPUC_CL_OPTIONS_SIZE, " -D GPUC_LANE_BYTES=%u",
             gpuc_cl_device_lane_bytes(device));
}

static enum gpuc_status make_parts(const struct gpuc_cl_device *device,
                                   const struct gpuc_forest *forest,
                                   struct gpuc_cl_part *parts, struct gpuc_error *error)
{
    struct gpuc_cl_part *of_programs = parts + GPUC_CL_IMAGE_PARTS;
    struct gpuc_select_programs programs;

    (void)device;
    gpuc_cl_parts_of_image(forest, parts);
    enum gpuc_status status = gpuc_select_programs_make(forest, &programs, error);
    if (status != GPUC_OK)
        return status;
    of_programs[0] = (struct gpuc_cl_part){
        programs.steps, (size_t)forest->nodes.n_items * sizeof *programs.steps,
        programs.steps};
    of_programs[1] = (struct gpuc_cl_part){
        programs.n_steps, forest->n_trees * sizeof *programs.n_steps, programs.n_steps};
    return GPUC_OK;
}

static void settle(const struct gpuc_cl_device *device, const struct gpuc_forest *forest,
                   size_t max_group_size, struct gpuc_cl_tuning *tuning)
{
    (void)forest;
    (void)device;
    (void)max_group_size;
    *tuning = (struct gpuc_cl_tuning){.group_size = 1};
}

static struct gpuc_cl_range range(const struct gpuc_cl_tuning *tuning, size_t n_rows)
{
    return (struct gpuc_cl_range){(n_rows + GPUC_SELECT_ROWS - 1) / GPUC_SELECT_ROWS,
                                  tuning->group_size};
}

static size_t further(const struct gpuc_forest *forest,
                      const struct gpuc_cl_tuning *tuning,
                      struct gpuc_cl_argument *arguments)
{
    (void)forest;
    (void)tuning;
    (void)arguments;
    return 0;
}

const struct gpuc_cl_shape gpuc_cl_shape_select = {
    .name = "select",
    .kernel = "gpuc_forest_select",
    .source = gpuc_kernel_forest_select,
    .n_parts = GPUC_CL_IMAGE_PARTS + 2,
    .suits = suits,
    .write_options = write_options,
    .make_parts = make_parts,
    .settle = settle,
    .range = range,
    .further = further,
};
