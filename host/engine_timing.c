/* SPDX-License-Identifier: Apache-2.0 */
#include "host/engine_timing.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/stride.h"
#include "csv/table.h"

/* Of a text. */
enum { TEXT_BYTES = 300 };

/* With fewer calls, one that another program interrupts could be the best. */
enum { N_CALLS_MIN = 3 };

/* Made-up rows, and room for what becomes of them. */
struct sample {
    size_t n_rows;
    struct gpuc_work work;
    struct gpuc_texts texts;
    void *values;
    double best; /* seconds that a row took so far; 0: none was timed */
};

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* ---- forests --------------------------------------------------------------------- */

/* A value that may take any path: one of the feature's thresholds, or a category. */
static double random_value(const struct gpuc_forest *forest, size_t f, uint32_t *state)
{
    const struct gpuc_feature *feature = &gpuc_forest_features(forest)[f];
    const struct gpuc_code_column *columns = gpuc_forest_columns(forest);
    uint32_t draw = next_random(state);

    if (feature->n_thresholds > 0)
        return gpuc_forest_thresholds(
            forest)[feature->first_threshold + draw % feature->n_thresholds];
    return feature->n_columns > 0
               ? draw % (columns[feature->first_column].n_categories + 1)
               : 0;
}

static enum gpuc_status make_features(const struct gpuc_forest *forest,
                                      struct sample *sample, struct gpuc_error *error)
{
    size_t size = gpuc_number_size(forest->number);
    size_t stride = gpuc_stride(sample->n_rows);
    uint32_t state = 1;

    sample->values = gpuc_alloc(forest->n_features * stride + 1, size);
    sample->work.features.values = sample->values;
    sample->work.features.stride = sample->work.forest.stride = stride;
    sample->work.forest.margins = gpuc_alloc(forest->n_outputs * stride, size);
    if (sample->values == NULL || sample->work.forest.margins == NULL)
        return gpuc_fail_memory(error, forest->n_features * stride * size,
                                "rows to time an engine on");
    for (size_t f = 0; f < forest->n_features; f++) {
        for (size_t row = 0; row < sample->n_rows; row++) {
            double value = random_value(forest, f, &state);
            if (forest->number == GPUC_FLOAT32)
                ((float *)sample->values)[f * stride + row] = (float)value;
            else
                ((double *)sample->values)[f * stride + row] = value;
        }
    }
    return GPUC_OK;
}

/* ---- the black box --------------------------------------------------------------- */

static enum gpuc_status make_texts(struct sample *sample, struct gpuc_error *error)
{
    struct gpuc_texts *texts = &sample->texts;
    struct gpuc_blackbox_results *results = &sample->work.blackbox;
    size_t n_bytes = sample->n_rows * TEXT_BYTES;
    uint32_t state = 1;
    enum gpuc_status status;

    results->fractions = gpuc_alloc(sample->n_rows, sizeof *results->fractions);
    results->digests = gpuc_alloc(sample->n_rows, GPUC_DIGEST_SIZE);
    if (results->fractions == NULL || results->digests == NULL)
        return gpuc_fail_memory(error, sample->n_rows * GPUC_DIGEST_SIZE,
                                "rows to time an engine on");
    GPUC_TRY(gpuc_texts_reset(texts, sample->n_rows, error));
    GPUC_TRY(gpuc_bytes_reserve(&texts->bytes, n_bytes + GPUC_TEXT_SLACK, error));
    for (size_t i = 0; i < n_bytes; i++)
        gpuc_bytes_put_byte(&texts->bytes, (uint8_t)(' ' + next_random(&state) % 64));
    for (size_t row = 0; row < sample->n_rows; row++) {
        texts->offsets[row] = (uint32_t)(row * TEXT_BYTES);
        texts->sizes[row] = TEXT_BYTES;
    }
    sample->work.texts = texts;
out:
    return status;
}

/* ---- both ------------------------------------------------------------------------ */

static void sample_done(struct sample *sample)
{
    gpuc_free(sample->values);
    gpuc_free(sample->work.forest.margins);
    gpuc_free(sample->work.blackbox.fractions);
    gpuc_free(sample->work.blackbox.digests);
    gpuc_texts_done(&sample->texts);
}

/* How many rows the limits allow, at least a vector of any engine. */
static size_t count_rows(const struct gpuc_model *model,
                         const struct gpuc_timing_limits *limits)
{
    size_t row_size = TEXT_BYTES, n_rows = limits->n_rows;

    if (model->kind == GPUC_MODEL_FOREST)
        row_size = (model->forest->n_features + (size_t)model->forest->n_outputs) *
                   gpuc_number_size(model->forest->number);
    if (n_rows > limits->n_bytes / (row_size + 1))
        n_rows = limits->n_bytes / (row_size + 1);
    return n_rows > GPUC_ROW_MULTIPLE ? n_rows : GPUC_ROW_MULTIPLE;
}

/* Times a call of `n_rows` rows; if it is the best one so far, its figures count. */
static enum gpuc_status time_call(struct gpuc_session *session, struct sample *sample,
                                  size_t n_rows, struct gpuc_timing *timing,
                                  struct gpuc_error *error)
{
    const struct gpuc_device_share before = session->done, *after = &session->done;

    sample->work.features.n_rows = sample->texts.n_rows = n_rows;
    double start = gpuc_clock_seconds();
    enum gpuc_status status =
        session->engine->ops->classify(session, &sample->work, error);
    double seconds = (gpuc_clock_seconds() - start) / (double)n_rows;
    if (status != GPUC_OK || (sample->best > 0 && seconds >= sample->best))
        return status;
    double kernel = (after->kernel_seconds - before.kernel_seconds) / (double)n_rows;
    double copy = (after->copy_seconds - before.copy_seconds) / (double)n_rows;
    sample->best = seconds;
    timing->quantise_seconds =
        (after->quantise_seconds - before.quantise_seconds) / (double)n_rows;
    timing->model_seconds =
        kernel > 0 ? kernel + copy : seconds - timing->quantise_seconds;
    return GPUC_OK;
}

enum gpuc_status gpuc_engine_time(struct gpuc_engine *engine,
                                  const struct gpuc_model *model,
                                  const struct gpuc_timing_limits *limits,
                                  struct gpuc_timing *ret_timing,
                                  struct gpuc_error *error)
{
    struct sample sample = {.n_rows = count_rows(model, limits)};
    struct gpuc_session *session = NULL;
    struct gpuc_timing timing = {0};
    enum gpuc_status status;

    GPUC_TRY(model->kind == GPUC_MODEL_FOREST
                 ? make_features(model->forest, &sample, error)
                 : make_texts(&sample, error));
    GPUC_TRY(engine->ops->attach(engine, model, &session, error));
    double end = gpuc_clock_seconds() + limits->seconds;
    size_t n_rows = GPUC_ROW_MULTIPLE;
    for (int call = 0; n_rows <= sample.n_rows; call++) {
        GPUC_TRY(time_call(session, &sample, n_rows, &timing, error));
        if (call + 1 < N_CALLS_MIN)
            continue;
        if (gpuc_clock_seconds() > end)
            break;
        n_rows *= 2;
    }
    *ret_timing = timing;
out:
    engine->ops->detach(session);
    sample_done(&sample);
    return status;
}
