/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_blackbox_session.h"

#include "base/memory.h"
#include "host/opencl/cl_commands.h"
#include "kernels/mt19937_row.h"

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
        {sizeof buffers->texts, &buffers->texts},
        {sizeof buffers->offsets, &buffers->offsets},
        {sizeof buffers->sizes, &buffers->sizes},
        {sizeof buffers->order, &buffers->order},
        {sizeof launch->text_offset, &launch->text_offset},
        {sizeof n_rows, &n_rows},
        {sizeof params->seeding, &params->seeding},
        {sizeof params->slowness, &params->slowness},
        {sizeof buffers->scratch, &buffers->scratch},
        {sizeof buffers->fractions, &buffers->fractions},
        {sizeof buffers->digests, &buffers->digests},
        {sizeof item_stride, &item_stride},
        {sizeof word_stride, &word_stride},
    };
    size_t n_arguments = sizeof arguments / sizeof arguments[0];

    /* How scratch memory is laid out is the kernel's own affair with lanes. */
    return gpuc_cl_set_arguments(kernel->kernel, arguments,
                                 kernel->n_lanes > 1 ? n_arguments - 2 : n_arguments,
                                 error);
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
    GPUC_TRY(gpuc_cl_upload(&session->base, buffers->order, session->order.rows,
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
            gpuc_cl_buffers_release(&session->buffers);
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
    gpuc_cl_buffers_release(&session->buffers);
    gpuc_size_order_done(&session->order);
    gpuc_cl_blackbox_kernel_done(&session->kernel);
    gpuc_cl_session_done(&session->base);
    gpuc_free(session);
}
