/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_forest_launch.h"

#include "base/memory.h"
#include "base/stride.h"
#include "host/opencl/cl_error.h"
#include "kernels/forest_select.h"

/* Of GPUC_FOREST_PARAMETERS in kernels/forest_sum.h. */
enum { N_PARAMETERS = 8 };

size_t gpuc_cl_forest_stride(size_t n_rows)
{
    size_t n_blocks = (n_rows + GPUC_SELECT_ROWS - 1) / GPUC_SELECT_ROWS;
    return gpuc_stride(n_blocks * GPUC_SELECT_ROWS);
}

void gpuc_cl_forest_release_rows(struct gpuc_cl_forest_session *session)
{
    gpuc_cl_buffer_release(&session->codes);
    gpuc_cl_buffer_release(&session->margins);
    gpuc_cl_buffer_release(&session->leaves);
    session->row_capacity = 0;
}

/* Makes the buffers large enough for a launch. The contents are lost. */
static enum gpuc_status reserve(struct gpuc_cl_forest_session *session,
                                const struct gpuc_cl_forest_launch *launch,
                                struct gpuc_error *error)
{
    const struct gpuc_cl_engine *engine = gpuc_cl_session_engine(&session->base);
    const struct gpuc_forest *forest = gpuc_cl_forest_image(session);
    size_t margins_size = forest->n_outputs * gpuc_number_size(forest->number);
    size_t codes_size = forest->codes_size > 0 ? forest->codes_size : 1;
    enum gpuc_status status = GPUC_OK;

    if (launch->features.n_rows > session->row_capacity) {
        size_t n_rows =
            gpuc_cl_grown(&session->base, session->row_capacity, launch->features.n_rows,
                          session->base.limits.max_rows);
        size_t stride = gpuc_cl_forest_stride(n_rows);
        gpuc_cl_forest_release_rows(session);
        GPUC_TRY(gpuc_cl_buffer_create(engine, CL_MEM_READ_ONLY, stride * codes_size,
                                       &session->codes, error));
        if (!session->sums_on_host)
            GPUC_TRY(gpuc_cl_buffer_create(engine, CL_MEM_READ_WRITE,
                                           stride * margins_size, &session->margins,
                                           error));
        if (session->with_leaves)
            GPUC_TRY(gpuc_cl_buffer_create(engine, CL_MEM_WRITE_ONLY,
                                           stride * forest->n_trees * sizeof(uint32_t),
                                           &session->leaves, error));
        session->row_capacity = n_rows;
    }
    void *codes = session->host_codes;
    status = gpuc_grow(&codes, &session->host_codes_capacity, launch->stride * codes_size,
                       1, "the codes of a batch", error);
    session->host_codes = codes;
out:
    return status;
}

static enum gpuc_status set_arguments(struct gpuc_cl_forest_session *session,
                                      const struct gpuc_cl_forest_launch *launch,
                                      struct gpuc_error *error)
{
    const struct gpuc_cl_forest *forest = session->forest;
    const struct gpuc_forest *image = forest->forest;
    const struct gpuc_cl_shape *shape = forest->shape;
    cl_mem leaves = launch->results.leaves != NULL ? session->leaves : NULL;
    cl_ulong stride = launch->stride;
    cl_uint n_rows = (cl_uint)launch->features.n_rows;
    struct gpuc_cl_argument
        arguments[N_PARAMETERS + GPUC_CL_PARTS_MAX + GPUC_CL_FURTHER_MAX] = {
            {sizeof session->codes, &session->codes},
            {sizeof stride, &stride},
            {sizeof n_rows, &n_rows},
            {sizeof image->n_trees, &image->n_trees},
            {sizeof image->n_outputs, &image->n_outputs},
            {sizeof image->leaf_size, &image->leaf_size},
            {sizeof session->margins, &session->margins},
            {sizeof leaves, &leaves},
        };
    size_t n_arguments = N_PARAMETERS;
    for (size_t i = 0; i < shape->n_parts; i++)
        arguments[n_arguments++] =
            (struct gpuc_cl_argument){sizeof forest->parts[i], &forest->parts[i]};
    n_arguments += shape->further(image, &forest->tuning, arguments + n_arguments);
    return gpuc_cl_set_arguments(session->kernel, arguments, n_arguments, error);
}

/* Results of a launch, on the device and where they go. */
struct columns {
    cl_mem memory;
    void *host;
    size_t n_columns;
    size_t item_size;
};

/* Copies columns from the device's stride to the caller's. */
static enum gpuc_status download(struct gpuc_cl_forest_session *session,
                                 const struct gpuc_cl_forest_launch *launch,
                                 const struct columns *columns, struct gpuc_error *error)
{
    const size_t origin[3] = {0, 0, 0};
    const size_t item_size = columns->item_size;
    const size_t region[3] = {launch->features.n_rows * item_size, columns->n_columns, 1};

    return GPUC_CL(error, clEnqueueReadBufferRect(session->base.queue, columns->memory,
                                                  CL_FALSE, origin, origin, region,
                                                  launch->stride * item_size, 0,
                                                  launch->results.stride * item_size, 0,
                                                  columns->host, 0, NULL, NULL));
}

/* Puts the copies and the kernel in the queue. */
static enum gpuc_status enqueue(struct gpuc_cl_forest_session *session,
                                struct gpuc_cl_forest_launch *launch,
                                struct gpuc_error *error)
{
    const struct gpuc_forest *forest = gpuc_cl_forest_image(session);
    const struct gpuc_forest_results *results = &launch->results;
    const struct columns margins = {session->margins, results->margins, forest->n_outputs,
                                    gpuc_number_size((enum gpuc_number)forest->number)};
    const struct columns leaves = {session->leaves, results->leaves, forest->n_trees,
                                   sizeof(uint32_t)};
    enum gpuc_status status;

    GPUC_TRY(gpuc_cl_upload(&session->base, session->codes, session->host_codes,
                            launch->stride * forest->codes_size, error));
    GPUC_TRY(set_arguments(session, launch, error));
    GPUC_TRY(gpuc_cl_launch(&session->base, &launch->base, error));
    if (!session->sums_on_host)
        GPUC_TRY(download(session, launch, &margins, error));
    if (results->leaves != NULL)
        GPUC_TRY(download(session, launch, &leaves, error));
out:
    return status;
}

enum gpuc_status gpuc_cl_forest_run(struct gpuc_cl_forest_session *session,
                                    struct gpuc_cl_forest_launch *launch,
                                    struct gpuc_error *error)
{
    size_t n_rows = launch->features.n_rows;
    enum gpuc_status status;

    launch->stride = gpuc_cl_forest_stride(n_rows);
    struct gpuc_cl_range range =
        session->forest->shape->range(&session->forest->tuning, n_rows);
    launch->base.kernel = session->kernel;
    launch->base.name = session->forest->shape->kernel;
    launch->base.n_items = range.n_items;
    launch->base.group_size = range.group_size;
    GPUC_TRY(reserve(session, launch, error));
    const struct gpuc_codes codes = {session->host_codes, launch->stride, n_rows};
    session->forest->quantise(&session->forest->quantiser, &launch->features, &codes);
    status = enqueue(session, launch, error);
    status = gpuc_cl_session_finish(&session->base, &launch->base, status, error);
out:
    return status;
}
