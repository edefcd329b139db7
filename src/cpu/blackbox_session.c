/* SPDX-License-Identifier: Apache-2.0 */
#include "cpu/blackbox_session.h"

#include "base/size_order.h"
#include "cpu/engine_cpu.h"

struct blackbox_session {
    struct gpuc_session base;
    void *scratch;
    struct gpuc_size_order order;
};

void gpuc_blackbox_session_free(struct gpuc_session *base)
{
    struct blackbox_session *session = (struct blackbox_session *)base;
    gpuc_free(session->scratch);
    gpuc_size_order_done(&session->order);
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
    enum gpuc_status status =
        gpuc_size_order_sort(&session->order, texts->sizes, texts->n_rows, error);
    if (status != GPUC_OK)
        return status;
    /* Kernels may point at empty texts, so let even those have an address. */
    if (rows.bytes.data == NULL)
        rows.bytes.data = session->scratch;
    engine->base.ops->kernels->blackbox(&base->model->blackbox, &rows,
                                        session->order.rows, engine->sha256,
                                        session->scratch, &work->blackbox);
    return GPUC_OK;
}
