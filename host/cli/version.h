/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GPUC_CLI_VERSION_H
#define GPUC_CLI_VERSION_H

#include <argp.h>
#include <stdio.h>

/*
 * What --version prints: "gpuclassify 1.2.3", then what is in this build, as "name:
 * value" lines. No device is looked for and no driver loaded. An
 * argp_program_version_hook.
 */
void gpuc_print_version(FILE *stream, struct argp_state *state);

#endif
