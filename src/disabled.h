/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The environment variable GPUCLASSIFY_DISABLE: comma-separated names of engines and
 * devices that are not to be used, as in "avx512,opencl". A test can force every path on
 * one machine with it, and a user can go round a driver that crashes.
 */
#ifndef GPUC_DISABLED_H
#define GPUC_DISABLED_H

#include "base/error.h"
#include "cpu/cpu_features.h"

/*
 * GPUC_EUSAGE if the variable names something that no engine of this program is called,
 * or "scalar", which is always there. Names of engines and devices that this build or
 * this machine lacks are fine.
 */
enum gpuc_status gpuc_disabled_check(struct gpuc_error *error) GPUC_MUST_CHECK;

/* True if the variable names `name`; an empty name is never named. */
bool gpuc_disabled(const char *name);

/* True if this CPU runs code for `isa`, and the variable does not name it as `name`. */
bool gpuc_isa_usable(enum gpuc_cpu_isa isa, const char *name);

#endif
