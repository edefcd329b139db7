/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>

#include "host/cli/report.h"
#include "host/cli/report_json.h"
#include "host/cli/run_report/run_report.h"

/* Grows by one whenever a member changes its meaning or goes. So many digits give every
 * float64 again. */
enum { REPORT_VERSION = 1, SIGNIFICANT_DIGITS = 17 };

/* Counts stay far below 2^63. */
static json_t *count_json(uint64_t number)
{
    return json_integer((json_int_t)number);
}

/* JSON has neither infinities nor NaN. */
static json_t *number_json(double number)
{
    if (isnan(number))
        return json_null();
    if (isinf(number))
        return json_string(number > 0 ? "inf" : "-inf");
    return json_real(number);
}

/* Files that are none have no path. */
static json_t *known_file_json(const struct gpuc_known_file *file)
{
    return file->path != NULL ? gpuc_file_json(file) : json_null();
}

static json_t *command_json(const struct gpuc_options *options)
{
    json_t *command = json_array();
    for (int i = 0; i < options->argc; i++)
        json_array_append_new(command, gpuc_text_json(options->argv[i]));
    return command;
}

static json_t *model_json(const struct gpuc_run_report *report)
{
    const struct gpuc_known_file *file = &report->model_file;
    const struct gpuc_model *model = report->model;
    if (model == NULL)
        return json_null();
    bool is_forest = model->kind == GPUC_MODEL_FOREST;
    const struct gpuc_forest *forest = model->forest;
    return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "spec",
                     gpuc_text_json(report->options->model), "kind",
                     is_forest ? model->info.format : "built in", "size",
                     file->path != NULL ? json_integer(file->info.st_size) : json_null(),
                     "sha256", gpuc_digest_json(file->sha256), "trees",
                     is_forest ? count_json(forest->n_trees) : json_null(), "features",
                     is_forest ? count_json(forest->n_features) : json_null(), "outputs",
                     is_forest ? count_json(forest->n_outputs) : json_null());
}

static json_t *inputs_json(const struct gpuc_run_report *report)
{
    json_t *inputs = json_array();
    for (size_t i = 0; i < report->n_inputs; i++) {
        const char *path = report->job->options->input_paths[i];
        bool is_known = report->inputs[i].path != NULL;
        json_array_append_new(inputs, is_known ? gpuc_file_json(&report->inputs[i])
                                               : json_pack("{s:o, s:n, s:n}", "path",
                                                           gpuc_text_json(path), "size",
                                                           "sha256"));
    }
    return inputs;
}

static json_t *device_json(const struct gpuc_engine *engine)
{
    if (engine == NULL)
        return json_null();
    const struct gpuc_device *device = gpuc_engine_device(engine);
    return json_pack("{s:o, s:o, s:o}", "name", gpuc_text_json(device->name), "summary",
                     gpuc_text_json(device->summary), "choice",
                     gpuc_text_json(gpuc_engine_choice(engine)));
}

static json_t *rows_json(const struct gpuc_job_report *report)
{
    json_t *kinds = json_object();
    for (size_t kind = 0; kind < GPUC_BAD_N_KINDS; kind++)
        json_object_set_new(kinds, gpuc_bad_row_name((enum gpuc_bad_row)kind),
                            count_json(report->bad_rows.by_kind[kind]));
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "read", count_json(report->rows),
                     "written", count_json(report->rows_written), "bad",
                     count_json(report->bad_rows.n_rows), "skipped",
                     count_json(report->bad_rows.n_skipped), "bad_by_kind", kinds);
}

static json_t *stages_json(const struct gpuc_job_report *report)
{
    json_t *stages = json_object();
    for (size_t i = 0; i < GPUC_REPORT_N_STAGES; i++) {
        const char *name;
        double seconds = gpuc_report_stage(report, i, &name);
        json_object_set_new(stages, name, json_real(seconds));
    }
    return stages;
}

static json_t *shares_json(const struct gpuc_job_report *report)
{
    json_t *shares = json_array();
    for (size_t i = 0; i < report->n_shares; i++)
        json_array_append_new(shares, gpuc_share_json(&report->shares[i]));
    return shares;
}

static json_t *score_json(const struct gpuc_score_statistics *score)
{
    json_t *bins = json_array();
    for (size_t i = 0; i < score->n_bins; i++) {
        const struct gpuc_score_bin *bin = &score->bins[i];
        json_array_append_new(bins, json_pack("[o, o, o]", number_json(bin->low),
                                              number_json(bin->high),
                                              count_json(bin->n_values)));
    }
    return json_pack(
        "{s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "name", score->name, "is_probability",
        score->is_probability, "values", count_json(score->n_values), "nan",
        count_json(score->n_nan), "lowest", number_json(score->lowest), "highest",
        number_json(score->highest), "mean", number_json(score->mean), "bins", bins);
}

static json_t *statistics_json(const struct gpuc_run_report *report)
{
    const struct gpuc_job_statistics *statistics = &report->statistics;
    json_t *features = json_array(), *labels = json_array(), *scores = json_array();
    for (size_t i = 0; i < statistics->n_features; i++)
        json_array_append_new(
            features,
            json_pack("{s:o, s:o}", "name", gpuc_text_json(statistics->features[i].name),
                      "missing", count_json(statistics->features[i].n_missing)));
    for (size_t i = 0; i < statistics->n_labels; i++)
        json_array_append_new(labels, count_json(statistics->labels[i]));
    for (size_t i = 0; i < statistics->n_scores; i++)
        json_array_append_new(scores, score_json(&statistics->scores[i]));
    return json_pack("{s:o, s:o, s:b, s:o}", "features", features, "labels", labels,
                     "is_multilabel", statistics->is_multilabel, "scores", scores);
}

/* What the job did. */
static json_t *job_json(const struct gpuc_run_report *report)
{
    const struct gpuc_ended_job *job = report->job;
    const struct gpuc_job_report *done = job->report;
    return json_pack(
        "{s:o, s:o, s:o, s:f, s:o, s:f, s:o, s:o, s:o, s:o, s:o}", "rows",
        rows_json(done), "input_bytes", count_json(done->input_bytes), "output_bytes",
        count_json(done->output_bytes), "seconds", job->seconds, "rows_per_s",
        count_json(gpuc_rows_per_second(done->rows, job->seconds)), "megabytes_per_s",
        gpuc_megabytes_per_second(done->input_bytes, job->seconds), "threads",
        count_json(done->n_threads), "batch_rows", count_json(done->batch_rows),
        "stage_seconds", stages_json(done), "shares", shares_json(done), "warning",
        gpuc_text_json(done->warning[0] != '\0' ? done->warning : NULL));
}

enum gpuc_status gpuc_run_report_write_json(const struct gpuc_run_report *report,
                                            struct gpuc_sink *sink,
                                            struct gpuc_error *error)
{
    json_t *root = json_pack(
        "{s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "report_version",
        REPORT_VERSION, "gpuclassify", gpuc_version(), "when",
        gpuc_time_json(report->started), "machine", gpuc_machine_json(), "command",
        command_json(report->options), "model", model_json(report), "inputs",
        inputs_json(report), "output", known_file_json(&report->output), "rejects",
        known_file_json(&report->rejects), "device", device_json(report->job->engine),
        "job", job_json(report), "statistics", statistics_json(report));
    return gpuc_write_json(root, SIGNIFICANT_DIGITS, sink, error);
}
