/* SPDX-License-Identifier: Apache-2.0 */
/* A row a work-item, the trees' nodes in local memory: for GPUs, and for any device. */
#include "host/opencl/cl_program.h"
#include "host/opencl/cl_shape.h"

/* Work-items of a group: many share a tile, few enough for any kernel. */
enum { GROUP_SIZE = 128 };

/* Bytes of a tile: more groups than one should fit into a unit's local memory. */
enum { TILE_BYTES_MAX = 16 << 10 };

static bool suits(const struct gpuc_cl_device *device, const struct gpuc_forest *forest)
{
    (void)device;
    (void)forest;
    return true;
}

static void write_options(const struct gpuc_cl_device *device,
                          const struct gpuc_forest *forest,
                          char options[GPUC_CL_OPTIONS_SIZE])
{
    (void)device;
    (void)forest;
    options[0] = '\0';
}

static enum gpuc_status make_parts(const struct gpuc_cl_device *device,
                                   const struct gpuc_forest *forest,
                                   struct gpuc_cl_part *parts, struct gpuc_error *error)
{
    (void)device;
    (void)error;
    gpuc_cl_parts_of_image(forest, parts);
    return GPUC_OK;
}

static void settle(const struct gpuc_cl_device *device, const struct gpuc_forest *forest,
                   size_t max_group_size, struct gpuc_cl_tuning *tuning)
{
    cl_ulong tile_bytes = device->local_memory_size / 2;

    (void)forest;
    if (tuning->group_size == 0)
        tuning->group_size = GROUP_SIZE;
    if (tuning->group_size > max_group_size)
        tuning->group_size = (uint32_t)max_group_size;
    if (tile_bytes > TILE_BYTES_MAX)
        tile_bytes = TILE_BYTES_MAX;
    if (tuning->tile_bytes == 0 || tuning->tile_bytes > device->local_memory_size)
        tuning->tile_bytes = (uint32_t)tile_bytes;
    if (tuning->tile_bytes < sizeof(struct gpuc_node))
        tuning->tile_bytes = sizeof(struct gpuc_node);
}

static struct gpuc_cl_range range(const struct gpuc_cl_tuning *tuning, size_t n_rows)
{
    size_t size = tuning->group_size;
    return (struct gpuc_cl_range){(n_rows + size - 1) / size * size, size};
}

const struct gpuc_cl_shape gpuc_cl_shape_tiles = {
    .name = "tiles",
    .kernel = "gpuc_forest_tiles",
    .source = gpuc_kernel_forest_tiles,
    .n_parts = GPUC_CL_IMAGE_PARTS,
    .suits = suits,
    .write_options = write_options,
    .make_parts = make_parts,
    .settle = settle,
    .range = range,
    .further = gpuc_cl_tile_arguments,
};
