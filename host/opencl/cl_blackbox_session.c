/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_blackbox_session.h"

#include "base/memory.h"
#include "host/opencl/cl_commands.h"
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
    struct gpuc_cl_launch base;
};

static void release_rows(struct gpuc_cl_buffers *buffers)
{
    gpuc_cl_buffer_release(&buffers->offsets);
    gpuc_cl_buffer_release(&buffers->sizes);
    gpuc_cl_buffer_release(&buffers->mt);
    gpuc_cl_buffer_release(&buffers->fractions);
    gpuc_cl_buffer_release(&buffers->digests);
    buffers->row_capacity = 0;
}

static void release_texts(struct gpuc_cl_buffers *buffers)
{
    gpuc_cl_buffer_release(&buffers->texts);
    buffers->text_capacity = 0;
}

/* Makes the buffers large enough for a launch. The contents are lost. */
static enum gpuc_status reserve(struct gpuc_cl_blackbox_session *session,
                                const struct launch *launch, struct gpuc_error *error)
{
    const struct gpuc_cl_engine *engine = gpuc_cl_session_engine(&session->base);
    struct gpuc_cl_buffers *buffers = &session->buffers;
    enum gpuc_status status = GPUC_OK;

    if (buffers->texts == NULL || launch->text_size > buffers->text_capacity) {
        /* A buffer cannot be of size 0, but texts can. */
        size_t wanted = launch->text_size > 0 ? launch->text_size : 1;
        size_t size = gpuc_cl_grown(&session->base, buffers->text_capacity, wanted,
                                    session->base.limits.max_text_size);
        release_texts(buffers);
        GPUC_TRY(gpuc_cl_buffer_create(engine, CL_MEM_READ_ONLY, size, &buffers->texts,
                                       error));
        buffers->text_capacity = size;
    }
    if (launch->n_rows > buffers->row_capacity) {
        size_t n_rows = gpuc_cl_grown(&session->base, buffers->row_capacity,
                                      launch->n_rows, session->base.limits.max_rows);
        release_rows(buffers);
        GPUC_TRY(gpuc_cl_buffer_create(engine, CL_MEM_READ_ONLY, n_rows * sizeof(cl_uint),
                                       &buffers->offsets, error));
        GPUC_TRY(gpuc_cl_buffer_create(engine, CL_MEM_READ_ONLY, n_rows * sizeof(cl_uint),
                                       &buffers->sizes, error));
        GPUC_TRY(gpuc_cl_buffer_create(engine, CL_MEM_READ_WRITE, n_rows * MT_ROW_SIZE,
                                       &buffers->mt, error));
        GPUC_TRY(gpuc_cl_buffer_create(engine, CL_MEM_WRITE_ONLY,
                                       n_rows * sizeof(cl_ulong), &buffers->fractions,
                                       error));
        GPUC_TRY(gpuc_cl_buffer_create(engine, CL_MEM_WRITE_ONLY,
                                       n_rows * GPUC_DIGEST_SIZE, &buffers->digests,
                                       error));
        buffers->row_capacity = n_rows;
    }
out:
    return status;
}

static enum gpuc_status set_arguments(struct gpuc_cl_blackbox_session *session,
                                      const struct launch *launch,
                                      struct gpuc_error *error)
{
    const struct gpuc_blackbox *params = &session->base.base.model->blackbox;
    const struct gpuc_cl_buffers *buffers = &session->buffers;
    cl_uint n_rows = (cl_uint)launch->n_rows;
    cl_uint row_stride = session->interleaved ? 1 : GPUC_MT_SIZE;
    cl_uint word_stride = session->interleaved ? (cl_uint)buffers->row_capacity : 1;
    const struct gpuc_cl_argument arguments[] = {
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
    return gpuc_cl_set_arguments(session->kernel, arguments,
                                 sizeof arguments / sizeof arguments[0], error);
}

/* Puts the copies and the kernel in the queue. */
static enum gpuc_status enqueue(struct gpuc_cl_blackbox_session *session,
                                struct launch *launch, struct gpuc_error *error)
{
    const struct gpuc_texts *texts = launch->texts;
    const struct gpuc_blackbox_results *results = launch->results;
    const struct gpuc_cl_buffers *buffers = &session->buffers;
    size_t n_rows = launch->n_rows;
    enum gpuc_status status;

    GPUC_TRY(gpuc_cl_upload(&session->base, buffers->texts,
                            texts->bytes.data + launch->text_offset, launch->text_size,
                            error));
    GPUC_TRY(gpuc_cl_upload(&session->base, buffers->offsets,
                            texts->offsets + launch->first, n_rows * sizeof(cl_uint),
                            error));
    GPUC_TRY(gpuc_cl_upload(&session->base, buffers->sizes, texts->sizes + launch->first,
                            n_rows * sizeof(cl_uint), error));
    GPUC_TRY(set_arguments(session, launch, error));
    GPUC_TRY(gpuc_cl_launch(&session->base, &launch->base, error));
    GPUC_TRY(gpuc_cl_download(&session->base, buffers->fractions,
                              results->fractions + launch->first,
                              n_rows * sizeof(cl_ulong), error));
    GPUC_TRY(gpuc_cl_download(&session->base, buffers->digests,
                              results->digests + launch->first * GPUC_DIGEST_SIZE,
                              n_rows * GPUC_DIGEST_SIZE, error));
out:
    return status;
}

static enum gpuc_status run(struct gpuc_cl_blackbox_session *session,
                            struct launch *launch, struct gpuc_error *error)
{
    size_t n_groups = (launch->n_rows + session->group_size - 1) / session->group_size;
    enum gpuc_status status;

