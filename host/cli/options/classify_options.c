/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/options/option_groups.h"

/* Long options without a letter. */
enum { KEY_DEVICE = 256, KEY_BATCH_ROWS };

static const struct argp_option classify_options[] = {
    {"device", KEY_DEVICE, "DEVICE+...|auto|cpu|gpu|all", 0,
     "Where to compute (default: auto, the fastest for this job): DEVICE is a name that "
     "`gpuclassify devices` lists, such as avx2 or opencl:0.0; several share the work, "
     "as "
     "in gpu+cpu or opencl:0.0+opencl:1.0+avx2. Never changes a byte of the output",
     GPUC_GROUP_COMPUTING},
    {"batch-rows", KEY_BATCH_ROWS, "N", 0,
     "Rows that travel together at most (default: 4096, or what the device works best "
     "with)",
     GPUC_GROUP_COMPUTING},
    {0},
};

static const struct argp_child children[] = {
    {.argp = &gpuc_job_argp}, {.argp = &gpuc_run_argp}, {0}};

static error_t read_classify_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        gpuc_hand_on_options(state, children, options);
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

static const char classify_doc[] =
    "Classifies every row of a CSV file and writes them with the result.\v"
    "Examples:\n"
    "  gpuclassify -m model.json in.csv -o out.csv\n"
    "  gpuclassify -m model.txt in.csv --columns id --output proba > scores.csv\n"
    "  gpuclassify -m model.ubj in.csv.gz --ignore id,target | head\n"
    "  gpuclassify -m model.json in.tsv --delimiter tab --no-quote --comment '#'\n"
    "  gpuclassify -m model.json in.csv --bad-rows skip --rejects bad.csv\n"
    "  gpuclassify -m blackbox:py3 in.csv -o out.csv --device cpu --threads 4\n"
    "\n"
    "INPUT is a CSV file, or - for standard input (the default); gzip and zstd are "
    "unpacked, whatever the name. Several files with the same header are read as one, in "
    "the order given; a folder stands for the .csv and .tsv files in it, packed ones "
    "too. "
    "-o FOLDER/ writes an output for each input instead. The output has the input's rows "
    "in their order: the "
    "columns that pass through, then the results. The "
    "black box writes no header, as the pandas job does.\n"
    "\n"
    "Features are matched by name where the model has names; else they are the columns "
    "that --ignore does not name, in order.\n"
    "\n"
    "A file that is called like a command needs a path: ./devices.\n"
    "\n"
    "Exit status: 0 done; 1 bad data, or a file that cannot be read or written; 2 bad "
    "usage or a bad model; 3 a device that is not usable.";

const struct argp gpuc_classify_argp = {.options = classify_options,
                                        .parser = read_classify_option,
                                        .args_doc = "[INPUT...]",
                                        .doc = classify_doc,
                                        .children = children};
