/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_forest.h"

#include <stdio.h>

#include "base/memory.h"
#include "host/opencl/cl_program.h"

/* Compiles the shape's kernel for the forest, unless that has been done. */
static enum gpuc_status get_program(struct gpuc_cl_engine *engine,
                                    struct gpuc_cl_forest *copied,
                                    struct gpuc_error *error)
{
    const struct gpuc_forest *forest = copied->forest;
    unsigned n_bits = (unsigned)(8 * gpuc_number_size((enum gpuc_number)forest->number));
    bool soft = !gpuc_cl_device_adds_exactly(&engine->device, n_bits);
    char options[GPUC_CL_OPTIONS_SIZE], all_options[GPUC_CL_OPTIONS_SIZE + 64];

    copied->shape->write_options(&engine->device, forest, options);
    snprintf(all_options, sizeof all_options,
             " -D GPUC_NUMBER_BITS=%u -D GPUC_SOFT_FLOAT=%d%s", n_bits, soft, options);
    return gpuc_cl_program_get(engine, copied->shape->source, all_options,
                               &copied->program, error);
}

/* Settles how the kernel runs, which depends on what the compiler made of it. */
static enum gpuc_status settle(const struct gpuc_cl_engine *engine,
                               struct gpuc_cl_forest *copied, struct gpuc_error *error)
{
    cl_kernel kernel = NULL;
    size_t max_group_size;

    enum gpuc_status status = gpuc_cl_kernel_create(
        engine, copied->program, copied->shape->kernel, &kernel, &max_group_size, error);
    if (status == GPUC_OK)
        copied->shape->settle(&engine->device, copied->forest, max_group_size,
                              &copied->tuning);
    if (kernel != NULL)
        clReleaseKernel(kernel);
    return status;
}

/* A buffer with a copy of some bytes; none of no bytes. */
static enum gpuc_status copy(const struct gpuc_cl_engine *engine,
                             const struct gpuc_cl_part *part, cl_mem *ret_memory,
                             struct gpuc_error *error)
{
    cl_int code;

    if (part->size == 0)
        return GPUC_OK;
    cl_mem memory =
        clCreateBuffer(engine->context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR,
                       part->size, (void *)(uintptr_t)part->data, &code);
    enum gpuc_status status = gpuc_cl_check(code, "clCreateBuffer", error);
    if (status == GPUC_OK)
        *ret_memory = memory;
    return status;
}

static enum gpuc_status copy_parts(const struct gpuc_cl_engine *engine,
                                   struct gpuc_cl_forest *copied,
                                   struct gpuc_error *error)
{
    struct gpuc_cl_part parts[GPUC_CL_PARTS_MAX] = {0};
    enum gpuc_status status;

    GPUC_TRY(copied->shape->make_parts(&engine->device, copied->forest, parts, error));
    for (size_t i = 0; i < copied->shape->n_parts; i++)
        GPUC_TRY(copy(engine, &parts[i], &copied->parts[i], error));
out:
    gpuc_cl_parts_done(parts, copied->shape->n_parts);
    return status;
}

static void release(struct gpuc_cl_forest *forest)
{
    for (size_t i = 0; i < GPUC_CL_PARTS_MAX; i++)
        gpuc_cl_buffer_release(&forest->parts[i]);
    gpuc_quantiser_done(&forest->quantiser);
    gpuc_free(forest);
}

static enum gpuc_status fill(struct gpuc_cl_engine *engine, struct gpuc_cl_forest *copied,
                             struct gpuc_error *error)
{
    enum gpuc_status status;

    copied->quantise = gpuc_quantise_best();
    GPUC_TRY(gpuc_quantiser_init(&copied->quantiser, copied->forest, error));
    copied->shape = gpuc_cl_shape_choose(engine, copied->forest);
    copied->tuning = engine->wanted.tuning;
    GPUC_TRY(get_program(engine, copied, error));
    GPUC_TRY(settle(engine, copied, error));
    GPUC_TRY(copy_parts(engine, copied, error));
    for (uint32_t t = 0; t < copied->forest->n_trees; t++)
        copied->row_work += gpuc_forest_trees(copied->forest)[t].depth + 1;
out:
    return status;
}

enum gpuc_status gpuc_cl_forest_get(struct gpuc_cl_engine *engine,
                                    const struct gpuc_forest *forest,
                                    struct gpuc_cl_forest **ret_forest,
                                    struct gpuc_error *error)
{
    struct gpuc_cl_forest *copied = engine->forests;

    while (copied != NULL && copied->forest != forest)
        copied = copied->next;
    if (copied == NULL) {
        copied = gpuc_alloc(1, sizeof *copied);
        if (copied == NULL)
            return gpuc_fail_memory(error, sizeof *copied, "a forest on a device");
        copied->forest = forest;
        enum gpuc_status status = fill(engine, copied, error);
        if (status != GPUC_OK) {
            release(copied);
            return status;
        }
        copied->next = engine->forests;
        engine->forests = copied;
    }
    copied->n_users++;
    *ret_forest = copied;
    return GPUC_OK;
}

void gpuc_cl_forest_put(struct gpuc_cl_engine *engine, struct gpuc_cl_forest *forest)
{
    struct gpuc_cl_forest **link = &engine->forests;

    if (forest == NULL || --forest->n_users > 0)
        return;
    while (*link != forest)
        link = &(*link)->next;
    *link = forest->next;
    release(forest);
}
