/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/commands.h"
#include "host/cli/inputs.h"
#include "host/cli/report.h"
#include "host/cli/run_jobs.h"
#include "host/cli/signals.h"

struct classifier {
    struct gpuc_model *model;
    struct gpuc_engine *engine;
};

static enum gpuc_status classify(void *context, const struct gpuc_job_options *job,
                                 struct gpuc_job_report *ret_report,
                                 struct gpuc_error *error)
{
    const struct classifier *classifier = context;
    return gpuc_job_run(classifier->model, classifier->engine, job, ret_report, error);
}

static enum gpuc_status run(const struct gpuc_options *options, struct gpuc_error *error)
{
    struct classifier classifier = {0};
    struct gpuc_inputs inputs = {0};
    int cancel_fd = gpuc_signals_catch();
    enum gpuc_status status = gpuc_model_open(options->model, &options->model_options,
                                              &classifier.model, error);
    if (status == GPUC_OK)
        status = gpuc_inputs_expand(&inputs, options->inputs, options->n_inputs, error);
    if (status == GPUC_OK) {
        const struct gpuc_engine_purpose purpose = {.model = classifier.model,
                                                    .input_bytes =
                                                        gpuc_inputs_bytes(&inputs),
                                                    .n_threads = options->job.n_threads};
        status =
            gpuc_engine_open_for(options->device, &purpose, &classifier.engine, error);
    }
    if (status == GPUC_OK) {
        const struct gpuc_command_job command = {.doing = "classifying",
                                                 .run = classify,
                                                 .context = &classifier,
                                                 .model = classifier.model,
                                                 .engine = classifier.engine};
        gpuc_report_warning(gpuc_engine_device(classifier.engine)->reason);
        status = gpuc_run_jobs(options, &inputs, &command, cancel_fd, error);
    }
    gpuc_inputs_done(&inputs);
    gpuc_engine_close(classifier.engine);
    gpuc_model_free(classifier.model);
    return status;
}

static int classify_files(int argc, char **argv)
{
    struct gpuc_options options;
    struct gpuc_error error;
    gpuc_options_read(&gpuc_command_classify, argc, argv, &options);
    if (gpuc_lacks_input(&options))
        return GPUC_EXIT_USAGE;
    enum gpuc_status status = run(&options, &error);
    return gpuc_end_jobs(&options, status, &error);
}

const struct gpuc_command gpuc_command_classify = {
    .name = "classify",
    .summary = "classify every row of CSV files with a model (the default)",
    .run = classify_files,
    .argp = &gpuc_classify_argp,
};
