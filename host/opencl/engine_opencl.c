/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OpenCL engine: one context and the compiled programs for a device. The work is done
 * by its sessions (cl_session.h), one kind for each kind of model.
 */
#include "host/opencl/engine_opencl.h"

#include "base/clock.h"
#include "base/memory.h"
#include "host/opencl/cl_blackbox_session.h"
#include "host/opencl/cl_forest.h"
#include "host/opencl/cl_forest_session.h"
#include "host/opencl/cl_probe.h"
#include "host/opencl/cl_program.h"

static void probe(const struct gpuc_engine_ops *ops, struct gpuc_device_list *list)
{
    (void)ops;
    gpuc_cl_devices_probe(list);
}

bool gpuc_opencl_is_discrete_gpu(const struct gpuc_device *device)
{
    struct gpuc_cl_device described;

    return device->usable &&
           gpuc_cl_device_find(device->platform_index, device->device_index, &described,
                               NULL) == GPUC_OK &&
           gpuc_cl_device_is_discrete_gpu(&described);
}

static void close_engine(struct gpuc_engine *base)
{
    struct gpuc_cl_engine *engine = (struct gpuc_cl_engine *)base;

    if (engine == NULL)
        return;
    if (engine->blackbox_program != NULL)
        clReleaseProgram(engine->blackbox_program);
    gpuc_cl_programs_done(engine->programs);
    if (engine->context != NULL)
        clReleaseContext(engine->context);
    gpuc_free(engine);
}

/* Inside the engine GPUC_ENOMEM says that less at a time may do. To others a device that
 * can do no less has failed. */
static enum gpuc_status give_up(enum gpuc_status status, struct gpuc_error *error)
{
    if (status != GPUC_ENOMEM)
        return status;
    if (error != NULL)
        error->status = GPUC_EDEVICE;
    return GPUC_EDEVICE;
}

static enum gpuc_status open_engine(const struct gpuc_engine_ops *ops,
                                    const struct gpuc_device *device,
                                    struct gpuc_engine **ret_engine,
                                    struct gpuc_error *error)
{
    enum gpuc_status status;
    cl_int code;

    struct gpuc_cl_engine *engine = gpuc_alloc(1, sizeof *engine);
    if (engine == NULL)
        return gpuc_fail_memory(error, sizeof *engine, "the OpenCL engine");
    engine->base.ops = ops;
    engine->base.device = *device;
    GPUC_TRY(gpuc_cl_device_find(device->platform_index, device->device_index,
                                 &engine->device, error));
    char reason[sizeof device->reason];
    gpuc_cl_device_reason(&engine->device, reason, sizeof reason);
    if (reason[0] != '\0') {
        status = gpuc_fail(error, GPUC_EDEVICE, "%s", reason);
        goto out;
    }
    const cl_context_properties properties[] = {
        CL_CONTEXT_PLATFORM, (cl_context_properties)engine->device.platform, 0};
    engine->context =
        clCreateContext(properties, 1, &engine->device.id, NULL, NULL, &code);
    GPUC_TRY(gpuc_cl_check(code, "clCreateContext", error));
    GPUC_TRY(gpuc_cl_program_build(engine->context, engine->device.id,
                                   gpuc_kernel_blackbox, "", &engine->blackbox_program,
                                   error));
    *ret_engine = &engine->base;
    engine = NULL;
out:
    close_engine(engine != NULL ? &engine->base : NULL);
    return give_up(status, error);
}

static enum gpuc_status attach(struct gpuc_engine *engine, const struct gpuc_model *model,
                               struct gpuc_session **ret_session,
                               struct gpuc_error *error)
{
    enum gpuc_status status =
        model->kind == GPUC_MODEL_FOREST
            ? gpuc_cl_forest_attach(engine, model, ret_session, error)
            : gpuc_cl_blackbox_attach(engine, model, ret_session, error);
    return give_up(status, error);
}

static enum gpuc_status classify(struct gpuc_session *session,
                                 const struct gpuc_work *work, struct gpuc_error *error)
{
    bool is_forest = session->model->kind == GPUC_MODEL_FOREST;
    double start = gpuc_clock_seconds();
    enum gpuc_status status = is_forest ? gpuc_cl_forest_classify(session, work, error)
                                        : gpuc_cl_blackbox_classify(session, work, error);
    if (status != GPUC_OK)
        return give_up(status, error);
    session->done.rows += is_forest ? work->features.n_rows : work->texts->n_rows;
    session->done.n_calls++;
    session->done.seconds += gpuc_clock_seconds() - start;
    return GPUC_OK;
}

/* One batch copied in, one computed and one copied out, at the same time. */
enum { MIN_SESSIONS = 3 };

static uint32_t n_sessions(const struct gpuc_engine *engine, uint32_t n_threads)
{
    (void)engine;
    return n_threads > MIN_SESSIONS ? n_threads : MIN_SESSIONS;
}

static void detach(struct gpuc_session *session)
{
    if (session != NULL && session->model->kind == GPUC_MODEL_FOREST)
        gpuc_cl_forest_detach(session);
    else
        gpuc_cl_blackbox_detach(session);
}

const struct gpuc_engine_ops gpuc_engine_ops_opencl = {
    .name = "opencl",
    .summary = "OpenCL devices",
    .kernels = NULL,
    .probe = probe,
    .open = open_engine,
    .attach = attach,
    .classify = classify,
    .n_sessions = n_sessions,
    .report = gpuc_session_report,
    .detach = detach,
    .close = close_engine,
};
