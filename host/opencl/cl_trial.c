/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_trial.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/stride.h"
#include "host/opencl/cl_commands.h"
#include "host/opencl/cl_forest_session.h"

/* Rows, and splits that all rows together may meet: a few ms of the scalar engine. */
enum { CHECK_ROWS = 256, CHECK_ROWS_MIN = 16, CHECK_WORK = 1 << 19 };

/* The same for times: enough to fill a GPU, some ms of a fast one. */
enum { TIME_ROWS = 1 << 16, TIME_ROWS_MIN = 1 << 10, TIME_WORK = 1 << 28, N_TIMES = 3 };

/* Bytes that features, or leaves, may take. */
enum { FEATURES_SIZE_MAX = 1 << 26, LEAVES_SIZE_MAX = 1 << 24 };

static size_t count_rows(const struct gpuc_forest *forest, uint64_t row_work,
                         bool is_for_time)
{
    uint64_t row_size = (uint64_t)forest->n_features * sizeof(double) + 1;
    uint64_t n = (uint64_t)(is_for_time ? TIME_WORK : CHECK_WORK) / row_work;
    uint64_t n_min = is_for_time ? TIME_ROWS_MIN : CHECK_ROWS_MIN;
    uint64_t n_max = is_for_time ? TIME_ROWS : CHECK_ROWS;

    if (n > FEATURES_SIZE_MAX / row_size)
        n = FEATURES_SIZE_MAX / row_size;
    return (size_t)(n < n_min ? n_min : n > n_max ? n_max : n);
}

static uint32_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 32);
}

/* A value whose codes may be any that the feature's columns have. */
static double make_value(const struct gpuc_forest *forest,
                         const struct gpuc_feature *feature, uint64_t *state)
{
    const double *thresholds = gpuc_forest_thresholds(forest) + feature->first_threshold;
    uint32_t kind = next_random(state) % 16;

    if (kind == 0 || feature->n_columns == 0)
        return NAN;
    if (kind < 3)
        return kind == 1 ? 1e30 : -1e30;
    if (kind == 3)
        return 0;
    const struct gpuc_code_column *column = gpuc_forest_columns(forest) +
                                            feature->first_column +
                                            next_random(state) % feature->n_columns;
    if (column->kind == GPUC_COLUMN_CATEGORY)
        return next_random(state) % (column->n_categories + 1);
    return feature->n_thresholds > 0
               ? thresholds[next_random(state) % feature->n_thresholds]
               : 0;
}

static void make_features(const struct gpuc_cl_trial *trial)
{
    const struct gpuc_forest *forest = trial->model.forest;
    uint64_t state = 1;

    for (size_t f = 0; f < forest->n_features; f++) {
        const struct gpuc_feature *feature = gpuc_forest_features(forest) + f;
        for (size_t row = 0; row < trial->features.n_rows; row++) {
            size_t at = f * trial->features.stride + row;
            double value = make_value(forest, feature, &state);
            if (forest->number == GPUC_FLOAT32)
                ((float *)trial->values)[at] = (float)value;
            else
                ((double *)trial->values)[at] = value;
        }
    }
}

/* Room for results; leaves only where `with_leaves`. */
static enum gpuc_status make_room(const struct gpuc_cl_trial *trial, bool with_leaves,
                                  struct gpuc_forest_results *results,
                                  struct gpuc_error *error)
{
    const struct gpuc_forest *forest = trial->model.forest;
    size_t number_size = gpuc_number_size((enum gpuc_number)forest->number);
    size_t stride = trial->features.stride;

    results->stride = stride;
    results->margins = gpuc_alloc(forest->n_outputs * stride, number_size);
    if (with_leaves)
        results->leaves = gpuc_alloc(forest->n_trees * stride, sizeof(uint32_t));
    if (results->margins == NULL || (with_leaves && results->leaves == NULL))
        return gpuc_fail_memory(error, forest->n_outputs * stride * number_size,
                                "a forest's trial");
    return GPUC_OK;
}

/* What the scalar engine says. */
static enum gpuc_status expect(struct gpuc_cl_trial *trial, struct gpuc_error *error)
{
    const struct gpuc_engine_ops *ops = &gpuc_engine_ops_scalar;
    const struct gpuc_device device = {.name = "scalar", .usable = true};
    const struct gpuc_work work = {.features = trial->features,
                                   .forest = trial->expected};
    struct gpuc_engine *engine = NULL;
    struct gpuc_session *session = NULL;
    enum gpuc_status status;

    GPUC_TRY(ops->open(ops, &device, &engine, error));
    GPUC_TRY(ops->attach(engine, &trial->model, &session, error));
    GPUC_TRY(ops->classify(session, &work, error));
out:
    ops->detach(session);
    ops->close(engine);
    return status;
}

enum gpuc_status gpuc_cl_trial_init(struct gpuc_cl_trial *trial,
                                    const struct gpuc_forest *forest, uint64_t row_work,
                                    bool is_for_time, struct gpuc_error *error)
{
    size_t number_size = gpuc_number_size((enum gpuc_number)forest->number);
    size_t n_rows = count_rows(forest, row_work, is_for_time);
    size_t stride = gpuc_stride(n_rows);
    enum gpuc_status status = GPUC_OK;

    /* NOLINTNEXTLINE(performance-no-int-to-ptr): sessions only read the forest. */
    struct gpuc_forest *read_only = (struct gpuc_forest *)(uintptr_t)forest;
    *trial =
        (struct gpuc_cl_trial){.model = {.kind = GPUC_MODEL_FOREST, .forest = read_only},
                               .is_for_time = is_for_time};
    trial->values = gpuc_alloc(forest->n_features * stride, number_size);
    trial->features = (struct gpuc_feature_rows){trial->values, stride, n_rows};
    if (trial->values == NULL)
        return gpuc_fail_memory(error, forest->n_features * stride * number_size,
                                "a forest's trial");
    make_features(trial);
    bool with_leaves =
        !is_for_time && forest->n_trees * stride * sizeof(uint32_t) <= LEAVES_SIZE_MAX;
    GPUC_TRY(make_room(trial, with_leaves, &trial->found, error));
    if (!is_for_time) {
        GPUC_TRY(make_room(trial, with_leaves, &trial->expected, error));
        GPUC_TRY(expect(trial, error));
    }
out:
    return status;
}

