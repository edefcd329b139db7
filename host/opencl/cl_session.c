/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_session.h"

#include <stdio.h>

#include "host/opencl/cl_error.h"

enum gpuc_status gpuc_cl_session_init(struct gpuc_cl_session *session,
                                      struct gpuc_engine *base,
                                      const struct gpuc_model *model,
                                      struct gpuc_error *error)
{
    const struct gpuc_cl_engine *engine = (const struct gpuc_cl_engine *)base;
    cl_int code;

    session->base.engine = base;
    session->base.model = model;
    session->limits.max_work = GPUC_CL_FIRST_WORK;
    session->queue = clCreateCommandQueue(engine->context, engine->device.id,
                                          CL_QUEUE_PROFILING_ENABLE, &code);
    return gpuc_cl_check(code, "clCreateCommandQueue", error);
}

void gpuc_cl_session_done(struct gpuc_cl_session *session)
{
    if (session->queue != NULL)
        clReleaseCommandQueue(session->queue);
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

enum gpuc_status gpuc_cl_upload(struct gpuc_cl_session *session, cl_mem memory,
                                const void *data, size_t size, struct gpuc_error *error)
{
    if (size == 0)
        return GPUC_OK;
    return GPUC_CL(error, clEnqueueWriteBuffer(session->queue, memory, CL_FALSE, 0, size,
                                               data, 0, NULL, NULL));
}

enum gpuc_status gpuc_cl_download(struct gpuc_cl_session *session, cl_mem memory,
                                  void *data, size_t size, struct gpuc_error *error)
{
    return GPUC_CL(error, clEnqueueReadBuffer(session->queue, memory, CL_FALSE, 0, size,
                                              data, 0, NULL, NULL));
}

enum gpuc_status gpuc_cl_launch(struct gpuc_cl_session *session,
                                struct gpuc_cl_launch *launch, struct gpuc_error *error)
{
    return GPUC_CL(error, clEnqueueNDRangeKernel(session->queue, launch->kernel, 1, NULL,
                                                 &launch->n_items, &launch->group_size, 0,
                                                 NULL, &launch->event));
}

/* What became of the kernel: some drivers report a crashed one only by its event. */
static enum gpuc_status check_event(struct gpuc_cl_session *session,
                                    const struct gpuc_cl_launch *launch,
                                    struct gpuc_error *error)
{
    cl_int result = CL_COMPLETE;
    cl_ulong start = 0, end = 0;
    char what[64];
    enum gpuc_status status;

    GPUC_TRY(
        GPUC_CL(error, clGetEventInfo(launch->event, CL_EVENT_COMMAND_EXECUTION_STATUS,
                                      sizeof result, &result, NULL)));
    if (result < 0) {
        snprintf(what, sizeof what, "kernel %s", launch->name);
        return gpuc_cl_check(result, what, error);
    }
    /* Without times, the limits stay as they are. */
    if (clGetEventProfilingInfo(launch->event, CL_PROFILING_COMMAND_START, sizeof start,
                                &start, NULL) == CL_SUCCESS &&
        clGetEventProfilingInfo(launch->event, CL_PROFILING_COMMAND_END, sizeof end, &end,
                                NULL) == CL_SUCCESS &&
        end > start)
        gpuc_cl_limits_learn(&session->limits, launch->work,
                             (double)(end - start) * 1e-9);
out:
    return status;
}

enum gpuc_status gpuc_cl_session_finish(struct gpuc_cl_session *session,
                                        struct gpuc_cl_launch *launch,
                                        enum gpuc_status status, struct gpuc_error *error)
{
    if (status == GPUC_OK)
        status = GPUC_CL(error, clFinish(session->queue));
    else
        clFinish(session->queue);
    if (status == GPUC_OK)
        status = check_event(session, launch, error);
    if (launch->event != NULL)
        clReleaseEvent(launch->event);
    launch->event = NULL;
    return status;
}
