/* SPDX-License-Identifier: Apache-2.0 */
/* The page's tables, each with its plot. What has no rows is left out. */
#include <inttypes.h>
#include <stdlib.h>

#include "host/cli/report.h"
#include "host/cli/run_report/run_report.h"

/* More are in the JSON report. */
enum { PLOTS_MAX = 12, BARS_MAX = 40, ROWS_MAX = 500 };

static double part_of(uint64_t number, uint64_t all)
{
    return all > 0 ? (double)number / (double)all : 0;
}

static void put_share(char *text, size_t size, uint64_t number, uint64_t all)
{
    char grouped[32];
    snprintf(text, size, "%s (%.1f %%)", gpuc_grouped(number, grouped),
             100 * part_of(number, all));
}

/* ---- scores ------------------------------------------------------------------------ */

static void put_score_table(const struct gpuc_job_statistics *statistics, FILE *stream)
{
    fputs(
        "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">Score</th>"
        "<th scope=\"col\" class=\"n\">Values</th><th scope=\"col\" class=\"n\">NaN</th>"
        "<th scope=\"col\" class=\"n\">Lowest</th><th scope=\"col\" "
        "class=\"n\">Mean</th>"
        "<th scope=\"col\" class=\"n\">Highest</th></tr></thead>\n<tbody>\n",
        stream);
    for (size_t i = 0; i < statistics->n_scores && i < ROWS_MAX; i++) {
        const struct gpuc_score_statistics *score = &statistics->scores[i];
        char n_values[32], n_nan[32];
        fprintf(stream,
                "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td><td "
                "class=\"n\">%s</td>"
                "<td class=\"n\">%.6g</td><td class=\"n\">%.6g</td><td "
                "class=\"n\">%.6g</td></tr>\n",
                score->name, gpuc_grouped(score->n_values, n_values),
                gpuc_grouped(score->n_nan, n_nan), score->lowest, score->mean,
                score->highest);
    }
    fputs("</tbody></table></div>\n", stream);
}

void gpuc_report_put_scores(const struct gpuc_run_report *report, FILE *stream)
{
    const struct gpuc_job_statistics *statistics = &report->statistics;
    if (statistics->n_scores == 0)
        return;
    fputs("<section>\n<h2>Scores</h2>\n", stream);
    for (size_t i = 0; i < statistics->n_scores && i < PLOTS_MAX; i++)
        gpuc_report_put_histogram(stream, &statistics->scores[i]);
    put_score_table(statistics, stream);
    fputs("</section>\n", stream);
}

/* ---- bars and tables of counts ------------------------------------------------------
 */

/* One line of a table of counts. */
struct line {
    const char *name;
    uint64_t n;
};

/* A section of counts out of `all`: bars of the first ones, a table of all. */
static void put_counts(FILE *stream, const char *heading, const char *what,
                       const struct line *lines, size_t n_lines, uint64_t all)
{
    struct gpuc_report_bar bars[BARS_MAX];
    char texts[BARS_MAX][64];
    size_t n_bars = n_lines < BARS_MAX ? n_lines : BARS_MAX;
    for (size_t i = 0; i < n_bars; i++) {
        put_share(texts[i], sizeof texts[i], lines[i].n, all);
        bars[i] = (struct gpuc_report_bar){
            .name = lines[i].name, .part = part_of(lines[i].n, all), .text = texts[i]};
    }
    fprintf(stream, "<section>\n<h2>%s</h2>\n", heading);
    gpuc_report_put_bars(stream, bars, n_bars, heading);
    fprintf(stream,
            "<details><summary>Table</summary>\n<table>\n<thead><tr><th "
            "scope=\"col\">%s</th><th scope=\"col\" class=\"n\">Rows</th></tr></thead>\n"
            "<tbody>\n",
            what);
    for (size_t i = 0; i < n_lines && i < ROWS_MAX; i++) {
        char text[64];
        put_share(text, sizeof text, lines[i].n, all);
        fputs("<tr><th scope=\"row\">", stream);
        gpuc_report_put_text(stream, lines[i].name);
        fprintf(stream, "</th><td class=\"n\">%s</td></tr>\n", text);
    }
    fputs("</tbody></table></details>\n</section>\n", stream);
}

