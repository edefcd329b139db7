/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "host/cli/commands.h"
#include "host/cli/inputs.h"
#include "host/cli/report.h"
#include "host/cli/run_jobs.h"
#include "host/cli/signals.h"

static enum gpuc_status write_rows(void *context, const struct gpuc_job_options *job,
                                   struct gpuc_job_report *ret_report,
                                   struct gpuc_error *error)
{
    const enum gpuc_csv_form *form = context;
    return gpuc_csv_run(job, *form, ret_report, error);
}

static enum gpuc_status run(const struct gpuc_options *options, struct gpuc_error *error)
{
    enum gpuc_csv_form form = options->as_json ? GPUC_CSV_JSON : GPUC_CSV_CANONICAL;
    const struct gpuc_command_job command = {
        .doing = "writing", .run = write_rows, .context = &form};
    if (options->as_json && gpuc_is_output_folder(options->job.output_path))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s is a folder, where outputs are called as their inputs are; "
                         "name a file for --json",
                         options->job.output_path);
    struct gpuc_inputs inputs = {0};
    int cancel_fd = gpuc_signals_catch();
    enum gpuc_status status =
        gpuc_inputs_expand(&inputs, options->inputs, options->n_inputs, error);
    if (status == GPUC_OK)
        status = gpuc_run_jobs(options, &inputs, &command, cancel_fd, error);
    gpuc_inputs_done(&inputs);
    return status;
}

static int write_csv(int argc, char **argv)
{
    struct gpuc_options options;
    struct gpuc_error error;
    gpuc_options_read(&gpuc_command_csv, argc, argv, &options);
    if (gpuc_lacks_input(&options))
        return GPUC_EXIT_USAGE;
    enum gpuc_status status = run(&options, &error);
    return gpuc_end_jobs(&options, status, &error);
}

const struct gpuc_command gpuc_command_csv = {
    .name = "csv",
    .summary = "write the rows of CSV files as they are read, as CSV or JSON",
    .run = write_csv,
    .argp = &gpuc_csv_argp,
};
