/* SPDX-License-Identifier: Apache-2.0 */
/* The output file, threads, and what is said meanwhile. */
#include <string.h>

#include "host/cli/options/option_groups.h"

/* Long options without a letter. */
enum {
    KEY_REPORT = 256,
    KEY_REJECTS,
    KEY_NO_CLOBBER,
    KEY_FORCE,
    KEY_RESUME,
    KEY_CHECKPOINT,
    KEY_THREADS
};

static const struct argp_option run_options[] = {
    {"output-file", 'o', "FILE", 0,
     "Write to FILE, which appears complete or not at all; packed if it ends in .gz or "
     ".zst (default: standard output); with a FOLDER/, to a file for each input, called "
     "as the input is",
     GPUC_GROUP_OUTPUT},
    {"rejects", KEY_REJECTS, "FILE", 0,
     "With --bad-rows skip or null: list the bad rows in this CSV file, with line, "
     "column, "
     "reason and the row as it stood",
     GPUC_GROUP_OUTPUT},
    {"report", KEY_REPORT, "FILE", 0,
     "Write what was done and found to FILE.json or FILE.html, or both if given twice: "
     "files with SHA-256, times, missing values, scores; - is JSON on standard output",
     GPUC_GROUP_OUTPUT},
    {"no-clobber", KEY_NO_CLOBBER, NULL, 0,
     "An output or rejects file that is there already is an error, before any work",
     GPUC_GROUP_OUTPUT},
    {"force", KEY_FORCE, NULL, 0,
     "Replace files that are there (default); undoes a --no-clobber before it",
     GPUC_GROUP_OUTPUT},
    {"resume", KEY_RESUME, NULL, 0,
     "Go on where the same command was stopped or killed, and keep FILE.partial and "
     "FILE.journal meanwhile, so that this one can be gone on with",
     GPUC_GROUP_OUTPUT},
    {NULL, 0, NULL, 0, "Computing", GPUC_GROUP_COMPUTING},
    {"checkpoint-mb", KEY_CHECKPOINT, "N", 0,
     "With --resume: make output durable every N MB, unpacked, and every 5 seconds; 0: "
     "after each batch (default: 64)",
     GPUC_GROUP_COMPUTING},
    {"threads", KEY_THREADS, "N", 0,
     "Worker threads, and as many for packing (default: one a core)",
     GPUC_GROUP_COMPUTING},
    {"verbose", 'v', NULL, 0, "Say where the time went, and which device was taken",
     GPUC_GROUP_MESSAGES},
    {0},
};

static const struct argp_child children[] = {{.argp = &gpuc_message_argp}, {0}};

static void read_report(struct argp_state *state, const char *path,
                        struct gpuc_options *options)
{
    size_t size = strlen(path);
    if (strcmp(path, "-") != 0 && (size <= 5 || (strcmp(path + size - 5, ".json") != 0 &&
                                                 strcmp(path + size - 5, ".html") != 0)))
        gpuc_usage_error(
            state, "--report takes a file that ends in .json or .html, not '%s'", path);
    for (size_t i = 0; i < options->n_reports; i++)
        if (strcmp(path, options->reports[i]) == 0)
            gpuc_usage_error(state, "two reports cannot both go to '%s'", path);
    if (options->n_reports == GPUC_REPORTS_MAX)
        gpuc_usage_error(state, "--report can be given %d times at most",
                         GPUC_REPORTS_MAX);
    options->reports[options->n_reports++] = path;
}

static error_t read_run_option(int key, char *argument, struct argp_state *state)
{
    static const struct gpuc_limits any = {0, UINT32_MAX};
    struct gpuc_options *options = state->input;
    uint32_t n_megabytes;
    switch (key) {
    case ARGP_KEY_INIT:
        gpuc_hand_on_options(state, children, options);
        break;
    case 'o':
        options->job.output_path = argument;
        break;
    case KEY_REPORT:
        read_report(state, argument, options);
        break;
    case KEY_REJECTS:
        options->job.rejects_path = argument;
        break;
    case KEY_NO_CLOBBER:
        options->job.no_clobber = true;
        break;
    case KEY_FORCE:
        options->job.no_clobber = false;
        break;
    case KEY_RESUME:
        options->job.resume = true;
        break;
    case KEY_CHECKPOINT:
        gpuc_read_count(state, "checkpoint-mb", argument, any, &n_megabytes);
        options->job.checkpoint_bytes =
            n_megabytes > 0 ? (uint64_t)n_megabytes * 1000000 : 1;
        break;
    case 'v':
        options->verbose = true;
        break;
    case KEY_THREADS:
        gpuc_read_count(state, "threads", argument,
                        (struct gpuc_limits){1, GPUC_THREADS_MAX},
                        &options->job.n_threads);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp gpuc_run_argp = {
    .options = run_options, .parser = read_run_option, .children = children};
