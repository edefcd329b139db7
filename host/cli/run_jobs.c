/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/run_jobs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "csv/sink.h"
#include "host/cli/progress.h"
#include "host/cli/report.h"
#include "host/cli/signals.h"

static void on_progress(void *context, const struct gpuc_progress *progress)
{
    gpuc_progress_show(context, progress);
}

static void print_summary(const struct gpuc_job_report *report,
                          const struct gpuc_engine *engine, double seconds)
{
    char rows[32], speed[32];
    fprintf(stderr, "gpuclassify: %s rows in %.2f s, %s rows/s, %s%s%u thread%s\n",
            gpuc_grouped(report->rows, rows), seconds,
            gpuc_grouped(gpuc_rows_per_second(report->rows, seconds), speed),
            engine != NULL ? gpuc_engine_device(engine)->name : "",
            engine != NULL ? ", " : "", report->n_threads,
            report->n_threads == 1 ? "" : "s");
}

/* What each device did; the seconds are sums over its workers, so rows/s are of one. */
static void print_shares(const struct gpuc_job_report *report)
{
    char rows[32], speed[32];
    for (size_t i = 0; i < report->n_shares; i++) {
        const struct gpuc_device_share *share = &report->shares[i];
        double part = report->rows > 0 ? (double)share->rows / (double)report->rows : 0;
        fprintf(
            stderr,
            "gpuclassify: share of %s%s: %s rows, %.1f %%, in %u worker%s at %s rows/s; "
            "seconds in calls %.3f, quantise %.3f, copy %.3f, kernel %.3f\n",
            share->name, share->lost ? " (lost)" : "", gpuc_grouped(share->rows, rows),
            100 * part, share->n_workers, share->n_workers == 1 ? "" : "s",
            gpuc_grouped(gpuc_rows_per_second(share->rows, share->seconds), speed),
            share->seconds, share->quantise_seconds, share->copy_seconds,
            share->kernel_seconds);
    }
}

static void print_details(const struct gpuc_job_report *report,
                          const struct gpuc_engine *engine)
{
    const struct gpuc_stage_seconds *s = &report->seconds;
    if (engine != NULL) {
        const struct gpuc_device *device = gpuc_engine_device(engine);
        const char *choice = gpuc_engine_choice(engine);
        if (choice[0] != '\0')
            fprintf(stderr, "gpuclassify: %s\n", choice);
        fprintf(stderr, "gpuclassify: device %s: %s\n", device->name, device->summary);
        print_shares(report);
    }
    fprintf(stderr,
            "gpuclassify: seconds by stage, over all threads: read %.3f, survey %.3f, "
            "parse %.3f, encode %.3f, classify %.3f, format %.3f, write %.3f\n",
            s->read, s->survey, s->parse, s->encode, s->classify, s->format, s->write);
}

/* How many rows were bad in which way. */
static void print_bad_kinds(const struct gpuc_bad_rows *bad)
{
    static const char *const kinds[GPUC_BAD_N_KINDS] = {
        [GPUC_BAD_N_FIELDS] = "with more or fewer fields",
        [GPUC_BAD_QUOTES] = "with text behind a closing quote",
        [GPUC_BAD_FIELD_SIZE] = "with a field that is too long",
        [GPUC_BAD_ENCODING] = "not UTF-8",
        [GPUC_BAD_VALUE] = "with a value that is none"};
    const char *before = "gpuclassify: bad rows: ";
    char n_rows[32];
    for (size_t kind = 0; kind < GPUC_BAD_N_KINDS; kind++) {
        if (bad->by_kind[kind] == 0)
            continue;
        fprintf(stderr, "%s%s %s", before, gpuc_grouped(bad->by_kind[kind], n_rows),
                kinds[kind]);
        before = ", ";
    }
    if (bad->n_rows > 0)
        fputc('\n', stderr);
}

