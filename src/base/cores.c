/* SPDX-License-Identifier: Apache-2.0 */
/* sched_getaffinity() knows what taskset and containers leave us; POSIX has no such call.
 */
#define _GNU_SOURCE
#include "base/cores.h"

#include <sched.h>
#include <unistd.h>

uint32_t gpuc_count_cores(void)
{
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) == 0 && CPU_COUNT(&cores) > 0)
        return (uint32_t)CPU_COUNT(&cores);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (uint32_t)online : 1;
}
