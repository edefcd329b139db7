/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/options.h"

#include <string.h>
#include <unistd.h>

#include "host/cli/option_groups.h"
#include "host/cli/report.h"

/* Long options without a letter. */
enum {
    KEY_MODEL_FORMAT = 256,
    KEY_ITERATIONS,
    KEY_IGNORE,
    KEY_MISSING,
    KEY_UNSEEN,
    KEY_OUTPUT_COLUMNS,
    KEY_COLUMNS,
    KEY_DEVICE,
    KEY_BATCH_ROWS,
    KEY_JSON
};

/* What the result is made of: the options of every command that classifies. */
static const struct argp_option job_options[] = {
    {NULL, 0, NULL, 0, "Model", GPUC_GROUP_MODEL},
    {"model", 'm', "MODEL", 0,
     "A model file: XGBoost JSON or UBJSON, LightGBM text; or a built-in: blackbox, "
     "blackbox:py2 or blackbox:py3, with parameters as in blackbox:py3,slowness=0 "
     "(needed)",
     GPUC_GROUP_MODEL},
    {"iterations", KEY_ITERATIONS, "A:B", 0,
     "Boosting rounds to use: from A to before B, all, or best: up to the best one if "
     "the "
     "file records it, else all (default: best)",
     GPUC_GROUP_MODEL},
    {"model-format", KEY_MODEL_FORMAT, "NAME", 0,
     "xgboost-json, xgboost-ubjson or lightgbm (default: found from the file's content)",
     GPUC_GROUP_MODEL},
    {"ignore", KEY_IGNORE, "LIST", 0,
     "Columns that are no features, for models whose features go by position",
     GPUC_GROUP_INPUT},
    {"missing", KEY_MISSING, "LIST", 0,
     "Texts that stand for a missing value, as in NA,-999 (default: the empty field, "
     "pandas' tokens and nan)",
     GPUC_GROUP_INPUT},
    {"unseen", KEY_UNSEEN, "WHAT", 0,
     "A category that the model was not trained with is an error, or missing (default: "
     "as "
     "the trainer's library does)",
     GPUC_GROUP_INPUT},
    {NULL, 0, NULL, 0, "Output", GPUC_GROUP_OUTPUT},
    {"output", KEY_OUTPUT_COLUMNS, "LIST", 0,
     "Result columns, in this order: label, proba, margin, leaf, or pred for regressors "
     "and rankers (default: label,proba or pred); pred and digest for the black box",
     GPUC_GROUP_OUTPUT},
    {"columns", KEY_COLUMNS, "LIST", 0,
     "Input columns to pass through: names as in id,name, or all or none (default: all)",
     GPUC_GROUP_OUTPUT},
    {0},
};

/* What only classify has. */
static const struct argp_option classify_options[] = {
    {"device", KEY_DEVICE, "NAME", 0,
     "Where to compute: auto (default: the fastest for this job), cpu, gpu, or a name "
     "that "
     "`gpuclassify devices` lists, such as avx2 or opencl:0.0; several devices that "
     "share "
     "the work, as in gpu+cpu or opencl:0.0+opencl:1.0+avx2; or all. Never changes a "
     "byte "
     "of the output",
     GPUC_GROUP_COMPUTING},
    {"batch-rows", KEY_BATCH_ROWS, "N", 0,
     "Rows that travel together at most (default: 4096, or what the device works best "
     "with)",
     GPUC_GROUP_COMPUTING},
    {0},
};

/* What only csv has. */
static const struct argp_option csv_options[] = {
    {NULL, 0, NULL, 0, "Output", GPUC_GROUP_OUTPUT},
    {"json", KEY_JSON, NULL, 0,
     "A JSON array of objects, one a line, of arrays with --no-header; all values are "
     "strings (default: CSV)",
     GPUC_GROUP_OUTPUT},
    {0},
};

/* Who mistypes a command has named an input that is not there. */
static const char *command_hint(const char *input)
{
    if (input == NULL || strcmp(input, "-") == 0 || access(input, F_OK) == 0)
        return "";
    return " (the commands are bench, classify, csv, devices, doctor, inspect and "
           "verify)";
}

