/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/options.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "host/cli/report.h"

/* Long options without a letter. */
enum {
    KEY_DEVICE = 256,
    KEY_THREADS,
    KEY_BATCH_ROWS,
    KEY_COLUMNS,
    KEY_PARSER,
    KEY_PROGRESS
};

#define MODEL_OPTION                                                                     \
  {                                                                                      \
    "model", 'm', "MODEL", 0,                                                            \
        "The model: blackbox, blackbox:py2 or blackbox:py3, with parameters as in "      \
        "blackbox:py3,slowness=0 (needed)",                                              \
        1                                                                                \
  }

static const struct argp_option verify_options[] = {MODEL_OPTION, {0}};

static const struct argp_option classify_options[] = {
    MODEL_OPTION,
    {"output-file", 'o', "FILE", 0,
     "Write to FILE, which appears complete or not at all (default: standard output)", 2},
    {"output", KEY_COLUMNS, "LIST", 0,
     "Result columns, in this order: pred (the result) and digest (the SHA-256 of the "
     "black box's load), as in pred,digest (default: pred)",
     2},
    {"device", KEY_DEVICE, "NAME", 0,
     "Where to compute: auto (default), cpu, gpu, or a name that `gpuclassify devices` "
     "lists, such as avx2 or opencl:0.0. Never changes a byte of the output",
     3},
    {"threads", KEY_THREADS, "N", 0, "Worker threads (default: one a core)", 3},
    {"batch-rows", KEY_BATCH_ROWS, "N", 0,
     "Rows that travel together at most (default: 4096)", 3},
    {"csv-parser", KEY_PARSER, "NAME", 0,
     "native (default), or libcsv as an independent check of it", 3},
    {"quiet", 'q', NULL, 0, "No progress line", 4},
    {"progress", KEY_PROGRESS, NULL, 0,
     "A progress line even if standard error is no terminal", 4},
    {"verbose", 'v', NULL, 0, "Say which device was taken and where the time went", 4},
    {0},
};

static void read_count(struct argp_state *state, const char *name, const char *text,
                       unsigned long highest, uint32_t *ret_count)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || value < 1 || value > highest)
        argp_error(state, "--%s takes a number from 1 to %lu, not '%s'", name, highest,
                   text);
    *ret_count = (uint32_t)value;
}

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    switch (key) {
    case 'm':
        options->model = argument;
        break;
    case 'o':
        options->output = argument;
        break;
    case 'q':
        options->quiet = true;
        break;
    case 'v':
        options->verbose = true;
        break;
    case KEY_DEVICE:
        options->device = argument;
        break;
    case KEY_THREADS:
        read_count(state, "threads", argument, 1024, &options->n_threads);
        break;
    case KEY_BATCH_ROWS:
        read_count(state, "batch-rows", argument, 1000000, &options->batch_rows);
        break;
    case KEY_COLUMNS:
        options->output_columns = argument;
        break;
    case KEY_PARSER:
        options->csv_parser = argument;
        break;
    case KEY_PROGRESS:
        options->progress = true;
        break;
    case ARGP_KEY_ARG:
        if (options->input != NULL)
            argp_error(state, "one input at a time: '%s' comes after '%s'", argument,
                       options->input);
        options->input = argument;
        break;
    case ARGP_KEY_END:
        if (options->model == NULL)
            argp_error(state, "no model: name one with -m, as in -m blackbox:py3");
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char classify_doc[] =
    "Classifies every row of a CSV file and writes them with the result.\v"
    "Examples:\n"
    "  gpuclassify -m blackbox:py3 in.csv -o out.csv\n"
    "  zcat in.csv.gz | gpuclassify -m blackbox:py2 - > out.csv\n"
    "  gpuclassify -m blackbox in.csv -o out.csv --device avx2 --threads 4\n"
    "\n"
    "INPUT is a CSV file, or - for standard input (the default). The output has the "
    "input's rows in their order; the black box writes no header, as the pandas job "
    "does.\n"
    "\n"
    "Other commands: `gpuclassify devices` lists where it can compute, `gpuclassify "
    "verify` "
    "proves that all of them give the same bytes. A file that is called like a command "
    "needs a path: ./devices.\n"
    "\n"
    "Exit status: 0 done; 1 bad data, or a file that cannot be read or written; 2 bad "
    "usage "
    "or a bad model; 3 a device that is not usable.";

static const char verify_doc[] =
    "Runs a job on every usable device, with several thread counts and batch sizes, and "
    "compares each output byte for byte with that of the scalar engine.\v"
    "Example:\n"
    "  gpuclassify verify -m blackbox:py3 in.csv\n"
    "\n"
    "INPUT must be a file, since it is read many times. Exit status: 0 all equal; 1 a "
    "difference, or bad data; 2 bad usage.";

static void read_arguments(int argc, char **argv, char *command, const struct argp *argp,
                           struct gpuc_options *ret_options)
{
    *ret_options = (struct gpuc_options){.device = "auto"};
    argp_err_exit_status = GPUC_EXIT_USAGE;
    argv[0] = command; /* what usage messages begin with */
    argp_parse(argp, argc, argv, 0, NULL, ret_options);
}

void gpuc_options_read_classify(int argc, char **argv, struct gpuc_options *ret_options)
{
    static char name[] = "gpuclassify";
    static const struct argp argp = {.options = classify_options,
                                     .parser = read_option,
                                     .args_doc = "[INPUT]",
                                     .doc = classify_doc};
    read_arguments(argc, argv, name, &argp, ret_options);
}

void gpuc_options_read_verify(int argc, char **argv, struct gpuc_options *ret_options)
{
    static char name[] = "gpuclassify verify";
    static const struct argp argp = {.options = verify_options,
                                     .parser = read_option,
                                     .args_doc = "INPUT",
                                     .doc = verify_doc};
    read_arguments(argc, argv, name, &argp, ret_options);
}
