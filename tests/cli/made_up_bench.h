/* SPDX-License-Identifier: Apache-2.0 */
/* Results of a bench that nobody ran, for tests of what is made of results. */
#ifndef GPUC_TEST_MADE_UP_BENCH_H
#define GPUC_TEST_MADE_UP_BENCH_H

#include "host/cli/bench/bench.h"

enum { TEST_BENCH_SETUPS_MAX = 80, TEST_BENCH_ROUNDS = 5 };

struct test_bench {
    struct gpuc_bench bench;
    struct gpuc_bench_setup setups[TEST_BENCH_SETUPS_MAX];
    struct gpuc_device devices[TEST_BENCH_SETUPS_MAX];
    struct gpuc_bench_run runs[TEST_BENCH_SETUPS_MAX][TEST_BENCH_ROUNDS];
};

/*
 * Scaling over threads 1, 2, 4 .. n_cores, then n_others further devices, whose names are
 * as long and as awkward as can be with `awkward`. Figures are filled in.
 */
void test_bench_fill(struct test_bench *made_up, uint32_t n_cores, size_t n_others,
                     bool awkward);

#endif
