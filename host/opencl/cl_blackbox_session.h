/* SPDX-License-Identifier: Apache-2.0 */
/* The black box on an OpenCL device. */
#ifndef GPUC_CL_BLACKBOX_SESSION_H
#define GPUC_CL_BLACKBOX_SESSION_H

#include "base/size_order.h"
#include "host/opencl/cl_blackbox_buffers.h"

struct gpuc_cl_blackbox_session {
    struct gpuc_cl_session base;
    struct gpuc_cl_blackbox_kernel kernel;
    struct gpuc_cl_buffers buffers;
    struct gpuc_size_order order; /* of the rows of a launch */
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
