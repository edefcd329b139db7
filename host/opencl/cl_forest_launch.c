/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_forest_launch.h"

#include <string.h>

#include "base/clock.h"
#include "host/opencl/cl_forest_sums.h"

/* Of GPUC_FOREST_PARAMETERS in kernels/forest_sum.h. */
enum { N_PARAMETERS = 8 };

size_t gpuc_cl_forest_stride(size_t n_rows)
{
    size_t n_blocks = (n_rows + GPUC_SELECT_ROWS - 1) / GPUC_SELECT_ROWS;
    return gpuc_stride(n_blocks * GPUC_SELECT_ROWS);
}

void gpuc_cl_forest_release_rows(struct gpuc_cl_forest_session *session)
{
    gpuc_cl_staging_release(&session->base, &session->codes);
    gpuc_cl_staging_release(&session->base, &session->margins);
    gpuc_cl_staging_release(&session->base, &session->leaves);
    session->row_capacity = 0;
}

/* Makes the buffers large enough for a launch. The contents are lost. */
static enum gpuc_status reserve(struct gpuc_cl_forest_session *session, size_t wanted,
                                struct gpuc_error *error)
{
    const struct gpuc_forest *forest = gpuc_cl_forest_image(session);
    size_t margins_size = forest->n_outputs * gpuc_number_size(forest->number);
    size_t codes_size = forest->codes_size > 0 ? forest->codes_size : 1;
    enum gpuc_status status = GPUC_OK;

    if (wanted <= session->row_capacity)
        return GPUC_OK;
    size_t n_rows = gpuc_cl_grown(&session->base, session->row_capacity, wanted,
                                  session->base.limits.max_rows);
    size_t stride = gpuc_cl_forest_stride(n_rows);
    gpuc_cl_forest_release_rows(session);
    GPUC_TRY(gpuc_cl_staging_create(&session->base, CL_MEM_READ_ONLY, stride * codes_size,
                                    &session->codes, error));
    if (!session->sums_on_host)
        GPUC_TRY(gpuc_cl_staging_create(&session->base, CL_MEM_READ_WRITE,
                                        stride * margins_size, &session->margins, error));
    if (session->with_leaves)
        GPUC_TRY(gpuc_cl_staging_create(&session->base, CL_MEM_WRITE_ONLY,
                                        stride * forest->n_trees * sizeof(uint32_t),
                                        &session->leaves, error));
    session->row_capacity = n_rows;
out:
    return status;
}

/* Whether the kernel gives leaves, for the caller or to sum them here. */
static bool finds_leaves(const struct gpuc_cl_forest_session *session,
                         const struct gpuc_cl_forest_launch *launch)
{
    return session->sums_on_host || launch->results.leaves != NULL;
}

static enum gpuc_status set_arguments(struct gpuc_cl_forest_session *session,
                                      const struct gpuc_cl_forest_launch *launch,
                                      struct gpuc_error *error)
{
    const struct gpuc_cl_forest *forest = session->forest;
    const struct gpuc_forest *image = forest->forest;
    const struct gpuc_cl_shape *shape = forest->shape;
    cl_mem leaves = finds_leaves(session, launch) ? session->leaves.memory : NULL;
    cl_ulong stride = launch->stride;
    cl_uint n_rows = (cl_uint)launch->features.n_rows;
    struct gpuc_cl_argument
        arguments[N_PARAMETERS + GPUC_CL_PARTS_MAX + GPUC_CL_FURTHER_MAX] = {
            {sizeof session->codes.memory, &session->codes.memory},
            {sizeof stride, &stride},
            {sizeof n_rows, &n_rows},
            {sizeof image->n_trees, &image->n_trees},
            {sizeof image->n_outputs, &image->n_outputs},
            {sizeof image->leaf_size, &image->leaf_size},
            {sizeof session->margins.memory, &session->margins.memory},
            {sizeof leaves, &leaves},
        };
    size_t n_arguments = N_PARAMETERS;
    for (size_t i = 0; i < shape->n_parts; i++)
        arguments[n_arguments++] =
            (struct gpuc_cl_argument){sizeof forest->parts[i], &forest->parts[i]};
    n_arguments += shape->further(image, &forest->tuning, arguments + n_arguments);
    return gpuc_cl_set_arguments(session->kernel, arguments, n_arguments, error);
}

