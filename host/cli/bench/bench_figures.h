/* SPDX-License-Identifier: Apache-2.0 */
/* From the runs of a setup to its figures. */
#ifndef GPUC_BENCH_FIGURES_H
#define GPUC_BENCH_FIGURES_H

#include "host/cli/bench/bench.h"

/* "kernel"; as columns of tables are called. */
const char *gpuc_bench_stage_name(enum gpuc_bench_stage stage);

/*
 * Seconds by stage over all threads. The engine's are those of the report's shares: a
 * device's copies and kernels by its own clock, so that they may overlap with the host's
 * stages and with each other; `other` is what the engine's calls took beyond them.
 */
void gpuc_bench_stages(const struct gpuc_job_report *report,
                       double stages[GPUC_BENCH_N_STAGES]);

/* Of all stages; above 0. */
double gpuc_bench_stage_sum(const struct gpuc_bench_setup *setup);

/* True if the device is OpenCL's, or a team with one of them. */
bool gpuc_bench_is_opencl(const char *device_name);

/* Sorts the setups' runs and fills their figures; speed-ups are over the first setup. */
void gpuc_bench_figures(struct gpuc_bench *bench);

#endif
