/* SPDX-License-Identifier: Apache-2.0 */
/* What an opened CPU engine holds; its sessions are of one kind for each kind of model.
 */
#ifndef GPUC_ENGINE_CPU_H
#define GPUC_ENGINE_CPU_H

#include "cpu/kernels.h"

struct gpuc_shared_forest;

struct gpuc_cpu_engine {
    struct gpuc_engine base;
    const struct gpuc_cpu_sha256 *sha256; /* NULL: the kernels' own */
    const struct gpuc_cpu_forest *forest;
    struct gpuc_shared_forest *forests; /* those that sessions work on; a list */
};

#endif
