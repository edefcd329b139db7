/* SPDX-License-Identifier: Apache-2.0 */
/* What a row of the output is made of, and what its columns are called. */
#include <string.h>

#include "csv/number.h"
#include "csv/number_format.h"
#include "host/cli/options/option_groups.h"

/* Long options without a letter. */
enum {
    KEY_OUTPUT_COLUMNS = 256,
    KEY_COLUMNS,
    KEY_FILTER,
    KEY_TOP,
    KEY_THRESHOLD,
    KEY_CLASS_NAMES,
    KEY_PREFIX,
    KEY_RENAME,
    KEY_OUTPUT_HEADER,
    KEY_NO_OUTPUT_HEADER,
    KEY_PRECISION,
    KEY_FLOAT_FORMAT,
    KEY_FORMAT
};

static const struct argp_option result_options[] = {
    {NULL, 0, NULL, 0, "Output", GPUC_GROUP_OUTPUT},
    {"output", KEY_OUTPUT_COLUMNS, "RESULT,...", 0,
     "Result columns, in this order: label, proba, margin, top, leaf, or pred for "
     "regressors and rankers (default: label,proba or pred); pred and digest for the "
     "black box",
     GPUC_GROUP_OUTPUT},
    {"columns", KEY_COLUMNS, "COLUMN,...|all|none", 0,
     "Input columns to pass through: names as in id,name, all, or none (default: all)",
     GPUC_GROUP_OUTPUT},
    {"filter", KEY_FILTER, "CONDITION", 0,
     "Write only rows for which it holds: comparisons of result columns with numbers, as "
     "in 'proba>0.9' or 'label==1 and margin<=-2.5', of columns that --output leaves out "
     "too",
     GPUC_GROUP_OUTPUT},
    {"top", KEY_TOP, "K", 0,
     "The K most probable classes, best first, as columns top_1, top_1_proba, top_2.. "
     "(alone, unless --output lists others)",
     GPUC_GROUP_OUTPUT},
    {"threshold", KEY_THRESHOLD, "P", 0,
     "The label is 1 where the probability is at least P (default: the trainer's rule)",
     GPUC_GROUP_OUTPUT},
    {"class-names", KEY_CLASS_NAMES, "NAME,...", 0,
     "Write classes by name, as in no,yes: in order of their numbers, 0 first (model "
     "files hold no such names); columns of classes become proba_NAME",
     GPUC_GROUP_OUTPUT},
    {"prefix", KEY_PREFIX, "TEXT", 0,
     "What the names of all result columns begin with, as in --prefix model1_",
     GPUC_GROUP_OUTPUT},
    {"rename", KEY_RENAME, "OLD=NEW,...", 0,
     "Other names for output columns, of the input or of results, as in "
     "label=truth,proba=score",
     GPUC_GROUP_OUTPUT},
    {"output-header", KEY_OUTPUT_HEADER, NULL, 0,
     "Write a header even if the input has none: input columns are called by number",
     GPUC_GROUP_OUTPUT},
    {"no-output-header", KEY_NO_OUTPUT_HEADER, NULL, 0,
     "Write no header (default: one if the input has one)", GPUC_GROUP_OUTPUT},
    {"precision", KEY_PRECISION, "N", 0,
     "At most N significant digits of each result (default: as many as tell a number "
     "from its neighbours)",
     GPUC_GROUP_OUTPUT},
    {"float-format", KEY_FLOAT_FORMAT, "FORMAT", 0,
     "Write results as printf does with %.4f, %.3e or %.6g, rounded correctly",
     GPUC_GROUP_OUTPUT},
    {"format", KEY_FORMAT, "csv|jsonl", 0,
     "csv, or jsonl: JSON Lines, an object for each row (default: by the name of the "
     "output, .jsonl or .ndjson, else csv)",
     GPUC_GROUP_OUTPUT},
    {0},
};

static void read_threshold(struct argp_state *state, const char *text,
                           struct gpuc_job_options *job)
{
    job->has_threshold =
        gpuc_number_read((const uint8_t *)text, strlen(text), &job->threshold);
    if (!job->has_threshold || !(job->threshold >= 0 && job->threshold <= 1))
        gpuc_usage_error(state, "--threshold takes a probability from 0 to 1, not '%s'",
                         text);
}

/* How values are written. */
static error_t read_style_option(int key, char *argument, struct argp_state *state,
                                 struct gpuc_job_options *job)
{
    static const struct gpuc_limits digits = {1, GPUC_FORMAT_DIGITS_MAX};
    switch (key) {
    case KEY_PRECISION:
        gpuc_read_count(state, "precision", argument, digits, &job->precision);
        break;
    case KEY_FLOAT_FORMAT:
        job->float_format = argument;
        break;
    case KEY_FORMAT:
        job->format = argument;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

/* What columns are called. */
static error_t read_name_option(int key, char *argument, struct argp_state *state,
                                struct gpuc_job_options *job)
{
    switch (key) {
    case KEY_CLASS_NAMES:
        job->class_names = argument;
        break;
    case KEY_PREFIX:
        job->prefix = argument;
        break;
    case KEY_RENAME:
        job->rename = argument;
        break;
    case KEY_OUTPUT_HEADER:
        job->output_header = GPUC_HEADER_ALWAYS;
        break;
    case KEY_NO_OUTPUT_HEADER:
        job->output_header = GPUC_HEADER_NEVER;
        break;
    default:
        return read_style_option(key, argument, state, job);
    }
    return 0;
}

static error_t read_result_option(int key, char *argument, struct argp_state *state)
{
    static const struct gpuc_limits top = {1, UINT32_MAX};
    struct gpuc_options *options = state->input;
    struct gpuc_job_options *job = &options->job;
    switch (key) {
    case KEY_OUTPUT_COLUMNS:
        job->output_columns = argument;
        break;
    case KEY_FILTER:
        if (options->job.filter != NULL)
            gpuc_usage_error(state,
                             "--filter is given twice: join what it says with ' and '");
        options->job.filter = argument;
        break;
    case KEY_COLUMNS:
        job->columns = argument;
        break;
    case KEY_TOP:
        gpuc_read_count(state, "top", argument, top, &job->n_top);
        break;
    case KEY_THRESHOLD:
        read_threshold(state, argument, job);
        break;
    default:
        return read_name_option(key, argument, state, job);
    }
    return 0;
}

const struct argp gpuc_result_argp = {.options = result_options,
                                      .parser = read_result_option};
