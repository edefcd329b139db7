/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices that end loops: after so many rounds of all loops of a work-item together, a
 * kernel goes on behind them as if they were done, and nothing tells. Mesa's llvmpipe
 * does that. What could take so many rounds is refused; estimates are on the safe side.
 */
#ifndef GPUC_CL_ROUNDS_H
#define GPUC_CL_ROUNDS_H

#include "base/error.h"
#include "host/opencl/cl_device.h"
#include "model/forest.h"
#include "pipeline/texts.h"

/* GPUC_EDEVICE if rows of the forest may take more rounds than the device has. */
enum gpuc_status gpuc_cl_forest_check_rounds(const struct gpuc_cl_device *device,
                                             const struct gpuc_forest *forest,
                                             struct gpuc_error *error) GPUC_MUST_CHECK;

/* Likewise for the black box's texts. */
enum gpuc_status gpuc_cl_texts_check_rounds(const struct gpuc_cl_device *device,
                                            const struct gpuc_texts *texts,
                                            uint32_t slowness, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
