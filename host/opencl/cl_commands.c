/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_commands.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "host/opencl/cl_error.h"

/*
 * Between two looks at a device the host sleeps for an eighth of the time that it has
 * waited, so that it wakes up late by about that much at most, and a look costs little
 * beside a launch.
 */
static const double shortest_sleep = 20e-6, longest_sleep = 2e-3, sleep_share = 1.0 / 8;

cl_event *gpuc_cl_next_event(struct gpuc_cl_session *session)
{
    assert(session->n_commands < GPUC_CL_COMMANDS_MAX);
    return &session->commands[session->n_commands].event;
}

enum gpuc_status gpuc_cl_enqueued(struct gpuc_cl_session *session, cl_int code,
                                  const char *call, size_t n_copied,
                                  struct gpuc_error *error)
{
    struct gpuc_cl_command *command = &session->commands[session->n_commands];

    if (code != CL_SUCCESS)
        return gpuc_cl_check(code, call, error);
    command->call = call;
    command->n_copied = n_copied;
    session->n_commands++;
    return GPUC_OK;
}

enum gpuc_status gpuc_cl_launch(struct gpuc_cl_session *session,
                                const struct gpuc_cl_launch *launch,
                                struct gpuc_error *error)
{
    cl_int code =
        clEnqueueNDRangeKernel(session->queue, launch->kernel, 1, NULL, &launch->n_items,
                               &launch->group_size, 0, NULL, gpuc_cl_next_event(session));
    if (code != CL_SUCCESS)
        return gpuc_cl_check(code, "clEnqueueNDRangeKernel", error);
    return gpuc_cl_enqueued(session, code, NULL, 0, error);
}

/* Sleeps until the last command has ended, or the device does not tell. */
static enum gpuc_status poll(const struct gpuc_cl_session *session,
                             struct gpuc_error *error)
{
    cl_int state = CL_QUEUED;
    double start = gpuc_clock_seconds();
    enum gpuc_status status;

    if (session->n_commands == 0)
        return GPUC_OK;
    cl_event last = session->commands[session->n_commands - 1].event;
    GPUC_TRY(GPUC_CL(error, clFlush(session->queue)));
    for (;;) {
        GPUC_TRY(GPUC_CL(error, clGetEventInfo(last, CL_EVENT_COMMAND_EXECUTION_STATUS,
                                               sizeof state, &state, NULL)));
        if (state <= CL_COMPLETE)
            return GPUC_OK;
        double seconds = sleep_share * (gpuc_clock_seconds() - start);
        seconds = seconds > shortest_sleep ? seconds : shortest_sleep;
        seconds = seconds < longest_sleep ? seconds : longest_sleep;
        nanosleep(&(struct timespec){.tv_nsec = (long)(1e9 * seconds)}, NULL);
    }
out:
    return status;
}

/* Seconds that a command took; 0 where the device does not tell. */
static double seconds_of(cl_event event)
{
    cl_ulong start = 0, end = 0;

    if (clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_START, sizeof start, &start,
                                NULL) != CL_SUCCESS ||
        clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_END, sizeof end, &end,
                                NULL) != CL_SUCCESS)
        return 0;
    return end > start ? (double)(end - start) * 1e-9 : 0;
}

/* What became of a command: some drivers report a crashed kernel only by its event. */
static enum gpuc_status end_command(struct gpuc_cl_session *session,
                                    const struct gpuc_cl_command *command,
                                    const struct gpuc_cl_launch *launch,
                                    struct gpuc_error *error)
{
    struct gpuc_device_share *done = &session->base.done;
    cl_int state = CL_COMPLETE;
    char kernel[64];
    enum gpuc_status status;

    GPUC_TRY(
        GPUC_CL(error, clGetEventInfo(command->event, CL_EVENT_COMMAND_EXECUTION_STATUS,
                                      sizeof state, &state, NULL)));
    if (state < CL_COMPLETE) {
        snprintf(kernel, sizeof kernel, "kernel %s", launch->name);
        return gpuc_cl_check(state, command->call != NULL ? command->call : kernel,
                             error);
    }
    double seconds = state == CL_COMPLETE ? seconds_of(command->event) : 0;
    if (command->call != NULL) {
        done->copy_seconds += seconds;
        done->copied_bytes += state == CL_COMPLETE ? command->n_copied : 0;
        return GPUC_OK;
    }
    done->kernel_seconds += seconds;
    if (seconds > 0)
        gpuc_cl_limits_learn(&session->limits, launch->work, seconds);
out:
    return status;
}

enum gpuc_status gpuc_cl_session_finish(struct gpuc_cl_session *session,
                                        const struct gpuc_cl_launch *launch,
                                        enum gpuc_status status, struct gpuc_error *error)
{
    if (status == GPUC_OK && gpuc_cl_session_engine(session)->flow.is_polled)
        status = poll(session, error);
    cl_int code = clFinish(session->queue);
    if (status == GPUC_OK)
        status = gpuc_cl_check(code, "clFinish", error);
    for (size_t i = 0; i < session->n_commands; i++) {
        struct gpuc_cl_command *command = &session->commands[i];
        enum gpuc_status ended =
            end_command(session, command, launch, status == GPUC_OK ? error : NULL);
        if (status == GPUC_OK)
            status = ended;
        clReleaseEvent(command->event);
    }
    session->n_commands = 0;
    return status;
}
