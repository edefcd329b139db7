/* SPDX-License-Identifier: Apache-2.0 */
/* Passes of an engine over rows in memory, each worker with a session of its own. */
#ifndef GPUC_BENCH_FOREST_RUN_H
#define GPUC_BENCH_FOREST_RUN_H

#include "forest_rows.h"

struct forest_run_options {
    uint32_t n_workers;
    double seconds; /* passes are timed until these are over; 0: one pass */
};

struct forest_timing {
    size_t n_passes;
    double best; /* seconds of a pass */
    double median;
};

/*
 * Classifies all rows again and again, the first time to warm up where passes are timed.
 * A worker has a part of the batches and runs on a thread of its own, the first on the
 * caller's. A pass includes everything from columns to margins: codes, trees, sums.
 */
enum gpuc_status forest_run(struct gpuc_engine *engine, const struct gpuc_model *model,
                            const struct forest_rows *rows,
                            const struct forest_run_options *options,
                            struct forest_timing *ret_timing, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