/* From the first to the last byte of a launch's columns in a buffer. */
static size_t columns_size(const struct gpuc_cl_forest_launch *launch, size_t n_columns,
                           size_t item_size)
{
    return ((n_columns - 1) * launch->stride + launch->features.n_rows) * item_size;
}

static void quantise(struct gpuc_cl_forest_session *session,
                     const struct gpuc_cl_forest_launch *launch)
{
    const struct gpuc_codes codes = {session->codes.host, launch->stride,
                                     launch->features.n_rows};
    double start = gpuc_clock_seconds();

    session->forest->quantise(&session->forest->quantiser, &launch->features, &codes);
    session->base.base.done.quantise_seconds += gpuc_clock_seconds() - start;
}

/* Makes the codes and puts all commands into the queue. */
static enum gpuc_status enqueue(struct gpuc_cl_forest_session *session,
                                const struct gpuc_cl_forest_launch *launch,
                                struct gpuc_error *error)
{
    const struct gpuc_forest *forest = gpuc_cl_forest_image(session);
    struct gpuc_cl_session *base = &session->base;
    enum gpuc_status status;

    GPUC_TRY(gpuc_cl_staging_fill(base, &session->codes, error));
    quantise(session, launch);
    GPUC_TRY(gpuc_cl_staging_send(base, &session->codes,
                                  launch->stride * forest->codes_size, error));
    GPUC_TRY(gpuc_cl_staging_send(base, &session->margins, 0, error));
    GPUC_TRY(gpuc_cl_staging_send(base, &session->leaves, 0, error));
    GPUC_TRY(set_arguments(session, launch, error));
    GPUC_TRY(gpuc_cl_launch(base, &launch->base, error));
    if (!session->sums_on_host)
        GPUC_TRY(gpuc_cl_staging_fetch(
            base, &session->margins,
            columns_size(launch, forest->n_outputs, gpuc_number_size(forest->number)),
            error));
    if (finds_leaves(session, launch))
        GPUC_TRY(gpuc_cl_staging_fetch(
            base, &session->leaves,
            columns_size(launch, forest->n_trees, sizeof(uint32_t)), error));
out:
    return status;
}

/* Copies columns from a buffer to the caller's. */
static void copy_columns(const struct gpuc_cl_forest_launch *launch,
                         const struct gpuc_cl_staging *from, void *to, size_t n_columns,
                         size_t item_size)
{
    for (size_t i = 0; i < n_columns; i++)
        memcpy((char *)to + i * launch->results.stride * item_size,
               (const char *)from->host + i * launch->stride * item_size,
               launch->features.n_rows * item_size);
}

/* Gives the caller what the device has found. */
static void deliver(struct gpuc_cl_forest_session *session,
                    const struct gpuc_cl_forest_launch *launch)
{
    const struct gpuc_forest *forest = gpuc_cl_forest_image(session);
    double start = gpuc_clock_seconds();

    if (!session->sums_on_host)
        copy_columns(launch, &session->margins, launch->results.margins,
                     forest->n_outputs, gpuc_number_size(forest->number));
    if (launch->results.leaves != NULL)
        copy_columns(launch, &session->leaves, launch->results.leaves, forest->n_trees,
                     sizeof(uint32_t));
    session->base.base.done.copy_seconds += gpuc_clock_seconds() - start;
    if (session->sums_on_host) {
        const struct gpuc_forest_results found = {NULL, session->leaves.host,
                                                  launch->stride};
        gpuc_cl_forest_sum(forest, &launch->features, &found, &launch->results);
    }
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
    GPUC_TRY(reserve(session, n_rows, error));
    status = enqueue(session, launch, error);
    status = gpuc_cl_session_finish(&session->base, &launch->base, status, error);
    if (status == GPUC_OK)
        deliver(session, launch);
out:
    return status;
}
