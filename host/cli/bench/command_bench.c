/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cores.h"
#include "cpu/cpu_features.h"
#include "host/cli/bench/bench_describe.h"
#include "host/cli/bench/bench_figures.h"
#include "host/cli/bench/bench_input.h"
#include "host/cli/bench/bench_job.h"
#include "host/cli/bench/bench_memory.h"
#include "host/cli/bench/bench_options.h"
#include "host/cli/bench/bench_outputs.h"
#include "host/cli/bench/bench_plan.h"
#include "host/cli/bench/bench_visits.h"
#include "host/cli/commands.h"
#include "host/cli/inputs.h"
#include "host/cli/report.h"
#include "host/cli/signals.h"
#include "model/model.h"

/* Of generated rows: the few that a first guess is made with, and the most of them. */
enum { PROBE_ROWS = 2000, FILE_BYTES_MAX = 1 << 28 };

/* How long the reference takes, and a run on one core. */
static const double reference_seconds = 3, run_seconds = 1;

struct command {
    const struct gpuc_bench_options *options;
    struct gpuc_model *model;
    struct gpuc_engine *scalar;
    struct gpuc_inputs inputs;         /* that are named */
    struct gpuc_bench_input generated; /* else */
    const char *generated_path;
    struct gpuc_bench_plan plan;
    struct gpuc_bench_job job;
    struct gpuc_bench bench;
};

static void say_skipped(const char *message)
{
    fprintf(stderr, "gpuclassify: left out: %s\n", message);
}

/* ---- what is measured ------------------------------------------------------------ */

static void describe(struct command *command)
{
    struct gpuc_bench *bench = &command->bench;
    const struct gpuc_bench_options *options = command->options;
    char cpu[64];
    time_t now = time(NULL);
    struct tm date;
    gpuc_cpu_name(cpu, sizeof cpu);
    gpuc_copy_clean(bench->machine, sizeof bench->machine,
                    options->machine != NULL ? options->machine : cpu);
    if (gmtime_r(&now, &date) != NULL)
        strftime(bench->date, sizeof bench->date, "%Y-%m-%d", &date);
    bench->n_cores = gpuc_count_cores();
    bench->n_rounds = options->n_rounds;
    bench->setups = command->plan.setups;
    bench->n_setups = command->plan.n_setups;
    for (size_t i = 0; i < bench->n_setups; i++)
        gpuc_copy_clean(bench->setups[i].summary, sizeof bench->setups[i].summary,
                        bench->setups[i].device->summary);
    gpuc_bench_describe_model(&bench->model, options->common.model, command->model);
}

/* ---- the input and the reference ------------------------------------------------- */

static enum gpuc_status make_reference(struct command *command, struct gpuc_error *error)
{
    struct gpuc_bench *bench = &command->bench;
    struct gpuc_sha256 sha256;
    struct gpuc_bench_run run;
    enum gpuc_status status = gpuc_bench_job_keep(
        &command->job, command->scalar, bench->n_cores, "the reference", &run, error);
    if (status != GPUC_OK)
        return status;
    const struct gpuc_bench_reference *reference = &command->job.reference;
    gpuc_sha256_init(&sha256);
    gpuc_sha256_update(&sha256, reference->bytes, (size_t)reference->size);
    gpuc_sha256_finish(&sha256, bench->sha256);
    bench->reference_seconds = run.seconds;
    bench->reference_threads = bench->n_cores;
    bench->n_rows = run.report.rows;
    bench->n_different_rows = bench->n_rows;
    bench->input_bytes = run.report.input_bytes;
    bench->output_bytes = reference->size;
    if (bench->n_rows == 0)
        return gpuc_fail(error, GPUC_EDATA, "%s: there are no rows to measure with",
                         bench->input);
    return GPUC_OK;
}

static enum gpuc_status generate(struct command *command, uint64_t n_rows,
                                 struct gpuc_error *error)
{
    struct gpuc_job_options *job = &command->job.options;
    gpuc_bench_input_done(&command->generated);
    enum gpuc_status status =
        gpuc_bench_input_init(&command->generated, command->model, n_rows, error);
    command->generated_path = command->generated.path;
    job->input_paths = &command->generated_path;
    job->n_input_paths = 1;
    job->no_header = command->model->kind == GPUC_MODEL_FOREST;
    return status;
}

