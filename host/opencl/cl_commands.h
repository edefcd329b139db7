/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a session puts into its queue for one launch: copies to the device, a kernel,
 * copies back. Each command has an event, which says at the end what became of it, and on
 * the device's clock how long it took.
 */
#ifndef GPUC_CL_COMMANDS_H
#define GPUC_CL_COMMANDS_H

#include "host/opencl/cl_session.h"

/* A launch of a kernel. */
struct gpuc_cl_launch {
    cl_kernel kernel; /* has its arguments */
    const char *name; /* for messages: "kernel NAME" */
    size_t n_items;   /* a multiple of group_size */
    size_t group_size;
    uint64_t work; /* see cl_split.h */
};

/*
 * Where the event of the next command goes, and what is due when the command has been
 * put into the queue by `call`, or has not, as `code` says.
 */
cl_event *gpuc_cl_next_event(struct gpuc_cl_session *session);
enum gpuc_status gpuc_cl_enqueued(struct gpuc_cl_session *session, cl_int code,
                                  const char *call, size_t n_copied,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

/* Puts a launch into the queue. */
enum gpuc_status gpuc_cl_launch(struct gpuc_cl_session *session,
                                const struct gpuc_cl_launch *launch,
                                struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Waits for all that is in the queue, also if `status`, of the calls that put it there,
 * is a failure: commands read and write memory that is not theirs. Then looks what became
 * of the commands, learns from the launch's time, adds times and bytes to what the
 * session has done and releases the events. Returns the first failure.
 *
 * A device is polled if its driver may wait by asking it without pause, which costs a
 * core that could parse: the host sleeps between two looks at the last command.
 */
enum gpuc_status gpuc_cl_session_finish(struct gpuc_cl_session *session,
                                        const struct gpuc_cl_launch *launch,
                                        enum gpuc_status status, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
