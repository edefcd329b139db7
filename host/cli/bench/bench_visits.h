/* SPDX-License-Identifier: Apache-2.0 */
/* How many splits the rows of an input meet on their way through the trees. */
#ifndef GPUC_BENCH_VISITS_H
#define GPUC_BENCH_VISITS_H

#include "host/cli/bench/bench_job.h"

/*
 * Counts them on the first rows of the input, from the leaves that an engine finds for
 * them: the mean over *ret_rows rows of the sum over all trees. A model without trees has
 * none, and no rows are counted.
 */
enum gpuc_status gpuc_bench_visits_count(const struct gpuc_bench_job *job,
                                         struct gpuc_engine *engine, double *ret_visits,
                                         uint64_t *ret_rows, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
