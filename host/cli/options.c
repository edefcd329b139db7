/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/options.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/cli/report.h"

/* Long options without a letter. */
enum {
    KEY_MODEL_FORMAT = 256,
    KEY_ITERATIONS,
    KEY_HEADER,
    KEY_NO_HEADER,
    KEY_DELIMITER,
    KEY_QUOTE,
    KEY_NO_QUOTE,
    KEY_COMMENT,
    KEY_SKIP_LINES,
    KEY_MAX_FIELD,
    KEY_BAD_ROWS,
    KEY_REJECTS,
    KEY_IGNORE,
    KEY_MISSING,
    KEY_UNSEEN,
    KEY_PARSER,
    KEY_OUTPUT_COLUMNS,
    KEY_COLUMNS,
    KEY_DEVICE,
    KEY_THREADS,
    KEY_BATCH_ROWS,
    KEY_PROGRESS
};

/* Where options stand in the help. */
enum { GROUP_MODEL = 1, GROUP_INPUT, GROUP_OUTPUT, GROUP_DEVICE, GROUP_MESSAGES };

/* What the result is made of: the options of every command that runs jobs. */
static const struct argp_option job_options[] = {
    {NULL, 0, NULL, 0, "Model", GROUP_MODEL},
    {"model", 'm', "MODEL", 0,
     "A model file: XGBoost JSON or UBJSON, LightGBM text; or a built-in: blackbox, "
     "blackbox:py2 or blackbox:py3, with parameters as in blackbox:py3,slowness=0 "
     "(needed)",
     GROUP_MODEL},
    {"iterations", KEY_ITERATIONS, "A:B", 0,
     "Boosting rounds to use: from A to before B, all, or best: up to the best one if "
     "the "
     "file records it, else all (default: best)",
     GROUP_MODEL},
    {"model-format", KEY_MODEL_FORMAT, "NAME", 0,
     "xgboost-json, xgboost-ubjson or lightgbm (default: found from the file's content)",
     GROUP_MODEL},
    {NULL, 0, NULL, 0, "Input", GROUP_INPUT},
    {"ignore", KEY_IGNORE, "LIST", 0,
     "Columns that are no features, for models whose features go by position",
     GROUP_INPUT},
    {"missing", KEY_MISSING, "LIST", 0,
     "Texts that stand for a missing value, as in NA,-999 (default: the empty field, "
     "pandas' tokens and nan)",
     GROUP_INPUT},
    {"unseen", KEY_UNSEEN, "WHAT", 0,
     "A category that the model was not trained with is an error, or missing (default: "
     "as "
     "the trainer's library does)",
     GROUP_INPUT},
    {"delimiter", KEY_DELIMITER, "CHAR", 0,
     "What separates fields, in input and output: a character, or tab (default: a comma)",
     GROUP_INPUT},
    {"quote", KEY_QUOTE, "CHAR", 0,
     "What fields are quoted with, in input and output (default: a double quote)",
     GROUP_INPUT},
    {"no-quote", KEY_NO_QUOTE, NULL, 0,
     "Fields are never quoted: quotes are ordinary text", GROUP_INPUT},
    {"comment", KEY_COMMENT, "CHAR", 0,
     "Lines that begin with this character are passed over, as in --comment '#'",
     GROUP_INPUT},
    {"skip-lines", KEY_SKIP_LINES, "N", 0,
     "Pass over the first N lines, before the header, whatever is in them", GROUP_INPUT},
    {"max-field", KEY_MAX_FIELD, "CHARS", 0,
     "A longer field is an error (default: 131072), for it often means a quote that is "
     "not closed",
     GROUP_INPUT},
    {"bad-rows", KEY_BAD_ROWS, "WHAT", 0,
     "Rows with too many or too few fields, or with values that are none: error ends the "
     "job at the first one (default); skip leaves them out; null takes as missing what "
     "is "
     "missing or wrong in them, and leaves out only those with broken quotes, fields "
     "that "
     "are too long or text that is not UTF-8",
     GROUP_INPUT},
    {"no-header", KEY_NO_HEADER, NULL, 0,
     "The first line is a row; columns go by number, from 1, and the output has no "
     "header "
     "either",
     GROUP_INPUT},
    {"header", KEY_HEADER, NULL, 0, "The first line is a header (default)", GROUP_INPUT},
    {"csv-parser", KEY_PARSER, "NAME", 0,
     "native (default: the fastest that this CPU has), one by its name (avx512, avx2, "
     "sse42, "
     "portable), or libcsv as an independent check",
     GROUP_INPUT},
    {NULL, 0, NULL, 0, "Output", GROUP_OUTPUT},
    {"output", KEY_OUTPUT_COLUMNS, "LIST", 0,
     "Result columns, in this order: label, proba, margin, leaf, or pred for regressors "
     "and rankers (default: label,proba or pred); pred and digest for the black box",
     GROUP_OUTPUT},
    {"columns", KEY_COLUMNS, "LIST", 0,
     "Input columns to pass through: names as in id,name, or all or none (default: all)",
     GROUP_OUTPUT},
    {0},
};

