/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_forest_launch.h"

#include "base/memory.h"
#include "base/stride.h"
#include "host/opencl/cl_forest_sums.h"
#include "model/forest_margins.h"

/* Rows of one launch: enough to keep the device busy. */
enum { CPU_MAX_ROWS = 1 << 15, GPU_MAX_ROWS = 1 << 17 };

/* Bytes of one launch's buffers, on the device and, where that has its own, in the host's
 * memory too. */
enum { LAUNCH_SIZE_MAX = 1 << 26 };

/*
 * Rows that a compute unit of a GPU has under way at once, at least, and those that keep
 * it busy: so many that units which end early have work left, and that a launch takes
 * longer than what it costs to make it, some 20 microseconds.
 */
enum { GPU_UNIT_ROWS = 128, GPU_UNIT_BATCH_ROWS = 1024, GPU_MIN_BATCH_ROWS = 1 << 14 };

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
    uint64_t size = gpuc_cl_session_share(&session->base);

    if (size > device->max_alloc_size)
        size = device->max_alloc_size;
    if (size > LAUNCH_SIZE_MAX)
        size = LAUNCH_SIZE_MAX;
    uint64_t n_rows = size / row_size(session);
    /* Columns on the device are padded. */
    n_rows -= n_rows < GPUC_CL_FOREST_PADDING ? n_rows : GPUC_CL_FOREST_PADDING;
    if (limits->max_rows > n_rows)
        limits->max_rows = (size_t)n_rows;
    limits->max_rows -= limits->max_rows % GPUC_ROW_MULTIPLE;
    if (limits->max_rows < GPUC_ROW_MULTIPLE)
        limits->max_rows = GPUC_ROW_MULTIPLE;
    if (session->row_capacity > limits->max_rows)
        gpuc_cl_forest_release_rows(session);
}

/* From now on, launches give leaves too. */
static void add_leaves(struct gpuc_cl_forest_session *session)
{
    session->with_leaves = true;
    gpuc_cl_forest_release_rows(session);
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
    /* There may be more sessions than before. */
    limit_rows(session);
    for (size_t first = 0; first < n_rows;) {
        struct gpuc_cl_forest_launch launch = launch_from(forest, work, first);
        size_t end = gpuc_cl_split_even(n_rows, first, session->forest->row_work,
                                        &session->base.limits, &launch.base.work);
        launch.features.n_rows = end - first;
        enum gpuc_status status = gpuc_cl_forest_run(session, &launch, error);
        if (status == GPUC_OK)
            first = end;
        else if (status != GPUC_ENOMEM || !save_memory(session, launch.features.n_rows))
            return status;
    }
    return GPUC_OK;
}

static void set_limits(struct gpuc_cl_forest_session *session)
{
    const struct gpuc_cl_device *device = &gpuc_cl_session_engine(&session->base)->device;
    struct gpuc_cl_limits *limits = &session->base.limits;
    size_t batch_rows = (size_t)device->n_units * GPU_UNIT_BATCH_ROWS;

    if (gpuc_cl_device_is_cpu(device)) {
        limits->max_rows = CPU_MAX_ROWS;
        limits->min_rows = GPUC_ROW_MULTIPLE;
        limit_rows(session);
        return;
    }
    limits->max_rows = GPU_MAX_ROWS;
    limits->min_rows = (size_t)device->n_units * GPU_UNIT_ROWS;
    limit_rows(session);
    if (batch_rows < GPU_MIN_BATCH_ROWS)
        batch_rows = GPU_MIN_BATCH_ROWS;
    session->base.base.batch_rows =
        batch_rows < limits->max_rows ? batch_rows : limits->max_rows;
}

static enum gpuc_status create_kernel(struct gpuc_cl_forest_session *session,
                                      struct gpuc_error *error)
{
    const struct gpuc_cl_engine *engine = gpuc_cl_session_engine(&session->base);
    size_t max_group_size;

    set_limits(session);
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
    gpuc_cl_session_done(&session->base);
    gpuc_free(session);
}
