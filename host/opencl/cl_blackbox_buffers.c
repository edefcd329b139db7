/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_blackbox_buffers.h"

static void release_rows(struct gpuc_cl_buffers *buffers, struct gpuc_cl_session *session)
{
    gpuc_cl_staging_release(session, &buffers->offsets);
    gpuc_cl_staging_release(session, &buffers->sizes);
    gpuc_cl_staging_release(session, &buffers->order);
    gpuc_cl_staging_release(session, &buffers->fractions);
    gpuc_cl_staging_release(session, &buffers->digests);
    gpuc_cl_buffer_release(&buffers->scratch);
    buffers->row_capacity = 0;
}

static enum gpuc_status reserve_texts(struct gpuc_cl_buffers *buffers,
                                      struct gpuc_cl_session *session, size_t text_size,
                                      struct gpuc_error *error)
{
    /* A buffer cannot be of size 0, but texts can. */
    size_t wanted = text_size > 0 ? text_size : 1;
    size_t size = gpuc_cl_grown(session, buffers->texts.size, wanted,
                                session->limits.max_text_size);

    gpuc_cl_staging_release(session, &buffers->texts);
    return gpuc_cl_staging_create(session, CL_MEM_READ_ONLY, size, &buffers->texts,
                                  error);
}

static enum gpuc_status reserve_rows(struct gpuc_cl_buffers *buffers,
                                     struct gpuc_cl_session *session,
                                     const struct gpuc_cl_blackbox_kernel *kernel,
                                     size_t n_rows, struct gpuc_error *error)
{
    size_t capacity =
        gpuc_cl_grown(session, buffers->row_capacity, n_rows, session->limits.max_rows);
    const struct {
        cl_mem_flags flags;
        size_t item_size;
        struct gpuc_cl_staging *staging;
    } parts[] = {
        {CL_MEM_READ_ONLY, sizeof(cl_uint), &buffers->offsets},
        {CL_MEM_READ_ONLY, sizeof(cl_uint), &buffers->sizes},
        {CL_MEM_READ_ONLY, sizeof(cl_uint), &buffers->order},
        {CL_MEM_WRITE_ONLY, sizeof(cl_ulong), &buffers->fractions},
        {CL_MEM_WRITE_ONLY, GPUC_DIGEST_SIZE, &buffers->digests},
    };
    enum gpuc_status status = GPUC_OK;

    release_rows(buffers, session);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        GPUC_TRY(gpuc_cl_staging_create(session, parts[i].flags,
                                        capacity * parts[i].item_size, parts[i].staging,
                                        error));
    GPUC_TRY(gpuc_cl_buffer_create(gpuc_cl_session_engine(session), CL_MEM_READ_WRITE,
                                   gpuc_cl_blackbox_items(kernel, capacity) *
                                       kernel->item_size,
                                   &buffers->scratch, error));
    buffers->row_capacity = capacity;
out:
    return status;
}

enum gpuc_status gpuc_cl_buffers_reserve(struct gpuc_cl_buffers *buffers,
                                         struct gpuc_cl_session *session,
                                         const struct gpuc_cl_blackbox_kernel *kernel,
                                         size_t n_rows, size_t text_size,
                                         struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;

    if (buffers->texts.size == 0 || text_size > buffers->texts.size)
        GPUC_TRY(reserve_texts(buffers, session, text_size, error));
    if (n_rows > buffers->row_capacity)
        GPUC_TRY(reserve_rows(buffers, session, kernel, n_rows, error));
out:
    return status;
}

void gpuc_cl_buffers_release(struct gpuc_cl_buffers *buffers,
                             struct gpuc_cl_session *session)
{
    gpuc_cl_staging_release(session, &buffers->texts);
    release_rows(buffers, session);
}
