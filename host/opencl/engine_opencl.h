/* SPDX-License-Identifier: Apache-2.0 */
/* The OpenCL engine family, as the engine list sees it. No OpenCL type shows here. */
#ifndef GPUC_ENGINE_OPENCL_H
#define GPUC_ENGINE_OPENCL_H

#include "engine.h"

extern const struct gpuc_engine_ops gpuc_engine_ops_opencl;

/* Of a device that probe listed as usable. */
enum gpuc_device_kind gpuc_opencl_device_kind(const struct gpuc_device *device);

#endif
