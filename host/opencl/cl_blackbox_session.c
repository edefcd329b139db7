/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_blackbox_session.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "host/opencl/cl_commands.h"
#include "kernels/mt19937_row.h"

/* Rows that keep a GPU busy: more, and jobs of few batches would have too few of them. */
enum { GPU_BATCH_ROWS = 1 << 15 };

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

static enum gpuc_status set_arguments(struct gpuc_cl_blackbox_session *session,
                                      const struct launch *launch,
                                      struct gpuc_error *error)
{
    const struct gpuc_blackbox *params = &session->base.base.model->blackbox;
    const struct gpuc_cl_blackbox_kernel *kernel = &session->kernel;
    const struct gpuc_cl_buffers *buffers = &session->buffers;
    cl_uint n_rows = (cl_uint)launch->n_rows;
    cl_uint item_stride = kernel->interleaved ? 1 : GPUC_MT_SIZE;
    cl_uint word_stride = kernel->interleaved ? (cl_uint)buffers->row_capacity : 1;
    const struct gpuc_cl_argument arguments[] = {
        {sizeof buffers->texts.memory, &buffers->texts.memory},
        {sizeof buffers->offsets.memory, &buffers->offsets.memory},
        {sizeof buffers->sizes.memory, &buffers->sizes.memory},
        {sizeof buffers->order.memory, &buffers->order.memory},
        {sizeof launch->text_offset, &launch->text_offset},
        {sizeof n_rows, &n_rows},
        {sizeof params->seeding, &params->seeding},
        {sizeof params->slowness, &params->slowness},
        {sizeof buffers->scratch, &buffers->scratch},
        {sizeof buffers->fractions.memory, &buffers->fractions.memory},
        {sizeof buffers->digests.memory, &buffers->digests.memory},
        {sizeof item_stride, &item_stride},
        {sizeof word_stride, &word_stride},
    };
    size_t n_arguments = sizeof arguments / sizeof arguments[0];

    /* How scratch memory is laid out is the kernel's own affair with lanes. */
    return gpuc_cl_set_arguments(kernel->kernel, arguments,
                                 kernel->n_lanes > 1 ? n_arguments - 2 : n_arguments,
                                 error);
}

/* Hands bytes of the host's to the device. */
static enum gpuc_status send(struct gpuc_cl_session *session,
                             struct gpuc_cl_staging *staging, const void *bytes,
                             size_t size, struct gpuc_error *error)
{
    enum gpuc_status status;

    GPUC_TRY(gpuc_cl_staging_fill(session, staging, error));
    double start = gpuc_clock_seconds();
    if (size > 0)
        memcpy(staging->host, bytes, size);
    session->base.done.copy_seconds += gpuc_clock_seconds() - start;
    status = gpuc_cl_staging_send(session, staging, size, error);
out:
    return status;
}

/* Puts all commands into the queue. */
static enum gpuc_status enqueue(struct gpuc_cl_blackbox_session *session,
                                const struct launch *launch, struct gpuc_error *error)
{
    const struct gpuc_texts *texts = launch->texts;
    struct gpuc_cl_session *base = &session->base;
    struct gpuc_cl_buffers *buffers = &session->buffers;
    size_t words_size = launch->n_rows * sizeof(cl_uint);
    enum gpuc_status status;

    GPUC_TRY(send(base, &buffers->texts, texts->bytes.data + launch->text_offset,
                  launch->text_size, error));
    GPUC_TRY(
        send(base, &buffers->offsets, texts->offsets + launch->first, words_size, error));
    GPUC_TRY(
        send(base, &buffers->sizes, texts->sizes + launch->first, words_size, error));
    GPUC_TRY(send(base, &buffers->order, session->order.rows, words_size, error));
    GPUC_TRY(gpuc_cl_staging_send(base, &buffers->fractions, 0, error));
    GPUC_TRY(gpuc_cl_staging_send(base, &buffers->digests, 0, error));
    GPUC_TRY(set_arguments(session, launch, error));
    GPUC_TRY(gpuc_cl_launch(base, &launch->base, error));
    GPUC_TRY(gpuc_cl_staging_fetch(base, &buffers->fractions,
                                   launch->n_rows * sizeof(cl_ulong), error));
    GPUC_TRY(gpuc_cl_staging_fetch(base, &buffers->digests,
                                   launch->n_rows * GPUC_DIGEST_SIZE, error));
out:
    return status;
}

