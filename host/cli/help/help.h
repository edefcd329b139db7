/* SPDX-License-Identifier: Apache-2.0 */
/* Help on a screen, from the tables of the commands. */
#ifndef GPUC_HELP_H
#define GPUC_HELP_H

#include <stdbool.h>
#include <stdio.h>

#include "host/cli/commands.h"

/* Prints the manual of a command: usage, what it does, its options by group. Lines are
 * as wide as the terminal, or 80 columns. */
void gpuc_help_print(const struct gpuc_command *command, FILE *stream);

/* Prints what the program is, on a screen of 80 columns and 24 lines. */
void gpuc_help_print_screen(FILE *stream);

/* What the screen and the manual of the program show; the last item is NULL. */
extern const char *const gpuc_help_main_examples[];
extern const char *const gpuc_help_main_options[]; /* of classify */

/* "-m, --model MODEL", or "    --header"; cut off where the room ends. `is_brief`: of
 * several words that it takes, the first. */
void gpuc_help_label(const struct argp_option *option, bool is_brief, char *ret_label,
                     size_t size);

/* The bytes of an option's text that say the least: up to the first bracket, colon or
 * full stop. */
size_t gpuc_help_brief_size(const struct argp_option *option);

#endif
