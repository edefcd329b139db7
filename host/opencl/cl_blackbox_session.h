/* SPDX-License-Identifier: Apache-2.0 */
/* The black box on an OpenCL device: a session with buffers that grow with the batches.
 */
#ifndef GPUC_CL_BLACKBOX_SESSION_H
#define GPUC_CL_BLACKBOX_SESSION_H

#include "host/opencl/cl_session.h"

/* Memory on the device; all NULL and 0: none. */
struct gpuc_cl_buffers {
    cl_mem texts;
    cl_mem offsets;       /* u32 a row */
    cl_mem sizes;         /* u32 a row */
    cl_mem mt;            /* the generator's state: GPUC_MT_SIZE words a row */
    cl_mem fractions;     /* u64 a row */
    cl_mem digests;       /* 32 bytes a row */
    size_t text_capacity; /* in bytes */
    size_t row_capacity;
};

struct gpuc_cl_blackbox_session {
    struct gpuc_cl_session base;
    cl_kernel kernel;
    size_t group_size; /* work-items in a work-group */
    bool interleaved;  /* the generator's states of neighbouring rows */
    struct gpuc_cl_buffers buffers;
};

/* The functions of the engine's table, for models of kind GPUC_MODEL_BLACKBOX. */
enum gpuc_status gpuc_cl_blackbox_attach(struct gpuc_engine *engine,
                                         const struct gpuc_model *model,
                                         struct gpuc_session **ret_session,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;
enum gpuc_status gpuc_cl_blackbox_classify(struct gpuc_session *session,
                                           const struct gpuc_work *work,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;
void gpuc_cl_blackbox_detach(struct gpuc_session *session);

#endif
