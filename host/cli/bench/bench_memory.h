/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GPUC_BENCH_MEMORY_H
#define GPUC_BENCH_MEMORY_H

#include "base/error.h"
#include "host/cli/bench/bench.h"

/* Measures in a fraction of a second how fast memcpy() copies what no cache holds, on one
 * core and on `n_threads` at once: the most that moving bytes can give. */
enum gpuc_status gpuc_bench_memory_measure(uint32_t n_threads,
                                           struct gpuc_bench_memory *ret_memory,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