void gpuc_cl_trial_done(struct gpuc_cl_trial *trial)
{
    gpuc_free(trial->values);
    gpuc_free(trial->expected.margins);
    gpuc_free(trial->expected.leaves);
    gpuc_free(trial->found.margins);
    gpuc_free(trial->found.leaves);
}

/* Whether some columns of results are the same for all rows. */
static bool are_equal(const struct gpuc_cl_trial *trial, const void *found,
                      const void *expected, size_t n_columns, size_t item_size)
{
    for (size_t i = 0; i < n_columns; i++) {
        size_t at = i * trial->features.stride * item_size;
        if (memcmp((const char *)found + at, (const char *)expected + at,
                   trial->features.n_rows * item_size) != 0)
            return false;
    }
    return true;
}

/* Writes what no kernel leaves behind to a buffer of results. */
static enum gpuc_status spoil(struct gpuc_cl_session *session,
                              struct gpuc_cl_staging *results, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;

    if (results->memory == NULL)
        return GPUC_OK;
    /* It may be mapped for reading alone. */
    GPUC_TRY(gpuc_cl_staging_send(session, results, 0, error));
    GPUC_TRY(gpuc_cl_staging_fill(session, results, error));
    memset(results->host, 0xa5, results->size);
    GPUC_TRY(gpuc_cl_staging_send(session, results, results->size, error));
out:
    return gpuc_cl_session_finish(session, &(struct gpuc_cl_launch){0}, status, error);
}

/*
 * Runs the rows, with the leaves or without. Twice, as the first time makes the buffers:
 * where a kernel writes nothing, no right results of before must stand in them.
 */
static enum gpuc_status check_run(const struct gpuc_cl_trial *trial,
                                  struct gpuc_session *base, bool with_leaves,
                                  struct gpuc_error *error)
{
    struct gpuc_cl_forest_session *session = (struct gpuc_cl_forest_session *)base;
    const struct gpuc_forest *forest = trial->model.forest;
    size_t number_size = gpuc_number_size((enum gpuc_number)forest->number);
    struct gpuc_work work = {.features = trial->features, .forest = trial->found};
    enum gpuc_status status;

    if (!with_leaves)
        work.forest.leaves = NULL;
    GPUC_TRY(gpuc_cl_forest_classify(base, &work, error));
    GPUC_TRY(spoil(&session->base, &session->margins, error));
    GPUC_TRY(spoil(&session->base, &session->leaves, error));
    GPUC_TRY(gpuc_cl_forest_classify(base, &work, error));
    const char *wrong = NULL;
    if (!are_equal(trial, trial->found.margins, trial->expected.margins,
                   forest->n_outputs, number_size))
        wrong = "margins";
    else if (with_leaves && !are_equal(trial, trial->found.leaves, trial->expected.leaves,
                                       forest->n_trees, sizeof(uint32_t)))
        wrong = "leaves";
    if (wrong != NULL)
        status = gpuc_fail(error, GPUC_EDEVICE,
                           "kernel %s: wrong %s of made-up rows; the driver's compiler "
                           "is not to be trusted",
                           session->forest->shape->kernel, wrong);
out:
    return status;
}

enum gpuc_status gpuc_cl_trial_check(const struct gpuc_cl_trial *trial,
                                     struct gpuc_engine *engine, struct gpuc_error *error)
{
    struct gpuc_session *session = NULL;
    enum gpuc_status status;

    GPUC_TRY(gpuc_cl_forest_attach(engine, &trial->model, &session, error));
    GPUC_TRY(check_run(trial, session, false, error));
    if (trial->expected.leaves != NULL)
        GPUC_TRY(check_run(trial, session, true, error));
out:
    if (session != NULL)
        gpuc_cl_forest_detach(session);
    return status;
}

enum gpuc_status gpuc_cl_trial_time(const struct gpuc_cl_trial *trial,
                                    struct gpuc_engine *engine, double *ret_seconds,
                                    struct gpuc_error *error)
{
    const struct gpuc_work work = {.features = trial->features, .forest = trial->found};
    struct gpuc_session *session = NULL;
    enum gpuc_status status;
    double best = HUGE_VAL;

    GPUC_TRY(gpuc_cl_forest_attach(engine, &trial->model, &session, error));
    /* One launch: the number of rows bounds it. */
    ((struct gpuc_cl_session *)session)->limits.max_work = UINT64_MAX / 2;
    for (int i = 0; i < N_TIMES; i++) {
        double before = session->done.kernel_seconds;
        GPUC_TRY(engine->ops->classify(session, &work, error));
        double seconds = session->done.kernel_seconds - before;
        best = seconds < best ? seconds : best;
    }
    *ret_seconds = best;
out:
    if (session != NULL)
        gpuc_cl_forest_detach(session);
    return status;
}
