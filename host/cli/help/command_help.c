/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/closest_name.h"
#include "host/cli/help/help.h"
#include "host/cli/options/arguments.h"
#include "host/cli/report.h"

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    const struct gpuc_command **command = state->input;
    char hint[GPUC_CLOSEST_HINT_SIZE], names[128];

    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    if (*command != NULL)
        gpuc_usage_error(state, "one command at a time: '%s' comes after '%s'", argument,
                         (*command)->name);
    *command = gpuc_command_find(argument);
    if (*command != NULL)
        return 0;
    gpuc_command_hint(argument, hint);
    gpuc_command_names(names, sizeof names);
    gpuc_usage_error(state, "there is no command '%s'%s (the commands are %s)", argument,
                     hint, names);
}

static const char doc[] =
    "Shows what the program is, or with COMMAND the options of that command.\v"
    "Examples:\n"
    "  gpuclassify help\n"
    "  gpuclassify help classify\n"
    "\n"
    "`gpuclassify COMMAND --help` shows the same.\n"
    "\n"
    "Exit status: 0 done; 1 standard output cannot be written; 2 there is no such "
    "command.";

static const struct argp argp = {
    .parser = read_option, .args_doc = "[COMMAND]", .doc = doc};

static int help(int argc, char **argv)
{
    const struct gpuc_command *command = NULL;
    gpuc_arguments_read(&gpuc_command_help, argc, argv, &command);
    if (command != NULL)
        gpuc_help_print(command, stdout);
    else
        gpuc_help_print_screen(stdout);
    return gpuc_report_written();
}

const struct gpuc_command gpuc_command_help = {
    .name = "help",
    .summary = "show what the program is, or the options of a command",
    .run = help,
    .argp = &argp,
};