/* Two leading digits, which read better. */
static uint64_t round_down(double number)
{
    uint64_t unit = 1;
    while (number / (double)unit >= 100)
        unit *= 10;
    return (uint64_t)(number / (double)unit) * unit;
}

/* The rows that the scalar engine does in `reference_seconds`, judged by a few. */
static enum gpuc_status choose_rows(struct command *command, uint64_t *ret_rows,
                                    struct gpuc_error *error)
{
    struct gpuc_bench_run run;
    enum gpuc_status status;
    GPUC_TRY(generate(command, PROBE_ROWS, error));
    GPUC_TRY(gpuc_bench_job_run(&command->job, command->scalar, command->bench.n_cores,
                                "probe", &run, error));
    double n_rows = PROBE_ROWS * reference_seconds / run.seconds;
    double limit = PROBE_ROWS * (FILE_BYTES_MAX / (double)command->generated.size);
    n_rows = n_rows < limit ? n_rows : limit;
    *ret_rows = n_rows > PROBE_ROWS ? round_down(n_rows) : PROBE_ROWS;
out:
    return status;
}

/* How often the rows must come for `n_rows` of them; 1: that is no multiple of few. */
static uint64_t choose_times(uint64_t n_rows, uint64_t n_different)
{
    uint64_t least = (n_rows + n_different - 1) / n_different;
    for (uint64_t n_times = least; n_times <= 4 * least; n_times++)
        if (n_rows % n_times == 0)
            return n_times;
    return 1;
}

/* How often the rows must come for a run of some length, judged by a run. */
static enum gpuc_status measure_times(struct command *command, uint64_t *ret_times,
                                      struct gpuc_error *error)
{
    const struct gpuc_bench_setup *setup = &command->plan.setups[0];
    struct gpuc_bench_run run;
    enum gpuc_status status = gpuc_bench_job_compare(
        &command->job, setup->engine, setup->n_threads, "probe", &run, error);
    if (status != GPUC_OK)
        return status;
    double n_times = run_seconds / run.seconds;
    double limit = FILE_BYTES_MAX / (double)command->generated.size;
    n_times = n_times < limit ? n_times : limit;
    *ret_times = n_times > 1 ? (uint64_t)n_times : 1;
    return GPUC_OK;
}

/*
 * The scalar engine takes a hundred times as long as others. So where rows are generated,
 * it sees each row once, and the others see all of them again and again.
 */
static enum gpuc_status make_generated(struct command *command, struct gpuc_error *error)
{
    uint64_t wanted = command->options->n_rows, n_different, n_times = 1;
    enum gpuc_status status;
    GPUC_TRY(choose_rows(command, &n_different, error));
    if (wanted > 0) {
        n_times = choose_times(wanted, n_different);
        n_different = wanted / n_times;
    }
    GPUC_TRY(generate(command, n_different, error));
    GPUC_TRY(make_reference(command, error));
    if (wanted == 0)
        GPUC_TRY(measure_times(command, &n_times, error));
    GPUC_TRY(gpuc_bench_input_repeat(&command->generated, n_times, error));
    command->job.reference.n_times = n_times;
    command->bench.n_rows *= n_times;
    command->bench.output_bytes *= n_times;
    command->bench.input_bytes = command->generated.size;
out:
    return status;
}

static enum gpuc_status open_inputs(struct command *command, struct gpuc_error *error)
{
    const struct gpuc_options *common = &command->options->common;
    struct gpuc_inputs *inputs = &command->inputs;
    char name[sizeof command->bench.input];
    enum gpuc_status status =
        gpuc_inputs_expand(inputs, common->inputs, common->n_inputs, error);
    if (status != GPUC_OK)
        return status;
    command->job.options.input_paths = (const char *const *)inputs->paths;
    command->job.options.n_input_paths = inputs->n_paths;
    snprintf(name, sizeof name, "%.96s", gpuc_bench_base_name(inputs->paths[0]));
    if (inputs->n_paths > 1)
        snprintf(name, sizeof name, "%.96s and %zu more",
                 gpuc_bench_base_name(inputs->paths[0]), inputs->n_paths - 1);
    gpuc_copy_clean(command->bench.input, sizeof command->bench.input, name);
    return make_reference(command, error);
}

/* ---- measuring ------------------------------------------------------------------- */

