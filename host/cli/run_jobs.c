/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/run_jobs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "csv/sink.h"
#include "host/cli/job_messages.h"
#include "host/cli/progress.h"
#include "host/cli/report.h"
#include "host/cli/resume_key.h"
#include "host/cli/run_report/run_report.h"
#include "host/cli/signals.h"
#include "jobs/job_finished.h"

static void on_progress(void *context, const struct gpuc_progress *progress)
{
    gpuc_progress_update(context, progress);
}

static bool is_stdout(const char *output_path)
{
    return output_path == NULL || strcmp(output_path, "-") == 0;
}

/* cron is to stay silent where nobody asked. */
static bool says_summary(const struct gpuc_options *options)
{
    return !options->quiet &&
           (options->verbose || options->progress == GPUC_PROGRESS_ALWAYS ||
            isatty(STDERR_FILENO));
}

/* What messages call the inputs of a job. */
static void name_inputs(const struct gpuc_job_options *job, char *name, size_t size)
{
    const char *first = job->n_input_paths > 0 ? job->input_paths[0] : NULL;
    if (first == NULL || strcmp(first, "-") == 0)
        first = "<stdin>";
    if (job->n_input_paths > 1)
        snprintf(name, size, "%.80s and %zu more", first, job->n_input_paths - 1);
    else
        snprintf(name, size, "%s", first);
}

/* Runs a job under a progress line, and says how it was. */
static enum gpuc_status run_told(const struct gpuc_options *options,
                                 const struct gpuc_command_job *command,
                                 struct gpuc_job_options *job,
                                 struct gpuc_ended_job *ret_ended,
                                 struct gpuc_error *error)
{
    struct gpuc_progress_line line;
    gpuc_progress_begin(&line, &(struct gpuc_progress_settings){
                                   .name = ret_ended->inputs,
                                   .doing = command->doing,
                                   .mode = options->progress,
                                   .is_quiet = options->quiet,
                                   .engine = command->engine,
                                   .prints_rows = is_stdout(job->output_path)});
    job->progress = on_progress;
    job->context = &line;
    double start = gpuc_clock_seconds();
    enum gpuc_status status =
        command->run(command->context, job, ret_ended->report, error);
    gpuc_progress_end(&line);
    ret_ended->seconds = gpuc_clock_seconds() - start;
    if (status != GPUC_OK)
        return status;
    gpuc_say_faults(ret_ended);
    if (options->verbose)
        gpuc_say_details(ret_ended);
    if (says_summary(options))
        gpuc_say_summary(ret_ended);
    return GPUC_OK;
}

/* One job, with messages and reports of its own. */
static enum gpuc_status run_job(const struct gpuc_options *options,
                                const struct gpuc_command_job *command,
                                struct gpuc_job_options job, struct gpuc_error *error)
{
    struct gpuc_run_report run_report;
    struct gpuc_job_report report;
    char name[128];
    struct gpuc_ended_job ended = {
        .options = &job, .report = &report, .engine = command->engine, .inputs = name};
    name_inputs(&job, name, sizeof name);
    enum gpuc_status status =
        gpuc_run_report_open(&run_report, options, command->model, &job, error);
    if (status == GPUC_OK)
        status = run_told(options, command, &job, &ended, error);
    if (status == GPUC_OK)
        status = gpuc_run_report_write(&run_report, &ended, error);
    gpuc_run_report_close(&run_report);
    return status;
}

/* With --no-clobber: fails if one of the files is there. */
static enum gpuc_status check_new(const struct gpuc_job_options *job,
                                  const struct gpuc_inputs *files,
                                  struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    /* Of a job that goes on, some may be there. */
    bool is_checked = job->no_clobber && !job->resume;
    for (size_t i = 0; is_checked && i < files->n_paths && status == GPUC_OK; i++)
        status = gpuc_sink_check_new(files->paths[i], error);
    return status;
}

