/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_session.h"

#include "host/opencl/cl_error.h"

/* The part of a device's memory that launches may take: others use the device too. */
enum { MEMORY_PART = 4 };

enum gpuc_status gpuc_cl_session_init(struct gpuc_cl_session *session,
                                      struct gpuc_engine *base,
                                      const struct gpuc_model *model,
                                      struct gpuc_error *error)
{
    struct gpuc_cl_engine *engine = (struct gpuc_cl_engine *)base;
    cl_int code;

    session->base.engine = base;
    session->base.model = model;
    atomic_fetch_add(&engine->n_sessions, 1);
    session->limits.max_work = GPUC_CL_FIRST_WORK;
    session->queue = clCreateCommandQueue(engine->context, engine->device.id,
                                          CL_QUEUE_PROFILING_ENABLE, &code);
    return gpuc_cl_check(code, "clCreateCommandQueue", error);
}

void gpuc_cl_session_done(struct gpuc_cl_session *session)
{
    if (session->queue != NULL)
        clReleaseCommandQueue(session->queue);
    if (session->base.engine != NULL)
        atomic_fetch_sub(&gpuc_cl_session_engine(session)->n_sessions, 1);
}

uint64_t gpuc_cl_session_share(const struct gpuc_cl_session *session)
{
    struct gpuc_cl_engine *engine = gpuc_cl_session_engine(session);

    return engine->device.memory_size / MEMORY_PART / atomic_load(&engine->n_sessions);
}

enum gpuc_status gpuc_cl_kernel_create(const struct gpuc_cl_engine *engine,
                                       cl_program program, const char *name,
                                       cl_kernel *ret_kernel, size_t *ret_group_size,
                                       struct gpuc_error *error)
{
    enum gpuc_status status;
    cl_int code;

    cl_kernel kernel = clCreateKernel(program, name, &code);
    GPUC_TRY(gpuc_cl_check(code, "clCreateKernel", error));
    *ret_kernel = kernel;
    GPUC_TRY(GPUC_CL(error, clGetKernelWorkGroupInfo(
                                kernel, engine->device.id, CL_KERNEL_WORK_GROUP_SIZE,
                                sizeof *ret_group_size, ret_group_size, NULL)));
out:
    return status;
}

enum gpuc_status gpuc_cl_set_arguments(cl_kernel kernel,
                                       const struct gpuc_cl_argument *arguments,
                                       size_t n_arguments, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;

    for (size_t i = 0; i < n_arguments; i++)
        GPUC_TRY(GPUC_CL(error, clSetKernelArg(kernel, (cl_uint)i, arguments[i].size,
                                               arguments[i].value)));
out:
    return status;
}

enum gpuc_status gpuc_cl_buffer_create(const struct gpuc_cl_engine *engine,
                                       cl_mem_flags flags, size_t size,
                                       cl_mem *ret_memory, struct gpuc_error *error)
{
    cl_int code;
    cl_mem memory = clCreateBuffer(engine->context, flags, size, NULL, &code);
    enum gpuc_status status = gpuc_cl_check(code, "clCreateBuffer", error);
    if (status == GPUC_OK)
        *ret_memory = memory;
    return status;
}

void gpuc_cl_buffer_release(cl_mem *memory)
{
    if (*memory != NULL)
        clReleaseMemObject(*memory);
    *memory = NULL;
}

size_t gpuc_cl_grown(const struct gpuc_cl_session *session, size_t capacity,
                     size_t wanted, uint64_t max)
{
    size_t size = capacity > SIZE_MAX / 2 ? wanted : capacity * 2;
    if (size > max)
        size = (size_t)max;
    return size > wanted && !session->memory_is_short ? size : wanted;
}
