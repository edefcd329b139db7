/* SPDX-License-Identifier: Apache-2.0 */
/* The files that results go to: opened before anything is measured, complete or absent.
 */
#ifndef GPUC_BENCH_OUTPUTS_H
#define GPUC_BENCH_OUTPUTS_H

#include "base/error.h"
#include "csv/sink.h"
#include "host/cli/bench/bench.h"
#include "host/cli/bench/bench_options.h"

enum { GPUC_BENCH_N_FILES = 3 };

struct gpuc_bench_outputs {
    struct gpuc_sink *sinks[GPUC_BENCH_N_FILES]; /* CSV, JSON, SVG; NULL: not wanted */
    bool has_stdout; /* one of them is standard output, where the table would be */
};

/* Whatever the result, gpuc_bench_outputs_close() is due. */
enum gpuc_status gpuc_bench_outputs_open(struct gpuc_bench_outputs *outputs,
                                         const struct gpuc_bench_options *options,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/* Prints the table and makes the files appear. */
enum gpuc_status gpuc_bench_outputs_write(struct gpuc_bench_outputs *outputs,
                                          const struct gpuc_bench *bench,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

void gpuc_bench_outputs_close(struct gpuc_bench_outputs *outputs);

#endif
