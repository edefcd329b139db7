/* SPDX-License-Identifier: Apache-2.0 */
/*
 * getopt reads the arguments twice: first here, over all options of the command, to find
 * what argp would only report in words that help nobody; then in argp_parse(), which
 * meets no unknown option any more.
 */
#include "host/cli/options/arguments.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/closest_name.h"
#include "host/cli/help/help.h"
#include "host/cli/options/option_table.h"
#include "host/cli/report.h"

GPUC_PRINTF(2, 0)
static void say(const char *name, const char *format, va_list arguments)
{
    fprintf(stderr, "%s: ", name);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void gpuc_usage_error(const struct argp_state *state, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(state->name, format, arguments);
    va_end(arguments);
    exit(GPUC_EXIT_USAGE);
}

GPUC_PRINTF(2, 3)
static _Noreturn void fail_as(const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(name, format, arguments);
    va_end(arguments);
    exit(GPUC_EXIT_USAGE);
}

static bool has_option(const struct gpuc_command *command, const char *name, size_t size)
{
    struct gpuc_option_table table;
    gpuc_option_table_init(&table, command->argp);
    for (size_t i = 0; i < table.n_items; i++) {
        const char *other = table.items[i]->name;
        if (other != NULL && strncmp(other, name, size) == 0 && other[size] == '\0')
            return true;
    }
    return false;
}

/* A command that has an option of this name, classify before others; NULL: none has. */
static const struct gpuc_command *find_owner(const char *name, size_t size)
{
    if (has_option(&gpuc_command_classify, name, size))
        return &gpuc_command_classify;
    for (size_t i = 0; gpuc_commands[i] != NULL; i++)
        if (has_option(gpuc_commands[i], name, size))
            return gpuc_commands[i];
    return NULL;
}

/* Says of "--name" or "--name=value" that no option or several are called so. */
static _Noreturn void fail_long(const struct gpuc_command *command, const char *program,
                                const struct gpuc_option_table *table,
                                const char *argument)
{
    struct gpuc_closest_name closest;
    const char *matches[2] = {NULL, NULL};
    size_t n_matches = 0, size = strcspn(argument + 2, "=");

    gpuc_closest_name_init(&closest, argument + 2, size);
    for (size_t i = 0; i < table->n_items; i++) {
        const char *name = table->items[i]->name;
        if (name == NULL)
            continue;
        gpuc_closest_name_offer(&closest, name, strlen(name));
        if (strncmp(name, argument + 2, size) == 0 && n_matches++ < 2)
            matches[n_matches - 1] = name;
    }
    if (n_matches > 1)
        fail_as(program, "option '--%.*s' is short for --%s and --%s: write more of it",
                (int)size, argument + 2, matches[0], matches[1]);
    const struct gpuc_command *owner = find_owner(argument + 2, size);
    if (owner != NULL)
        fail_as(program, "unrecognized option '--%.*s'; it is one of `gpuclassify %s`",
                (int)size, argument + 2, owner->name);
    if (closest.name != NULL)
        fail_as(program, "unrecognized option '--%.*s'; did you mean '--%s'?", (int)size,
                argument + 2, closest.name);
    fail_as(program,
            "unrecognized option '--%.*s'; `gpuclassify help %s` lists those there are",
            (int)size, argument + 2, command->name);
}

/* Says what getopt stumbled over: `found` is what it returned. */
static _Noreturn void fail_option(const struct gpuc_command *command, char **argv,
                                  const struct gpuc_option_table *table, int found)
{
    const struct argp_option *option = gpuc_getopt_option(table, optopt);
    const char *argument = argv[optind - 1];

    if (found == ':')
        fail_as(argv[0], "--%s needs a value, as in --%s %s", option->name, option->name,
                option->arg);
    if (optopt == 0)
        fail_long(command, argv[0], table, argument);
    if (option != NULL)
        fail_as(argv[0], "--%s takes no value, but has one in '%s'", option->name,
                argument);
    fail_as(argv[0],
            "unrecognized option '-%c'; `gpuclassify help %s` lists those there are",
            optopt, command->name);
}

/* getopt_long() sorts what it reads, so this comes first of all. */
static void check_options(const struct gpuc_command *command, int argc, char **argv)
{
    struct gpuc_option_table table;
    struct gpuc_getopt tables;
    int found;

    gpuc_option_table_init(&table, command->argp);
    gpuc_getopt_init(&tables, &table);
    optind = 0;
    while ((found = getopt_long(argc, argv, tables.letters + 1, tables.long_options,
                                NULL)) != -1) {
        if (found == '?' || found == ':')
            fail_option(command, argv, &table, found);
        int key = gpuc_getopt_option(&table, found)->key;
        if (key == GPUC_KEY_HELP)
            gpuc_help_print(command, stdout);
        if (key == GPUC_KEY_VERSION)
            argp_program_version_hook(stdout, NULL);
        if (key == GPUC_KEY_HELP || key == GPUC_KEY_VERSION)
            exit(gpuc_report_written());
    }
}

void gpuc_arguments_walk(const struct argp *argp, int argc, char **argv,
                         gpuc_argument_visit *visit, void *context)
{
    struct gpuc_option_table table;
    struct gpuc_getopt tables;
    int found;

    gpuc_option_table_init(&table, argp);
    gpuc_getopt_init(&tables, &table);
    optind = 0;
    while ((found = getopt_long(argc, argv, tables.letters + 1, tables.long_options,
                                NULL)) != -1)
        visit(context, gpuc_getopt_option(&table, found), optarg);
}

void gpuc_arguments_read(const struct gpuc_command *command, int argc, char **argv,
                         void *input)
{
    check_options(command, argc, argv);
    argp_parse(command->argp, argc, argv, ARGP_NO_HELP, NULL, input);
}
