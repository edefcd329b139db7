/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions on forests. Rows go through in blocks: their features become codes, trees are
 * evaluated on the codes while those are in the cache, and so on with the next block. The
 * quantiser and the plan of a model belong to the engine and are shared by its sessions;
 * a session owns the memory for one block.
 */
#ifndef GPUC_FOREST_SESSION_H
#define GPUC_FOREST_SESSION_H

#include "engine.h"

/* The functions of struct gpuc_engine_ops for CPU engines and GPUC_MODEL_FOREST. */
enum gpuc_status gpuc_forest_session_new(struct gpuc_engine *engine,
                                         const struct gpuc_model *model,
                                         struct gpuc_session **ret_session,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;
enum gpuc_status gpuc_forest_session_classify(struct gpuc_session *session,
                                              const struct gpuc_work *work,
                                              struct gpuc_error *error) GPUC_MUST_CHECK;
void gpuc_forest_session_free(struct gpuc_session *session);

#endif
