/* SPDX-License-Identifier: Apache-2.0 */
/* The proof for machines, and for people who come later. */
#include <jansson.h>
#include <time.h>

#include "host/cli/report.h"
#include "host/cli/report_json.h"
#include "host/cli/verify/verify.h"

/* Grows by one whenever a member changes its meaning or goes. */
enum { REPORT_VERSION = 1, SIGNIFICANT_DIGITS = 9 };

static json_t *command_json(const struct gpuc_verify_options *options)
{
    json_t *command = json_pack("[s, s]", "gpuclassify", "verify");
    for (size_t i = 0; i < options->n_arguments; i++)
        json_array_append_new(command, gpuc_text_json(options->arguments[i]));
    return command;
}

static json_t *model_json(const struct gpuc_verify *verify)
{
    const struct gpuc_known_file *file = &verify->model_file;
    bool is_file = file->path != NULL;
    return json_pack("{s:o, s:s, s:o, s:o}", "spec",
                     gpuc_text_json(verify->options->common.model), "kind",
                     is_file ? verify->model->info.format : "built in", "size",
                     is_file ? json_integer(file->info.st_size) : json_null(), "sha256",
                     gpuc_digest_json(file->sha256));
}

static json_t *inputs_json(const struct gpuc_verify *verify)
{
    json_t *inputs = json_array();
    for (size_t i = 0; i < verify->inputs.n_paths; i++)
        json_array_append_new(inputs, gpuc_file_json(&verify->files[i]));
    return inputs;
}

/* One character, or null where it is the default. */
static json_t *character_json(char character)
{
    return character != 0 ? json_stringn(&character, 1) : json_null();
}

/* What the bytes of the output depend on besides model and inputs; null: the default. */
static json_t *options_json(const struct gpuc_verify *verify)
{
    static const char *const header_rules[] = {[GPUC_HEADER_AS_INPUT] = "as input",
                                               [GPUC_HEADER_ALWAYS] = "always",
                                               [GPUC_HEADER_NEVER] = "never"};
    const struct gpuc_model_options *model = &verify->options->common.model_options;
    const struct gpuc_job_options *job = &verify->job;
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:b, s:o, s:I, s:I, "
        "s:o, s:I, s:o, s:o, s:o, s:o, s:s, s:I, s:o, s:o}",
        "output", gpuc_text_json(job->output_columns), "columns",
        gpuc_text_json(job->columns), "ignore", gpuc_text_json(job->ignore), "missing",
        gpuc_text_json(job->missing), "unseen", gpuc_text_json(job->unseen), "bad_rows",
        gpuc_text_json(job->bad_rows), "iterations", gpuc_text_json(model->iterations),
        "model_format", gpuc_text_json(model->format), "no_header", job->no_header,
        "delimiter", character_json(job->delimiter), "quote", character_json(job->quote),
        "no_quote", job->no_quote, "comment", character_json(job->comment), "skip_lines",
        (json_int_t)job->skip_lines, "max_field", (json_int_t)job->max_field_chars,
        "csv_parser", gpuc_text_json(job->csv_parser), "top", (json_int_t)job->n_top,
        "threshold", job->has_threshold ? json_real(job->threshold) : json_null(),
        "class_names", gpuc_text_json(job->class_names), "prefix",
        gpuc_text_json(job->prefix), "rename", gpuc_text_json(job->rename),
        "output_header", header_rules[job->output_header], "precision",
        (json_int_t)job->precision, "float_format", gpuc_text_json(job->float_format),
        "format", gpuc_text_json(job->format));
}

static json_t *difference_json(const struct gpuc_verify_difference *difference)
{
    return json_pack("{s:I, s:I, s:s, s:s}", "byte", (json_int_t)difference->byte, "line",
                     (json_int_t)difference->line, "expected", difference->expected,
                     "got", difference->got);
}

