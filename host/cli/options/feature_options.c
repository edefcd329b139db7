/* SPDX-License-Identifier: Apache-2.0 */
/* How columns become features. */
#include "host/cli/options/option_groups.h"

/* Long options without a letter. */
enum { KEY_IGNORE = 256, KEY_MISSING, KEY_UNSEEN };

static const struct argp_option feature_options[] = {
    {"ignore", KEY_IGNORE, "COLUMN,...", 0,
     "Columns that are no features, for models whose features go by position",
     GPUC_GROUP_INPUT},
    {"missing", KEY_MISSING, "TEXT,...", 0,
     "Texts that stand for a missing value, as in NA,-999 (default: the empty field, "
     "pandas' tokens and nan)",
     GPUC_GROUP_INPUT},
    {"unseen", KEY_UNSEEN, "error|missing", 0,
     "What a category is that the model was not trained with (default: as the trainer's "
     "library has it)",
     GPUC_GROUP_INPUT},
    {0},
};

static error_t read_feature_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    struct gpuc_job_options *job = &options->job;
    switch (key) {
    case KEY_IGNORE:
        job->ignore = argument;
        break;
    case KEY_MISSING:
        job->missing = argument;
        break;
    case KEY_UNSEEN:
        job->unseen = gpuc_read_choice(state, "unseen", argument);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp gpuc_feature_argp = {.options = feature_options,
                                       .parser = read_feature_option};
