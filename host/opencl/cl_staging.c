/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_staging.h"

#include "host/opencl/cl_commands.h"
#include "host/opencl/cl_error.h"

enum gpuc_status gpuc_cl_staging_create(struct gpuc_cl_session *session,
                                        cl_mem_flags flags, size_t size,
                                        struct gpuc_cl_staging *staging,
                                        struct gpuc_error *error)
{
    const struct gpuc_cl_engine *engine = gpuc_cl_session_engine(session);
    bool is_copied = engine->flow.is_copied;
    enum gpuc_status status;
    cl_int code;

    GPUC_TRY(gpuc_cl_buffer_create(engine,
                                   is_copied ? flags : flags | CL_MEM_ALLOC_HOST_PTR,
                                   size, &staging->memory, error));
    if (is_copied) {
        GPUC_TRY(gpuc_cl_buffer_create(engine, CL_MEM_ALLOC_HOST_PTR, size,
                                       &staging->pinned, error));
        void *host =
            clEnqueueMapBuffer(session->queue, staging->pinned, CL_TRUE,
                               CL_MAP_READ | CL_MAP_WRITE, 0, size, 0, NULL, NULL, &code);
        GPUC_TRY(gpuc_cl_check(code, "clEnqueueMapBuffer", error));
        staging->host = host;
    }
    staging->size = size;
out:
    if (status != GPUC_OK)
        gpuc_cl_staging_release(session, staging);
    return status;
}

enum gpuc_status gpuc_cl_staging_fill(struct gpuc_cl_session *session,
                                      struct gpuc_cl_staging *staging,
                                      struct gpuc_error *error)
{
    cl_int code;

    if (staging->host != NULL)
        return GPUC_OK;
    void *host = clEnqueueMapBuffer(session->queue, staging->memory, CL_TRUE,
                                    CL_MAP_WRITE_INVALIDATE_REGION, 0, staging->size, 0,
                                    NULL, gpuc_cl_next_event(session), &code);
    if (code == CL_SUCCESS)
        staging->host = host;
    return gpuc_cl_enqueued(session, code, "clEnqueueMapBuffer", 0, error);
}

enum gpuc_status gpuc_cl_staging_send(struct gpuc_cl_session *session,
                                      struct gpuc_cl_staging *staging, size_t size,
                                      struct gpuc_error *error)
{
    void *host = staging->host;
    cl_int code;

    if (staging->pinned != NULL) {
        if (size == 0)
            return GPUC_OK;
        code = clEnqueueWriteBuffer(session->queue, staging->memory, CL_FALSE, 0, size,
                                    host, 0, NULL, gpuc_cl_next_event(session));
        return gpuc_cl_enqueued(session, code, "clEnqueueWriteBuffer", size, error);
    }
    if (host == NULL)
        return GPUC_OK;
    /* Not to be tried twice, if it fails. */
    staging->host = NULL;
    code = clEnqueueUnmapMemObject(session->queue, staging->memory, host, 0, NULL,
                                   gpuc_cl_next_event(session));
    return gpuc_cl_enqueued(session, code, "clEnqueueUnmapMemObject", 0, error);
}

enum gpuc_status gpuc_cl_staging_fetch(struct gpuc_cl_session *session,
                                       struct gpuc_cl_staging *staging, size_t size,
                                       struct gpuc_error *error)
{
    cl_int code;

    if (staging->pinned != NULL) {
        code = clEnqueueReadBuffer(session->queue, staging->memory, CL_FALSE, 0, size,
                                   staging->host, 0, NULL, gpuc_cl_next_event(session));
        return gpuc_cl_enqueued(session, code, "clEnqueueReadBuffer", size, error);
    }
    void *host =
        clEnqueueMapBuffer(session->queue, staging->memory, CL_FALSE, CL_MAP_READ, 0,
                           size, 0, NULL, gpuc_cl_next_event(session), &code);
    if (code == CL_SUCCESS)
        staging->host = host;
    return gpuc_cl_enqueued(session, code, "clEnqueueMapBuffer", 0, error);
}

void gpuc_cl_staging_release(struct gpuc_cl_session *session,
                             struct gpuc_cl_staging *staging)
{
    cl_mem mapped = staging->pinned != NULL ? staging->pinned : staging->memory;

    if (staging->host != NULL) {
        clEnqueueUnmapMemObject(session->queue, mapped, staging->host, 0, NULL, NULL);
        clFinish(session->queue);
    }
    gpuc_cl_buffer_release(&staging->pinned);
    gpuc_cl_buffer_release(&staging->memory);
    *staging = (struct gpuc_cl_staging){0};
}
