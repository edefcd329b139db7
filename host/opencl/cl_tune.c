/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_tune.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "host/opencl/cl_trial.h"
#include "host/opencl/cl_tune_cache.h"
#include "host/opencl/cl_tuning.h"

/* What may be faster than a shape's own; what is too much for a device is cut. */
static const struct gpuc_cl_tuning tunings[] = {
    {.group_size = 64, .tile_bytes = 8 << 10},
    {.group_size = 64, .tile_bytes = 16 << 10},
    {.group_size = 64, .tile_bytes = 32 << 10},
    {.group_size = 128, .tile_bytes = 8 << 10},
    {.group_size = 128, .tile_bytes = 16 << 10},
    {.group_size = 128, .tile_bytes = 32 << 10},
    {.group_size = 256, .tile_bytes = 8 << 10},
    {.group_size = 256, .tile_bytes = 16 << 10},
    {.group_size = 256, .tile_bytes = 32 << 10},
};

/* Of timing, compilers apart: what is begun by then is finished. */
static const double seconds_max = 0.1;

/* Less of a gain than this may be chance. */
static const double least_gain = 0.03;

/* A choice under way. */
struct tuner {
    struct gpuc_cl_engine *engine;
    struct gpuc_cl_forest *forest;
    struct gpuc_cl_trial check;
    struct gpuc_cl_trial timed;
    struct gpuc_cl_choice best;
    double best_seconds;
    double spent_seconds;
    struct gpuc_error first_error; /* of the first shape that failed */
};

/* Puts a shape in place and sees whether it is right. */
static enum gpuc_status try_shape(struct tuner *tuner,
                                  const struct gpuc_cl_choice *choice,
                                  struct gpuc_error *error)
{
    enum gpuc_status status;

    GPUC_TRY(gpuc_cl_forest_place(tuner->engine, tuner->forest, choice->shape,
                                  &choice->tuning, error));
    if (!tuner->engine->wanted.is_trusted)
        GPUC_TRY(gpuc_cl_trial_check(&tuner->check, &tuner->engine->base, error));
out:
    return status;
}

/* The same of a shape of many: true if it is right. */
static bool is_right(struct tuner *tuner, const struct gpuc_cl_choice *choice)
{
    struct gpuc_error error = {0};

    if (try_shape(tuner, choice, &error) == GPUC_OK)
        return true;
    if (tuner->first_error.status == GPUC_OK)
        tuner->first_error = error;
    return false;
}

/* The candidate number `i`, in order: the wanted one, then all; NULL where it does not
 * suit. False: there are no more. */
static bool next_shape(const struct tuner *tuner, size_t i,
                       const struct gpuc_cl_shape **ret_shape)
{
    const struct gpuc_cl_wanted *wanted = &tuner->engine->wanted;
    const struct gpuc_cl_shape *shape = i == 0 ? wanted->shape : gpuc_cl_shapes[i - 1];

    /* The self-test has forests of many kinds, which no shape need suit. */
    bool is_only = wanted->must_suit && tuner->engine->base.is_tested;
    if (i > 0 && (shape == NULL || is_only))
        return false;
    bool is_candidate = shape != NULL && (i == 0 || shape != wanted->shape) &&
                        shape->suits(&tuner->engine->device, tuner->forest->forest);
    *ret_shape = is_candidate ? shape : NULL;
    return true;
}

/* Puts the first shape that is right in place. */
static enum gpuc_status take_first(struct tuner *tuner, struct gpuc_error *error)
{
    struct gpuc_cl_choice choice = {.tuning = tuner->engine->wanted.tuning};

    for (size_t i = 0; next_shape(tuner, i, &choice.shape); i++) {
        if (choice.shape == NULL)
            continue;
        if (is_right(tuner, &choice))
            return GPUC_OK;
        if (tuner->engine->wanted.is_trusted)
            break;
    }
    if (tuner->first_error.status == GPUC_OK)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "GPUCLASSIFY_TUNING: the shape '%s' does not suit %s and this "
                         "model",
                         tuner->engine->wanted.shape->name,
                         tuner->engine->base.device.name);
    if (error != NULL)
        *error = tuner->first_error;
    return tuner->first_error.status;
}

/* Times what is in place. */
static enum gpuc_status time_placed(struct tuner *tuner, struct gpuc_error *error)
{
    double start = gpuc_clock_seconds(), seconds;

