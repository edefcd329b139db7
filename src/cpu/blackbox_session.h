/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions on the black box. A session owns the kernels' scratch memory and the order in
 * which rows go into vector lanes; both stay from batch to batch, and only a larger batch
 * allocates.
 */
#ifndef GPUC_BLACKBOX_SESSION_H
#define GPUC_BLACKBOX_SESSION_H

#include "engine.h"

/* The functions of struct gpuc_engine_ops for CPU engines and GPUC_MODEL_BLACKBOX. */
enum gpuc_status gpuc_blackbox_session_new(struct gpuc_engine *engine,
                                           const struct gpuc_model *model,
                                           struct gpuc_session **ret_session,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;
enum gpuc_status gpuc_blackbox_session_classify(struct gpuc_session *session,
                                                const struct gpuc_work *work,
                                                struct gpuc_error *error) GPUC_MUST_CHECK;
void gpuc_blackbox_session_free(struct gpuc_session *session);

#endif
