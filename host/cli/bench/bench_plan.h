/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be measured: which devices, and with how many threads each. */
#ifndef GPUC_BENCH_PLAN_H
#define GPUC_BENCH_PLAN_H

#include "host/cli/bench/bench.h"
#include "host/cli/bench/bench_options.h"

enum { GPUC_BENCH_COUNTS_MAX = 64, GPUC_BENCH_ENGINES_MAX = 64 };

/* Numbers of threads, ascending, from 1 on. */
struct gpuc_bench_counts {
    uint32_t items[GPUC_BENCH_COUNTS_MAX];
    size_t n_items;
};

/* Reads a list as "2,8"; NULL stands for 1, 2, 4 and so on, and `n_cores`. 1 is always in
 * it. GPUC_EUSAGE for anything that is no list of numbers from 1 to 1024. */
enum gpuc_status gpuc_bench_counts_read(const char *list, uint32_t n_cores,
                                        struct gpuc_bench_counts *ret_counts,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

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
