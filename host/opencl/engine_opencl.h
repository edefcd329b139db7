/* SPDX-License-Identifier: Apache-2.0 */
/* The OpenCL engine family, as the engine list sees it. No OpenCL type shows here. */
#ifndef GPUC_ENGINE_OPENCL_H
#define GPUC_ENGINE_OPENCL_H

#include "engine.h"

extern const struct gpuc_engine_ops gpuc_engine_ops_opencl;

/* True if a device that probe listed is a GPU with memory of its own. */
bool gpuc_opencl_is_discrete_gpu(const struct gpuc_device *device);

#endif
