/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/cli/commands.h"
#include "host/cli/options.h"
#include "host/cli/progress.h"
#include "host/cli/report.h"
#include "host/cli/signals.h"

static void on_progress(void *context, const struct gpuc_progress *progress)
{
    gpuc_progress_show(context, progress);
}

static void print_summary(const struct gpuc_job_report *report,
                          const struct gpuc_device *device, double seconds)
{
    char rows[32], speed[32];
    fprintf(stderr, "gpuclassify: %s rows in %.2f s, %s rows/s, %s, %u thread%s\n",
            gpuc_grouped(report->rows, rows), seconds,
            gpuc_grouped(gpuc_rows_per_second(report->rows, seconds), speed),
            device->name, report->n_threads, report->n_threads == 1 ? "" : "s");
}

static void print_details(const struct gpuc_job_report *report,
                          const struct gpuc_device *device)
{
    const struct gpuc_stage_seconds *s = &report->seconds;
    fprintf(stderr, "gpuclassify: device %s: %s\n", device->name, device->summary);
    fprintf(stderr,
            "gpuclassify: seconds by stage, over all threads: read %.3f, survey %.3f, "
            "parse %.3f, encode %.3f, classify %.3f, format %.3f, write %.3f\n",
            s->read, s->survey, s->parse, s->encode, s->classify, s->format, s->write);
}

static enum gpuc_status run(const struct gpuc_options *options, struct gpuc_error *error)
{
    struct gpuc_model *model = NULL;
    struct gpuc_engine *engine = NULL;
    struct gpuc_progress_line line;
    struct gpuc_job_report report;
    struct gpuc_job_options job = options->job;
    bool is_stdin = job.input_path == NULL || strcmp(job.input_path, "-") == 0;
    gpuc_progress_init(&line, is_stdin ? "<stdin>" : job.input_path, options->progress,
                       options->quiet);
    job.cancel_fd = gpuc_signals_catch();
    job.progress = on_progress;
    job.context = &line;

    double start = gpuc_clock_seconds();
    enum gpuc_status status =
        gpuc_model_open(options->model, &options->model_options, &model, error);
    if (status == GPUC_OK)
        status = gpuc_engine_open(options->device, &engine, error);
    if (status == GPUC_OK)
        status = gpuc_job_run(model, engine, &job, &report, error);
    gpuc_progress_end(&line);
    if (engine != NULL && gpuc_engine_device(engine)->reason[0] != '\0')
        fprintf(stderr, "gpuclassify: warning: %s\n", gpuc_engine_device(engine)->reason);
    if (status == GPUC_OK && options->verbose)
        print_details(&report, gpuc_engine_device(engine));
    if (status == GPUC_OK && (options->verbose || line.enabled))
        print_summary(&report, gpuc_engine_device(engine), gpuc_clock_seconds() - start);
    gpuc_engine_close(engine);
    gpuc_model_free(model);
    return status;
}

int gpuc_command_classify(int argc, char **argv)
{
    struct gpuc_options options;
    struct gpuc_error error;
    gpuc_options_read_classify(argc, argv, &options);
    if (options.job.input_path == NULL && isatty(STDIN_FILENO)) {
        fputs("gpuclassify: no input: name a CSV file, or - to type or pipe one in\n",
              stderr);
        return GPUC_EXIT_USAGE;
    }
    enum gpuc_status status = run(&options, &error);
    if (status == GPUC_OK)
        return GPUC_EXIT_OK;
    bool is_file =
        options.job.output_path != NULL && strcmp(options.job.output_path, "-") != 0;
    if (status == GPUC_ECANCELLED && is_file)
        snprintf(error.message, sizeof error.message, "stopped; %s is as it was before",
                 options.job.output_path);
    else if (status == GPUC_ECANCELLED)
        snprintf(error.message, sizeof error.message, "stopped before the end");
    if (status == GPUC_EPIPE)
        gpuc_signals_raise_pipe();
    int exit_code = gpuc_report_error(&error);
    if (status == GPUC_ECANCELLED)
        gpuc_signals_raise();
    return exit_code;
}