    launch->base.kernel = session->kernel;
    launch->base.name = "gpuc_blackbox";
    launch->base.group_size = session->group_size;
    launch->base.n_items = n_groups * session->group_size;
    GPUC_TRY(reserve(session, launch, error));
    status = enqueue(session, launch, error);
    status = gpuc_cl_session_finish(&session->base, &launch->base, status, error);
out:
    return status;
}

enum gpuc_status gpuc_cl_blackbox_classify(struct gpuc_session *base,
                                           const struct gpuc_work *work,
                                           struct gpuc_error *error)
{
    const struct gpuc_texts *texts = work->texts;
    struct gpuc_cl_blackbox_session *session = (struct gpuc_cl_blackbox_session *)base;
    uint32_t slowness = base->model->blackbox.slowness;

    for (size_t first = 0; first < texts->n_rows;) {
        struct launch launch = {
            .texts = texts, .results = &work->blackbox, .first = first};
        size_t end = gpuc_cl_split(texts, first, slowness, &session->base.limits,
                                   &launch.base.work);
        launch.n_rows = end - first;
        launch.text_offset = texts->offsets[first];
        launch.text_size =
            (size_t)texts->offsets[end - 1] + texts->sizes[end - 1] - launch.text_offset;
        if (launch.text_size > session->base.limits.max_text_size)
            return gpuc_fail(error, GPUC_EDEVICE,
                             "a row's text of %zu bytes does not fit into one buffer of "
                             "the device",
                             launch.text_size);

        enum gpuc_status status = run(session, &launch, error);
        if (status == GPUC_ENOMEM &&
            (launch.n_rows > 1 || !session->base.memory_is_short)) {
            session->base.memory_is_short = true;
            session->base.limits.max_rows = (launch.n_rows + 1) / 2;
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

static void set_limits(struct gpuc_cl_blackbox_session *session,
                       const struct gpuc_cl_device *device)
{
    struct gpuc_cl_limits *limits = &session->base.limits;
    bool is_cpu = gpuc_cl_device_is_cpu(device);
    uint64_t max_rows = is_cpu ? CPU_MAX_ROWS : GPU_MAX_ROWS;

    if (max_rows > device->max_alloc_size / MT_ROW_SIZE)
        max_rows = device->max_alloc_size / MT_ROW_SIZE;
    if (max_rows > device->memory_size / GPU_MEMORY_PART / MT_ROW_SIZE)
        max_rows = device->memory_size / GPU_MEMORY_PART / MT_ROW_SIZE;
    limits->max_rows = max_rows > 0 ? (size_t)max_rows : 1;
    limits->min_rows = is_cpu ? 1 : (size_t)device->n_units * GPU_UNIT_ROWS;
    limits->max_text_size = device->max_alloc_size;
    session->interleaved = !is_cpu;
}

enum gpuc_status gpuc_cl_blackbox_attach(struct gpuc_engine *base,
                                         const struct gpuc_model *model,
                                         struct gpuc_session **ret_session,
                                         struct gpuc_error *error)
{
    struct gpuc_cl_engine *engine = (struct gpuc_cl_engine *)base;
    enum gpuc_status status;

    struct gpuc_cl_blackbox_session *session = gpuc_alloc(1, sizeof *session);
    if (session == NULL)
        return gpuc_fail_memory(error, sizeof *session, "an OpenCL session");
    set_limits(session, &engine->device);
    GPUC_TRY(gpuc_cl_session_init(&session->base, base, model, error));
    GPUC_TRY(gpuc_cl_kernel_create(engine, engine->blackbox_program, "gpuc_blackbox",
                                   &session->kernel, &session->group_size, error));
    if (session->group_size > GROUP_SIZE)
        session->group_size = GROUP_SIZE;
    *ret_session = &session->base.base;
    session = NULL;
out:
    gpuc_cl_blackbox_detach(session != NULL ? &session->base.base : NULL);
    return status;
}

void gpuc_cl_blackbox_detach(struct gpuc_session *base)
{
    struct gpuc_cl_blackbox_session *session = (struct gpuc_cl_blackbox_session *)base;

    if (session == NULL)
        return;
    release_texts(&session->buffers);
    release_rows(&session->buffers);
    if (session->kernel != NULL)
        clReleaseKernel(session->kernel);
    gpuc_cl_session_done(&session->base);
    gpuc_free(session);
}
