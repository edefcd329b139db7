/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_forest.h"

#include <stdio.h>

#include "base/memory.h"
#include "host/opencl/cl_program.h"
#include "host/opencl/cl_select.h"

/* Compiles the kernels for a number type, unless that has been done. */
static enum gpuc_status get_program(struct gpuc_cl_engine *engine, uint32_t number,
                                    cl_program *ret_program, struct gpuc_error *error)
{
    unsigned n_bits = (unsigned)(8 * gpuc_number_size((enum gpuc_number)number));
    bool soft = !gpuc_cl_device_adds_exactly(&engine->device, n_bits);
    char options[96];
    enum gpuc_status status = GPUC_OK;

    snprintf(options, sizeof options,
             " -D GPUC_NUMBER_BITS=%u -D GPUC_SOFT_FLOAT=%d -D GPUC_LANE_BYTES=%u",
             n_bits, soft, gpuc_cl_device_lane_bytes(&engine->device));
    if (engine->forest_programs[number] == NULL)
        status =
            gpuc_cl_program_build(engine->context, engine->device.id, gpuc_kernel_forest,
                                  options, &engine->forest_programs[number], error);
    if (status == GPUC_OK)
        *ret_program = engine->forest_programs[number];
    return status;
}

/* A buffer with a copy of some bytes; none of no bytes. */
static enum gpuc_status copy(const struct gpuc_cl_engine *engine, cl_command_queue queue,
                             const void *data, size_t size, cl_mem *ret_memory,
                             struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;

    if (size == 0)
        return GPUC_OK;
    GPUC_TRY(gpuc_cl_buffer_create(engine, CL_MEM_READ_ONLY, size, ret_memory, error));
    GPUC_TRY(GPUC_CL(error, clEnqueueWriteBuffer(queue, *ret_memory, CL_TRUE, 0, size,
                                                 data, 0, NULL, NULL)));
out:
    return status;
}

static enum gpuc_status copy_image(const struct gpuc_cl_engine *engine,
                                   struct gpuc_cl_forest *copied, cl_command_queue queue,
                                   struct gpuc_error *error)
{
    const struct gpuc_forest *forest = copied->forest;
    const size_t number_size = gpuc_number_size((enum gpuc_number)forest->number);
    const struct {
        const struct gpuc_section *section;
        size_t item_size;
        cl_mem *memory;
    } parts[] = {
        {&forest->trees, sizeof(struct gpuc_tree), &copied->trees},
        {&forest->nodes, sizeof(struct gpuc_node), &copied->nodes},
        {&forest->columns, sizeof(struct gpuc_code_column), &copied->columns},
        {&forest->category_words, sizeof(uint32_t), &copied->category_words},
        {&forest->leaf_values, number_size, &copied->leaf_values},
        {&forest->start_margins, number_size, &copied->start_margins},
    };
    enum gpuc_status status = GPUC_OK;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        GPUC_TRY(copy(engine, queue, gpuc_forest_at(forest, parts[i].section),
                      (size_t)parts[i].section->n_items * parts[i].item_size,
                      parts[i].memory, error));
out:
    return status;
}

static enum gpuc_status copy_programs(const struct gpuc_cl_engine *engine,
                                      struct gpuc_cl_forest *copied,
                                      cl_command_queue queue, struct gpuc_error *error)
{
    const struct gpuc_forest *forest = copied->forest;
    struct gpuc_select_programs programs = {0};
    enum gpuc_status status;

    GPUC_TRY(gpuc_select_programs_make(forest, &programs, error));
    GPUC_TRY(copy(engine, queue, programs.steps,
                  (size_t)forest->nodes.n_items * sizeof *programs.steps, &copied->steps,
                  error));
    GPUC_TRY(copy(engine, queue, programs.n_steps,
                  forest->n_trees * sizeof *programs.n_steps, &copied->n_steps, error));
out:
    gpuc_select_programs_done(&programs);
    return status;
}

static void release(struct gpuc_cl_forest *forest)
{
    gpuc_cl_buffer_release(&forest->trees);
    gpuc_cl_buffer_release(&forest->nodes);
    gpuc_cl_buffer_release(&forest->columns);
    gpuc_cl_buffer_release(&forest->category_words);
    gpuc_cl_buffer_release(&forest->leaf_values);
    gpuc_cl_buffer_release(&forest->start_margins);
    gpuc_cl_buffer_release(&forest->steps);
    gpuc_cl_buffer_release(&forest->n_steps);
    gpuc_quantiser_done(&forest->quantiser);
    gpuc_free(forest);
}

static enum gpuc_status fill(struct gpuc_cl_engine *engine, struct gpuc_cl_forest *copied,
                             struct gpuc_error *error)
{
    cl_command_queue queue = NULL;
    enum gpuc_status status;
    cl_int code;

    copied->quantise = gpuc_quantise_best();
    GPUC_TRY(gpuc_quantiser_init(&copied->quantiser, copied->forest, error));
    GPUC_TRY(get_program(engine, copied->forest->number, &copied->program, error));
    queue = clCreateCommandQueue(engine->context, engine->device.id, 0, &code);
    GPUC_TRY(gpuc_cl_check(code, "clCreateCommandQueue", error));
    GPUC_TRY(copy_image(engine, copied, queue, error));
    if (gpuc_cl_device_is_cpu(&engine->device))
        GPUC_TRY(copy_programs(engine, copied, queue, error));
    for (uint32_t t = 0; t < copied->forest->n_trees; t++)
        copied->row_work += gpuc_forest_trees(copied->forest)[t].depth + 1;
out:
    if (queue != NULL)
        clReleaseCommandQueue(queue);
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
