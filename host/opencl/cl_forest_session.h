/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forests on an OpenCL device. For each launch the host makes the codes of its rows and
 * the device gets those and nothing else, a kernel of kernels/forest_*.cl finds the
 * leaves and adds them, and margins, and leaves where needed, come back.
 *
 * What needs feature values is added on the host, in tree order, from the leaves that the
 * device finds: all trees of forests with linear leaves, and of those with weights. A
 * forest without trees needs no device.
 */
#ifndef GPUC_CL_FOREST_SESSION_H
#define GPUC_CL_FOREST_SESSION_H

#include "host/opencl/cl_forest.h"
#include "host/opencl/cl_staging.h"

struct gpuc_cl_forest_session {
    struct gpuc_cl_session base;
    struct gpuc_cl_forest *forest; /* NULL: it has no trees */
    cl_kernel kernel;              /* of the forest's shape */
    bool sums_on_host;
    bool with_leaves; /* leaves have been asked for, so buffers have room for them */
    /* For row_capacity rows. */
    struct gpuc_cl_staging codes;
    struct gpuc_cl_staging margins; /* none: sums_on_host */
    struct gpuc_cl_staging leaves;  /* none: not with_leaves */
    size_t row_capacity;
};

static inline const struct gpuc_forest *
gpuc_cl_forest_image(const struct gpuc_cl_forest_session *session)
{
    return session->base.base.model->forest;
}

/* The functions of the engine's table, for models of kind GPUC_MODEL_FOREST. */
enum gpuc_status gpuc_cl_forest_attach(struct gpuc_engine *engine,
                                       const struct gpuc_model *model,
                                       struct gpuc_session **ret_session,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;
enum gpuc_status gpuc_cl_forest_classify(struct gpuc_session *session,
                                         const struct gpuc_work *work,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;
void gpuc_cl_forest_detach(struct gpuc_session *session);

#endif