/* What others did in the place of a device is no figure of its. */
static enum gpuc_status check_lost(const struct gpuc_job_report *report,
                                   struct gpuc_error *error)
{
    for (size_t i = 0; i < report->n_shares; i++)
        if (report->shares[i].lost)
            return gpuc_fail(error, GPUC_EDEVICE, "%s failed in a run: %s",
                             report->shares[i].name, report->warning);
    return GPUC_OK;
}

/* Round 0 warms up: caches, clocks, and what devices compile. */
static enum gpuc_status run_rounds(struct command *command, struct gpuc_error *error)
{
    struct gpuc_bench *bench = &command->bench;
    enum gpuc_status status = GPUC_OK;
    for (uint32_t round = 0; round <= bench->n_rounds; round++) {
        for (size_t i = 0; i < bench->n_setups && status == GPUC_OK; i++) {
            struct gpuc_bench_setup *setup = &bench->setups[i];
            struct gpuc_bench_run run;
            char name[96];
            snprintf(name, sizeof name, "round %u of %u: %s, %u thread%s",
                     (unsigned)round, (unsigned)bench->n_rounds, setup->device->name,
                     (unsigned)setup->n_threads, setup->n_threads == 1 ? "" : "s");
            status = gpuc_bench_job_compare(&command->job, setup->engine,
                                            setup->n_threads, name, &run, error);
            if (status == GPUC_OK)
                status = check_lost(&run.report, error);
            if (status == GPUC_OK && round > 0)
                setup->runs[round - 1] = run;
        }
    }
    return status;
}

static enum gpuc_status measure(struct command *command, struct gpuc_error *error)
{
    const struct gpuc_bench_options *options = command->options;
    const struct gpuc_options *common = &options->common;
    struct gpuc_bench_model *model = &command->bench.model;
    enum gpuc_status status;
    GPUC_TRY(
        gpuc_model_open(common->model, &common->model_options, &command->model, error));
    GPUC_TRY(gpuc_engine_open("scalar", &command->scalar, error));
    GPUC_TRY(gpuc_bench_plan_init(&command->plan, options, command->model, say_skipped,
                                  error));
    command->job.model = command->model;
    command->job.progress = common->progress;
    command->job.is_quiet = common->quiet;
    describe(command);
    command->bench.is_generated = common->n_inputs == 0;
    if (command->bench.is_generated)
        GPUC_TRY(make_generated(command, error));
    else
        GPUC_TRY(open_inputs(command, error));
    GPUC_TRY(gpuc_bench_visits_count(&command->job, command->plan.engines[0],
                                     &model->visits, &model->n_counted, error));
    GPUC_TRY(run_rounds(command, error));
    GPUC_TRY(
        gpuc_bench_memory_measure(command->bench.n_cores, &command->bench.memory, error));
    gpuc_bench_figures(&command->bench);
out:
    return status;
}

static void command_done(struct command *command)
{
    gpuc_bench_plan_done(&command->plan);
    gpuc_bench_job_done(&command->job);
    gpuc_bench_input_done(&command->generated);
    gpuc_inputs_done(&command->inputs);
    gpuc_engine_close(command->scalar);
    gpuc_model_free(command->model);
}

static int run_bench(int argc, char **argv)
{
    struct gpuc_bench_options options;
    struct gpuc_bench_outputs outputs;
    struct gpuc_error error;
    gpuc_bench_options_read(argc, argv, &options);
    struct command command = {.options = &options, .job.options = options.common.job};
    command.job.options.cancel_fd = gpuc_signals_catch();
    enum gpuc_status status = gpuc_bench_outputs_open(&outputs, &options, &error);
    if (status == GPUC_OK)
        status = measure(&command, &error);
    if (status == GPUC_OK)
        status = gpuc_bench_outputs_write(&outputs, &command.bench, &error);
    gpuc_bench_outputs_close(&outputs);
    command_done(&command);
    gpuc_bench_options_done(&options);
    if (status == GPUC_OK)
        return GPUC_EXIT_OK;
    if (status == GPUC_EPIPE)
        gpuc_signals_raise_pipe();
    int exit_code = gpuc_report_error(&error);
    if (status == GPUC_ECANCELLED)
        gpuc_signals_raise();
    return exit_code;
}

const struct gpuc_command gpuc_command_bench = {
    .name = "bench",
    .summary = "measure how fast a job is over cores and devices",
    .run = run_bench,
    .argp = &gpuc_bench_argp,
};
