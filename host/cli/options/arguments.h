/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a command's arguments, and says what is wrong with them. */
#ifndef GPUC_ARGUMENTS_H
#define GPUC_ARGUMENTS_H

#include <argp.h>

#include "base/error.h"
#include "host/cli/commands.h"

/*
 * As argp_parse(), but help and messages are ours. On --help and --version it prints and
 * exits with 0, or 1 if that cannot be written; on a mistake it says in one line what is
 * wrong and what would be right, and exits with 2.
 */
void gpuc_arguments_read(const struct gpuc_command *command, int argc, char **argv,
                         void *input);

/* Says what is wrong with the arguments, in one line, and exits with 2. */
_Noreturn void gpuc_usage_error(const struct argp_state *state, const char *format, ...)
    GPUC_PRINTF(2, 3);

typedef void gpuc_argument_visit(void *context, const struct argp_option *option,
                                 const char *value);

/* Hands on every option in arguments that were read before, in their order. `value`:
 * NULL: it has none. */
void gpuc_arguments_walk(const struct argp *argp, int argc, char **argv,
                         gpuc_argument_visit *visit, void *context);

#endif
