/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One OpenCL device at work for one worker thread, whatever the kind of model: a queue,
 * and what it takes to run one launch and to learn from it. A session of a kind begins
 * with a struct gpuc_cl_session; its kernel object and buffers are its own (a kernel's
 * arguments are state, so sessions cannot share one).
 *
 * A batch is cut into launches by cl_split.h. Where the device runs out of memory or
 * resources, a session gives its buffers back and goes on with launches of half the rows,
 * and with buffers no larger than needed, before it fails.
 */
#ifndef GPUC_CL_SESSION_H
#define GPUC_CL_SESSION_H

#include "engine.h"
#include "host/opencl/cl_device.h"
#include "host/opencl/cl_split.h"

struct gpuc_cl_forest;  /* cl_forest.h */
struct gpuc_cl_program; /* cl_program.h */
struct gpuc_cl_shape;   /* cl_shape.h */

/* What may be changed in how a kernel of forests runs. No value changes a result. */
struct gpuc_cl_tuning {
    uint32_t group_size; /* work-items of a group; 0: as suits the device */
    uint32_t tile_bytes; /* of trees that are in local memory at once; 0: likewise */
};

/* How forests are to be evaluated; what is NULL or 0 is chosen. */
struct gpuc_cl_wanted {
    const struct gpuc_cl_shape *shape; /* unless it does not suit */
    struct gpuc_cl_tuning tuning;
};

struct gpuc_cl_engine {
    struct gpuc_engine base;
    struct gpuc_cl_device device;
    cl_context context;
    cl_program blackbox_program;
    struct gpuc_cl_program *programs; /* of forests; compiled when first needed */
    struct gpuc_cl_forest *forests;   /* on the device; used by sessions */
    struct gpuc_cl_wanted wanted;
};

struct gpuc_cl_session {
    struct gpuc_session base;
    cl_command_queue queue; /* in order, with profiling */
    bool memory_is_short;   /* the device has run out before */
    struct gpuc_cl_limits limits;
};

/* An argument of a kernel. */
struct gpuc_cl_argument {
    size_t size;
    const void *value;
};

/* A launch of a kernel, for gpuc_cl_session_run(). */
struct gpuc_cl_launch {
    cl_kernel kernel;
    const char *name; /* for messages: "kernel NAME" */
    size_t n_items;   /* a multiple of group_size */
    size_t group_size;
    uint64_t work; /* see cl_split.h */
    cl_event event;
};

/* Opens the session's queue. On failure gpuc_cl_session_done() is due all the same. */
enum gpuc_status gpuc_cl_session_init(struct gpuc_cl_session *session,
                                      struct gpuc_engine *engine,
                                      const struct gpuc_model *model,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;
void gpuc_cl_session_done(struct gpuc_cl_session *session);

static inline struct gpuc_cl_engine *
gpuc_cl_session_engine(const struct gpuc_cl_session *session)
{
    return (struct gpuc_cl_engine *)session->base.engine;
}

/* Makes a kernel object, and tells how many work-items its groups may have. */
enum gpuc_status gpuc_cl_kernel_create(const struct gpuc_cl_engine *engine,
                                       cl_program program, const char *name,
                                       cl_kernel *ret_kernel, size_t *ret_group_size,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Sets all arguments of a kernel, from 0 on. */
enum gpuc_status gpuc_cl_set_arguments(cl_kernel kernel,
                                       const struct gpuc_cl_argument *arguments,
                                       size_t n_arguments, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* A buffer of `size` bytes, more than 0. */
enum gpuc_status gpuc_cl_buffer_create(const struct gpuc_cl_engine *engine,
                                       cl_mem_flags flags, size_t size,
                                       cl_mem *ret_memory, struct gpuc_error *error)
    GPUC_MUST_CHECK;
/* Makes it NULL; NULL is fine. */
void gpuc_cl_buffer_release(cl_mem *memory);

/*
 * At least `wanted`, and the double of `capacity` so that growth is rare, up to `max`.
 * Just `wanted` if memory is short.
 */
size_t gpuc_cl_grown(const struct gpuc_cl_session *session, size_t capacity,
                     size_t wanted, uint64_t max);

/*
 * Copies between the host's memory and a buffer's start, in the queue: the host's memory
 * must stay until gpuc_cl_session_finish().
 */
enum gpuc_status gpuc_cl_upload(struct gpuc_cl_session *session, cl_mem memory,
                                const void *data, size_t size, struct gpuc_error *error)
    GPUC_MUST_CHECK;
enum gpuc_status gpuc_cl_download(struct gpuc_cl_session *session, cl_mem memory,
                                  void *data, size_t size, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Puts a launch into the queue; its kernel has its arguments. */
enum gpuc_status gpuc_cl_launch(struct gpuc_cl_session *session,
                                struct gpuc_cl_launch *launch, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/*
 * Waits for all that is in the queue, also if `status`, of the calls that put it there,
 * is a failure: commands read and write the caller's memory. Then looks what became of
 * the launch, learns from its time and releases its event. Returns the first failure.
 */
enum gpuc_status gpuc_cl_session_finish(struct gpuc_cl_session *session,
                                        struct gpuc_cl_launch *launch,
                                        enum gpuc_status status, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
