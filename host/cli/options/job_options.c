/* SPDX-License-Identifier: Apache-2.0 */
/* The options of every command that classifies. */
#include "host/cli/options/option_groups.h"

static const struct argp_child children[] = {
    {.argp = &gpuc_model_argp},   {.argp = &gpuc_input_argp},  {.argp = &gpuc_row_argp},
    {.argp = &gpuc_feature_argp}, {.argp = &gpuc_result_argp}, {0},
};

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    gpuc_hand_on_options(state, children, state->input);
    return 0;
}

const struct argp gpuc_job_argp = {.parser = read_option, .children = children};
