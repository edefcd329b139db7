/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_session.h"

#include "base/memory.h"
#include "host/opencl/cl_error.h"
#include "kernels/blackbox_row.h"

enum { MT_ROW_SIZE = GPUC_MT_SIZE * sizeof(cl_uint) };

/*
 * Rows of one launch. A CPU device needs enough to keep its cores busy; a GPU is busy
 * with some 100,000, as long as the scratch memory of all sessions stays a small part of
 * its memory.
 */
enum { CPU_MAX_ROWS = 8192, GPU_MAX_ROWS = 1 << 17, GPU_MEMORY_PART = 32 };

/* Work-items of a group: a multiple of every GPU's width, few enough for any kernel. */
enum { GROUP_SIZE = 64 };

/* Rows that a compute unit of a GPU has under way at once, at least. */
enum { GPU_UNIT_ROWS = 64 };

/* One launch: rows first to end - 1, whose texts begin at text_offset. */
struct launch {
    const struct gpuc_texts *texts;
    const struct gpuc_blackbox_results *results;
    size_t first;
    size_t n_rows;
    uint32_t text_offset;
    size_t text_size;
    uint64_t work;
};

static void release(cl_mem *memory)
{
    if (*memory != NULL)
        clReleaseMemObject(*memory);
    *memory = NULL;
}

static void release_rows(struct gpuc_cl_buffers *buffers)
{
    release(&buffers->offsets);
    release(&buffers->sizes);
    release(&buffers->mt);
    release(&buffers->fractions);
    release(&buffers->digests);
    buffers->row_capacity = 0;
}

static void release_texts(struct gpuc_cl_buffers *buffers)
{
    release(&buffers->texts);
    buffers->text_capacity = 0;
}

static enum gpuc_status create(struct gpuc_cl_session *session, cl_mem_flags flags,
                               size_t size, cl_mem *ret_memory, struct gpuc_error *error)
{
    const struct gpuc_cl_engine *engine = (struct gpuc_cl_engine *)session->base.engine;
    cl_int code;
    cl_mem memory = clCreateBuffer(engine->context, flags, size, NULL, &code);
    enum gpuc_status status = gpuc_cl_check(code, "clCreateBuffer", error);
    if (status == GPUC_OK)
        *ret_memory = memory;
    return status;
}

/*
 * At least `wanted`, and the double of `capacity` so that growth is rare, up to `max`.
 * Just `wanted` if memory is short.
 */
static size_t grown(const struct gpuc_cl_session *session, size_t capacity, size_t wanted,
                    uint64_t max)
{
    size_t size = capacity > SIZE_MAX / 2 ? wanted : capacity * 2;
    if (size > max)
        size = (size_t)max;
    return size > wanted && !session->memory_is_short ? size : wanted;
}

/* Makes the buffers large enough for a launch. The contents are lost. */
static enum gpuc_status reserve(struct gpuc_cl_session *session,
                                const struct launch *launch, struct gpuc_error *error)
{
    struct gpuc_cl_buffers *buffers = &session->buffers;
    enum gpuc_status status = GPUC_OK;

    if (buffers->texts == NULL || launch->text_size > buffers->text_capacity) {
        /* A buffer cannot be of size 0, but texts can. */
        size_t wanted = launch->text_size > 0 ? launch->text_size : 1;
        size_t size =
            grown(session, buffers->text_capacity, wanted, session->limits.max_text_size);
        release_texts(buffers);
        GPUC_TRY(create(session, CL_MEM_READ_ONLY, size, &buffers->texts, error));
        buffers->text_capacity = size;
    }
    if (launch->n_rows > buffers->row_capacity) {
        size_t n_rows = grown(session, buffers->row_capacity, launch->n_rows,
                              session->limits.max_rows);
        release_rows(buffers);
        GPUC_TRY(create(session, CL_MEM_READ_ONLY, n_rows * sizeof(cl_uint),
                        &buffers->offsets, error));
        GPUC_TRY(create(session, CL_MEM_READ_ONLY, n_rows * sizeof(cl_uint),
                        &buffers->sizes, error));
        GPUC_TRY(create(session, CL_MEM_READ_WRITE, n_rows * MT_ROW_SIZE, &buffers->mt,
                        error));
        GPUC_TRY(create(session, CL_MEM_WRITE_ONLY, n_rows * sizeof(cl_ulong),
                        &buffers->fractions, error));
        GPUC_TRY(create(session, CL_MEM_WRITE_ONLY, n_rows * GPUC_DIGEST_SIZE,
                        &buffers->digests, error));
        buffers->row_capacity = n_rows;
    }
out:
    return status;
}