/* Runs a job for each input; its output, and its rejects, are in folders. */
static enum gpuc_status run_each(const struct gpuc_options *options,
                                 const struct gpuc_command_job *command,
                                 struct gpuc_job_options job,
                                 const struct gpuc_inputs *inputs,
                                 struct gpuc_error *error)
{
    struct gpuc_inputs outputs = {0}, rejects = {0};
    const char *rejects_path = job.rejects_path;
    const char *suffix =
        job.format != NULL && strcmp(job.format, "jsonl") == 0 ? ".jsonl" : NULL;
    if (options->n_reports > 0)
        return gpuc_fail(
            error, GPUC_EUSAGE,
            "--report tells of one job, and with -o %s there is one for each "
            "input: name an output file, or run them one by one",
            job.output_path);
    if (rejects_path != NULL && !gpuc_is_output_folder(rejects_path))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: where each input has an output of its own, it has rejects "
                         "of its own: name a folder, as in --rejects %s/",
                         rejects_path, rejects_path);
    enum gpuc_status status =
        gpuc_inputs_outputs(inputs, job.output_path, suffix, &outputs, error);
    if (status == GPUC_OK && rejects_path != NULL)
        status = gpuc_inputs_outputs(inputs, rejects_path, NULL, &rejects, error);
    if (status == GPUC_OK)
        status = check_new(&job, &outputs, error);
    if (status == GPUC_OK)
        status = check_new(&job, &rejects, error);
    job.n_input_paths = 1;
    job.keep_journal = true;
    for (size_t i = 0; i < outputs.n_paths && status == GPUC_OK; i++) {
        job.output_path = outputs.paths[i];
        job.rejects_path = rejects_path != NULL ? rejects.paths[i] : NULL;
        job.input_paths = (const char *const *)inputs->paths + i;
        status = run_job(options, command, job, error);
    }
    for (size_t i = 0; i < outputs.n_paths && status == GPUC_OK && job.resume; i++)
        gpuc_job_forget_finished(outputs.paths[i]);
    gpuc_inputs_done(&outputs);
    gpuc_inputs_done(&rejects);
    return status;
}

enum gpuc_status gpuc_run_jobs(const struct gpuc_options *options,
                               const struct gpuc_inputs *inputs,
                               const struct gpuc_command_job *command, int cancel_fd,
                               struct gpuc_error *error)
{
    struct gpuc_job_options job = options->job;
    struct gpuc_bytes key = {0};
    enum gpuc_status status;
    job.cancel_fd = cancel_fd;
    job.input_paths = (const char *const *)inputs->paths;
    job.n_input_paths = inputs->n_paths;
    if (job.resume)
        GPUC_TRY(gpuc_resume_key(options, cancel_fd, &key, error));
    job.resume_key = (const char *)key.data;
    status = gpuc_is_output_folder(job.output_path)
                 ? run_each(options, command, job, inputs, error)
                 : run_job(options, command, job, error);
out:
    gpuc_bytes_done(&key);
    return status;
}

bool gpuc_lacks_input(const struct gpuc_options *options)
{
    if (options->n_inputs > 0 || !isatty(STDIN_FILENO))
        return false;
    fputs("gpuclassify: no input: name a CSV file, or - to type or pipe one in\n",
          stderr);
    return true;
}

int gpuc_end_jobs(const struct gpuc_options *options, enum gpuc_status status,
                  struct gpuc_error *error)
{
    const char *output = options->job.output_path;
    if (status == GPUC_OK)
        return GPUC_EXIT_OK;
    /* Where the job can be resumed, the library has said how. */
    bool is_lost = status == GPUC_ECANCELLED && !options->job.resume;
    if (is_lost && gpuc_is_output_folder(output))
        snprintf(error->message, sizeof error->message,
                 "stopped; outputs in %.900s that are there are complete", output);
    else if (is_lost && !is_stdout(output))
        snprintf(error->message, sizeof error->message,
                 "stopped; %.900s is as it was before", output);
    else if (is_lost)
        snprintf(error->message, sizeof error->message, "stopped before the end");
    if (status == GPUC_EPIPE)
        gpuc_signals_raise_pipe();
    int exit_code = gpuc_report_error(error);
    if (status == GPUC_ECANCELLED)
        gpuc_signals_raise();
    return exit_code;
}
