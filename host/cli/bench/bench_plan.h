/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be measured: which devices, and with how many threads each. */
#ifndef GPUC_BENCH_PLAN_H
#define GPUC_BENCH_PLAN_H

#include "host/cli/bench/bench.h"
#include "host/cli/bench/bench_options.h"

enum { GPUC_BENCH_ENGINES_MAX = 64 };

/* Numbers of threads, ascending, from 1 on. */
struct gpuc_bench_threads {
    uint32_t items[GPUC_COUNTS_MAX + 1];
    size_t n_items;
};

/* Those that are wanted, and 1; where none are, 1, 2, 4 and so on, and `n_cores`. */
struct gpuc_bench_threads gpuc_bench_choose_threads(const struct gpuc_counts *wanted,
                                                    uint32_t n_cores);

struct gpuc_bench_plan {
    struct gpuc_engine *engines[GPUC_BENCH_ENGINES_MAX]; /* the first one scales */
    size_t n_engines;
    struct gpuc_bench_setup *setups;
    size_t n_setups;
};

/*
 * Opens the devices, and makes the setups with room for all runs. A device that was not
 * named and does not open is left out; `on_skipped` is told why. Whatever the result,
 * gpuc_bench_plan_done() frees.
 */
enum gpuc_status gpuc_bench_plan_init(struct gpuc_bench_plan *plan,
                                      const struct gpuc_bench_options *options,
                                      const struct gpuc_model *model,
                                      void (*on_skipped)(const char *message),
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

void gpuc_bench_plan_done(struct gpuc_bench_plan *plan);

#endif
