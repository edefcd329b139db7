/* SPDX-License-Identifier: Apache-2.0 */
/* Manual pages, in the language of man(7), from the tables of the commands. */
#ifndef GPUC_MANUAL_H
#define GPUC_MANUAL_H

#include <stdio.h>

#include "host/cli/commands.h"

/* Writes the page gpuclassify(1), or with a command gpuclassify-COMMAND(1). `date`: what
 * it shows as its own, as in 2026-01-31. */
void gpuc_manual_write(const struct gpuc_command *command, const char *date,
                       FILE *stream);

#endif
