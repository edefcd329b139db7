/* SPDX-License-Identifier: Apache-2.0 */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "gpuclassify.h"
#include "host/cli/commands.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"bench", gpuc_command_bench},   {"classify", gpuc_command_classify},
    {"csv", gpuc_command_csv},       {"devices", gpuc_command_devices},
    {"doctor", gpuc_command_doctor}, {"inspect", gpuc_command_inspect},
    {"verify", gpuc_command_verify},
};

static void print_version(FILE *stream, struct argp_state *state)
{
    (void)state;
    fprintf(stream, "gpuclassify %s\n", gpuc_version());
}

int main(int argc, char **argv)
{
    argp_program_version_hook = print_version;
    static char help[] = "--help";
    if (argc == 2 && strcmp(argv[1], "help") == 0)
        argv[1] = help;
    /* Without a command it is classify. */
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            argv[1] = argv[0];
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    return gpuc_command_classify(argc, argv);
}
