/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CPU engine families: one ops table for each set of kernels, all with the functions
 * below. A session owns the kernels' scratch memory and the order in which rows go into
 * vector lanes; both stay from batch to batch, and only a larger batch allocates.
 */
#include "engine.h"

#include <stdio.h>

#include "cpu/cpu_features.h"
#include "cpu/kernels.h"
#include "disabled.h"

#ifdef GPUC_HAVE_SIMD
#  define SIMD_KERNELS(isa) &gpuc_cpu_kernels_##isa
#else
#  define SIMD_KERNELS(isa) NULL
#endif

enum { RADIX_BITS = 11, RADIX_SIZE = 1 << RADIX_BITS };

struct cpu_engine {
    struct gpuc_engine base;
    const struct gpuc_cpu_sha256 *sha256; /* NULL: the kernels' own */
};

struct cpu_session {
    struct gpuc_session base;
    void *scratch;
    uint32_t *order;
    uint32_t *spare; /* where a sorting pass writes */
    size_t order_capacity;
    size_t spare_capacity;
    uint32_t starts[RADIX_SIZE];
};

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

static enum gpuc_status open_engine(const struct gpuc_engine_ops *ops,
                                    const struct gpuc_device *device,
                                    struct gpuc_engine **ret_engine,
                                    struct gpuc_error *error)
{
    struct cpu_engine *engine = gpuc_alloc(1, sizeof *engine);
    if (engine == NULL)
        return gpuc_fail_memory(error, sizeof *engine, "an engine");
    engine->base.ops = ops;
    engine->base.device = *device;
    engine->sha256 = choose_sha256(ops->kernels);
    *ret_engine = &engine->base;
    return GPUC_OK;
}

static void close_engine(struct gpuc_engine *engine)
{
    gpuc_free(engine);
}

static void detach(struct gpuc_session *base)
{
    struct cpu_session *session = (struct cpu_session *)base;
    if (session == NULL)
        return;
    gpuc_free(session->scratch);
    gpuc_free(session->order);
    gpuc_free(session->spare);
    gpuc_free(session);
}

static enum gpuc_status attach(struct gpuc_engine *engine, const struct gpuc_model *model,
                               struct gpuc_session **ret_session,
                               struct gpuc_error *error)
{
    size_t scratch_size = engine->ops->kernels->scratch_size;
    struct cpu_session *session = gpuc_alloc(1, sizeof *session);
    if (session == NULL)
        return gpuc_fail_memory(error, sizeof *session, "a session");
    session->base.engine = engine;
    session->base.model = model;
    session->scratch = gpuc_alloc(1, scratch_size);
    if (session->scratch == NULL) {
        detach(&session->base);
        return gpuc_fail_memory(error, scratch_size, "a session");
    }
    *ret_session = &session->base;
    return GPUC_OK;
}

static enum gpuc_status reserve_rows(struct cpu_session *session, size_t n_rows,
                                     struct gpuc_error *error)
{
    void *order = session->order;
    void *spare = session->spare;
    enum gpuc_status status = GPUC_OK;

    GPUC_TRY(gpuc_grow(&order, &session->order_capacity, n_rows, sizeof(uint32_t),
                       "the order of rows", error));
    GPUC_TRY(gpuc_grow(&spare, &session->spare_capacity, n_rows, sizeof(uint32_t),
                       "the order of rows", error));
out:
    session->order = order;
    session->spare = spare;
    return status;
}

/* One pass of a stable radix sort, by the bits of (size - least) from `shift` up. */
static void sort_pass(struct cpu_session *session, const struct gpuc_texts *texts,
                      uint32_t least, unsigned shift)
{
    uint32_t *starts = session->starts;
    uint32_t start = 0;

    memset(starts, 0, sizeof session->starts);
    for (size_t row = 0; row < texts->n_rows; row++)
        starts[((texts->sizes[row] - least) >> shift) % RADIX_SIZE]++;
    for (size_t digit = 0; digit < RADIX_SIZE; digit++) {
        uint32_t n_rows = starts[digit];
        starts[digit] = start;
        start += n_rows;
    }
    for (size_t k = 0; k < texts->n_rows; k++) {
        uint32_t row = session->order[k];
        uint32_t digit = ((texts->sizes[row] - least) >> shift) % RADIX_SIZE;
        session->spare[starts[digit]++] = row;
    }
    uint32_t *sorted = session->spare;
    session->spare = session->order;
    session->order = sorted;
}

/* Sorts the rows by text size; most batches need one pass. */
static void sort_rows(struct cpu_session *session, const struct gpuc_texts *texts)
{
    uint32_t least = texts->sizes[0], most = texts->sizes[0];

    for (size_t row = 0; row < texts->n_rows; row++) {
        uint32_t size = texts->sizes[row];
        least = size < least ? size : least;
        most = size > most ? size : most;
        session->order[row] = (uint32_t)row;
    }
    for (unsigned shift = 0; shift < 32 && (most - least) >> shift > 0;
         shift += RADIX_BITS)
        sort_pass(session, texts, least, shift);
}

static enum gpuc_status classify(struct gpuc_session *base, const struct gpuc_work *work,
                                 struct gpuc_error *error)
{
    const struct gpuc_texts *texts = work->texts;
    struct cpu_session *session = (struct cpu_session *)base;
    const struct cpu_engine *engine = (const struct cpu_engine *)base->engine;
    struct gpuc_texts rows = *texts;

    if (texts->n_rows == 0)
        return GPUC_OK;
    enum gpuc_status status = reserve_rows(session, texts->n_rows, error);
    if (status != GPUC_OK)
        return status;
    sort_rows(session, texts);
    /* Kernels may point at empty texts, so let even those have an address. */
    if (rows.bytes.data == NULL)
        rows.bytes.data = session->scratch;
    engine->base.ops->kernels->blackbox(&base->model->blackbox, &rows, session->order,
                                        engine->sha256, session->scratch,
                                        &work->blackbox);
    return GPUC_OK;
}

#define CPU_OPS(isa, text, table)                                                        \
  const struct gpuc_engine_ops gpuc_engine_ops_##isa = {                                 \
      .name = #isa,                                                                      \
      .summary = (text),                                                                 \
      .min_sessions = 1,                                                                 \
      .kernels = (table),                                                                \
      .probe = probe,                                                                    \
      .open = open_engine,                                                               \
      .attach = attach,                                                                  \
      .classify = classify,                                                              \
      .detach = detach,                                                                  \
      .close = close_engine,                                                             \
  }

CPU_OPS(scalar, "plain C, one row at a time", &gpuc_cpu_kernels_scalar);
CPU_OPS(sse42, "SSE4.2, 4 rows at a time", SIMD_KERNELS(sse42));
CPU_OPS(avx2, "AVX2, 8 rows at a time", SIMD_KERNELS(avx2));
CPU_OPS(avx512, "AVX-512, 16 rows at a time", SIMD_KERNELS(avx512));
