/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs of every kind of model, and what scalar makes of them, for tests of engines. */
#ifndef GPUC_TEST_KNOWN_JOBS_H
#define GPUC_TEST_KNOWN_JOBS_H

#include "jobs/forest_runs.h"
#include "support/folder.h"

enum { N_KNOWN_JOBS = 3 };

struct known_job {
    const char *model_path;
    const char *input_path;
    struct forest_run_setup setup;
    struct forest_output expected;
};

extern struct known_job known_jobs[N_KNOWN_JOBS];

/* Where the input of one of them is; no other file. */
extern struct test_folder known_jobs_folder;

/* Fixtures of a group of tests. */
int known_jobs_make(void **state);
int known_jobs_free(void **state);

/* Runs a job in small pieces; its output must be scalar's, and every row somebody's. */
void known_job_check(const struct known_job *job, struct gpuc_engine *engine,
                     uint32_t n_threads, uint32_t batch_rows,
                     struct gpuc_job_report *ret_report);

/* Runs a job that must fail so, and leave no output. */
void known_job_check_failure(const struct known_job *job, struct gpuc_engine *engine,
                             enum gpuc_status expected, struct gpuc_error *ret_error);

/* A device's share, which must be there. */
const struct gpuc_device_share *known_job_share(const struct gpuc_job_report *report,
                                                const char *name);

#endif
