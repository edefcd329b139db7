/* SPDX-License-Identifier: Apache-2.0 */
/* The proof for machines, and for people who come later. */
#include <jansson.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/bytes.h"
#include "base/cores.h"
#include "cpu/cpu_features.h"
#include "csv/sink.h"
#include "csv/utf8.h"
#include "host/cli/report.h"
#include "host/cli/verify/verify.h"

/* Grows by one whenever a member changes its meaning or goes. */
enum { REPORT_VERSION = 1, SIGNIFICANT_DIGITS = 9 };

/* A text from outside, such as a path; NULL gives null. JSON is UTF-8, so what is none
 * becomes question marks. */
static json_t *text_json(const char *text)
{
    if (text == NULL)
        return json_null();
    char *copy = strdup(text);
    if (copy == NULL)
        return NULL;
    size_t size = strlen(copy);
    for (size_t i = 0;
         (i += gpuc_utf8_valid_prefix((uint8_t *)copy + i, size - i)) < size;)
        copy[i] = '?';
    json_t *value = json_string(copy);
    free(copy);
    return value;
}

/* NULL where it is empty. */
static json_t *digest_json(const char *sha256)
{
    return sha256[0] != '\0' ? json_string(sha256) : json_null();
}

static json_t *machine_json(void)
{
    char cpu[64], system[256] = "";
    struct utsname name;
    gpuc_cpu_name(cpu, sizeof cpu);
    if (uname(&name) == 0)
        snprintf(system, sizeof system, "%s %s %s", name.sysname, name.release,
                 name.machine);
    return json_pack("{s:o, s:I, s:o}", "cpu", text_json(cpu), "cores",
                     (json_int_t)gpuc_count_cores(), "os", text_json(system));
}

static json_t *now_json(void)
{
    char text[32];
    struct tm fields;
    time_t now = time(NULL);
    gmtime_r(&now, &fields);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &fields);
    return json_string(text);
}

static json_t *command_json(const struct gpuc_verify_options *options)
{
    json_t *command = json_pack("[s, s]", "gpuclassify", "verify");
    for (size_t i = 0; i < options->n_arguments; i++)
        json_array_append_new(command, text_json(options->arguments[i]));
    return command;
}

static json_t *file_json(const struct gpuc_verify_file *file)
{
    return json_pack("{s:o, s:I, s:o}", "path", text_json(file->path), "size",
                     (json_int_t)file->info.st_size, "sha256", digest_json(file->sha256));
}

static json_t *model_json(const struct gpuc_verify *verify)
{
    const struct gpuc_verify_file *file = &verify->model_file;
    bool is_file = file->path != NULL;
    return json_pack("{s:o, s:s, s:o, s:o}", "spec",
                     text_json(verify->options->common.model), "kind",
                     is_file ? verify->model->info.format : "built in", "size",
                     is_file ? json_integer(file->info.st_size) : json_null(), "sha256",
                     digest_json(file->sha256));
}

static json_t *inputs_json(const struct gpuc_verify *verify)
{
    json_t *inputs = json_array();
    for (size_t i = 0; i < verify->inputs.n_paths; i++)
        json_array_append_new(inputs, file_json(&verify->files[i]));
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
        "s:o, s:I, s:o, s:o, s:o, s:o, s:s}",
        "output", text_json(job->output_columns), "columns", text_json(job->columns),
        "ignore", text_json(job->ignore), "missing", text_json(job->missing), "unseen",
        text_json(job->unseen), "bad_rows", text_json(job->bad_rows), "iterations",
        text_json(model->iterations), "model_format", text_json(model->format),
        "no_header", job->no_header, "delimiter", character_json(job->delimiter), "quote",
        character_json(job->quote), "no_quote", job->no_quote, "comment",
        character_json(job->comment), "skip_lines", (json_int_t)job->skip_lines,
        "max_field", (json_int_t)job->max_field_chars, "csv_parser",
        text_json(job->csv_parser), "top", (json_int_t)job->n_top, "threshold",
        job->has_threshold ? json_real(job->threshold) : json_null(), "class_names",
        text_json(job->class_names), "prefix", text_json(job->prefix), "rename",
        text_json(job->rename), "output_header", header_rules[job->output_header]);
}

static json_t *share_json(const struct gpuc_device_share *share)
{
    return json_pack("{s:o, s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:I, s:b}", "device",
                     text_json(share->name), "workers", (json_int_t)share->n_workers,
                     "rows", (json_int_t)share->rows, "calls", (json_int_t)share->n_calls,
                     "seconds", share->seconds, "quantise_seconds",
                     share->quantise_seconds, "copy_seconds", share->copy_seconds,
                     "kernel_seconds", share->kernel_seconds, "copied_bytes",
                     (json_int_t)share->copied_bytes, "lost", share->lost);
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
        json_array_append_new(shares, share_json(&report->shares[i]));
    json_t *object = json_pack(
        "{s:o, s:o, s:I, s:I, s:I, s:I, s:f, s:I, s:I, s:I, s:s, s:b, s:o, s:o}",
        "device", text_json(run->device.name), "description",
        text_json(run->device.summary), "threads", (json_int_t)run->n_threads, "workers",
        (json_int_t)report->n_threads, "batch_rows", (json_int_t)run->batch_rows, "rows",
        (json_int_t)report->rows, "seconds", run->seconds, "rows_per_s",
        (json_int_t)gpuc_rows_per_second(report->rows, run->seconds), "skipped_rows",
        (json_int_t)report->bad_rows.n_skipped, "output_bytes",
        (json_int_t)result->n_bytes, "sha256", result->sha256, "equal", !result->differs,
        "shares", shares, "warning",
        text_json(report->warning[0] != '\0' ? report->warning : NULL));
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
        json_t *object = json_pack("{s:o, s:o}", "device", text_json(absence->device),
                                   "reason", text_json(absence->reason));
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
        now_json(), "machine", machine_json(), "command", command_json(verify->options),
        "model", model_json(verify), "inputs", inputs_json(verify), "options",
        options_json(verify), "reference", run_json(&verify->reference), "runs",
        runs_json(verify), "failed", absences_json(&verify->failed), "skipped",
        absences_json(&verify->skipped), "left_out", left_out_json(verify), "totals",
        totals_json(verify));
}

struct output {
    struct gpuc_sink *sink;
    struct gpuc_error *error;
    enum gpuc_status status;
};

static int write_piece(const char *text, size_t size, void *context)
{
    struct output *output = context;
    output->status = gpuc_sink_write(output->sink, text, size, output->error);
    return output->status == GPUC_OK ? 0 : -1;
}

enum gpuc_status gpuc_verify_write_report(const struct gpuc_verify *verify,
                                          struct gpuc_sink *sink,
                                          struct gpuc_error *error)
{
    struct output output = {sink, error, GPUC_OK};
    json_t *report = report_json(verify);
    enum gpuc_status status = GPUC_OK;
    if (report == NULL ||
        json_dump_callback(report, write_piece, &output,
                           JSON_INDENT(2) | JSON_REAL_PRECISION(SIGNIFICANT_DIGITS)) != 0)
        status = output.status != GPUC_OK
                     ? output.status
                     : gpuc_fail(error, GPUC_ENOMEM, "out of memory for the report");
    json_decref(report);
    if (status == GPUC_OK)
        status = gpuc_sink_write(sink, "\n", 1, error);
    return status;
}
