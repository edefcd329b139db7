/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include "host/cli/bench/bench_figures.h"
#include "host/cli/bench/bench_report.h"

/* Counts stay far below 2^63. */
static json_t *count(uint64_t number)
{
    return json_integer((json_int_t)number);
}

static json_t *shares_json(const struct gpuc_job_report *report)
{
    json_t *shares = json_array();
    for (size_t i = 0; i < report->n_shares; i++) {
        const struct gpuc_device_share *share = &report->shares[i];
        json_array_append_new(
            shares,
            json_pack("{s:s, s:o, s:o, s:o, s:f, s:f, s:f, s:f, s:o}", "device",
                      share->name, "workers", count(share->n_workers), "rows",
                      count(share->rows), "calls", count(share->n_calls), "seconds",
                      share->seconds, "quantise_seconds", share->quantise_seconds,
                      "copy_seconds", share->copy_seconds, "kernel_seconds",
                      share->kernel_seconds, "copied_bytes", count(share->copied_bytes)));
    }
    return shares;
}

static json_t *runs_json(const struct gpuc_bench_setup *setup, uint32_t n_rounds)
{
    json_t *runs = json_array();
    for (size_t i = 0; i < n_rounds; i++)
        json_array_append_new(runs,
                              json_pack("{s:f, s:o}", "seconds", setup->runs[i].seconds,
                                        "shares", shares_json(&setup->runs[i].report)));
    return runs;
}

static json_t *setup_json(const struct gpuc_bench *bench,
                          const struct gpuc_bench_setup *setup)
{
    json_t *stages = json_object();
    for (size_t s = 0; s < GPUC_BENCH_N_STAGES; s++)
        json_object_set_new(stages, gpuc_bench_stage_name((enum gpuc_bench_stage)s),
                            json_real(setup->stages[s]));
    json_t *object =
        json_pack("{s:s, s:s, s:o, s:b, s:b, s:f, s:f, s:f, s:f, s:f}", "device",
                  setup->device->name, "summary", setup->summary, "threads",
                  count(setup->n_threads), "is_scaling", setup->is_scaling, "is_device",
                  setup->is_device, "median_seconds", setup->median, "lowest_seconds",
                  setup->lowest, "highest_seconds", setup->highest, "rows_per_s",
                  setup->rows_per_s, "speed_up", setup->speed_up);
    json_t *more =
        json_pack("{s:f, s:f, s:f, s:f, s:o, s:o, s:s, s:o}", "input_bytes_per_s",
                  (double)bench->input_bytes / setup->median, "output_bytes_per_s",
                  (double)bench->output_bytes / setup->median, "visits_per_s",
                  setup->visits_per_s, "kernel_visits_per_s", setup->kernel_visits_per_s,
                  "copied_bytes", count(setup->copied_bytes), "stage_seconds", stages,
                  "bound", setup->bound, "runs", runs_json(setup, bench->n_rounds));
    json_object_update(object, more);
    json_decref(more);
    return object;
}

static json_t *model_json(const struct gpuc_bench_model *model)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:f, s:o}", "name", model->name, "what",
                     model->what, "features", count(model->n_features), "code_bytes",
                     count(model->codes_size), "visits_per_row", model->visits,
                     "rows_counted", count(model->n_counted));
}

static json_t *bench_json(const struct gpuc_bench *bench)
{
    json_t *setups = json_array();
    for (size_t i = 0; i < bench->n_setups; i++)
        json_array_append_new(setups, setup_json(bench, &bench->setups[i]));
    json_t *input = json_pack(
        "{s:o, s:b, s:o, s:o, s:o}", "name",
        bench->is_generated ? json_null() : json_string(bench->input), "is_generated",
        bench->is_generated, "rows", count(bench->n_rows), "different_rows",
        count(bench->n_different_rows), "bytes", count(bench->input_bytes));
    json_t *output = json_pack("{s:o, s:s, s:b}", "bytes", count(bench->output_bytes),
                               "sha256", bench->sha256, "all_equal_to_scalar", true);
    json_t *reference =
        json_pack("{s:s, s:o, s:f}", "device", "scalar", "threads",
                  count(bench->reference_threads), "seconds", bench->reference_seconds);
    json_t *memory = json_pack("{s:f, s:f}", "one_core", bench->memory.one_core,
                               "all_cores", bench->memory.all_cores);
    return json_pack("{s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "machine",
                     bench->machine, "cores", count(bench->n_cores), "version",
                     gpuc_version(), "date", bench->date, "rounds",
                     count(bench->n_rounds), "model", model_json(&bench->model), "input",
                     input, "output", output, "reference", reference,
                     "memcpy_bytes_per_s", memory, "setups", setups);
}

bool gpuc_bench_write_json(const struct gpuc_bench *bench, FILE *stream)
{
    json_t *root = bench_json(bench);
    bool good = root != NULL &&
                json_dumpf(root, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0 &&
                fputc('\n', stream) != EOF;
    json_decref(root);
    return good;
}
