/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/closest_name.h"
#include "gpuclassify.h"
#include "host/cli/commands.h"
#include "host/cli/help/complete.h"
#include "host/cli/help/help.h"
#include "host/cli/report.h"
#include "host/cli/version.h"

/* Who mistypes a command names an input that is not there. */
static void check_command(const char *name)
{
    char hint[GPUC_CLOSEST_HINT_SIZE], names[128];
    if (name[0] == '-' || strpbrk(name, "./") != NULL || access(name, F_OK) == 0 ||
        gpuc_command_hint(name, hint)[0] == '\0')
        return;
    gpuc_command_names(names, sizeof names);
    fprintf(stderr,
            "gpuclassify: '%s' is no command and no file%s (the commands are %s)\n", name,
            hint, names);
    exit(GPUC_EXIT_USAGE);
}

static bool is_help(const char *argument)
{
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

int main(int argc, char **argv)
{
    static char program[] = "gpuclassify", name[64];
    const struct gpuc_command *command = NULL;

    argp_program_version_hook = gpuc_print_version;
    argp_err_exit_status = GPUC_EXIT_USAGE;
    if (argc <= 1 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        gpuc_help_print_screen(stdout);
        return GPUC_EXIT_USAGE;
    }
    if (argc > 1 && strcmp(argv[1], GPUC_COMPLETE_NAME) == 0)
        return gpuc_complete(argc - 2, argv + 2);
    if (argc > 1)
        command = is_help(argv[1]) ? &gpuc_command_help : gpuc_command_find(argv[1]);
    if (command != NULL) {
        snprintf(name, sizeof name, "%s %s", program, command->name);
        argv[1] = name;
        return command->run(argc - 1, argv + 1);
    }
    if (argc > 1)
        check_command(argv[1]);
    if (argc > 0)
        argv[0] = program;
    /* Without a command it is classify. */
    return gpuc_command_classify.run(argc, argv);
}
