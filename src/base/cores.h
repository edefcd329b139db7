/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GPUC_CORES_H
#define GPUC_CORES_H

#include <stdint.h>

/* The cores that this process may run on, at least 1. */
uint32_t gpuc_count_cores(void);

#endif
