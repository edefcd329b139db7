/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/bench/bench_options.h"

#include <string.h>

#include "host/cli/options/arguments.h"

enum { ROUNDS_DEFAULT = 5, ROUNDS_MAX = 1000, ROWS_MAX = 1000000000 };

/* Long options without a letter. */
enum {
    KEY_DEVICE = 256,
    KEY_THREADS,
    KEY_ROWS,
    KEY_ROUNDS,
    KEY_CSV,
    KEY_JSON,
    KEY_SVG,
    KEY_MACHINE
};

static const struct argp_option bench_options[] = {
    {NULL, 0, NULL, 0, "Measuring", GPUC_GROUP_COMPUTING},
    {"device", KEY_DEVICE, "DEVICE,...", 0,
     "Devices to compare, named as for classify, as in cpu,gpu,avx2+gpu; scaling over "
     "cores is measured with the first (default: the fastest CPU engine, then every "
     "other "
     "usable device but scalar, which is the reference)",
     GPUC_GROUP_COMPUTING},
    {"threads", KEY_THREADS, "N,...", 0,
     "Numbers of worker threads, as in 1,2,4; 1 is measured always, and devices are "
     "compared at the highest (default: 1, 2, 4 and so on up to one a core)",
     GPUC_GROUP_COMPUTING},
    {"rows", KEY_ROWS, "N", 0,
     "Rows to generate where there is no INPUT (default: enough for a run of about a "
     "second on one core)",
     GPUC_GROUP_COMPUTING},
    {"rounds", KEY_ROUNDS, "N", 0,
     "Runs of each setup that count, after one to warm up; fewer than 5 make no sound "
     "median (default: 5)",
     GPUC_GROUP_COMPUTING},
    {NULL, 0, NULL, 0, "Results", GPUC_GROUP_RESULTS},
    {"csv", KEY_CSV, "FILE", 0,
     "Write a row for each setup to FILE; - is standard output, and the table then goes "
     "to standard error",
     GPUC_GROUP_RESULTS},
    {"json", KEY_JSON, "FILE", 0, "Write everything, each run too, to FILE",
     GPUC_GROUP_RESULTS},
    {"svg", KEY_SVG, "FILE", 0, "Write the plot to FILE, for a browser",
     GPUC_GROUP_RESULTS},
    {"machine", KEY_MACHINE, "TEXT", 0,
     "What results call the machine (default: the CPU's own name)", GPUC_GROUP_RESULTS},
    {0},
};

/* Only one of the results can have standard output, and each other a file of its own. */
static void check_paths(struct argp_state *state,
                        const struct gpuc_bench_options *options)
{
    const char *const paths[] = {options->csv_path, options->json_path,
                                 options->svg_path};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        for (size_t k = 0; k < i; k++)
            if (paths[i] != NULL && paths[k] != NULL && strcmp(paths[i], paths[k]) == 0)
                gpuc_usage_error(
                    state,
                    "two results cannot both go to '%s': name another file for one",
                    paths[i]);
}

/* The first option that only says how an INPUT is written; NULL: there is none. */
static const char *input_option(const struct gpuc_job_options *job)
{
    return job->no_header              ? "no-header"
           : job->delimiter != 0       ? "delimiter"
           : job->quote != 0           ? "quote"
           : job->no_quote             ? "no-quote"
           : job->comment != 0         ? "comment"
           : job->skip_lines != 0      ? "skip-lines"
           : job->max_field_chars != 0 ? "max-field"
           : job->columns != NULL      ? "columns"
           : job->ignore != NULL       ? "ignore"
                                       : NULL;
}

static void check(struct argp_state *state, const struct gpuc_bench_options *options)
{
    const struct gpuc_options *common = &options->common;
    const char *name = input_option(&common->job);
    if (common->n_inputs == 0 && name != NULL)
        gpuc_usage_error(state,
                         "--%s says how an INPUT is read, but rows are generated: name "
                         "an INPUT, or leave it out",
                         name);
    if (common->n_inputs > 0 && options->n_rows > 0)
        gpuc_usage_error(
            state, "--rows is for generated rows, but the input is '%s': leave one out",
            common->inputs[0]);
    for (size_t i = 0; i < common->n_inputs; i++)
        if (strcmp(common->inputs[i], "-") == 0)
            gpuc_usage_error(
                state, "bench reads its input many times: name a file in place of -");
    check_paths(state, options);
}

static error_t read_result_option(int key, const char *argument,
                                  struct gpuc_bench_options *options)
{
    switch (key) {
    case KEY_CSV:
        options->csv_path = argument;
        break;
    case KEY_JSON:
        options->json_path = argument;
        break;
    case KEY_SVG:
        options->svg_path = argument;
        break;
    case KEY_MACHINE:
        options->machine = argument;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const struct argp_child children[] = {
    {.argp = &gpuc_job_argp}, {.argp = &gpuc_message_argp}, {0}};

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_bench_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        gpuc_hand_on_options(state, children, &options->common);
        break;
    case KEY_DEVICE:
        gpuc_read_list(state, "device", argument, &options->devices);
        break;
    case KEY_THREADS:
        gpuc_read_counts(state, "threads", argument,
                         (struct gpuc_limits){1, GPUC_THREADS_MAX}, &options->threads);
        break;
    case KEY_ROWS:
        gpuc_read_count(state, "rows", argument, (struct gpuc_limits){1, ROWS_MAX},
                        &options->n_rows);
        break;
    case KEY_ROUNDS:
        gpuc_read_count(state, "rounds", argument, (struct gpuc_limits){1, ROUNDS_MAX},
                        &options->n_rounds);
        break;
    case ARGP_KEY_END:
        check(state, options);
        break;
    default:
        return read_result_option(key, argument, options);
    }
    return 0;
}

static const char doc[] =
    "Measures how a job scales over the cores and over the devices of this machine, and "
    "where its time goes.\v"
    "Examples:\n"
    "  gpuclassify bench -m model.json\n"
    "  gpuclassify bench -m model.json in.csv --ignore id --svg bench.svg\n"
    "  gpuclassify bench -m model.json --device gpu,avx2+gpu --json - | jq .setups\n"
    "\n"
    "INPUT is as for classify, but no standard input; without one, rows that suit the "
    "model are generated, of which the scalar engine does as many as it can in some "
    "three "
    "seconds; after these they come again. A setup is a device with a number of threads. "
    "After one run to "
    "warm up, all setups take turns, so that noise spreads evenly; the figure is the "
    "median. Each run is a whole job, from the CSV file to the text of the output, which "
    "is compared with the scalar engine's byte for byte in place of being written: a "
    "figure whose bytes differ is never printed. Opening a device is not counted.\n"
    "\n"
    "Exit status: 0 done; 1 outputs differ, bad data, or a file that cannot be read or "
    "written; 2 bad usage or a bad model; 3 a device that is not usable.";

const struct argp gpuc_bench_argp = {.options = bench_options,
                                     .parser = read_option,
                                     .args_doc = "[INPUT...]",
                                     .doc = doc,
                                     .children = children};

void gpuc_bench_options_read(int argc, char **argv,
                             struct gpuc_bench_options *ret_options)
{
    *ret_options = (struct gpuc_bench_options){.n_rounds = ROUNDS_DEFAULT,
                                               .common.job = GPUC_JOB_OPTIONS_INIT};
    gpuc_arguments_read(&gpuc_command_bench, argc, argv, ret_options);
}

void gpuc_bench_options_done(struct gpuc_bench_options *options)
{
    gpuc_text_list_done(&options->devices);
}
