/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device "auto": what is fastest for the job at hand.
 *
 * The fastest CPU engine is timed with the job's model. If the trees, or the black box's
 * hashes, of all rows take the cores no longer than opening OpenCL would, that engine is
 * the choice, and no driver is loaded. Else OpenCL GPUs are opened and timed with the
 * model too, and choose.h has the rest. OpenCL on the CPU is no candidate: it has the
 * cores that the CPU engine has. A GPU that is chosen gets the CPU engine as its reserve.
 */
#ifndef GPUC_ENGINE_AUTO_H
#define GPUC_ENGINE_AUTO_H

#include "engine.h"

/* For gpuc_engine_open_for(). `purpose`: NULL, or one without a model: a long job, for
 * which the first GPU with memory of its own is taken untimed. */
enum gpuc_status gpuc_engine_open_auto(const struct gpuc_engine_purpose *purpose,
                                       struct gpuc_engine **ret_engine,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
