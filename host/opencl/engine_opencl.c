/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OpenCL engine: one context and the compiled programs for a device. The work is done
 * by its sessions (cl_session.h), one kind for each kind of model.
 */
#include "host/opencl/engine_opencl.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "host/opencl/cl_blackbox_session.h"
#include "host/opencl/cl_forest.h"
#include "host/opencl/cl_forest_session.h"
#include "host/opencl/cl_probe.h"
#include "host/opencl/cl_program.h"
#include "host/opencl/cl_rounds.h"
#include "host/opencl/cl_tuning.h"

static void probe(const struct gpuc_engine_ops *ops, struct gpuc_device_list *list)
{
    (void)ops;
    gpuc_cl_devices_probe(list);
}

enum gpuc_device_kind gpuc_opencl_device_kind(const struct gpuc_device *device)
{
    struct gpuc_cl_device described;

    if (gpuc_cl_device_find(device->platform_index, device->device_index, &described,
                            NULL) != GPUC_OK)
        return GPUC_DEVICE_OPENCL_OTHER;
    if (gpuc_cl_device_is_cpu(&described))
        return GPUC_DEVICE_OPENCL_CPU;
    if (gpuc_cl_device_is_discrete_gpu(&described))
        return GPUC_DEVICE_DISCRETE_GPU;
    return (described.type & CL_DEVICE_TYPE_GPU) != 0 ? GPUC_DEVICE_OPENCL_GPU
                                                      : GPUC_DEVICE_OPENCL_OTHER;
}

static void close_engine(struct gpuc_engine *base)
{
    struct gpuc_cl_engine *engine = (struct gpuc_cl_engine *)base;

    if (engine == NULL)
        return;
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

/* What calls itself a CPU works in the host's memory, whatever else it says. */
static struct gpuc_cl_flow choose_flow(const struct gpuc_cl_device *device)
{
    bool is_cpu = gpuc_cl_device_is_cpu(device);
    return (struct gpuc_cl_flow){.is_copied = !is_cpu && !device->unified,
                                 .is_polled = !is_cpu};
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
    engine->flow = choose_flow(&engine->device);
    GPUC_TRY(gpuc_cl_tuning_read(getenv("GPUCLASSIFY_TUNING"), &engine->wanted, error));
    const cl_context_properties properties[] = {
        CL_CONTEXT_PLATFORM, (cl_context_properties)engine->device.platform, 0};
    engine->context =
        clCreateContext(properties, 1, &engine->device.id, NULL, NULL, &code);
    GPUC_TRY(gpuc_cl_check(code, "clCreateContext", error));
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
    const struct gpuc_cl_device *device = &((struct gpuc_cl_engine *)engine)->device;
    enum gpuc_status status;

    if (model->kind == GPUC_MODEL_FOREST) {
        GPUC_TRY(gpuc_cl_forest_check_rounds(device, model->forest, error));
        status = gpuc_cl_forest_attach(engine, model, ret_session, error);
    } else {
        status = gpuc_cl_blackbox_attach(engine, model, ret_session, error);
    }
out:
    return give_up(status, error);
}

static enum gpuc_status classify(struct gpuc_session *session,
                                 const struct gpuc_work *work, struct gpuc_error *error)
{
    const struct gpuc_cl_engine *engine = (struct gpuc_cl_engine *)session->engine;
    bool is_forest = session->model->kind == GPUC_MODEL_FOREST;
    double start = gpuc_clock_seconds();
    enum gpuc_status status;

    if (is_forest) {
        status = gpuc_cl_forest_classify(session, work, error);
    } else {
        status = gpuc_cl_texts_check_rounds(&engine->device, work->texts,
                                            session->model->blackbox.slowness, error);
        if (status == GPUC_OK)
            status = gpuc_cl_blackbox_classify(session, work, error);
    }
    session->done.seconds += gpuc_clock_seconds() - start;
    if (status != GPUC_OK)
        return give_up(status, error);
    session->done.rows += is_forest ? work->features.n_rows : work->texts->n_rows;
    session->done.n_calls++;
    return GPUC_OK;
}

/*
 * Launches that keep a device busy: one being copied in, one computed, one copied out.
 *
 * Sessions wait for a device that is no CPU asleep, so three more than cores let three
 * launches be under way while every core parses, quantises and formats. With n cores, t
 * core seconds of that for a batch and d seconds of the device for its slowest stage, the
 * job takes the larger of t / n and d a batch, as long as a launch takes no longer than 3
 * times the larger: three stages of d each do not.
 *
 * A device that is a CPU computes on the very cores: a session that waits leaves its core
 * to the kernels, so more sessions than cores only compete; but with fewer than three, a
 * core has nothing to compute at times.
 */
enum { LAUNCHES_UNDER_WAY = 3 };

static uint32_t n_sessions(const struct gpuc_engine *base, uint32_t n_threads)
{
    const struct gpuc_cl_engine *engine = (const struct gpuc_cl_engine *)base;

    if (!gpuc_cl_device_is_cpu(&engine->device))
        return n_threads + LAUNCHES_UNDER_WAY;
    return n_threads > LAUNCHES_UNDER_WAY ? n_threads : LAUNCHES_UNDER_WAY;
}

static void detach(struct gpuc_session *session)
{
    if (session != NULL && session->model->kind == GPUC_MODEL_FOREST)
        gpuc_cl_forest_detach(session);
    else
        gpuc_cl_blackbox_detach(session);
}

_Static_assert(CL_TARGET_OPENCL_VERSION == 120, "as the interface says");

const struct gpuc_engine_ops gpuc_engine_ops_opencl = {
    .name = "opencl",
    .summary = "OpenCL devices",
    .interface = "OpenCL 1.2",
    .probe = probe,
    .open = open_engine,
    .attach = attach,
    .classify = classify,
    .n_sessions = n_sessions,
    .report = gpuc_session_report,
    .detach = detach,
    .close = close_engine,
};