static error_t read_feature_option(int key, char *argument, struct argp_state *state,
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
    case KEY_OUTPUT_COLUMNS:
        job->output_columns = argument;
        break;
    case KEY_COLUMNS:
        job->columns = argument;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static error_t read_job_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = options;
        break;
    case 'm':
        options->model = argument;
        break;
    case KEY_MODEL_FORMAT:
        options->model_options.format = argument;
        break;
    case KEY_ITERATIONS:
        options->model_options.iterations = argument;
        break;
    case ARGP_KEY_END:
        if (options->model == NULL)
            argp_error(state, "no model: name one with -m, as in -m model.json%s",
                       command_hint(options->n_inputs > 0 ? options->inputs[0] : NULL));
        break;
    default:
        return read_feature_option(key, argument, state, &options->job);
    }
    return 0;
}

static error_t read_classify_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = options;
        state->child_inputs[1] = options;
        break;
    case KEY_DEVICE:
        options->device = argument;
        break;
    case KEY_BATCH_ROWS:
        gpuc_read_count(state, "batch-rows", argument,
                        (struct gpuc_limits){1, GPUC_BATCH_ROWS_MAX},
                        &options->job.batch_rows);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static error_t read_csv_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    (void)argument;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = options;
        state->child_inputs[1] = options;
        break;
    case KEY_JSON:
        options->as_json = true;
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
    "  gpuclassify -m model.json in.csv --bad-rows skip --rejects bad.csv\n"
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
    "Other commands: `gpuclassify inspect` says what a model is, `gpuclassify csv` shows "
    "which rows are read, `gpuclassify devices` lists where it can compute, `gpuclassify "
    "doctor` says what is wrong with the machine and how to mend it, `gpuclassify "
    "verify` proves that all of them give the same bytes, `gpuclassify bench` measures "
    "how fast they are. A file that is called like a command needs a path: ./devices.\n"
    "\n"
    "Exit status: 0 done; 1 bad data, or a file that cannot be read or written; 2 bad "
    "usage or a bad model; 3 a device that is not usable.";

static const char csv_doc[] =
    "Writes the rows of a CSV file again as they are read: as canonical CSV, or as JSON. "
    "No model is needed.\v"
    "Examples:\n"
    "  gpuclassify csv in.csv --json | jq '.[0]'\n"
    "  gpuclassify csv in.tsv.gz --delimiter tab -o out.csv\n"
    "\n"
    "INPUT is as for classify. Canonical CSV is that of RFC 4180: commas, quotes only "
    "where they are needed, doubled inside, lines that end with LF. JSON has a line for "
    "each row, with the columns as keys, and wants a header without a name twice.\n"
    "\n"
    "Exit status: 0 done; 1 bad data, or a file that cannot be read or written; 2 bad "
    "usage.";

static const struct argp_child input_children[] = {{.argp = &gpuc_input_argp}, {0}};
const struct argp gpuc_job_argp = {
    .options = job_options, .parser = read_job_option, .children = input_children};

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
    static const struct argp_child children[] = {
        {.argp = &gpuc_job_argp}, {.argp = &gpuc_run_argp}, {0}};
    static const struct argp argp = {.options = classify_options,
                                     .parser = read_classify_option,
                                     .args_doc = "[INPUT...]",
                                     .doc = classify_doc,
                                     .children = children};
    read_arguments(argc, argv, name, &argp, ret_options);
}

void gpuc_options_read_csv(int argc, char **argv, struct gpuc_options *ret_options)
{
    static char name[] = "gpuclassify csv";
    static const struct argp_child children[] = {
        {.argp = &gpuc_input_argp}, {.argp = &gpuc_run_argp}, {0}};
    static const struct argp argp = {.options = csv_options,
                                     .parser = read_csv_option,
                                     .args_doc = "[INPUT...]",
                                     .doc = csv_doc,
                                     .children = children};
    read_arguments(argc, argv, name, &argp, ret_options);
}
