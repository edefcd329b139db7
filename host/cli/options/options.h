/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of the commands that run jobs: classify and csv; others have these
 * options among theirs. */
#ifndef GPUC_OPTIONS_H
#define GPUC_OPTIONS_H

#include <argp.h>

#include "host/cli/commands.h"
#include "host/cli/progress.h"

/* What counts may be. */
enum { GPUC_THREADS_MAX = 1024, GPUC_BATCH_ROWS_MAX = 1000000, GPUC_REPORTS_MAX = 2 };

struct gpuc_options {
    const char *model; /* what -m names */
    struct gpuc_model_options model_options;
    char **inputs; /* as named: files, folders or "-" */
    size_t n_inputs;
    struct gpuc_job_options
        job; /* without inputs; output_path is NULL if none was named */
    const char *device;
    /* What these were read from. */
    const struct argp *argp;
    int argc;
    char **argv;
    bool as_json;
    bool quiet;
    enum gpuc_progress_mode progress;
    bool verbose;
    const char *reports[GPUC_REPORTS_MAX]; /* by suffix .json or .html; "-" is JSON */
    size_t n_reports;
};

/* Their input is a struct gpuc_options. */
extern const struct argp gpuc_classify_argp;
extern const struct argp gpuc_csv_argp;

/* As gpuc_arguments_read(), into options with the defaults of classify. */
void gpuc_options_read(const struct gpuc_command *command, int argc, char **argv,
                       struct gpuc_options *ret_options);

#endif
