/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/job_messages.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "host/cli/report.h"

void gpuc_say_summary(const struct gpuc_ended_job *job)
{
    const struct gpuc_job_report *report = job->report;
    const char *output = job->options->output_path;
    char n_in[32], n_out[32], speed[32];
    fprintf(stderr,
            "gpuclassify: %s row%s in, %s out, %.2f s, %s rows/s, %.1f MB/s, %s%s%u "
            "thread%s",
            gpuc_grouped(report->rows, n_in), report->rows == 1 ? "" : "s",
            gpuc_grouped(report->rows_written, n_out), job->seconds,
            gpuc_grouped(gpuc_rows_per_second(report->rows, job->seconds), speed),
            gpuc_megabytes_per_second(report->input_bytes, job->seconds),
            job->engine != NULL ? gpuc_engine_device(job->engine)->name : "",
            job->engine != NULL ? ", " : "", report->n_threads,
            report->n_threads == 1 ? "" : "s");
    if (output != NULL && strcmp(output, "-") != 0)
        fprintf(stderr, ", to %s", output);
    fputc('\n', stderr);
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

/* Rows that were bad and what became of them. */
static void print_bad_rows(const struct gpuc_ended_job *job)
{
    const struct gpuc_bad_rows *bad = &job->report->bad_rows;
    char n_bad[32], n_rows[32], n_skipped[32], n_mended[32];
    if (bad->n_rows == 0)
        return;
    fprintf(stderr, "gpuclassify: %s: %s of %s rows were bad: %s skipped", job->inputs,
            gpuc_grouped(bad->n_rows, n_bad), gpuc_grouped(job->report->rows, n_rows),
            gpuc_grouped(bad->n_skipped, n_skipped));
    if (bad->n_skipped < bad->n_rows)
        fprintf(stderr, ", %s with missing values",
                gpuc_grouped(bad->n_rows - bad->n_skipped, n_mended));
    fprintf(stderr, ", first at");
    if (job->options->n_input_paths > 1)
        fprintf(stderr, " %s", job->options->input_paths[bad->first_input]);
    fprintf(stderr, " line %" PRIu64 " (%s)\n", bad->first_line, bad->first_reason);
}

void gpuc_say_faults(const struct gpuc_ended_job *job)
{
    gpuc_report_warning(job->report->warning);
    print_bad_rows(job);
}

void gpuc_say_details(const struct gpuc_ended_job *job)
{
    const struct gpuc_stage_seconds *s = &job->report->seconds;
    print_bad_kinds(&job->report->bad_rows);
    if (job->engine != NULL) {
        const struct gpuc_device *device = gpuc_engine_device(job->engine);
        const char *choice = gpuc_engine_choice(job->engine);
        if (choice[0] != '\0')
            fprintf(stderr, "gpuclassify: %s\n", choice);
        fprintf(stderr, "gpuclassify: device %s: %s\n", device->name, device->summary);
        print_shares(job->report);
    }
    fprintf(stderr,
            "gpuclassify: seconds by stage, over all threads: read %.3f, survey %.3f, "
            "parse %.3f, encode %.3f, classify %.3f, format %.3f, write %.3f\n",
            s->read, s->survey, s->parse, s->encode, s->classify, s->format, s->write);
}