/* Rows that were classified. */
static uint64_t n_classified(const struct gpuc_run_report *report)
{
    const struct gpuc_job_report *done = report->job->report;
    return done->rows - done->bad_rows.n_skipped;
}

void gpuc_report_put_labels(const struct gpuc_run_report *report, FILE *stream)
{
    const struct gpuc_job_statistics *statistics = &report->statistics;
    size_t n_labels = statistics->n_labels;
    struct line *lines = calloc(n_labels + 1, sizeof *lines);
    char(*names)[24] = calloc(n_labels + 1, sizeof *names);
    for (size_t i = 0; lines != NULL && names != NULL && i < n_labels; i++) {
        snprintf(names[i], sizeof names[i], "%zu", i);
        lines[i] = (struct line){names[i], statistics->labels[i]};
    }
    if (lines != NULL && names != NULL && n_labels > 0)
        put_counts(stream, "Labels", "Label", lines, n_labels, n_classified(report));
    free(lines);
    free(names);
}

static int by_count(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    return (x->n < y->n) - (x->n > y->n);
}

void gpuc_report_put_features(const struct gpuc_run_report *report, FILE *stream)
{
    const struct gpuc_job_statistics *statistics = &report->statistics;
    struct line *lines = calloc(statistics->n_features + 1, sizeof *lines);
    size_t n_lines = 0;
    for (size_t i = 0; lines != NULL && i < statistics->n_features; i++) {
        const struct gpuc_feature_statistics *feature = &statistics->features[i];
        if (feature->n_missing > 0)
            lines[n_lines++] = (struct line){feature->name, feature->n_missing};
    }
    if (n_lines > 0) {
        qsort(lines, n_lines, sizeof *lines, by_count);
        put_counts(stream, "Missing values", "Feature", lines, n_lines,
                   n_classified(report));
    } else if (statistics->n_features > 0) {
        fprintf(stream,
                "<section>\n<h2>Missing values</h2>\n<p>None in %zu "
                "features.</p>\n</section>\n",
                statistics->n_features);
    }
    free(lines);
}

void gpuc_report_put_bad_rows(const struct gpuc_run_report *report, FILE *stream)
{
    const struct gpuc_bad_rows *bad = &report->job->report->bad_rows;
    struct line lines[GPUC_BAD_N_KINDS];
    size_t n_lines = 0;
    for (size_t kind = 0; kind < GPUC_BAD_N_KINDS; kind++)
        if (bad->by_kind[kind] > 0)
            lines[n_lines++] = (struct line){gpuc_bad_row_name((enum gpuc_bad_row)kind),
                                             bad->by_kind[kind]};
    if (n_lines > 0)
        put_counts(stream, "Bad rows", "What was wrong", lines, n_lines, bad->n_rows);
}

/* ---- time -------------------------------------------------------------------------- */

void gpuc_report_put_stages(const struct gpuc_run_report *report, FILE *stream)
{
    struct gpuc_report_bar bars[GPUC_REPORT_N_STAGES];
    char texts[GPUC_REPORT_N_STAGES][48];
    double highest = 0, sum = 0;
    for (size_t i = 0; i < GPUC_REPORT_N_STAGES; i++) {
        const char *name;
        double seconds = gpuc_report_stage(report->job->report, i, &name);
        highest = seconds > highest ? seconds : highest;
        sum += seconds;
    }
    for (size_t i = 0; i < GPUC_REPORT_N_STAGES; i++) {
        double seconds = gpuc_report_stage(report->job->report, i, &bars[i].name);
        snprintf(texts[i], sizeof texts[i], "%.3f s (%.1f %%)", seconds,
                 sum > 0 ? 100 * seconds / sum : 0);
        bars[i].part = highest > 0 ? seconds / highest : 0;
        bars[i].text = texts[i];
    }
    fprintf(stream,
            "<section>\n<h2>Stages</h2>\n<p>Seconds of all threads together, %.3f in "
            "all; the clock says %.3f.</p>\n",
            sum, report->job->seconds);
    gpuc_report_put_bars(stream, bars, GPUC_REPORT_N_STAGES, "Seconds by stage");
    fputs("</section>\n", stream);
}

