/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/verify/verify_options.h"

#include "base/memory.h"
#include "host/cli/options/arguments.h"
#include "host/cli/options/option_groups.h"

enum { KEY_DEVICE = 256, KEY_THREADS, KEY_BATCH_ROWS, KEY_REPORT };

static const struct argp_option verify_options[] = {
    {NULL, 0, NULL, 0, "Computing", GPUC_GROUP_COMPUTING},
    {"device", KEY_DEVICE, "DEVICE,...", 0,
     "Devices to verify, named as for classify; may be given several times (default: all "
     "usable ones, each alone). Several that share a job are one name, as in "
     "avx2+opencl-cpu",
     GPUC_GROUP_COMPUTING},
    {"threads", KEY_THREADS, "N,...", 0,
     "Numbers of worker threads to run each device with (default: 1,2,3)",
     GPUC_GROUP_COMPUTING},
    {"batch-rows", KEY_BATCH_ROWS, "N,...", 0,
     "Batch sizes to run each device with (default: 1,63,64,65,1000,65536 and half of "
     "the rows, but none that would make more than 5000 batches)",
     GPUC_GROUP_COMPUTING},
    {"report", KEY_REPORT, "FILE", 0,
     "Write all of it to FILE as JSON: hashes of the model, the inputs and every output, "
     "options, devices, drivers and differences. -: to standard output, and the table "
     "to standard error",
     GPUC_GROUP_OUTPUT},
    {0},
};

static const char verify_doc[] =
    "Runs a job on every usable device, with several thread counts and batch sizes, and "
    "compares each output byte for byte with the reference, which the scalar engine "
    "makes on one thread.\v"
    "Examples:\n"
    "  gpuclassify verify -m model.json in.csv\n"
    "  gpuclassify verify -m model.json in.csv --report proof.json\n"
    "  gpuclassify verify -m model.json in.csv --device avx2,opencl:0.0+avx2\n"
    "  gpuclassify verify -m model.json in.csv --report - | jq .totals\n"
    "\n"
    "INPUT must be a file or folder, since it is read many times; a file that changes "
    "meanwhile is an error. The output has all result columns but leaf, unless --output "
    "names others.\n"
    "\n"
    "The table has a line for each run: device, threads, batch size, speed (with "
    "comparing and hashing), the first 16 digits of the output's SHA-256, and whether it "
    "is equal. Where it is not, the first byte that differs is told, with its line of "
    "the output and what both have there. A device that fails is left at its first "
    "failure; the others go on. Devices that are not usable are listed with the reason, "
    "and are no failure unless --device names them.\n"
    "\n"
    "The report has the same for machines. Its output hashes are those of the file that "
    "`gpuclassify classify` writes with the same options, so `sha256sum out.csv` checks "
    "them. It appears complete or not at all: also where outputs differ or devices fail, "
    "but not where the reference cannot be made or verify is stopped.\n"
    "\n"
    "Exit status: 0 all equal; 1 a difference, a device that failed, or bad data; 2 bad "
    "usage or a bad model; 3 a device that --device names is not usable.";

static const struct argp_child children[] = {{.argp = &gpuc_job_argp}, {0}};

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    static const struct gpuc_limits threads = {1, GPUC_THREADS_MAX},
                                    batch_rows = {1, GPUC_BATCH_ROWS_MAX};
    struct gpuc_verify_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        gpuc_hand_on_options(state, children, &options->common);
        break;
    case KEY_DEVICE:
        gpuc_read_list(state, "device", argument, &options->devices);
        break;
    case KEY_THREADS:
        gpuc_read_counts(state, "threads", argument, threads, &options->threads);
        break;
    case KEY_BATCH_ROWS:
        gpuc_read_counts(state, "batch-rows", argument, batch_rows, &options->batch_rows);
        break;
    case KEY_REPORT:
        options->report_path = argument;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp gpuc_verify_argp = {.options = verify_options,
                                      .parser = read_option,
                                      .args_doc = "INPUT...",
                                      .doc = verify_doc,
                                      .children = children};

enum gpuc_status gpuc_verify_options_read(int argc, char **argv,
                                          struct gpuc_verify_options *ret_options,
                                          struct gpuc_error *error)
{
    size_t n_arguments = argc > 1 ? (size_t)argc - 1 : 0;
    struct gpuc_verify_options options = {.common.job = GPUC_JOB_OPTIONS_INIT,
                                          .n_arguments = n_arguments};
    /* Parsing moves the inputs behind the options. */
    options.arguments = gpuc_alloc(n_arguments + 1, sizeof *options.arguments);
    if (options.arguments == NULL)
        return gpuc_fail_memory(error, n_arguments, "the arguments");
    for (size_t i = 0; i < n_arguments; i++)
        options.arguments[i] = argv[i + 1];
    gpuc_arguments_read(&gpuc_command_verify, argc, argv, &options);
    *ret_options = options;
    return GPUC_OK;
}

void gpuc_verify_options_done(struct gpuc_verify_options *options)
{
    gpuc_text_list_done(&options->devices);
    gpuc_free(options->arguments);
}