/* What only classify has. */
static const struct argp_option classify_options[] = {
    {"output-file", 'o', "FILE", 0,
     "Write to FILE, which appears complete or not at all; packed if it ends in .gz or "
     ".zst (default: standard output); "
     "with a FOLDER/, to a file for each input, called as the input is",
     GROUP_OUTPUT},
    {"rejects", KEY_REJECTS, "FILE", 0,
     "With --bad-rows skip or null: list the bad rows in this CSV file, with line, "
     "column, "
     "reason and the row as it stood",
     GROUP_OUTPUT},
    {NULL, 0, NULL, 0, "Computing", GROUP_DEVICE},
    {"device", KEY_DEVICE, "NAME", 0,
     "Where to compute: auto (default), cpu, gpu, or a name that `gpuclassify devices` "
     "lists, such as avx2 or opencl:0.0. Never changes a byte of the output",
     GROUP_DEVICE},
    {"threads", KEY_THREADS, "N", 0,
     "Worker threads, and as many for packing (default: one a core)", GROUP_DEVICE},
    {"batch-rows", KEY_BATCH_ROWS, "N", 0,
     "Rows that travel together at most (default: 4096)", GROUP_DEVICE},
    {NULL, 0, NULL, 0, "Messages", GROUP_MESSAGES},
    {"quiet", 'q', NULL, 0, "No progress line", GROUP_MESSAGES},
    {"progress", KEY_PROGRESS, NULL, 0,
     "A progress line even if standard error is no terminal", GROUP_MESSAGES},
    {"verbose", 'v', NULL, 0, "Say which device was taken and where the time went",
     GROUP_MESSAGES},
    {0},
};

/* What a number may be. */
struct limits {
    unsigned long lowest, highest;
};

static void read_count(struct argp_state *state, const char *name, const char *text,
                       struct limits limits, uint32_t *ret_count)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
        value < limits.lowest || value > limits.highest)
        argp_error(state, "--%s takes a number from %lu to %lu, not '%s'", name,
                   limits.lowest, limits.highest, text);
    *ret_count = (uint32_t)value;
}

static char read_character(struct argp_state *state, const char *name, const char *text)
{
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
        return '\t';
    if (text[0] == '\0' || text[1] != '\0' || (unsigned char)text[0] >= 0x80)
        argp_error(state, "--%s takes one ASCII character or tab, not '%s'", name, text);
    return text[0];
}

/* Who mistypes a command has named an input that is not there. */
static const char *command_hint(const char *input)
{
    if (input == NULL || strcmp(input, "-") == 0 || access(input, F_OK) == 0)
        return "";
    return " (the commands are classify, devices, inspect and verify)";
}

