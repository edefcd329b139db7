/* SPDX-License-Identifier: Apache-2.0 */
#include "opencl/fake_device.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "support/cmocka_all.h"

struct fake_engine {
    struct gpuc_engine base;
    struct gpuc_engine *scalar;
    struct fake_device *device;
};

struct fake_session {
    struct gpuc_session base;
    struct gpuc_session *scalar;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct fake_device *device_of(const struct gpuc_engine *engine)
{
    return ((const struct fake_engine *)engine)->device;
}

static enum gpuc_status fake_attach(struct gpuc_engine *base,
                                    const struct gpuc_model *model,
                                    struct gpuc_session **ret_session,
                                    struct gpuc_error *error)
{
    struct fake_engine *engine = (struct fake_engine *)base;
    if (engine->device->fails_to_attach)
        return gpuc_fail(error, engine->device->failure, "planted at attach");
    struct fake_session *session = gpuc_alloc(1, sizeof *session);
    if (session == NULL)
        return gpuc_fail_memory(error, sizeof *session, "a session");
    enum gpuc_status status =
        gpuc_engine_ops_scalar.attach(engine->scalar, model, &session->scalar, error);
    if (status != GPUC_OK) {
        gpuc_free(session);
        return status;
    }
    session->base.engine = base;
    session->base.model = model;
    session->base.batch_rows = engine->device->batch_rows;
    engine->device->n_attached++;
    *ret_session = &session->base;
    return GPUC_OK;
}

static void fake_detach(struct gpuc_session *base)
{
    struct fake_session *session = (struct fake_session *)base;
    if (session == NULL)
        return;
    device_of(base->engine)->n_detached++;
    gpuc_engine_ops_scalar.detach(session->scalar);
    gpuc_free(session);
}

/* Whether the call that begins is one that fails. */
static bool is_failure(struct fake_device *device)
{
    pthread_mutex_lock(&lock);
    unsigned number = device->n_calls++;
    bool fails = device->failure != GPUC_OK && number >= device->n_good_calls &&
                 (number == device->n_good_calls || !device->once);
    device->n_failures += fails;
    pthread_mutex_unlock(&lock);
    return fails;
}

/* What a device that fails half-way has left behind: some results right, some not. */
static void spoil(const struct gpuc_session *session, const struct gpuc_work *work)
{
    if (session->model->kind == GPUC_MODEL_FOREST)
        memset(work->forest.margins, 0x5a,
               work->features.n_rows * gpuc_number_size(session->model->forest->number));
    else
        memset(work->blackbox.fractions, 0x5a,
               work->texts->n_rows * sizeof *work->blackbox.fractions);
}

static enum gpuc_status fake_classify(struct gpuc_session *base,
                                      const struct gpuc_work *work,
                                      struct gpuc_error *error)
{
    struct fake_session *session = (struct fake_session *)base;
    struct fake_device *device = device_of(base->engine);
    bool fails = is_failure(device);
    if (device->during != NULL)
        device->during(device->context);
    enum gpuc_status status =
        gpuc_engine_ops_scalar.classify(session->scalar, work, error);
    if (status != GPUC_OK)
        return status;
    if (fails) {
        spoil(base, work);
        return gpuc_fail(error, device->failure, "planted");
    }
    base->done = session->scalar->done;
    return GPUC_OK;
}

static uint32_t fake_n_sessions(const struct gpuc_engine *engine, uint32_t n_threads)
{
    uint32_t n_places = device_of(engine)->n_places;
    return n_threads > n_places ? n_threads : n_places;
}

static void fake_close(struct gpuc_engine *base)
{
    struct fake_engine *engine = (struct fake_engine *)base;
    if (engine == NULL)
        return;
    engine->device->n_closed++;
    gpuc_engine_close(engine->scalar);
    gpuc_free(engine);
}

static const struct gpuc_engine_ops fake_ops = {
    .name = "fake",
    .summary = "a device that fails",
    .attach = fake_attach,
    .classify = fake_classify,
    .n_sessions = fake_n_sessions,
    .report = gpuc_session_report,
    .detach = fake_detach,
    .close = fake_close,
};

struct gpuc_engine *fake_open_scalar(void)
{
    const struct gpuc_engine_ops *ops = &gpuc_engine_ops_scalar;
    const struct gpuc_device scalar = {.name = "scalar", .usable = true};
    struct gpuc_engine *engine = NULL;
    assert_int_equal(ops->open(ops, &scalar, &engine, NULL), GPUC_OK);
    return engine;
}

struct gpuc_engine *fake_device_open(struct fake_device *device)
{
    struct fake_engine *engine = gpuc_alloc(1, sizeof *engine);
    assert_non_null(engine);
    engine->base.ops = &fake_ops;
    engine->base.device.usable = true;
    snprintf(engine->base.device.name, sizeof engine->base.device.name, "%s",
             device->name);
    engine->scalar = fake_open_scalar();
    engine->device = device;
    device->n_opened++;
    return &engine->base;
}
