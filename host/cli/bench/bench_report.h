/* SPDX-License-Identifier: Apache-2.0 */
/* What the bench found, in four forms. False where memory or writing failed. */
#ifndef GPUC_BENCH_REPORT_H
#define GPUC_BENCH_REPORT_H

#include <stdio.h>

#include "host/cli/bench/bench.h"

/* For people, in 100 columns. */
bool gpuc_bench_write_table(const struct gpuc_bench *bench, FILE *stream);

/* A header and a row for each setup; RFC 4180. */
bool gpuc_bench_write_csv(const struct gpuc_bench *bench, FILE *stream);

/* Everything that was measured, each run too. */
bool gpuc_bench_write_json(const struct gpuc_bench *bench, FILE *stream);

/*
 * A picture of its own, without scripts: speed-up against cores with the ideal line, and
 * rows a second by device.
 */
bool gpuc_bench_write_svg(const struct gpuc_bench *bench, FILE *stream);

#endif