/* How the CSV is written. */
static error_t read_dialect_option(int key, char *argument, struct argp_state *state,
                                   struct gpuc_job_options *job)
{
    /* Fields are cut off at 256 MiB whatever the limit. */
    static const struct limits any = {0, UINT32_MAX}, field = {1, 1 << 28};
    switch (key) {
    case KEY_DELIMITER:
        job->delimiter = read_character(state, "delimiter", argument);
        break;
    case KEY_QUOTE:
        job->quote = read_character(state, "quote", argument);
        break;
    case KEY_NO_QUOTE:
        job->no_quote = true;
        break;
    case KEY_COMMENT:
        job->comment = read_character(state, "comment", argument);
        break;
    case KEY_SKIP_LINES:
        read_count(state, "skip-lines", argument, any, &job->skip_lines);
        break;
    case KEY_MAX_FIELD:
        read_count(state, "max-field", argument, field, &job->max_field_chars);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static error_t read_input_option(int key, char *argument, struct argp_state *state,
                                 struct gpuc_job_options *job)
{
    switch (key) {
    case KEY_IGNORE:
        job->ignore = argument;
        break;
    case KEY_MISSING:
        job->missing = argument;
        break;
    case KEY_UNSEEN:
        if (strcmp(argument, "error") != 0 && strcmp(argument, "missing") != 0)
            argp_error(state, "--unseen takes error or missing, not '%s'", argument);
        job->unseen = argument;
        break;
    case KEY_HEADER:
        job->no_header = false;
        break;
    case KEY_NO_HEADER:
        job->no_header = true;
        break;
    case KEY_BAD_ROWS:
        if (strcmp(argument, "error") != 0 && strcmp(argument, "skip") != 0 &&
            strcmp(argument, "null") != 0)
            argp_error(state, "--bad-rows takes error, skip or null, not '%s'", argument);
        job->bad_rows = argument;
        break;
    case KEY_PARSER:
        job->csv_parser = argument;
        break;
    case KEY_OUTPUT_COLUMNS:
        job->output_columns = argument;
        break;
    case KEY_COLUMNS:
        job->columns = argument;
        break;
    default:
        return read_dialect_option(key, argument, state, job);
    }
    return 0;
}

static error_t read_job_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    struct gpuc_job_options *job = &options->job;
    switch (key) {
    case 'm':
        options->model = argument;
        break;
    case KEY_MODEL_FORMAT:
        options->model_options.format = argument;
        break;
    case KEY_ITERATIONS:
        options->model_options.iterations = argument;
        break;
    case ARGP_KEY_ARGS:
        options->inputs = state->argv + state->next;
        options->n_inputs = (size_t)(state->argc - state->next);
        break;
    case ARGP_KEY_END:
        if (options->model == NULL)
            argp_error(state, "no model: name one with -m, as in -m model.json%s",
                       command_hint(options->n_inputs > 0 ? options->inputs[0] : NULL));
        break;
    default:
        return read_input_option(key, argument, state, job);
    }
    return 0;
}

static error_t read_classify_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = options;
        break;
    case 'o':
        options->job.output_path = argument;
        break;
    case KEY_REJECTS:
        options->job.rejects_path = argument;
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
        read_count(state, "threads", argument, (struct limits){1, 1024},
                   &options->job.n_threads);
        break;
    case KEY_BATCH_ROWS:
        read_count(state, "batch-rows", argument, (struct limits){1, 1000000},
                   &options->job.batch_rows);
        break;
    case KEY_PROGRESS:
        options->progress = true;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char classify_doc[] =
    "Classifies every row of a CSV file and writes them with the result.\v"
    "Examples:\n"
    "  gpuclassify -m model.json in.csv -o out.csv\n"
    "  gpuclassify -m model.txt in.csv --columns id --output proba > scores.csv\n"
    "  gpuclassify -m model.ubj in.csv.gz --ignore id,label | head\n"
    "  gpuclassify -m model.json in.tsv --delimiter tab --no-quote --comment '#'\n"
    "  gpuclassify -m model.json in.csv -o out.csv --bad-rows skip --rejects bad.csv\n"
    "  gpuclassify -m blackbox:py3 in.csv -o out.csv --device avx2 --threads 4\n"
    "\n"
    "INPUT is a CSV file, or - for standard input (the default); gzip and zstd are "
    "unpacked, whatever the name. Several files with the same header are read as one, in "
    "the order given; a folder stands for the .csv, .csv.gz and .csv.zst files in it. "
    "-o FOLDER/ writes an output for each input instead. The output has the input's rows "
    "in their order: the "
    "columns that pass through, then the results. The "
    "black box writes no header, as the pandas job does.\n"
    "\n"
    "Features are matched by name where the model has names; else they are the columns "
    "that --ignore does not name, in order.\n"
    "\n"
    "Other commands: `gpuclassify inspect` says what a model is, `gpuclassify devices` "
    "lists where it can compute, `gpuclassify verify` proves that all of them give the "
    "same bytes. A file that is called like a command needs a path: ./devices.\n"
    "\n"
    "Exit status: 0 done; 1 bad data, or a file that cannot be read or written; 2 bad "
    "usage or a bad model; 3 a device that is not usable.";

static const char verify_doc[] =
    "Runs a job on every usable device, with several thread counts and batch sizes, and "
    "compares each output byte for byte with that of the scalar engine.\v"
    "Example:\n"
    "  gpuclassify verify -m model.json in.csv\n"
    "\n"
    "INPUT must be a file or folder, since it is read many times. Exit status: 0 all "
    "equal; 1 a "
    "difference, or bad data; 2 bad usage.";

static const struct argp job_argp = {.options = job_options, .parser = read_job_option};

static void read_arguments(int argc, char **argv, char *command, const struct argp *argp,
                           struct gpuc_options *ret_options)
{
    *ret_options = (struct gpuc_options){.device = "auto", .job = GPUC_JOB_OPTIONS_INIT};
    argp_err_exit_status = GPUC_EXIT_USAGE;
    argv[0] = command; /* what usage messages begin with */
    argp_parse(argp, argc, argv, 0, NULL, ret_options);
}

void gpuc_options_read_classify(int argc, char **argv, struct gpuc_options *ret_options)
{
    static char name[] = "gpuclassify";
    static const struct argp_child children[] = {{.argp = &job_argp}, {0}};
    static const struct argp argp = {.options = classify_options,
                                     .parser = read_classify_option,
                                     .args_doc = "[INPUT...]",
                                     .doc = classify_doc,
                                     .children = children};
    read_arguments(argc, argv, name, &argp, ret_options);
}

void gpuc_options_read_verify(int argc, char **argv, struct gpuc_options *ret_options)
{
    static char name[] = "gpuclassify verify";
    static const struct argp argp = {.options = job_options,
                                     .parser = read_job_option,
                                     .args_doc = "INPUT...",
                                     .doc = verify_doc};
    read_arguments(argc, argv, name, &argp, ret_options);
}
