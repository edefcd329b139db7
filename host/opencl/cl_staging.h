/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that a session's host and device hand to each other: codes and texts to the
 * device, results from it. There are two ways, by struct gpuc_cl_flow:
 *
 * - A device with memory of its own gets a buffer there, and another one in the host's
 *   memory, mapped for good, which the driver pins: only from and to such memory can a
 *   device copy by itself, at full speed, while its units and the host do other things.
 * - A device that works in the host's memory gets one buffer there, which is mapped while
 *   it is the host's turn and unmapped while it is the device's: nothing is copied.
 *
 * A launch goes like this, with as many inputs and outputs as it has:
 *
 *     gpuc_cl_staging_fill(session, &input, error)    then write to input.host
 *     gpuc_cl_staging_send(session, &input, size, error)
 *     gpuc_cl_staging_send(session, &output, 0, error)
 *     gpuc_cl_launch(...)
 *     gpuc_cl_staging_fetch(session, &output, size, error)
 *     gpuc_cl_session_finish(...)                     then read from output.host
 *
 * Used by the session's thread. All but create are commands of the launch: whatever
 * fails, gpuc_cl_session_finish() is due.
 */
#ifndef GPUC_CL_STAGING_H
#define GPUC_CL_STAGING_H

#include "host/opencl/cl_session.h"

/* All 0: none. */
struct gpuc_cl_staging {
    cl_mem memory; /* for the kernel */
    cl_mem pinned; /* the host's side of it; NULL: `memory` is for both */
    void *host;    /* where the host reads and writes; NULL: it is the device's turn */
    size_t size;
};

/* Makes a buffer of `size` bytes, more than 0. `flags`: how kernels use it. On failure
 * there is none. */
enum gpuc_status gpuc_cl_staging_create(struct gpuc_cl_session *session,
                                        cl_mem_flags flags, size_t size,
                                        struct gpuc_cl_staging *staging,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Waits until the host may write to all of it. What is in it is lost. */
enum gpuc_status gpuc_cl_staging_fill(struct gpuc_cl_session *session,
                                      struct gpuc_cl_staging *staging,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

/* Makes it the device's turn, with the first `size` bytes as the host wrote them. */
enum gpuc_status gpuc_cl_staging_send(struct gpuc_cl_session *session,
                                      struct gpuc_cl_staging *staging, size_t size,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

/* After gpuc_cl_session_finish() the host can read the first `size` bytes, more than 0.
 */
enum gpuc_status gpuc_cl_staging_fetch(struct gpuc_cl_session *session,
                                       struct gpuc_cl_staging *staging, size_t size,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Gives the buffers back; none are fine. Nothing may be in the queue. */
void gpuc_cl_staging_release(struct gpuc_cl_session *session,
                             struct gpuc_cl_staging *staging);

#endif
