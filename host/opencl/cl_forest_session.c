/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_forest_launch.h"

#include "base/memory.h"
#include "base/stride.h"
#include "host/opencl/cl_forest_sums.h"
#include "model/forest_margins.h"

/* Rows of one launch: enough to keep the device busy. */
enum { CPU_MAX_ROWS = 1 << 15, GPU_MAX_ROWS = 1 << 17 };

/* Bytes of one launch's buffers, and the part of a device's memory that they may take. */
enum { LAUNCH_SIZE_MAX = 1 << 26, MEMORY_PART = 32 };

/* Rows that a compute unit of a GPU has under way at once, at least. */
enum { GPU_UNIT_ROWS = 128 };

/* Bytes that a row takes in the buffers of a launch. */
static uint64_t row_size(const struct gpuc_cl_forest_session *session)
{
    const struct gpuc_forest *forest = gpuc_cl_forest_image(session);
    uint64_t size = forest->codes_size;

    if (!session->sums_on_host)
        size += (uint64_t)forest->n_outputs * gpuc_number_size(forest->number);
    if (session->with_leaves)
        size += (uint64_t)forest->n_trees * sizeof(uint32_t);
    return size > 0 ? size : 1;
}

static void limit_rows(struct gpuc_cl_forest_session *session)
{
    const struct gpuc_cl_device *device = &gpuc_cl_session_engine(&session->base)->device;
    struct gpuc_cl_limits *limits = &session->base.limits;
    uint64_t size = device->memory_size / MEMORY_PART;

    if (size > device->max_alloc_size)
        size = device->max_alloc_size;
    if (size > LAUNCH_SIZE_MAX)
        size = LAUNCH_SIZE_MAX;
    if (limits->max_rows > size / row_size(session))
        limits->max_rows = (size_t)(size / row_size(session));
    limits->max_rows -= limits->max_rows % GPUC_ROW_MULTIPLE;
    if (limits->max_rows < GPUC_ROW_MULTIPLE)
        limits->max_rows = GPUC_ROW_MULTIPLE;
}

/* From now on, launches give leaves too. */
static void add_leaves(struct gpuc_cl_forest_session *session)
{
    session->with_leaves = true;
    gpuc_cl_forest_release_rows(session);
    limit_rows(session);
}

/* Less memory for the next try; false: there is nothing left to save. */
static bool save_memory(struct gpuc_cl_forest_session *session, size_t n_rows)
{
    struct gpuc_cl_session *base = &session->base;

    if (n_rows <= GPUC_ROW_MULTIPLE && base->memory_is_short)
        return false;
    base->memory_is_short = true;
    base->limits.max_rows =
        (n_rows / 2 + GPUC_ROW_MULTIPLE - 1) / GPUC_ROW_MULTIPLE * GPUC_ROW_MULTIPLE;
    if (base->limits.max_rows == 0)
        base->limits.max_rows = GPUC_ROW_MULTIPLE;
    gpuc_cl_forest_release_rows(session);
    return true;
}

/* The features and results of the work's rows from `first` on. */
static struct gpuc_cl_forest_launch
launch_from(const struct gpuc_forest *forest, const struct gpuc_work *work, size_t first)
{
    size_t number_size = gpuc_number_size(forest->number);
    struct gpuc_cl_forest_launch launch = {.features = work->features,
                                           .results = work->forest};

    launch.features.values = (const char *)work->features.values + first * number_size;
    launch.features.n_rows = work->features.n_rows - first;
    launch.results.margins = (char *)work->forest.margins + first * number_size;
    if (work->forest.leaves != NULL)
        launch.results.leaves = work->forest.leaves + first;
    return launch;
}

/* Runs a launch whose margins are summed here, from leaves that go where there is room.
 */
static enum gpuc_status run_and_sum(struct gpuc_cl_forest_session *session,
                                    struct gpuc_cl_forest_launch *launch,
                                    struct gpuc_error *error)
{
    const struct gpuc_forest *forest = gpuc_cl_forest_image(session);
    struct gpuc_forest_results results = launch->results;
    enum gpuc_status status;

