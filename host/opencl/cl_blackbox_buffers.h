/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of a black-box session on its device: it grows with the batches. */
#ifndef GPUC_CL_BLACKBOX_BUFFERS_H
#define GPUC_CL_BLACKBOX_BUFFERS_H

#include "host/opencl/cl_blackbox_kernel.h"

/* All NULL and 0: none. */
struct gpuc_cl_buffers {
    cl_mem texts;
    cl_mem offsets;       /* u32 a row */
    cl_mem sizes;         /* u32 a row */
    cl_mem order;         /* u32 a row */
    cl_mem scratch;       /* of the kernel's work-items */
    cl_mem fractions;     /* u64 a row */
    cl_mem digests;       /* 32 bytes a row */
    size_t text_capacity; /* in bytes */
    size_t row_capacity;
};

/* Makes the buffers large enough for a launch. The contents are lost. */
enum gpuc_status gpuc_cl_buffers_reserve(struct gpuc_cl_buffers *buffers,
                                         const struct gpuc_cl_session *session,
                                         const struct gpuc_cl_blackbox_kernel *kernel,
                                         size_t n_rows, size_t text_size,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

void gpuc_cl_buffers_release(struct gpuc_cl_buffers *buffers);

#endif
