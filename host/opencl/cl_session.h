/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One OpenCL device at work for one worker thread: a queue, a kernel object (its
 * arguments are state, so sessions cannot share one) and buffers that grow with the
 * batches.
 *
 * A batch is cut into launches by cl_split.h. Where the device runs out of memory or
 * resources, the session gives its buffers back and goes on with launches of half the
 * rows, down to one row, and with buffers no larger than needed, before it fails.
 */
#ifndef GPUC_CL_SESSION_H
#define GPUC_CL_SESSION_H

#include "engine.h"
#include "host/opencl/cl_device.h"
#include "host/opencl/cl_split.h"

struct gpuc_cl_engine {
    struct gpuc_engine base;
    struct gpuc_cl_device device;
    cl_context context;
    cl_program program;
};

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

struct gpuc_cl_session {
    struct gpuc_session base;
    cl_command_queue queue; /* in order, with profiling */
    cl_kernel kernel;
    size_t group_size;    /* work-items in a work-group */
    bool interleaved;     /* the generator's states of neighbouring rows */
    bool memory_is_short; /* the device has run out before */
    struct gpuc_cl_limits limits;
    struct gpuc_cl_buffers buffers;
};

/* The functions of the engine's table. */
enum gpuc_status gpuc_cl_session_attach(struct gpuc_engine *engine,
                                        const struct gpuc_model *model,
                                        struct gpuc_session **ret_session,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;
enum gpuc_status gpuc_cl_session_classify(struct gpuc_session *session,
                                          const struct gpuc_work *work,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;
void gpuc_cl_session_detach(struct gpuc_session *session);

#endif
