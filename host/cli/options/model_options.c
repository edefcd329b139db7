/* SPDX-License-Identifier: Apache-2.0 */
/* Which model, and how much of it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/cli/commands.h"
#include "host/cli/options/option_groups.h"

/* Long options without a letter. */
enum { KEY_MODEL_FORMAT = 256, KEY_ITERATIONS };

static const struct argp_option model_options[] = {
    {NULL, 0, NULL, 0, "Model", GPUC_GROUP_MODEL},
    {"model", 'm', "MODEL", 0,
     "A model file: XGBoost JSON or UBJSON, LightGBM text; or a built-in: blackbox, "
     "blackbox:py2 or blackbox:py3, with parameters as in blackbox:py3,slowness=0 "
     "(needed)",
     GPUC_GROUP_MODEL},
    {"iterations", KEY_ITERATIONS, "A:B|all|best", 0,
     "Boosting rounds to use: from A to before B, all, or best: up to the best one if "
     "the file records it, else all (default: best)",
     GPUC_GROUP_MODEL},
    {"model-format", KEY_MODEL_FORMAT, "xgboost-json|xgboost-ubjson|lightgbm", 0,
     "How the model is written (default: found from the file's content)",
     GPUC_GROUP_MODEL},
    {0},
};

/* Who mistypes a command has named an input that is not there. */
static void fail_without_model(struct argp_state *state, const char *input)
{
    char names[128], hint[sizeof names + 32] = "";
    if (input != NULL && strcmp(input, "-") != 0 && access(input, F_OK) != 0) {
        gpuc_command_names(names, sizeof names);
        snprintf(hint, sizeof hint, " (the commands are %s)", names);
    }
    gpuc_usage_error(state, "no model: name one with -m, as in -m model.json%s", hint);
}

static error_t read_model_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
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
    case ARGP_KEY_END:
        if (options->model == NULL)
            fail_without_model(state, options->n_inputs > 0 ? options->inputs[0] : NULL);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp gpuc_model_argp = {.options = model_options,
                                     .parser = read_model_option};
