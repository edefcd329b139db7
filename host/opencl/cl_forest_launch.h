/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One launch of a forest session: codes to the device, a kernel, margins and leaves from
 * it. The session chooses the launches; its buffers grow here.
 */
#ifndef GPUC_CL_FOREST_LAUNCH_H
#define GPUC_CL_FOREST_LAUNCH_H

#include "base/stride.h"
#include "host/opencl/cl_commands.h"
#include "host/opencl/cl_forest_session.h"
#include "kernels/forest_select.h"

/* One launch: n_rows rows from `features` on, with their results. */
struct gpuc_cl_forest_launch {
    struct gpuc_feature_rows features;
    struct gpuc_forest_results results;
    size_t stride; /* of all that is on the device */
    struct gpuc_cl_launch base;
};

/* A stride with room for whole blocks of n_rows rows, and what that adds at most. */
enum { GPUC_CL_FOREST_PADDING = GPUC_SELECT_ROWS + GPUC_ROW_MULTIPLE };
size_t gpuc_cl_forest_stride(size_t n_rows);

/* Gives the launch's results: margins, and leaves unless NULL. */
enum gpuc_status gpuc_cl_forest_run(struct gpuc_cl_forest_session *session,
                                    struct gpuc_cl_forest_launch *launch,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/* Gives the session's buffers back. */
void gpuc_cl_forest_release_rows(struct gpuc_cl_forest_session *session);

#endif