static enum gpuc_status set_arguments(struct gpuc_cl_session *session,
                                      const struct launch *launch,
                                      struct gpuc_error *error)
{
    const struct gpuc_blackbox *params = &session->base.model->blackbox;
    const struct gpuc_cl_buffers *buffers = &session->buffers;
    cl_uint n_rows = (cl_uint)launch->n_rows;
    cl_uint row_stride = session->interleaved ? 1 : GPUC_MT_SIZE;
    cl_uint word_stride = session->interleaved ? (cl_uint)buffers->row_capacity : 1;
    const struct {
        size_t size;
        const void *value;
    } arguments[] = {
        {sizeof buffers->texts, &buffers->texts},
        {sizeof buffers->offsets, &buffers->offsets},
        {sizeof buffers->sizes, &buffers->sizes},
        {sizeof launch->text_offset, &launch->text_offset},
        {sizeof n_rows, &n_rows},
        {sizeof params->seeding, &params->seeding},
        {sizeof params->slowness, &params->slowness},
        {sizeof buffers->mt, &buffers->mt},
        {sizeof row_stride, &row_stride},
        {sizeof word_stride, &word_stride},
        {sizeof buffers->fractions, &buffers->fractions},
        {sizeof buffers->digests, &buffers->digests},
    };
    enum gpuc_status status = GPUC_OK;

    for (cl_uint i = 0; i < sizeof arguments / sizeof arguments[0]; i++)
        GPUC_TRY(GPUC_CL(error, clSetKernelArg(session->kernel, i, arguments[i].size,
                                               arguments[i].value)));
out:
    return status;
}

static enum gpuc_status upload(struct gpuc_cl_session *session, cl_mem memory,
                               const void *data, size_t size, struct gpuc_error *error)
{
    if (size == 0)
        return GPUC_OK;
    return GPUC_CL(error, clEnqueueWriteBuffer(session->queue, memory, CL_FALSE, 0, size,
                                               data, 0, NULL, NULL));
}

static enum gpuc_status download(struct gpuc_cl_session *session, cl_mem memory,
                                 void *data, size_t size, struct gpuc_error *error)
{
    return GPUC_CL(error, clEnqueueReadBuffer(session->queue, memory, CL_FALSE, 0, size,
                                              data, 0, NULL, NULL));
}

/* Puts the copies and the kernel in the queue; `ret_event` follows the kernel. */
static enum gpuc_status enqueue(struct gpuc_cl_session *session,
                                const struct launch *launch, cl_event *ret_event,
                                struct gpuc_error *error)
{
    const struct gpuc_texts *texts = launch->texts;
    const struct gpuc_blackbox_results *results = launch->results;
    const struct gpuc_cl_buffers *buffers = &session->buffers;
    size_t n_rows = launch->n_rows;
    size_t n_groups = (n_rows + session->group_size - 1) / session->group_size;
    size_t n_items = n_groups * session->group_size;
    enum gpuc_status status;

    GPUC_TRY(upload(session, buffers->texts, texts->bytes.data + launch->text_offset,
                    launch->text_size, error));
    GPUC_TRY(upload(session, buffers->offsets, texts->offsets + launch->first,
                    n_rows * sizeof(cl_uint), error));
    GPUC_TRY(upload(session, buffers->sizes, texts->sizes + launch->first,
                    n_rows * sizeof(cl_uint), error));
    GPUC_TRY(set_arguments(session, launch, error));
    GPUC_TRY(GPUC_CL(error, clEnqueueNDRangeKernel(session->queue, session->kernel, 1,
                                                   NULL, &n_items, &session->group_size,
                                                   0, NULL, ret_event)));
    GPUC_TRY(download(session, buffers->fractions, results->fractions + launch->first,
                      n_rows * sizeof(cl_ulong), error));
    GPUC_TRY(download(session, buffers->digests,
                      results->digests + launch->first * GPUC_DIGEST_SIZE,
                      n_rows * GPUC_DIGEST_SIZE, error));
out:
    return status;
}

/* What became of the kernel: some drivers report a crashed one only by its event. */
static enum gpuc_status check_event(struct gpuc_cl_session *session, cl_event event,
                                    uint64_t work, struct gpuc_error *error)
{
    cl_int result = CL_COMPLETE;
    cl_ulong start = 0, end = 0;
    enum gpuc_status status;

    GPUC_TRY(GPUC_CL(error, clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS,
                                           sizeof result, &result, NULL)));
    if (result < 0)
        return gpuc_cl_check(result, "kernel gpuc_blackbox", error);
    /* Without times, the limits stay as they are. */
    if (clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_START, sizeof start, &start,
                                NULL) == CL_SUCCESS &&
        clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_END, sizeof end, &end,
                                NULL) == CL_SUCCESS &&
        end > start)
        gpuc_cl_limits_learn(&session->limits, work, (double)(end - start) * 1e-9);
out:
    return status;
}

static enum gpuc_status run(struct gpuc_cl_session *session, const struct launch *launch,
                            struct gpuc_error *error)
{
    cl_event event = NULL;
    enum gpuc_status status;

