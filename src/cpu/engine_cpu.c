/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CPU engine families: one ops table for each set of kernels, all with the functions
 * below, which hand sessions on to the code for their kind of model.
 */
#include "cpu/engine_cpu.h"

#include <stdio.h>

#include "base/clock.h"
#include "cpu/blackbox_session.h"
#include "cpu/forest_session.h"
#include "disabled.h"

#ifdef GPUC_HAVE_SIMD
#  define SIMD_KERNELS(isa) &gpuc_cpu_kernels_##isa
#else
#  define SIMD_KERNELS(isa) NULL
#endif

static void probe(const struct gpuc_engine_ops *ops, struct gpuc_device_list *list)
{
    size_t n_max = sizeof list->devices / sizeof *list->devices;
    if (list->n_devices == n_max)
        return;

    char cpu[64];
    gpuc_cpu_name(cpu, sizeof cpu);
    struct gpuc_device *device = &list->devices[list->n_devices++];
    *device = (struct gpuc_device){0};
    snprintf(device->name, sizeof device->name, "%s", ops->name);
    snprintf(device->summary, sizeof device->summary, "%s: %s", cpu, ops->summary);
    if (ops->kernels == NULL)
        snprintf(device->reason, sizeof device->reason, "not in this build");
    else
        device->usable =
            gpuc_cpu_supports(ops->kernels->isa, device->reason, sizeof device->reason);
}

static const struct gpuc_cpu_sha256 *choose_sha256(const struct gpuc_cpu_kernels *kernels)
{
    return gpuc_cpu_has_sha() && !gpuc_disabled("sha") ? kernels->sha : NULL;
}

static const struct gpuc_cpu_forest *choose_forest(const struct gpuc_cpu_kernels *kernels)
{
    return kernels->forest_vbmi != NULL && gpuc_cpu_has_vbmi() && !gpuc_disabled("vbmi")
               ? kernels->forest_vbmi
               : kernels->forest;
}

static enum gpuc_status open_engine(const struct gpuc_engine_ops *ops,
                                    const struct gpuc_device *device,
                                    struct gpuc_engine **ret_engine,
                                    struct gpuc_error *error)
{
    struct gpuc_cpu_engine *engine = gpuc_alloc(1, sizeof *engine);
    if (engine == NULL)
        return gpuc_fail_memory(error, sizeof *engine, "an engine");
    engine->base.ops = ops;
    engine->base.device = *device;
    engine->sha256 = choose_sha256(ops->kernels);
    engine->forest = choose_forest(ops->kernels);
    *ret_engine = &engine->base;
    return GPUC_OK;
}

static void close_engine(struct gpuc_engine *engine)
{
    gpuc_free(engine);
}

static enum gpuc_status attach(struct gpuc_engine *engine, const struct gpuc_model *model,
                               struct gpuc_session **ret_session,
                               struct gpuc_error *error)
{
    return model->kind == GPUC_MODEL_FOREST
               ? gpuc_forest_session_new(engine, model, ret_session, error)
               : gpuc_blackbox_session_new(engine, model, ret_session, error);
}

static enum gpuc_status classify(struct gpuc_session *session,
                                 const struct gpuc_work *work, struct gpuc_error *error)
{
    bool is_forest = session->model->kind == GPUC_MODEL_FOREST;
    double start = gpuc_clock_seconds(), quantised = session->done.quantise_seconds;
    enum gpuc_status status = is_forest
                                  ? gpuc_forest_session_classify(session, work, error)
                                  : gpuc_blackbox_session_classify(session, work, error);
    if (status != GPUC_OK)
        return status;
    double seconds = gpuc_clock_seconds() - start;
    session->done.rows += is_forest ? work->features.n_rows : work->texts->n_rows;
    session->done.n_calls++;
    session->done.seconds += seconds;
    session->done.kernel_seconds +=
        seconds - (session->done.quantise_seconds - quantised);
    return GPUC_OK;
}

static void detach(struct gpuc_session *session)
{
    if (session == NULL)
        return;
    if (session->model->kind == GPUC_MODEL_FOREST)
        gpuc_forest_session_free(session);
    else
        gpuc_blackbox_session_free(session);
}

#define CPU_OPS(isa, text, table)                                                        \
  const struct gpuc_engine_ops gpuc_engine_ops_##isa = {                                 \
      .name = #isa,                                                                      \
      .summary = (text),                                                                 \
      .kernels = (table),                                                                \
      .probe = probe,                                                                    \
      .open = open_engine,                                                               \
      .attach = attach,                                                                  \
      .classify = classify,                                                              \
      .n_sessions = gpuc_engine_one_session_a_thread,                                    \
      .report = gpuc_session_report,                                                     \
      .detach = detach,                                                                  \
      .close = close_engine,                                                             \
  }

CPU_OPS(scalar, "plain C, the reference", &gpuc_cpu_kernels_scalar);
CPU_OPS(sse42, "SSE4.2, vectors of 128 bits", SIMD_KERNELS(sse42));
CPU_OPS(avx2, "AVX2, vectors of 256 bits", SIMD_KERNELS(avx2));
CPU_OPS(avx512, "AVX-512, vectors of 512 bits", SIMD_KERNELS(avx512));