    if (results.leaves == NULL) {
        void *leaves = session->host_leaves;
        launch->results.stride = gpuc_cl_forest_stride(launch->features.n_rows);
        status = gpuc_grow(&leaves, &session->host_leaves_capacity,
                           launch->results.stride * forest->n_trees, sizeof(uint32_t),
                           "the leaves of a batch", error);
        session->host_leaves = leaves;
        if (status != GPUC_OK)
            return status;
        launch->results.leaves = leaves;
    }
    status = gpuc_cl_forest_run(session, launch, error);
    if (status != GPUC_OK)
        return status;
    gpuc_cl_forest_sum(forest, &launch->features, &launch->results, &results);
    return GPUC_OK;
}

enum gpuc_status gpuc_cl_forest_classify(struct gpuc_session *base,
                                         const struct gpuc_work *work,
                                         struct gpuc_error *error)
{
    struct gpuc_cl_forest_session *session = (struct gpuc_cl_forest_session *)base;
    const struct gpuc_forest *forest = base->model->forest;
    size_t n_rows = work->features.n_rows;

    if (session->forest == NULL) {
        gpuc_forest_start_margins(forest, &work->features, &work->forest);
        return GPUC_OK;
    }
    if (work->forest.leaves != NULL && !session->with_leaves)
        add_leaves(session);
    for (size_t first = 0; first < n_rows;) {
        struct gpuc_cl_forest_launch launch = launch_from(forest, work, first);
        size_t end = gpuc_cl_split_even(n_rows, first, session->forest->row_work,
                                        &session->base.limits, &launch.base.work);
        launch.features.n_rows = end - first;
        enum gpuc_status status = session->sums_on_host
                                      ? run_and_sum(session, &launch, error)
                                      : gpuc_cl_forest_run(session, &launch, error);
        if (status == GPUC_OK)
            first = end;
        else if (status != GPUC_ENOMEM || !save_memory(session, launch.features.n_rows))
            return status;
    }
    return GPUC_OK;
}

static enum gpuc_status create_kernel(struct gpuc_cl_forest_session *session,
                                      struct gpuc_error *error)
{
    const struct gpuc_cl_engine *engine = gpuc_cl_session_engine(&session->base);
    bool is_cpu = gpuc_cl_device_is_cpu(&engine->device);
    size_t max_group_size;

    session->base.limits.max_rows = is_cpu ? CPU_MAX_ROWS : GPU_MAX_ROWS;
    session->base.limits.min_rows =
        is_cpu ? GPUC_ROW_MULTIPLE : (size_t)engine->device.n_units * GPU_UNIT_ROWS;
    limit_rows(session);
    return gpuc_cl_kernel_create(engine, session->forest->program,
                                 session->forest->shape->kernel, &session->kernel,
                                 &max_group_size, error);
}

enum gpuc_status gpuc_cl_forest_attach(struct gpuc_engine *base,
                                       const struct gpuc_model *model,
                                       struct gpuc_session **ret_session,
                                       struct gpuc_error *error)
{
    const struct gpuc_forest *forest = model->forest;
    enum gpuc_status status;

    struct gpuc_cl_forest_session *session = gpuc_alloc(1, sizeof *session);
    if (session == NULL)
        return gpuc_fail_memory(error, sizeof *session, "an OpenCL session");
    GPUC_TRY(gpuc_cl_session_init(&session->base, base, model, error));
    session->sums_on_host =
        forest->linear_leaves.n_items > 0 || forest->weights.n_items > 0;
    session->with_leaves = session->sums_on_host;
    if (forest->n_trees > 0) {
        GPUC_TRY(gpuc_cl_forest_get((struct gpuc_cl_engine *)base, forest,
                                    &session->forest, error));
        GPUC_TRY(create_kernel(session, error));
    }
    *ret_session = &session->base.base;
    session = NULL;
out:
    if (session != NULL)
        gpuc_cl_forest_detach(&session->base.base);
    return status;
}

void gpuc_cl_forest_detach(struct gpuc_session *base)
{
    struct gpuc_cl_forest_session *session = (struct gpuc_cl_forest_session *)base;

    gpuc_cl_forest_release_rows(session);
    if (session->kernel != NULL)
        clReleaseKernel(session->kernel);
    gpuc_cl_forest_put(gpuc_cl_session_engine(&session->base), session->forest);
    gpuc_free(session->host_codes);
    gpuc_free(session->host_leaves);
    gpuc_cl_session_done(&session->base);
    gpuc_free(session);
}
