/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs with model files that collect their output in memory, for tests. */
#ifndef GPUC_TEST_FOREST_RUNS_H
#define GPUC_TEST_FOREST_RUNS_H

#include "gpuclassify.h"

struct forest_output {
    char *bytes; /* NUL-terminated; NULL: nothing was written */
    size_t size;
};

struct forest_run_setup {
    struct gpuc_model *model;
    struct gpuc_engine *engine;
    struct gpuc_job_options options; /* without `write` and `context` */
};

/* Runs a job; free the output's bytes with free() whatever came of it. */
enum gpuc_status forest_run(const struct forest_run_setup *run,
                            struct forest_output *ret_output, struct gpuc_error *error);

/* What forest_run() gives a job to take its output; `context`: a struct forest_output. */
int forest_collect(void *context, const void *bytes, size_t size);

/* Opens a model file or an engine; the test fails with the message if it cannot. */
struct gpuc_model *forest_open_model(const char *path, const char *iterations);
struct gpuc_engine *forest_open_engine(const char *name);

#endif