/* Gives the caller what the device has found. */
static void deliver(struct gpuc_cl_blackbox_session *session, const struct launch *launch)
{
    const struct gpuc_blackbox_results *results = launch->results;
    double start = gpuc_clock_seconds();

    memcpy(results->fractions + launch->first, session->buffers.fractions.host,
           launch->n_rows * sizeof(cl_ulong));
    memcpy(results->digests + launch->first * GPUC_DIGEST_SIZE,
           session->buffers.digests.host, launch->n_rows * GPUC_DIGEST_SIZE);
    session->base.base.done.copy_seconds += gpuc_clock_seconds() - start;
}

static enum gpuc_status run(struct gpuc_cl_blackbox_session *session,
                            struct launch *launch, struct gpuc_error *error)
{
    const struct gpuc_cl_blackbox_kernel *kernel = &session->kernel;
    size_t n_items = gpuc_cl_blackbox_items(kernel, launch->n_rows);
    size_t n_groups = (n_items + kernel->group_size - 1) / kernel->group_size;
    enum gpuc_status status;

    launch->base.kernel = kernel->kernel;
    launch->base.name = kernel->name;
    launch->base.group_size = kernel->group_size;
    launch->base.n_items = n_groups * kernel->group_size;
    GPUC_TRY(gpuc_size_order_sort(&session->order, launch->texts->sizes + launch->first,
                                  launch->n_rows, error));
    GPUC_TRY(gpuc_cl_buffers_reserve(&session->buffers, &session->base, kernel,
                                     launch->n_rows, launch->text_size, error));
    status = enqueue(session, launch, error);
    status = gpuc_cl_session_finish(&session->base, &launch->base, status, error);
    if (status == GPUC_OK)
        deliver(session, launch);
out:
    return status;
}

/* Keeps what rows need on the device to the session's share. */
static void limit_rows(struct gpuc_cl_blackbox_session *session)
{
    struct gpuc_cl_limits *limits = &session->base.limits;
    uint64_t row_size = 3 * sizeof(cl_uint) + sizeof(cl_ulong) + GPUC_DIGEST_SIZE;

    if (session->kernel.n_lanes == 1)
        row_size += session->kernel.item_size;
    uint64_t max_rows = gpuc_cl_session_share(&session->base) / row_size;
    if (limits->max_rows > max_rows)
        limits->max_rows = max_rows > 0 ? (size_t)max_rows : 1;
    if (session->buffers.row_capacity > limits->max_rows)
        gpuc_cl_buffers_release(&session->buffers, &session->base);
}

enum gpuc_status gpuc_cl_blackbox_classify(struct gpuc_session *base,
                                           const struct gpuc_work *work,
                                           struct gpuc_error *error)
{
    const struct gpuc_texts *texts = work->texts;
    struct gpuc_cl_blackbox_session *session = (struct gpuc_cl_blackbox_session *)base;
    uint32_t slowness = base->model->blackbox.slowness;

    /* There may be more sessions than before. */
    limit_rows(session);
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
            gpuc_cl_buffers_release(&session->buffers, &session->base);
            continue;
        }
        if (status != GPUC_OK)
            return status;
        first = end;
    }
    return GPUC_OK;
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
    GPUC_TRY(gpuc_cl_session_init(&session->base, base, model, error));
    GPUC_TRY(gpuc_cl_blackbox_kernel_init(&session->kernel, engine, &session->base.limits,
                                          error));
    limit_rows(session);
    if (!gpuc_cl_device_is_cpu(&engine->device))
        session->base.base.batch_rows = session->base.limits.max_rows < GPU_BATCH_ROWS
                                            ? session->base.limits.max_rows
                                            : GPU_BATCH_ROWS;
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
    gpuc_cl_buffers_release(&session->buffers, &session->base);
    gpuc_size_order_done(&session->order);
    gpuc_cl_blackbox_kernel_done(&session->kernel);
    gpuc_cl_session_done(&session->base);
    gpuc_free(session);
}
