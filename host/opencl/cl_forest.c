/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_forest.h"

#include <stdio.h>

#include "base/memory.h"
#include "host/opencl/cl_program.h"
#include "host/opencl/cl_tune.h"

/* Compiles the shape's kernel for the forest, unless that has been done. */
static enum gpuc_status get_program(struct gpuc_cl_engine *engine,
                                    struct gpuc_cl_forest *copied,
                                    const struct gpuc_cl_shape *shape,
                                    struct gpuc_error *error)
{
    const struct gpuc_forest *forest = copied->forest;
    unsigned n_bits = (unsigned)(8 * gpuc_number_size((enum gpuc_number)forest->number));
    bool soft = !gpuc_cl_device_adds_exactly(&engine->device, n_bits);
    char options[GPUC_CL_OPTIONS_SIZE], all_options[GPUC_CL_OPTIONS_SIZE + 64];

    shape->write_options(&engine->device, forest, options);
    snprintf(all_options, sizeof all_options,
             " -D GPUC_NUMBER_BITS=%u -D GPUC_SOFT_FLOAT=%d%s", n_bits, soft, options);
    return gpuc_cl_program_get(engine, shape->source, all_options, &copied->program,
                               error);
}

/* Settles how the kernel runs, which depends on what the compiler made of it. */
static enum gpuc_status settle(const struct gpuc_cl_engine *engine,
                               struct gpuc_cl_forest *copied,
                               const struct gpuc_cl_shape *shape,
                               struct gpuc_error *error)
{
    cl_kernel kernel = NULL;
    size_t max_group_size;

    enum gpuc_status status = gpuc_cl_kernel_create(
        engine, copied->program, shape->kernel, &kernel, &max_group_size, error);
    if (status == GPUC_OK)
        shape->settle(&engine->device, copied->forest, max_group_size, &copied->tuning);
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
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): OpenCL only reads what it copies. */
    void *bytes = (void *)(uintptr_t)part->data;
    cl_mem memory =
        clCreateBuffer(engine->context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR,
                       part->size, bytes, &code);
    enum gpuc_status status = gpuc_cl_check(code, "clCreateBuffer", error);
    if (status == GPUC_OK)
        *ret_memory = memory;
    return status;
}

static enum gpuc_status copy_parts(const struct gpuc_cl_engine *engine,
                                   struct gpuc_cl_forest *copied,
                                   const struct gpuc_cl_shape *shape,
                                   struct gpuc_error *error)
{
    struct gpuc_cl_part parts[GPUC_CL_PARTS_MAX] = {0};
    enum gpuc_status status;

    GPUC_TRY(shape->make_parts(&engine->device, copied->forest, parts, error));
    for (size_t i = 0; i < shape->n_parts; i++)
        GPUC_TRY(copy(engine, &parts[i], &copied->parts[i], error));
out:
    gpuc_cl_parts_done(parts, shape->n_parts);
    return status;
}

static void release_parts(struct gpuc_cl_forest *forest)
{
    for (size_t i = 0; i < GPUC_CL_PARTS_MAX; i++)
        gpuc_cl_buffer_release(&forest->parts[i]);
}

enum gpuc_status gpuc_cl_forest_place(struct gpuc_cl_engine *engine,
                                      struct gpuc_cl_forest *forest,
                                      const struct gpuc_cl_shape *shape,
                                      const struct gpuc_cl_tuning *tuning,
                                      struct gpuc_error *error)
{
    bool is_there = forest->shape == shape;
    enum gpuc_status status;

    /* Until it is done. */
    forest->shape = NULL;
    forest->tuning = *tuning;
    if (!is_there) {
        release_parts(forest);
        GPUC_TRY(get_program(engine, forest, shape, error));
        GPUC_TRY(copy_parts(engine, forest, shape, error));
    }
    GPUC_TRY(settle(engine, forest, shape, error));
    forest->shape = shape;
out:
    return status;
}

/* What does not depend on the shape. */
static enum gpuc_status init(struct gpuc_cl_forest *forest, struct gpuc_error *error)
{
    forest->quantise = gpuc_quantise_best();
    for (uint32_t t = 0; t < forest->forest->n_trees; t++)
        forest->row_work += gpuc_forest_trees(forest->forest)[t].depth + 1;
    return gpuc_quantiser_init(&forest->quantiser, forest->forest, error);
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
        copied->next = engine->forests;
        engine->forests = copied;
        /* The sessions of a trial come and go. */
        copied->n_users = 1;
        enum gpuc_status status = init(copied, error);
        if (status == GPUC_OK)
            status = gpuc_cl_tune(engine, copied, error);
        if (status != GPUC_OK) {
            gpuc_cl_forest_put(engine, copied);
            return status;
        }
        copied->n_users = 0;
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
    release_parts(forest);
    gpuc_quantiser_done(&forest->quantiser);
    gpuc_free(forest);
}
