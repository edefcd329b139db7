/* SPDX-License-Identifier: Apache-2.0 */
/* What is said while a command runs. */
#include <string.h>

#include "host/cli/options/option_groups.h"

/* Long options without a letter. */
enum { KEY_PROGRESS = 256 };

static const struct argp_option message_options[] = {
    {NULL, 0, NULL, 0, "Messages", GPUC_GROUP_MESSAGES},
    {"quiet", 'q', NULL, 0, "No progress line and no summary", GPUC_GROUP_MESSAGES},
    {"progress", KEY_PROGRESS, "always|never|auto", OPTION_ARG_OPTIONAL,
     "How far it is: auto on a terminal (default), never, or always, also where standard "
     "error is none: a line every few seconds. SIGUSR1 asks for one at any time",
     GPUC_GROUP_MESSAGES},
    {0},
};

static enum gpuc_progress_mode read_progress(struct argp_state *state, const char *text)
{
    if (text == NULL || strcmp(text, "always") == 0)
        return GPUC_PROGRESS_ALWAYS;
    text = gpuc_read_choice(state, "progress", text);
    return strcmp(text, "never") == 0 ? GPUC_PROGRESS_NEVER : GPUC_PROGRESS_AUTO;
}

static error_t read_message_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    switch (key) {
    case 'q':
        options->quiet = true;
        break;
    case KEY_PROGRESS:
        options->progress = read_progress(state, argument);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp gpuc_message_argp = {.options = message_options,
                                       .parser = read_message_option};