    GPUC_TRY(reserve(session, launch, error));
    status = enqueue(session, launch, &event, error);
    /*
     * Also after a failure: what is in the queue reads and writes the caller's memory.
     * The first failure is the one to report.
     */
    if (status == GPUC_OK)
        status = GPUC_CL(error, clFinish(session->queue));
    else
        clFinish(session->queue);
    if (status == GPUC_OK)
        status = check_event(session, event, launch->work, error);
    if (event != NULL)
        clReleaseEvent(event);
out:
    return status;
}

enum gpuc_status gpuc_cl_session_classify(struct gpuc_session *base,
                                          const struct gpuc_work *work,
                                          struct gpuc_error *error)
{
    const struct gpuc_texts *texts = work->texts;
    struct gpuc_cl_session *session = (struct gpuc_cl_session *)base;
    uint32_t slowness = base->model->blackbox.slowness;

    for (size_t first = 0; first < texts->n_rows;) {
        struct launch launch = {
            .texts = texts, .results = &work->blackbox, .first = first};
        size_t end =
            gpuc_cl_split(texts, first, slowness, &session->limits, &launch.work);
        launch.n_rows = end - first;
        launch.text_offset = texts->offsets[first];
        launch.text_size =
            (size_t)texts->offsets[end - 1] + texts->sizes[end - 1] - launch.text_offset;
        if (launch.text_size > session->limits.max_text_size)
            return gpuc_fail(error, GPUC_EDEVICE,
                             "a row's text of %zu bytes does not fit into one buffer of "
                             "the device",
                             launch.text_size);

        enum gpuc_status status = run(session, &launch, error);
        if (status == GPUC_ENOMEM && (launch.n_rows > 1 || !session->memory_is_short)) {
            session->memory_is_short = true;
            session->limits.max_rows = (launch.n_rows + 1) / 2;
            release_texts(&session->buffers);
            release_rows(&session->buffers);
            continue;
        }
        if (status != GPUC_OK)
            return status;
        first = end;
    }
    return GPUC_OK;
}

static void set_limits(struct gpuc_cl_session *session,
                       const struct gpuc_cl_device *device)
{
    struct gpuc_cl_limits *limits = &session->limits;
    bool is_cpu = (device->type & CL_DEVICE_TYPE_CPU) != 0;
    uint64_t max_rows = is_cpu ? CPU_MAX_ROWS : GPU_MAX_ROWS;

    if (max_rows > device->max_alloc_size / MT_ROW_SIZE)
        max_rows = device->max_alloc_size / MT_ROW_SIZE;
    if (max_rows > device->memory_size / GPU_MEMORY_PART / MT_ROW_SIZE)
        max_rows = device->memory_size / GPU_MEMORY_PART / MT_ROW_SIZE;
    limits->max_rows = max_rows > 0 ? (size_t)max_rows : 1;
    limits->min_rows = is_cpu ? 1 : (size_t)device->n_units * GPU_UNIT_ROWS;
    limits->max_text_size = device->max_alloc_size;
    limits->max_work = GPUC_CL_FIRST_WORK;
    session->interleaved = !is_cpu;
}

enum gpuc_status gpuc_cl_session_attach(struct gpuc_engine *base,
                                        const struct gpuc_model *model,
                                        struct gpuc_session **ret_session,
                                        struct gpuc_error *error)
{
    struct gpuc_cl_engine *engine = (struct gpuc_cl_engine *)base;
    cl_device_id id = engine->device.id;
    enum gpuc_status status;
    cl_int code;

    struct gpuc_cl_session *session = gpuc_alloc(1, sizeof *session);
    if (session == NULL)
        return gpuc_fail_memory(error, sizeof *session, "an OpenCL session");
    session->base.engine = base;
    session->base.model = model;
    set_limits(session, &engine->device);
    session->queue =
        clCreateCommandQueue(engine->context, id, CL_QUEUE_PROFILING_ENABLE, &code);
    GPUC_TRY(gpuc_cl_check(code, "clCreateCommandQueue", error));
    session->kernel = clCreateKernel(engine->program, "gpuc_blackbox", &code);
    GPUC_TRY(gpuc_cl_check(code, "clCreateKernel", error));
    GPUC_TRY(GPUC_CL(error, clGetKernelWorkGroupInfo(
                                session->kernel, id, CL_KERNEL_WORK_GROUP_SIZE,
                                sizeof session->group_size, &session->group_size, NULL)));
    if (session->group_size > GROUP_SIZE)
        session->group_size = GROUP_SIZE;
    *ret_session = &session->base;
    session = NULL;
out:
    gpuc_cl_session_detach(session != NULL ? &session->base : NULL);
    return status;
}

void gpuc_cl_session_detach(struct gpuc_session *base)
{
    struct gpuc_cl_session *session = (struct gpuc_cl_session *)base;

    if (session == NULL)
        return;
    release_texts(&session->buffers);
    release_rows(&session->buffers);
    if (session->kernel != NULL)
        clReleaseKernel(session->kernel);
    if (session->queue != NULL)
        clReleaseCommandQueue(session->queue);
    gpuc_free(session);
}
