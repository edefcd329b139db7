/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of a run, as JSON for programs and as a page for people: what ran, on which
 * files, where the time went, and what was in the rows.
 *
 *     open (files are looked at, reports begun) -> the job -> write (files are hashed)
 *
 * A report appears complete, after the output, and only if the job ended well.
 */
#ifndef GPUC_RUN_REPORT_H
#define GPUC_RUN_REPORT_H

#include <stdio.h>
#include <time.h>

#include "host/cli/job_messages.h"
#include "host/cli/known_file.h"
#include "host/cli/options/options.h"
#include "model/model.h"

struct gpuc_run_report {
    const struct gpuc_options *options;
    const struct gpuc_model *model; /* NULL: none */
    time_t started;
    struct gpuc_sink *sinks[GPUC_REPORTS_MAX];
    size_t n_reports; /* 0: nothing here is used */
    struct gpuc_job_statistics statistics;

    struct gpuc_known_file *inputs; /* n_inputs; no path: not a file */
    size_t n_inputs;
    struct gpuc_known_file model_file; /* no path: built in, or there is none */
    struct gpuc_known_file output;     /* no path: not a file */
    struct gpuc_known_file rejects;    /* likewise */
    const struct gpuc_ended_job *job;  /* once it has ended */
};

/* Begins the reports that the options ask for, if any. `job`: without statistics, which
 * it gets. Whatever it returns, the report is to be closed. */
enum gpuc_status gpuc_run_report_open(struct gpuc_run_report *report,
                                      const struct gpuc_options *options,
                                      const struct gpuc_model *model,
                                      struct gpuc_job_options *job,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

/* Makes them appear. GPUC_EDATA if a file has changed since. */
enum gpuc_status gpuc_run_report_write(struct gpuc_run_report *report,
                                       const struct gpuc_ended_job *job,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents; what was not written is removed. */
void gpuc_run_report_close(struct gpuc_run_report *report);

/* The kinds of bad rows, for both forms. */
const char *gpuc_bad_row_name(enum gpuc_bad_row kind);

enum { GPUC_REPORT_N_STAGES = 7 };

/* The seconds of a stage, from 0, and its name. */
double gpuc_report_stage(const struct gpuc_job_report *report, size_t stage,
                         const char **ret_name);

enum gpuc_status gpuc_run_report_write_json(const struct gpuc_run_report *report,
                                            struct gpuc_sink *sink,
                                            struct gpuc_error *error) GPUC_MUST_CHECK;

/* Writes the page. */
void gpuc_run_report_put_html(const struct gpuc_run_report *report, FILE *stream);

/* Its parts: sections with a heading. */
void gpuc_report_put_scores(const struct gpuc_run_report *report, FILE *stream);
void gpuc_report_put_labels(const struct gpuc_run_report *report, FILE *stream);
void gpuc_report_put_features(const struct gpuc_run_report *report, FILE *stream);
void gpuc_report_put_stages(const struct gpuc_run_report *report, FILE *stream);
void gpuc_report_put_shares(const struct gpuc_run_report *report, FILE *stream);
void gpuc_report_put_bad_rows(const struct gpuc_run_report *report, FILE *stream);
void gpuc_report_put_files(const struct gpuc_run_report *report, FILE *stream);

/* Any text, as valid UTF-8 without markup. */
void gpuc_report_put_text(FILE *stream, const char *text);

/* One bar of a plot. */
struct gpuc_report_bar {
    const char *name;
    double part;      /* of the widest possible bar, from 0 to 1 */
    const char *text; /* what stands behind it */
};

/* A plot of bars that lie, described for those who cannot see it. */
void gpuc_report_put_bars(FILE *stream, const struct gpuc_report_bar *bars, size_t n_bars,
                          const char *title);

/* The plot of a score's bins. */
void gpuc_report_put_histogram(FILE *stream, const struct gpuc_score_statistics *score);

#endif
