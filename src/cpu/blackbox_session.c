/* SPDX-License-Identifier: Apache-2.0 */
#include "cpu/blackbox_session.h"

#include "cpu/engine_cpu.h"

enum { RADIX_BITS = 11, RADIX_SIZE = 1 << RADIX_BITS };

struct blackbox_session {
    struct gpuc_session base;
    void *scratch;
    uint32_t *order;
    uint32_t *spare; /* where a sorting pass writes */
    size_t order_capacity;
    size_t spare_capacity;
    uint32_t starts[RADIX_SIZE];
};

void gpuc_blackbox_session_free(struct gpuc_session *base)
{
    struct blackbox_session *session = (struct blackbox_session *)base;
    gpuc_free(session->scratch);
    gpuc_free(session->order);
    gpuc_free(session->spare);
    gpuc_free(session);
}

enum gpuc_status gpuc_blackbox_session_new(struct gpuc_engine *engine,
                                           const struct gpuc_model *model,
                                           struct gpuc_session **ret_session,
                                           struct gpuc_error *error)
{
    size_t scratch_size = engine->ops->kernels->scratch_size;
    struct blackbox_session *session = gpuc_alloc(1, sizeof *session);
    if (session == NULL)
        return gpuc_fail_memory(error, sizeof *session, "a session");
    session->base.engine = engine;
    session->base.model = model;
    session->scratch = gpuc_alloc(1, scratch_size);
    if (session->scratch == NULL) {
        gpuc_blackbox_session_free(&session->base);
        return gpuc_fail_memory(error, scratch_size, "a session");
    }
    *ret_session = &session->base;
    return GPUC_OK;
}

static enum gpuc_status reserve_rows(struct blackbox_session *session, size_t n_rows,
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
static void sort_pass(struct blackbox_session *session, const struct gpuc_texts *texts,
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
static void sort_rows(struct blackbox_session *session, const struct gpuc_texts *texts)
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

enum gpuc_status gpuc_blackbox_session_classify(struct gpuc_session *base,
                                                const struct gpuc_work *work,
                                                struct gpuc_error *error)
{
    const struct gpuc_texts *texts = work->texts;
    struct blackbox_session *session = (struct blackbox_session *)base;
    const struct gpuc_cpu_engine *engine = (const struct gpuc_cpu_engine *)base->engine;
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
