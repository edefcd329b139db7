/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the commands that write an output have in common: inputs and outputs, signals, the
 * progress line, reports and the end.
 */
#ifndef GPUC_RUN_JOBS_H
#define GPUC_RUN_JOBS_H

#include "host/cli/inputs.h"
#include "host/cli/options/options.h"

/* What a command does with inputs. */
struct gpuc_command_job {
    const char *doing; /* for the progress line, as "classifying" */
    /* Runs one job. */
    enum gpuc_status (*run)(void *context, const struct gpuc_job_options *job,
                            struct gpuc_job_report *ret_report, struct gpuc_error *error);
    void *context;
    const struct gpuc_model *model; /* NULL: nothing is classified */
    struct gpuc_engine *engine;     /* that computes; NULL: none does */
};

/* Runs one job over all inputs, or one for each where the output is a folder.
 * `cancel_fd`: of gpuc_signals_catch(). */
enum gpuc_status gpuc_run_jobs(const struct gpuc_options *options,
                               const struct gpuc_inputs *inputs,
                               const struct gpuc_command_job *command, int cancel_fd,
                               struct gpuc_error *error) GPUC_MUST_CHECK;

/* Where there is no input, but a terminal: says so, and returns true. */
bool gpuc_lacks_input(const struct gpuc_options *options);

/* Says how the command failed, if it did; returns the exit code, or ends the program by
 * the signal that stopped it. */
int gpuc_end_jobs(const struct gpuc_options *options, enum gpuc_status status,
                  struct gpuc_error *error);

#endif
