/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one list of engine families, and how a device's name becomes an open engine.
 *
 * - A name or an alias opens that device or fails: there is no silent substitute.
 * - "cpu" opens the first CPU engine in the list's order that passes its self-test.
 * - "gpu" is the alias "opencl-gpu": the first usable OpenCL GPU.
 * - "auto" opens an OpenCL GPU with memory of its own if there is one, else as "cpu".
 *   OpenCL on the CPU runs the scalar code and GPUs without memory of their own share the
 *   CPU's: neither is faster than the CPU engines, so both are used only by name.
 */
#ifndef GPUC_ENGINES_H
#define GPUC_ENGINES_H

#include "engine.h"

/* A device and the family that drives it. */
struct gpuc_candidate {
    const struct gpuc_engine_ops *ops;
    const struct gpuc_device *device;
};

/*
 * Opens the first candidate that opens and passes its self-test. One that the device
 * makes fail is passed over; the `reason` of the engine's device then says which and why.
 * Fails as the last candidate did.
 */
enum gpuc_status gpuc_engine_open_first(const struct gpuc_candidate *candidates,
                                        size_t n_candidates,
                                        struct gpuc_engine **ret_engine,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
