/* SPDX-License-Identifier: Apache-2.0 */
/* Whole jobs on the scalar engine, for tests of what happens when something fails. */
#ifndef GPUC_TEST_JOB_TESTS_H
#define GPUC_TEST_JOB_TESTS_H

#include "gpuclassify.h"
#include "support/cases.h"
#include "support/folder.h"

/* Golden cases by name, with the engine and the model that give their py3.csv. */
struct job_tests {
    struct test_cases cases;
    struct gpuc_model *model;
    struct gpuc_engine *engine;
    struct test_folder folder; /* for outputs; empty before and after each check */
};

struct job_tests job_tests_new(void);
void job_tests_free(struct job_tests *tests);

/* The case of that name; the test fails if there is none. */
const struct test_case *job_tests_case(const struct job_tests *tests, const char *name);

/* Runs the job of a case into out.csv of the folder, two rows a batch. */
enum gpuc_status job_tests_run(struct job_tests *tests,
                               const struct gpuc_job_options *base,
                               struct gpuc_error *error);

/*
 * Checks the folder after a job: the whole output if it succeeded, else nothing, or what
 * `old` says (NULL: no file) was there before. Removes the output.
 */
void job_tests_check(struct job_tests *tests, const struct test_case *item,
                     enum gpuc_status status, const char *old);

#endif
