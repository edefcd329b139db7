/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of a black-box session on its device: it grows with the batches. */
#ifndef GPUC_CL_BLACKBOX_BUFFERS_H
#define GPUC_CL_BLACKBOX_BUFFERS_H

#include "host/opencl/cl_blackbox_kernel.h"
#include "host/opencl/cl_staging.h"

/* All NULL and 0: none. The first four go to the device, the next two come from it. */
struct gpuc_cl_buffers {
    struct gpuc_cl_staging texts;
    struct gpuc_cl_staging offsets;   /* u32 a row */
    struct gpuc_cl_staging sizes;     /* u32 a row */
    struct gpuc_cl_staging order;     /* u32 a row */
    struct gpuc_cl_staging fractions; /* u64 a row */
    struct gpuc_cl_staging digests;   /* 32 bytes a row */
    cl_mem scratch;                   /* of the kernel's work-items */
    size_t row_capacity;
};

/* Makes the buffers large enough for a launch. The contents are lost. */
enum gpuc_status gpuc_cl_buffers_reserve(struct gpuc_cl_buffers *buffers,
                                         struct gpuc_cl_session *session,
                                         const struct gpuc_cl_blackbox_kernel *kernel,
                                         size_t n_rows, size_t text_size,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

void gpuc_cl_buffers_release(struct gpuc_cl_buffers *buffers,
                             struct gpuc_cl_session *session);

#endif