static void put_share_table(const struct gpuc_job_report *done, FILE *stream)
{
    fputs("<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">Device</th>"
          "<th scope=\"col\" class=\"n\">Workers</th><th scope=\"col\" "
          "class=\"n\">Calls</th>"
          "<th scope=\"col\" class=\"n\">Seconds in calls</th><th scope=\"col\" "
          "class=\"n\">quantise</th><th scope=\"col\" class=\"n\">copy</th>"
          "<th scope=\"col\" class=\"n\">kernel</th></tr></thead>\n<tbody>\n",
          stream);
    for (size_t i = 0; i < done->n_shares; i++) {
        const struct gpuc_device_share *share = &done->shares[i];
        char n_calls[32];
        fputs("<tr><th scope=\"row\">", stream);
        gpuc_report_put_text(stream, share->name);
        fprintf(stream,
                "%s</th><td class=\"n\">%" PRIu32 "</td><td class=\"n\">%s</td>"
                "<td class=\"n\">%.3f</td><td class=\"n\">%.3f</td><td "
                "class=\"n\">%.3f</td><td class=\"n\">%.3f</td></tr>\n",
                share->lost ? " (lost)" : "", share->n_workers,
                gpuc_grouped(share->n_calls, n_calls), share->seconds,
                share->quantise_seconds, share->copy_seconds, share->kernel_seconds);
    }
    fputs("</tbody></table></div>\n", stream);
}

void gpuc_report_put_shares(const struct gpuc_run_report *report, FILE *stream)
{
    const struct gpuc_job_report *done = report->job->report;
    struct gpuc_report_bar bars[GPUC_DEVICE_SHARES_MAX];
    char texts[GPUC_DEVICE_SHARES_MAX][64];
    uint64_t n_rows = 0;
    if (done->n_shares == 0)
        return;
    for (size_t i = 0; i < done->n_shares; i++)
        n_rows += done->shares[i].rows;
    for (size_t i = 0; i < done->n_shares; i++) {
        put_share(texts[i], sizeof texts[i], done->shares[i].rows, n_rows);
        bars[i] = (struct gpuc_report_bar){.name = done->shares[i].name,
                                           .part = part_of(done->shares[i].rows, n_rows),
                                           .text = texts[i]};
    }
    fputs("<section>\n<h2>Devices</h2>\n", stream);
    gpuc_report_put_bars(stream, bars, done->n_shares, "Rows by device");
    put_share_table(done, stream);
    fputs("</section>\n", stream);
}

/* ---- files ------------------------------------------------------------------------- */

static void put_file(FILE *stream, const char *role, const struct gpuc_known_file *file)
{
    char size[32];
    if (file->path == NULL)
        return;
    fprintf(stream, "<tr><th scope=\"row\">%s</th><td>", role);
    gpuc_report_put_text(stream, file->path);
    fprintf(stream, "<br><code>%s</code></td><td class=\"n\">%s</td></tr>\n",
            file->sha256, gpuc_grouped((uint64_t)file->info.st_size, size));
}

void gpuc_report_put_files(const struct gpuc_run_report *report, FILE *stream)
{
    fputs("<section>\n<h2>Files</h2>\n<table>\n<thead><tr><th scope=\"col\">Role</th>"
          "<th scope=\"col\">Path and SHA-256</th><th scope=\"col\" "
          "class=\"n\">Bytes</th></tr></thead>\n<tbody>\n",
          stream);
    put_file(stream, "Model", &report->model_file);
    for (size_t i = 0; i < report->n_inputs; i++)
        put_file(stream, "Input", &report->inputs[i]);
    put_file(stream, "Output", &report->output);
    put_file(stream, "Rejects", &report->rejects);
    fputs("</tbody></table>\n</section>\n", stream);
}