static json_t *run_json(const struct gpuc_verify_run *run)
{
    const struct gpuc_job_report *report = &run->report;
    const struct gpuc_verify_result *result = &run->result;
    json_t *shares = json_array();
    for (size_t i = 0; i < report->n_shares; i++)
        json_array_append_new(shares, gpuc_share_json(&report->shares[i]));
    json_t *object = json_pack(
        "{s:o, s:o, s:I, s:I, s:I, s:I, s:f, s:I, s:I, s:I, s:s, s:b, s:o, s:o}",
        "device", gpuc_text_json(run->device.name), "description",
        gpuc_text_json(run->device.summary), "threads", (json_int_t)run->n_threads,
        "workers", (json_int_t)report->n_threads, "batch_rows",
        (json_int_t)run->batch_rows, "rows", (json_int_t)report->rows, "seconds",
        run->seconds, "rows_per_s",
        (json_int_t)gpuc_rows_per_second(report->rows, run->seconds), "skipped_rows",
        (json_int_t)report->bad_rows.n_skipped, "output_bytes",
        (json_int_t)result->n_bytes, "sha256", result->sha256, "equal", !result->differs,
        "shares", shares, "warning",
        gpuc_text_json(report->warning[0] != '\0' ? report->warning : NULL));
    if (object != NULL && result->differs)
        json_object_set_new(object, "first_difference",
                            difference_json(&result->difference));
    return object;
}

static json_t *runs_json(const struct gpuc_verify *verify)
{
    json_t *runs = json_array();
    for (size_t i = 0; i < verify->n_runs; i++)
        json_array_append_new(runs, run_json(&verify->runs[i]));
    return runs;
}

static json_t *absences_json(const struct gpuc_verify_absences *absences)
{
    json_t *list = json_array();
    for (size_t i = 0; i < absences->n_items; i++) {
        const struct gpuc_verify_absence *absence = &absences->items[i];
        json_t *object =
            json_pack("{s:o, s:o}", "device", gpuc_text_json(absence->device), "reason",
                      gpuc_text_json(absence->reason));
        if (object != NULL && absence->n_threads > 0) {
            json_object_set_new(object, "threads", json_integer(absence->n_threads));
            json_object_set_new(object, "batch_rows", json_integer(absence->batch_rows));
        }
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *left_out_json(const struct gpuc_verify *verify)
{
    const struct gpuc_counts *left_out = &verify->grid.left_out;
    json_t *list = json_array();
    for (size_t i = 0; i < left_out->n_items; i++)
        json_array_append_new(
            list, json_pack("{s:I, s:s}", "batch_rows", (json_int_t)left_out->items[i],
                            "reason", "it would make too many batches of the input"));
    return list;
}

static json_t *totals_json(const struct gpuc_verify *verify)
{
    size_t n_different = gpuc_verify_n_different(verify);
    return json_pack("{s:I, s:I, s:I, s:I}", "equal",
                     (json_int_t)(verify->n_runs - n_different), "different",
                     (json_int_t)n_different, "failed",
                     (json_int_t)verify->failed.n_items, "skipped",
                     (json_int_t)verify->skipped.n_items);
}

static json_t *report_json(const struct gpuc_verify *verify)
{
    return json_pack(
        "{s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
        "report_version", REPORT_VERSION, "gpuclassify", gpuc_version(), "when",
        gpuc_time_json(time(NULL)), "machine", gpuc_machine_json(), "command",
        command_json(verify->options), "model", model_json(verify), "inputs",
        inputs_json(verify), "options", options_json(verify), "reference",
        run_json(&verify->reference), "runs", runs_json(verify), "failed",
        absences_json(&verify->failed), "skipped", absences_json(&verify->skipped),
        "left_out", left_out_json(verify), "totals", totals_json(verify));
}

enum gpuc_status gpuc_verify_write_report(const struct gpuc_verify *verify,
                                          struct gpuc_sink *sink,
                                          struct gpuc_error *error)
{
    return gpuc_write_json(report_json(verify), SIGNIFICANT_DIGITS, sink, error);
}