    enum gpuc_status status =
        gpuc_cl_trial_time(&tuner->timed, &tuner->engine->base, &seconds, error);
    if (status != GPUC_OK)
        return status;
    tuner->spent_seconds += gpuc_clock_seconds() - start;
    if (tuner->best.shape == NULL || seconds < tuner->best_seconds * (1 - least_gain)) {
        tuner->best =
            (struct gpuc_cl_choice){tuner->forest->shape, tuner->forest->tuning};
        tuner->best_seconds = seconds;
    }
    return GPUC_OK;
}

/* Times all shapes as they are, then the tunings of the best. */
static enum gpuc_status measure(struct tuner *tuner, struct gpuc_error *error)
{
    struct gpuc_cl_choice choice = {0};
    enum gpuc_status status;

    GPUC_TRY(gpuc_cl_trial_init(&tuner->timed, tuner->forest->forest,
                                tuner->forest->row_work, true, error));
    for (size_t i = 0; next_shape(tuner, i, &choice.shape); i++)
        if (choice.shape != NULL && tuner->spent_seconds < seconds_max &&
            is_right(tuner, &choice))
            GPUC_TRY(time_placed(tuner, error));
    choice.shape = tuner->best.shape;
    for (size_t i = 0; choice.shape != NULL && i < sizeof tunings / sizeof *tunings &&
                       tuner->spent_seconds < seconds_max;
         i++) {
        GPUC_TRY(gpuc_cl_forest_place(tuner->engine, tuner->forest, choice.shape,
                                      &tunings[i], error));
        GPUC_TRY(time_placed(tuner, error));
    }
out:
    return status;
}

/* Takes what is fastest, from the cache where that knows it. */
static enum gpuc_status take_fastest(struct tuner *tuner, const char **ret_how,
                                     struct gpuc_error *error)
{
    const struct gpuc_forest *forest = tuner->forest->forest;
    char key[GPUC_SHA256_HEX_SIZE];
    struct gpuc_cl_choice known;

    gpuc_cl_tune_key(&tuner->engine->device, forest, key);
    *ret_how = " (measured before)";
    if (gpuc_cl_tune_recall(key, &known) &&
        known.shape->suits(&tuner->engine->device, forest) && is_right(tuner, &known))
        return GPUC_OK;
    *ret_how = " (measured)";
    enum gpuc_status status = measure(tuner, error);
    if (status != GPUC_OK)
        return status;
    if (tuner->best.shape != NULL && is_right(tuner, &tuner->best)) {
        gpuc_cl_tune_remember(key, &tuner->best);
        return GPUC_OK;
    }
    *ret_how = "";
    return take_first(tuner, error);
}

static bool is_measured(const struct gpuc_cl_engine *engine)
{
    switch (engine->wanted.measuring) {
    case GPUC_CL_MEASURE_GPUS:
        return engine->wanted.shape == NULL && !gpuc_cl_device_is_cpu(&engine->device);
    case GPUC_CL_MEASURE_ALL:
        return true;
    case GPUC_CL_MEASURE_NEVER:
        break;
    }
    return false;
}

/* Says at the end of the engine's choice what was chosen here, unless it says so. */
static void describe(const struct tuner *tuner, const char *how)
{
    struct gpuc_engine *engine = &tuner->engine->base;
    size_t used = strlen(engine->choice);
    char tuning[96], text[sizeof engine->device.name + sizeof tuning + 32];

    gpuc_cl_tuning_describe(tuner->forest->shape, &tuner->forest->tuning, tuning,
                            sizeof tuning);
    snprintf(text, sizeof text, "%s: %s%s", engine->device.name, tuning, how);
    if (strstr(engine->choice, text) == NULL)
        snprintf(engine->choice + used, sizeof engine->choice - used, "%s%s",
                 used > 0 ? "; " : "", text);
}

enum gpuc_status gpuc_cl_tune(struct gpuc_cl_engine *engine,
                              struct gpuc_cl_forest *forest, struct gpuc_error *error)
{
    struct tuner tuner = {.engine = engine, .forest = forest};
    const char *how = "";
    enum gpuc_status status;

    GPUC_TRY(
        gpuc_cl_trial_init(&tuner.check, forest->forest, forest->row_work, false, error));
    if (is_measured(engine))
        GPUC_TRY(take_fastest(&tuner, &how, error));
    else
        GPUC_TRY(take_first(&tuner, error));
    describe(&tuner, how);
out:
    gpuc_cl_trial_done(&tuner.check);
    gpuc_cl_trial_done(&tuner.timed);
    return status;
}
