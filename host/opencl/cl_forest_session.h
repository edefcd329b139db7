/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forests on an OpenCL device. For each launch the host makes the codes of its rows, they
 * are copied to the device, a kernel of kernels/forest_*.cl finds the leaves and adds
 * them, and margins, and leaves where asked for, are copied back.
 *
 * What needs feature values is added on the host, in tree order, from the leaves that the
 * device finds: all trees of forests with linear leaves, and of those with weights. A
 * forest without trees needs no device.
 */
#ifndef GPUC_CL_FOREST_SESSION_H
#define GPUC_CL_FOREST_SESSION_H

#include "host/opencl/cl_forest.h"

struct gpuc_cl_forest_session {
    struct gpuc_cl_session base;
    struct gpuc_cl_forest *forest; /* NULL: it has no trees */
    cl_kernel kernel;              /* of the forest's shape */
    bool sums_on_host;
    bool with_leaves; /* leaves have been asked for, so buffers have room for them */
    /* On the device, for row_capacity rows. */
    cl_mem codes;
    cl_mem margins; /* NULL: sums_on_host */
    cl_mem leaves;  /* NULL: not with_leaves */
    size_t row_capacity;
    /* On the host. */
    uint8_t *host_codes;
    size_t host_codes_capacity; /* bytes */
    uint32_t *host_leaves;      /* sums_on_host: where the caller wants none */
    size_t host_leaves_capacity;
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
