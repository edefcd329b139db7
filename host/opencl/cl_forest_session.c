/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_forest_session.h"

#include "base/memory.h"
#include "base/stride.h"
#include "host/opencl/cl_error.h"
#include "host/opencl/cl_forest_sums.h"
#include "kernels/forest_select.h"
#include "model/forest_margins.h"

/* Rows go by 64, as struct gpuc_codes does. */
enum { ROW_MULTIPLE = 64 };

/* Rows of one launch: enough to keep the device busy. */
enum { CPU_MAX_ROWS = 1 << 15, GPU_MAX_ROWS = 1 << 17 };

/* Bytes of one launch's buffers, and the part of a device's memory that they may take. */
enum { LAUNCH_SIZE_MAX = 1 << 26, MEMORY_PART = 32 };

/* Work-items of a group: many share a tile, few enough for any kernel. */
enum { TILES_GROUP_SIZE = 128 };

/* Bytes of a tile: more groups than one should fit into a unit's local memory. */
enum { TILE_BYTES_MAX = 16 << 10 };

/* Rows that a compute unit of a GPU has under way at once, at least. */
enum { GPU_UNIT_ROWS = 128 };

static const char *const kernel_names[] = {"gpuc_forest_tiles", "gpuc_forest_select"};

/* One launch: n_rows rows from `features` on, with their results. */
struct launch {
    struct gpuc_feature_rows features;
    struct gpuc_forest_results results;
    size_t stride; /* of all that is on the device */
    struct gpuc_cl_launch base;
};

static const struct gpuc_forest *forest_of(const struct gpuc_cl_forest_session *session)
{
    return session->base.base.model->forest;
}

/* Room for whole blocks. */
static size_t stride_for(size_t n_rows)
{
    size_t n_blocks = (n_rows + GPUC_SELECT_ROWS - 1) / GPUC_SELECT_ROWS;
    return gpuc_stride(n_blocks * GPUC_SELECT_ROWS);
}

static void release_rows(struct gpuc_cl_forest_session *session)
{
    gpuc_cl_buffer_release(&session->codes);
    gpuc_cl_buffer_release(&session->margins);
    gpuc_cl_buffer_release(&session->leaves);
    session->row_capacity = 0;
}

