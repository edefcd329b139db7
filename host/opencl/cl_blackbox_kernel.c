/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_blackbox_kernel.h"

#include <stdio.h>

#include "host/opencl/cl_program.h"
#include "kernels/blackbox_scratch.h"

/* Rows of one launch. A CPU device needs enough to keep its cores busy; a GPU is busy
 * with some 100,000. */
enum { CPU_MAX_ROWS = 8192, GPU_MAX_ROWS = 1 << 17 };

/* Work-items of a group: a multiple of every GPU's width, few enough for any kernel. */
enum { GROUP_SIZE = 64 };

/* Rows that a compute unit of a GPU has under way at once, at least. */
enum { GPU_UNIT_ROWS = 64 };

/* Work-items with lanes for a compute unit: some, as other work may hold a core up. */
enum { UNIT_ITEMS = 4 };

/* Vectors as wide as the device's own. Those that tell of none make their own of items.
 */
static uint32_t choose_lanes(const struct gpuc_cl_engine *engine)
{
    uint32_t n_lanes = engine->wanted.blackbox_lanes;

    if (n_lanes == 0)
        n_lanes =
            gpuc_cl_device_is_cpu(&engine->device) ? engine->device.vector_width : 1;
    return n_lanes >= 16 ? 16 : n_lanes >= 8 ? 8 : n_lanes >= 4 ? 4 : 1;
}

static void set_limits(const struct gpuc_cl_blackbox_kernel *kernel,
                       const struct gpuc_cl_device *device, struct gpuc_cl_limits *limits)
{
    bool is_cpu = gpuc_cl_device_is_cpu(device);
    uint64_t max_rows = is_cpu ? CPU_MAX_ROWS : GPU_MAX_ROWS;

    if (kernel->n_lanes == 1 && max_rows > device->max_alloc_size / kernel->item_size)
        max_rows = device->max_alloc_size / kernel->item_size;
    limits->max_rows = max_rows > 0 ? (size_t)max_rows : 1;
    limits->min_rows = is_cpu ? 1 : (size_t)device->n_units * GPU_UNIT_ROWS;
    limits->max_text_size = device->max_alloc_size;
}

enum gpuc_status gpuc_cl_blackbox_kernel_init(struct gpuc_cl_blackbox_kernel *kernel,
                                              struct gpuc_cl_engine *engine,
                                              struct gpuc_cl_limits *ret_limits,
                                              struct gpuc_error *error)
{
    uint32_t n_lanes = choose_lanes(engine);
    const char *source = n_lanes > 1 ? gpuc_kernel_blackbox_lanes : gpuc_kernel_blackbox;
    char options[32] = "";
    cl_program program;
    enum gpuc_status status;

    *kernel = (struct gpuc_cl_blackbox_kernel){
        .name = "gpuc_blackbox",
        .n_lanes = n_lanes,
        .interleaved = !gpuc_cl_device_is_cpu(&engine->device),
        .max_items = SIZE_MAX,
        .item_size = GPUC_MT_SIZE * sizeof(cl_uint)};
    if (n_lanes > 1) {
        kernel->name = "gpuc_blackbox_lanes";
        kernel->max_items = (size_t)engine->device.n_units * UNIT_ITEMS;
        kernel->item_size = GPUC_SCRATCH_WORDS * sizeof(cl_uint);
        snprintf(options, sizeof options, " -D GPUC_LANES=%u", (unsigned)n_lanes);
    }
    set_limits(kernel, &engine->device, ret_limits);
    GPUC_TRY(gpuc_cl_program_get(engine, source, options, &program, error));
    GPUC_TRY(gpuc_cl_kernel_create(engine, program, kernel->name, &kernel->kernel,
                                   &kernel->group_size, error));
    if (n_lanes > 1)
        kernel->group_size = 1;
    else if (kernel->group_size > GROUP_SIZE)
        kernel->group_size = GROUP_SIZE;
out:
    return status;
}

void gpuc_cl_blackbox_kernel_done(struct gpuc_cl_blackbox_kernel *kernel)
{
    if (kernel->kernel != NULL)
        clReleaseKernel(kernel->kernel);
    kernel->kernel = NULL;
}

size_t gpuc_cl_blackbox_items(const struct gpuc_cl_blackbox_kernel *kernel, size_t n_rows)
{
    size_t item_rows = kernel->n_lanes > 1 ? gpuc_group_rows(kernel->n_lanes) : 1;
    size_t n_items = (n_rows + item_rows - 1) / item_rows;

    return n_items < kernel->max_items ? n_items : kernel->max_items;
}
