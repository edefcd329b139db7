/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OpenCL engine: one context and one compiled program for a device. The work is done
 * by its sessions (cl_session.h), each with a queue of its own.
 */
#include "host/opencl/engine_opencl.h"

#include "base/memory.h"
#include "host/opencl/cl_probe.h"
#include "host/opencl/cl_program.h"
#include "host/opencl/cl_session.h"

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
    if (engine->program != NULL)
        clReleaseProgram(engine->program);
    if (engine->context != NULL)
        clReleaseContext(engine->context);
    gpuc_free(engine);
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
                                   gpuc_kernel_blackbox, &engine->program, error));
    *ret_engine = &engine->base;
    engine = NULL;
out:
    close_engine(engine != NULL ? &engine->base : NULL);
    return status;
}

const struct gpuc_engine_ops gpuc_engine_ops_opencl = {
    .name = "opencl",
    .summary = "OpenCL devices",
    /* One batch copied in, one computed and one copied out, at the same time. */
    .min_sessions = 3,
    .kernels = NULL,
    .probe = probe,
    .open = open_engine,
    .attach = gpuc_cl_session_attach,
    .classify = gpuc_cl_session_classify,
    .detach = gpuc_cl_session_detach,
    .close = close_engine,
};
