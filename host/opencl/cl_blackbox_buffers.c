/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_blackbox_buffers.h"

static void release_rows(struct gpuc_cl_buffers *buffers)
{
    gpuc_cl_buffer_release(&buffers->offsets);
    gpuc_cl_buffer_release(&buffers->sizes);
    gpuc_cl_buffer_release(&buffers->order);
    gpuc_cl_buffer_release(&buffers->scratch);
    gpuc_cl_buffer_release(&buffers->fractions);
    gpuc_cl_buffer_release(&buffers->digests);
    buffers->row_capacity = 0;
}

static void release_texts(struct gpuc_cl_buffers *buffers)
{
    gpuc_cl_buffer_release(&buffers->texts);
    buffers->text_capacity = 0;
}

static enum gpuc_status reserve_texts(struct gpuc_cl_buffers *buffers,
                                      const struct gpuc_cl_session *session,
                                      size_t text_size, struct gpuc_error *error)
{
    /* A buffer cannot be of size 0, but texts can. */
    size_t wanted = text_size > 0 ? text_size : 1;
    size_t size = gpuc_cl_grown(session, buffers->text_capacity, wanted,
                                session->limits.max_text_size);

    release_texts(buffers);
    enum gpuc_status status = gpuc_cl_buffer_create(
        gpuc_cl_session_engine(session), CL_MEM_READ_ONLY, size, &buffers->texts, error);
    if (status == GPUC_OK)
        buffers->text_capacity = size;
    return status;
}

static enum gpuc_status reserve_rows(struct gpuc_cl_buffers *buffers,
                                     const struct gpuc_cl_session *session,
                                     const struct gpuc_cl_blackbox_kernel *kernel,
                                     size_t n_rows, struct gpuc_error *error)
{
    size_t capacity =
        gpuc_cl_grown(session, buffers->row_capacity, n_rows, session->limits.max_rows);
    const struct {
        cl_mem_flags flags;
        size_t size;
        cl_mem *memory;
    } parts[] = {
        {CL_MEM_READ_ONLY, capacity * sizeof(cl_uint), &buffers->offsets},
        {CL_MEM_READ_ONLY, capacity * sizeof(cl_uint), &buffers->sizes},
        {CL_MEM_READ_ONLY, capacity * sizeof(cl_uint), &buffers->order},
        {CL_MEM_READ_WRITE, gpuc_cl_blackbox_items(kernel, capacity) * kernel->item_size,
         &buffers->scratch},
        {CL_MEM_WRITE_ONLY, capacity * sizeof(cl_ulong), &buffers->fractions},
        {CL_MEM_WRITE_ONLY, capacity * GPUC_DIGEST_SIZE, &buffers->digests},
    };
    enum gpuc_status status = GPUC_OK;

    release_rows(buffers);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        GPUC_TRY(gpuc_cl_buffer_create(gpuc_cl_session_engine(session), parts[i].flags,
                                       parts[i].size, parts[i].memory, error));
    buffers->row_capacity = capacity;
out:
    return status;
}

enum gpuc_status gpuc_cl_buffers_reserve(struct gpuc_cl_buffers *buffers,
                                         const struct gpuc_cl_session *session,
                                         const struct gpuc_cl_blackbox_kernel *kernel,
                                         size_t n_rows, size_t text_size,
                                         struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;

    if (buffers->texts == NULL || text_size > buffers->text_capacity)
        GPUC_TRY(reserve_texts(buffers, session, text_size, error));
    if (n_rows > buffers->row_capacity)
        GPUC_TRY(reserve_rows(buffers, session, kernel, n_rows, error));
out:
    return status;
}

void gpuc_cl_buffers_release(struct gpuc_cl_buffers *buffers)
{
    release_texts(buffers);
    release_rows(buffers);
}
