/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a device's name becomes an open engine.
 *
 * - A name or an alias opens that device or fails: there is no silent substitute.
 * - "cpu" opens the first CPU engine in the list's order that passes its self-test.
 * - "gpu" is the alias "opencl-gpu": the first usable OpenCL GPU.
 * - "A+B" opens a team (engine_team.h) of what is named, each once.
 * - "all" opens a team of every OpenCL device that is no CPU, and "cpu": OpenCL on the
 * CPU has the cores that "cpu" has.
 * - "auto" chooses among these: engine_auto.h.
 */
#ifndef GPUC_ENGINES_H
#define GPUC_ENGINES_H

#include "engine.h"

/* A device, the family that drives it, and what for. */
struct gpuc_candidate {
    const struct gpuc_engine_ops *ops;
    const struct gpuc_device *device;
    const struct gpuc_model *model; /* NULL: any */
};

enum { GPUC_REASON_SIZE = sizeof((struct gpuc_device *)0)->reason };

/* Notes a device that was passed over, for the `reason` of the one that is opened in its
 * place, unless there is a note. `cause` begins with the device's name. */
void gpuc_pass_over(char reason[GPUC_REASON_SIZE], const struct gpuc_error *cause);

/*
 * Opens the first candidate that opens and passes its self-test. One that the device
 * makes fail is passed over; the `reason` of the engine's device then says which and why.
 * Fails as the last candidate did.
 */
enum gpuc_status gpuc_engine_open_first(const struct gpuc_candidate *candidates,
                                        size_t n_candidates,
                                        struct gpuc_engine **ret_engine,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Opens the first CPU engine of the list, likewise. */
enum gpuc_status gpuc_engine_open_cpu(const struct gpuc_device_list *list,
                                      const struct gpuc_model *model,
                                      struct gpuc_engine **ret_engine,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
