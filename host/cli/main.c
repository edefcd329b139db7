/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "gpuclassify.h"
#include "host/cli/commands.h"
#include "host/cli/report.h"

static void print_version(FILE *stream, struct argp_state *state)
{
    (void)state;
    fprintf(stream, "gpuclassify %s\n", gpuc_version());
}

int main(int argc, char **argv)
{
    static char program[] = "gpuclassify", help[] = "--help", name[64];
    const struct gpuc_command *command = NULL;

    argp_program_version_hook = print_version;
    argp_err_exit_status = GPUC_EXIT_USAGE;
    if (argc == 2 && strcmp(argv[1], "help") == 0)
        argv[1] = help;
    if (argc > 1)
        command = gpuc_command_find(argv[1]);
    if (command != NULL) {
        snprintf(name, sizeof name, "%s %s", program, command->name);
        argv[1] = name;
        return command->run(argc - 1, argv + 1);
    }
    if (argc > 0)
        argv[0] = program;
    /* Without a command it is classify. */
    return gpuc_command_classify.run(argc, argv);
}
