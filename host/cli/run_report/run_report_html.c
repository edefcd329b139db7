/* SPDX-License-Identifier: Apache-2.0 */
/* The page: everything is in it, so that it can be sent and kept. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "host/cli/bench/svg_plot.h"
#include "host/cli/report.h"
#include "host/cli/run_report/run_report.h"

static const char style[] =
    "<style>\n"
    ":root{color-scheme:light "
    "dark;--page:#fff;--card:#f5f7fa;--text:#1f2733;--soft:#566173;--line:#d9dfe6;"
    "--bar:#2f6db5;--track:#e8ecf1}\n"
    "@media(prefers-color-scheme:dark){:root{--page:#12161c;--card:#1b212a;"
    "--text:#e4e9f0;--soft:#a3afbf;--line:#343d4a;--bar:#6ea8e6;--track:#262e39}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:28px 20px 60px;max-width:940px;background:var(--page);"
    "color:var(--text);font:15px/1.5 'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu "
    "Sans',sans-serif}\n"
    "h1{font-size:26px;margin:0}\nh2{font-size:19px;margin:36px 0 10px}\n"
    "h3{font-size:16px;margin:20px 0 4px}\n"
    "p{margin:4px 0;color:var(--soft)}\nh1,p{overflow-wrap:anywhere}\n"
    ".wide th{white-space:nowrap}\n"
    ".cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));"
    "gap:12px;margin:22px 0 0}\n"
    ".cards div{background:var(--card);border-radius:8px;padding:10px 14px}\n"
    ".cards dt{color:var(--soft);font-size:13px}\n"
    ".cards dd{margin:0;font-size:20px;font-weight:600;overflow-wrap:anywhere}\n"
    ".cards .device{grid-column:span 2}\n"
    ".wide{overflow-x:auto}\ndetails,svg+.wide{margin-top:10px}\n"
    "table{border-collapse:collapse;width:100%;font-size:14px}\n"
    "th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--line);"
    "vertical-align:top;overflow-wrap:anywhere}\n"
    "th{color:var(--soft);font-weight:600}\n"
    ".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;"
    "overflow-wrap:normal}\n"
    "code{font:12.5px/1.5 'DejaVu Sans Mono',Consolas,monospace;"
    "overflow-wrap:anywhere}\n"
    ".warning{color:var(--text);border-left:4px solid #c8641b;padding-left:12px;"
    "margin-top:18px}\n"
    "svg{display:block;width:100%;height:auto}\n"
    "svg text{font-size:13px;fill:var(--text)}\nsvg .tick{font-size:12px;"
    "fill:var(--soft)}\n"
    "svg .bar{fill:var(--bar)}\nsvg .track{fill:var(--track)}\n"
    "svg .grid{stroke:var(--line)}\nsvg .axis{stroke:var(--soft)}\n"
    "</style>\n";

void gpuc_report_put_text(FILE *stream, const char *text)
{
    size_t size = strlen(text) + 1;
    char *clean = malloc(size);
    if (clean == NULL)
        return;
    gpuc_copy_clean(clean, size, text);
    gpuc_svg_put_text(stream, clean, size);
    free(clean);
}

static void put_card(FILE *stream, const char *name, const char *value)
{
    fprintf(stream, "<div%s><dt>%s</dt><dd>",
            strcmp(name, "Device") == 0 ? " class=\"device\"" : "", name);
    gpuc_report_put_text(stream, value);
    fputs("</dd></div>\n", stream);
}

static void put_cards(const struct gpuc_run_report *report, FILE *stream)
{
    const struct gpuc_ended_job *job = report->job;
    const struct gpuc_job_report *done = job->report;
    char number[32], text[96];
    fputs("<dl class=\"cards\">\n", stream);
    put_card(stream, "Rows in", gpuc_grouped(done->rows, number));
    put_card(stream, "Rows out", gpuc_grouped(done->rows_written, number));
    put_card(stream, "Bad rows", gpuc_grouped(done->bad_rows.n_rows, number));
    snprintf(text, sizeof text, "%.2f s", job->seconds);
    put_card(stream, "Time", text);
    put_card(stream, "Rows a second",
             gpuc_grouped(gpuc_rows_per_second(done->rows, job->seconds), number));
    snprintf(text, sizeof text, "%.1f",
             gpuc_megabytes_per_second(done->input_bytes, job->seconds));
    put_card(stream, "MB a second", text);
    if (job->engine != NULL)
        put_card(stream, "Device", gpuc_engine_device(job->engine)->name);
    snprintf(text, sizeof text, "%" PRIu32, done->n_threads);
    put_card(stream, "Threads", text);
    fputs("</dl>\n", stream);
}

static void put_row(FILE *stream, const char *name, const char *value)
{
    fprintf(stream, "<tr><th scope=\"row\">%s</th><td>", name);
    gpuc_report_put_text(stream, value);
    fputs("</td></tr>\n", stream);
}

static void put_command(const struct gpuc_options *options, FILE *stream)
{
    fputs("<tr><th scope=\"row\">Command</th><td><code>", stream);
    for (int i = 0; i < options->argc; i++) {
        fputs(i > 0 ? " " : "", stream);
        gpuc_report_put_text(stream, options->argv[i]);
    }
    fputs("</code></td></tr>\n", stream);
}

static void put_run(const struct gpuc_run_report *report, FILE *stream)
{
    const struct gpuc_engine *engine = report->job->engine;
    char text[64];
    struct tm fields;
    gmtime_r(&report->started, &fields);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &fields);
    fputs("<section>\n<h2>Run</h2>\n<table>\n", stream);
    put_command(report->options, stream);
    put_row(stream, "Started", text);
    put_row(stream, "Version", gpuc_version());
    if (engine != NULL) {
        const struct gpuc_device *device = gpuc_engine_device(engine);
        put_row(stream, "Device", device->summary);
        if (gpuc_engine_choice(engine)[0] != '\0')
            put_row(stream, "Choice", gpuc_engine_choice(engine));
    }
    snprintf(text, sizeof text, "%" PRIu32, report->job->report->batch_rows);
    put_row(stream, "Rows at once", text);
    fputs("</table>\n</section>\n", stream);
}

static void put_head(const struct gpuc_run_report *report, FILE *stream)
{
    const char *warning = report->job->report->warning;
    fprintf(stream,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
            "<title>gpuclassify: ");
    gpuc_report_put_text(stream, report->job->inputs);
    fprintf(stream, "</title>\n%s</head>\n<body>\n<header>\n<h1>", style);
    gpuc_report_put_text(stream, report->job->inputs);
    fputs("</h1>\n<p>", stream);
    if (report->model != NULL) {
        fputs("classified by ", stream);
        gpuc_report_put_text(stream, report->options->model);
    } else {
        fputs("read and written again", stream);
    }
    fputs("</p>\n</header>\n<main>\n", stream);
    if (warning[0] != '\0') {
        fputs("<p class=\"warning\">", stream);
        gpuc_report_put_text(stream, warning);
        fputs("</p>\n", stream);
    }
}

void gpuc_run_report_put_html(const struct gpuc_run_report *report, FILE *stream)
{
    put_head(report, stream);
    put_cards(report, stream);
    gpuc_report_put_scores(report, stream);
    gpuc_report_put_labels(report, stream);
    gpuc_report_put_bad_rows(report, stream);
    gpuc_report_put_features(report, stream);
    gpuc_report_put_stages(report, stream);
    gpuc_report_put_shares(report, stream);
    gpuc_report_put_files(report, stream);
    put_run(report, stream);
    fputs("</main>\n</body>\n</html>\n", stream);
}
