/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One OpenCL device at work for one worker thread, whatever the kind of model. A session
 * of a kind begins with a struct gpuc_cl_session; its queue, kernel object and buffers
 * are its own (a kernel's arguments are state, so sessions cannot share one).
 *
 * How work flows
 * --------------
 * A batch is cut into launches by cl_split.h. For each the host fills buffers
 * (cl_staging.h), puts copies and a kernel into the session's queue and waits for them
 * (cl_commands.h). A session so has one launch under way; a device is kept busy by
 * several sessions, whose launches are in different stages: the queues are independent,
 * so a device copies in for one while it computes for another and copies out for a third.
 *
 * Where the device runs out of memory or resources, a session gives its buffers back and
 * goes on with launches of half the rows, and with buffers no larger than needed, before
 * it fails.
 */
#ifndef GPUC_CL_SESSION_H
#define GPUC_CL_SESSION_H

#include <stdatomic.h>

#include "engine.h"
#include "host/opencl/cl_device.h"
#include "host/opencl/cl_split.h"

struct gpuc_cl_forest;  /* cl_forest.h */
struct gpuc_cl_program; /* cl_program.h */
struct gpuc_cl_shape;   /* cl_shape.h */

/* What may be changed in how a kernel of forests runs. No value changes a result. */
struct gpuc_cl_tuning {
    uint32_t group_size;  /* work-items of a group; 0: as suits the device */
    uint32_t tile_bytes;  /* of trees that are in local memory at once; 0: likewise */
    uint32_t codes_bytes; /* of rows that are there with them; the shape sets it */
};

/* Whether shapes and tunings are timed before one is chosen. */
enum gpuc_cl_measuring {
    GPUC_CL_MEASURE_GPUS, /* a CPU's best is known */
    GPUC_CL_MEASURE_NEVER,
    GPUC_CL_MEASURE_ALL
};

/* How kernels are to run; what is NULL or 0 is chosen. */
struct gpuc_cl_wanted {
    const struct gpuc_cl_shape *shape; /* unless it does not suit */
    struct gpuc_cl_tuning tuning;
    uint32_t blackbox_lanes; /* rows in a vector: 4, 8 or 16; 1: no vectors */
    bool must_suit;          /* the shape; it is a failure if it does not */
    bool is_trusted;         /* the first that suits, without made-up rows: for tests */
    enum gpuc_cl_measuring measuring;
};

/* How a device is fed and waited for. No choice changes a result. */
struct gpuc_cl_flow {
    bool is_copied; /* it has memory of its own; else it works in the host's */
    bool is_polled; /* see gpuc_cl_session_finish() */
};

struct gpuc_cl_engine {
    struct gpuc_engine base;
    struct gpuc_cl_device device;
    struct gpuc_cl_flow flow;
    cl_context context;
    struct gpuc_cl_program *programs; /* compiled when first needed */
    struct gpuc_cl_forest *forests;   /* on the device; used by sessions */
    struct gpuc_cl_wanted wanted;
    atomic_uint n_sessions; /* that there are now */
};

/* A command in a session's queue; see cl_commands.h. */
struct gpuc_cl_command {
    cl_event event;
    const char *call; /* that put it there; NULL: it is the launch's kernel */
    size_t n_copied;  /* bytes that it copies to or from the device */
};

/* Of one launch: a map and an unmap of up to 6 buffers, and the kernel. */
enum { GPUC_CL_COMMANDS_MAX = 2 * 6 + 1 };

struct gpuc_cl_session {
    struct gpuc_session base;
    cl_command_queue queue; /* in order, with profiling */
    bool memory_is_short;   /* the device has run out before */
    struct gpuc_cl_limits limits;
    struct gpuc_cl_command commands[GPUC_CL_COMMANDS_MAX];
    size_t n_commands;
};

/* An argument of a kernel. */
struct gpuc_cl_argument {
    size_t size;
    const void *value;
};

/* Opens the session's queue. On failure gpuc_cl_session_done() is due all the same. */
enum gpuc_status gpuc_cl_session_init(struct gpuc_cl_session *session,
                                      struct gpuc_engine *engine,
                                      const struct gpuc_model *model,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;
void gpuc_cl_session_done(struct gpuc_cl_session *session);

/*
 * Bytes of the device's memory that the session's buffers may take, together: all the
 * sessions that the engine has now keep to a part of it.
 */
uint64_t gpuc_cl_session_share(const struct gpuc_cl_session *session);

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

#endif
