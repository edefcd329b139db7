/* SPDX-License-Identifier: Apache-2.0 */
/* Small forest jobs into a file, for tests of what happens when something fails. */
#ifndef GPUC_TEST_FOREST_FAULTS_H
#define GPUC_TEST_FOREST_FAULTS_H

#include "jobs/forest_runs.h"
#include "support/folder.h"

/* One job: a model, an input and options. */
struct forest_fault_job {
    const char *model; /* a path */
    const char *input; /* the text */
    struct gpuc_job_options options;
    bool is_bad;         /* the input is refused */
    const char *rejects; /* what the rejects file holds; NULL: there is none */
};

extern const struct forest_fault_job forest_fault_jobs[];
extern const size_t forest_fault_n_jobs;

/* A job that is made ready: its output goes to out.csv of `outputs`, and its rejects to
 * bad.csv, in batches of two rows by two threads. */
struct forest_fault_setup {
    const struct forest_fault_job *job;
    struct gpuc_model *model;
    struct gpuc_engine *engine;
    struct test_folder inputs, outputs;
    char input_path[600], output_path[600], rejects_path[600];
    struct forest_output expected; /* what it gives when nothing fails */
};

struct forest_fault_setup forest_fault_new(const struct forest_fault_job *job,
                                           const char *engine);
void forest_fault_free(struct forest_fault_setup *setup);

/* Runs the job, with the input from standard input if `piped`. */
enum gpuc_status forest_fault_run(struct forest_fault_setup *setup, bool piped,
                                  struct gpuc_error *error);

/* Checks that output and rejects are whole after success, and that there is no output, or
 * what `old` says (NULL: none), after a failure: then rejects are not there or whole.
 * Removes them. */
void forest_fault_check(struct forest_fault_setup *setup, enum gpuc_status status,
                        const char *old);

#endif
