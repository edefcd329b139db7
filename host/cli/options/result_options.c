/* SPDX-License-Identifier: Apache-2.0 */
/* What a row of the output is made of. */
#include "host/cli/options/option_groups.h"

/* Long options without a letter. */
enum { KEY_OUTPUT_COLUMNS = 256, KEY_COLUMNS };

static const struct argp_option result_options[] = {
    {NULL, 0, NULL, 0, "Output", GPUC_GROUP_OUTPUT},
    {"output", KEY_OUTPUT_COLUMNS, "RESULT,...", 0,
     "Result columns, in this order: label, proba, margin, leaf, or pred for regressors "
     "and rankers (default: label,proba or pred); pred and digest for the black box",
     GPUC_GROUP_OUTPUT},
    {"columns", KEY_COLUMNS, "COLUMN,...|all|none", 0,
     "Input columns to pass through: names as in id,name, all, or none (default: all)",
     GPUC_GROUP_OUTPUT},
    {0},
};

static error_t read_result_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    switch (key) {
    case KEY_OUTPUT_COLUMNS:
        options->job.output_columns = argument;
        break;
    case KEY_COLUMNS:
        options->job.columns = argument;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp gpuc_result_argp = {.options = result_options,
                                      .parser = read_result_option};