/* Makes the buffers large enough for a launch. The contents are lost. */
static enum gpuc_status reserve(struct gpuc_cl_forest_session *session,
                                const struct launch *launch, struct gpuc_error *error)
{
    const struct gpuc_cl_engine *engine = gpuc_cl_session_engine(&session->base);
    const struct gpuc_forest *forest = forest_of(session);
    size_t margins_size = forest->n_outputs * gpuc_number_size(forest->number);
    size_t codes_size = forest->codes_size > 0 ? forest->codes_size : 1;
    enum gpuc_status status = GPUC_OK;

    if (launch->features.n_rows > session->row_capacity) {
        size_t n_rows =
            gpuc_cl_grown(&session->base, session->row_capacity, launch->features.n_rows,
                          session->base.limits.max_rows);
        size_t stride = stride_for(n_rows);
        release_rows(session);
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
                                      const struct launch *launch,
                                      struct gpuc_error *error)
{
    const struct gpuc_cl_forest *forest = session->forest;
    const struct gpuc_forest *image = forest->forest;
    cl_mem leaves = launch->results.leaves != NULL ? session->leaves : NULL;
    cl_ulong stride = launch->stride;
    cl_uint n_rows = (cl_uint)launch->features.n_rows;
    bool tiles = session->chosen == GPUC_CL_FOREST_TILES;
    const struct gpuc_cl_argument arguments[] = {
        {sizeof forest->trees, &forest->trees},
        {sizeof forest->nodes, &forest->nodes},
        {sizeof forest->columns, &forest->columns},
        {sizeof forest->category_words, &forest->category_words},
        {sizeof forest->leaf_values, &forest->leaf_values},
        {sizeof forest->start_margins, &forest->start_margins},
        {sizeof image->n_trees, &image->n_trees},
        {sizeof image->n_outputs, &image->n_outputs},
        {sizeof image->leaf_size, &image->leaf_size},
        {sizeof session->codes, &session->codes},
        {sizeof stride, &stride},
        {sizeof n_rows, &n_rows},
        {sizeof session->margins, &session->margins},
        {sizeof leaves, &leaves},
        {tiles ? session->tile_size * sizeof(struct gpuc_node) : sizeof forest->steps,
         tiles ? NULL : &forest->steps},
        {tiles ? sizeof session->tile_size : sizeof forest->n_steps,
         tiles ? (const void *)&session->tile_size : &forest->n_steps},
    };
    return gpuc_cl_set_arguments(session->kernels[session->chosen], arguments,
                                 sizeof arguments / sizeof arguments[0], error);
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
                                 const struct launch *launch,
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
                                struct launch *launch, struct gpuc_error *error)
{
    const struct gpuc_forest *forest = forest_of(session);
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

static enum gpuc_status run(struct gpuc_cl_forest_session *session, struct launch *launch,
                            struct gpuc_error *error)
{
    size_t n_rows = launch->features.n_rows;
    enum gpuc_status status;

    launch->stride = stride_for(n_rows);
    launch->base.kernel = session->kernels[session->chosen];
    launch->base.name = kernel_names[session->chosen];
    if (session->chosen == GPUC_CL_FOREST_SELECT) {
        launch->base.group_size = 1;
        launch->base.n_items = (n_rows + GPUC_SELECT_ROWS - 1) / GPUC_SELECT_ROWS;
    } else {
        size_t size = session->group_sizes[GPUC_CL_FOREST_TILES];
        launch->base.group_size = size;
        launch->base.n_items = (n_rows + size - 1) / size * size;
    }
    GPUC_TRY(reserve(session, launch, error));
    const struct gpuc_codes codes = {session->host_codes, launch->stride, n_rows};
    session->forest->quantise(&session->forest->quantiser, &launch->features, &codes);
    status = enqueue(session, launch, error);
    status = gpuc_cl_session_finish(&session->base, &launch->base, status, error);
out:
    return status;
}

/* Bytes that a row takes in the buffers of a launch. */
static uint64_t row_size(const struct gpuc_cl_forest_session *session)
{
    const struct gpuc_forest *forest = forest_of(session);
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
    limits->max_rows -= limits->max_rows % ROW_MULTIPLE;
    if (limits->max_rows < ROW_MULTIPLE)
        limits->max_rows = ROW_MULTIPLE;
}

/* From now on, launches give leaves too. */
static void add_leaves(struct gpuc_cl_forest_session *session)
{
    session->with_leaves = true;
    release_rows(session);
    limit_rows(session);
}

/* Less memory for the next try; false: there is nothing left to save. */
static bool save_memory(struct gpuc_cl_forest_session *session, size_t n_rows)
{
    struct gpuc_cl_session *base = &session->base;

    if (n_rows <= ROW_MULTIPLE && base->memory_is_short)
        return false;
    base->memory_is_short = true;
    base->limits.max_rows = (n_rows / 2 + ROW_MULTIPLE - 1) / ROW_MULTIPLE * ROW_MULTIPLE;
    if (base->limits.max_rows == 0)
        base->limits.max_rows = ROW_MULTIPLE;
    release_rows(session);
    return true;
}

/* The features and results of the work's rows from `first` on. */
static struct launch launch_from(const struct gpuc_forest *forest,
                                 const struct gpuc_work *work, size_t first)
{
    size_t number_size = gpuc_number_size(forest->number);
    struct launch launch = {.features = work->features, .results = work->forest};

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
                                    struct launch *launch, struct gpuc_error *error)
{
    const struct gpuc_forest *forest = forest_of(session);
    struct gpuc_forest_results results = launch->results;
    enum gpuc_status status;

    if (results.leaves == NULL) {
        void *leaves = session->host_leaves;
        launch->results.stride = stride_for(launch->features.n_rows);
        status = gpuc_grow(&leaves, &session->host_leaves_capacity,
                           launch->results.stride * forest->n_trees, sizeof(uint32_t),
                           "the leaves of a batch", error);
        session->host_leaves = leaves;
        if (status != GPUC_OK)
            return status;
        launch->results.leaves = leaves;
    }
    status = run(session, launch, error);
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
        struct launch launch = launch_from(forest, work, first);
        size_t end = gpuc_cl_split_even(n_rows, first, session->forest->row_work,
                                        &session->base.limits, &launch.base.work);
        launch.features.n_rows = end - first;
        enum gpuc_status status = session->sums_on_host
                                      ? run_and_sum(session, &launch, error)
                                      : run(session, &launch, error);
        if (status == GPUC_OK)
            first = end;
        else if (status != GPUC_ENOMEM || !save_memory(session, launch.features.n_rows))
            return status;
    }
    return GPUC_OK;
}

static enum gpuc_status create_kernels(struct gpuc_cl_forest_session *session,
                                       struct gpuc_error *error)
{
    const struct gpuc_cl_engine *engine = gpuc_cl_session_engine(&session->base);
    bool is_cpu = gpuc_cl_device_is_cpu(&engine->device);
    cl_ulong tile_bytes = engine->device.local_memory_size / 2;
    enum gpuc_status status = GPUC_OK;

    for (size_t i = 0; i < (is_cpu ? 2 : 1); i++)
        GPUC_TRY(gpuc_cl_kernel_create(engine, session->forest->program, kernel_names[i],
                                       &session->kernels[i], &session->group_sizes[i],
                                       error));
    if (session->group_sizes[GPUC_CL_FOREST_TILES] > TILES_GROUP_SIZE)
        session->group_sizes[GPUC_CL_FOREST_TILES] = TILES_GROUP_SIZE;
    if (tile_bytes > TILE_BYTES_MAX)
        tile_bytes = TILE_BYTES_MAX;
    if (tile_bytes < sizeof(struct gpuc_node))
        tile_bytes = sizeof(struct gpuc_node);
    session->tile_size = (uint32_t)(tile_bytes / sizeof(struct gpuc_node));
    session->chosen = is_cpu ? GPUC_CL_FOREST_SELECT : GPUC_CL_FOREST_TILES;
    session->base.limits.max_rows = is_cpu ? CPU_MAX_ROWS : GPU_MAX_ROWS;
    session->base.limits.min_rows =
        is_cpu ? ROW_MULTIPLE : (size_t)engine->device.n_units * GPU_UNIT_ROWS;
    limit_rows(session);
out:
    return status;
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
        GPUC_TRY(create_kernels(session, error));
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

    release_rows(session);
    for (size_t i = 0; i < 2; i++) {
        if (session->kernels[i] != NULL)
            clReleaseKernel(session->kernels[i]);
    }
    gpuc_cl_forest_put(gpuc_cl_session_engine(&session->base), session->forest);
    gpuc_free(session->host_codes);
    gpuc_free(session->host_leaves);
    gpuc_cl_session_done(&session->base);
    gpuc_free(session);
}
