/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of the bench: a whole job, whose output is kept as the reference, compared with
 * the reference as it is made, or dropped.
 */
#ifndef GPUC_BENCH_JOB_H
#define GPUC_BENCH_JOB_H

#include <stdio.h>

#include "base/error.h"
#include "host/cli/bench/bench.h"
#include "host/cli/progress.h"

/*
 * The scalar engine's output, in a file without a name that is mapped to memory. Where
 * the rows of the input come again and again, it is that of the rows once; so the output
 * must have no header.
 */
struct gpuc_bench_reference {
    FILE *file;
    uint8_t *bytes; /* NULL: there is no reference yet, or it is empty */
    uint64_t size;
    uint64_t n_times; /* that the output has it */
};

struct gpuc_bench_job {
    const struct gpuc_model *model;
    struct gpuc_job_options options; /* all but output, threads, progress */
    struct gpuc_bench_reference reference;
    enum gpuc_progress_mode progress;
    bool is_quiet;
};

/* Drops the output. `name`: of the run, on the progress line. */
enum gpuc_status gpuc_bench_job_run(const struct gpuc_bench_job *job,
                                    struct gpuc_engine *engine, uint32_t n_threads,
                                    const char *name, struct gpuc_bench_run *ret_run,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/* The same, and keeps the output as the reference. */
enum gpuc_status gpuc_bench_job_keep(struct gpuc_bench_job *job,
                                     struct gpuc_engine *engine, uint32_t n_threads,
                                     const char *name, struct gpuc_bench_run *ret_run,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/* The same, and fails with GPUC_EDATA where the output is not that of the reference. */
enum gpuc_status gpuc_bench_job_compare(const struct gpuc_bench_job *job,
                                        struct gpuc_engine *engine, uint32_t n_threads,
                                        const char *name, struct gpuc_bench_run *ret_run,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Forgets the reference. */
void gpuc_bench_job_done(struct gpuc_bench_job *job);

#endif