/* Rows that were bad and what became of them, which nobody may miss. */
static void print_bad_rows(const struct gpuc_job_options *job, const char *inputs,
                           const struct gpuc_job_report *report)
{
    const struct gpuc_bad_rows *bad = &report->bad_rows;
    char n_bad[32], n_rows[32], n_skipped[32], n_mended[32];
    if (bad->n_rows == 0)
        return;
    fprintf(stderr, "gpuclassify: %s: %s of %s rows were bad: %s skipped", inputs,
            gpuc_grouped(bad->n_rows, n_bad), gpuc_grouped(report->rows, n_rows),
            gpuc_grouped(bad->n_skipped, n_skipped));
    if (bad->n_skipped < bad->n_rows)
        fprintf(stderr, ", %s with missing values",
                gpuc_grouped(bad->n_rows - bad->n_skipped, n_mended));
    fprintf(stderr, ", first at");
    if (job->n_input_paths > 1)
        fprintf(stderr, " %s", job->input_paths[bad->first_input]);
    fprintf(stderr, " line %" PRIu64 " (%s)\n", bad->first_line, bad->first_reason);
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

/* One job, with a progress line and reports of its own. */
static enum gpuc_status run_job(const struct gpuc_options *options,
                                const struct gpuc_command_job *command,
                                struct gpuc_job_options job, struct gpuc_error *error)
{
    struct gpuc_progress_line line;
    struct gpuc_job_report report;
    char name[128];
    name_inputs(&job, name, sizeof name);
    gpuc_progress_init(&line, name, options->progress, options->quiet);
    line.doing = command->doing;
    job.progress = on_progress;
    job.context = &line;
    double start = gpuc_clock_seconds();
    enum gpuc_status status = command->run(command->context, &job, &report, error);
    gpuc_progress_end(&line);
    if (status == GPUC_OK) {
        gpuc_report_warning(report.warning);
        print_bad_rows(&job, name, &report);
    }
    if (status == GPUC_OK && options->verbose) {
        print_bad_kinds(&report.bad_rows);
        print_details(&report, command->engine);
    }
    if (status == GPUC_OK && (options->verbose || line.enabled))
        print_summary(&report, command->engine, gpuc_clock_seconds() - start);
    return status;
}

/* With --no-clobber: fails if one of the files is there. */
static enum gpuc_status check_new(const struct gpuc_job_options *job,
                                  const struct gpuc_inputs *files,
                                  struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; job->no_clobber && i < files->n_paths && status == GPUC_OK; i++)
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
    if (rejects_path != NULL && !gpuc_is_output_folder(rejects_path))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: where each input has an output of its own, it has rejects "
                         "of its own: name a folder, as in --rejects %s/",
                         rejects_path, rejects_path);
    enum gpuc_status status =
        gpuc_inputs_outputs(inputs, job.output_path, &outputs, error);
    if (status == GPUC_OK && rejects_path != NULL)
        status = gpuc_inputs_outputs(inputs, rejects_path, &rejects, error);
    if (status == GPUC_OK)
        status = check_new(&job, &outputs, error);
    if (status == GPUC_OK)
        status = check_new(&job, &rejects, error);
    job.n_input_paths = 1;
    for (size_t i = 0; i < outputs.n_paths && status == GPUC_OK; i++) {
        job.output_path = outputs.paths[i];
        job.rejects_path = rejects_path != NULL ? rejects.paths[i] : NULL;
        job.input_paths = (const char *const *)inputs->paths + i;
        status = run_job(options, command, job, error);
    }
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
    job.cancel_fd = cancel_fd;
    job.input_paths = (const char *const *)inputs->paths;
    job.n_input_paths = inputs->n_paths;
    return gpuc_is_output_folder(job.output_path)
               ? run_each(options, command, job, inputs, error)
               : run_job(options, command, job, error);
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
    if (status == GPUC_ECANCELLED && gpuc_is_output_folder(output))
        snprintf(error->message, sizeof error->message,
                 "stopped; outputs in %.900s that are there are complete", output);
    else if (status == GPUC_ECANCELLED && output != NULL && strcmp(output, "-") != 0)
        snprintf(error->message, sizeof error->message,
                 "stopped; %.900s is as it was before", output);
    else if (status == GPUC_ECANCELLED)
        snprintf(error->message, sizeof error->message, "stopped before the end");
    if (status == GPUC_EPIPE)
        gpuc_signals_raise_pipe();
    int exit_code = gpuc_report_error(error);
    if (status == GPUC_ECANCELLED)
        gpuc_signals_raise();
    return exit_code;
}
