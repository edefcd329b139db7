/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of `verify`. */
#ifndef GPUC_VERIFY_OPTIONS_H
#define GPUC_VERIFY_OPTIONS_H

#include <argp.h>

#include "base/text_list.h"
#include "host/cli/options/options.h"
#include "host/cli/verify/verify_grid.h"

extern const struct argp gpuc_verify_argp; /* its input is a struct gpuc_verify_options */

struct gpuc_verify_options {
    struct gpuc_options common;
    char **arguments; /* as they were given, behind "verify" */
    size_t n_arguments;
    struct gpuc_text_list devices; /* empty: all usable ones */
    struct gpuc_counts threads;    /* empty: as gpuc_verify_grid_init() has it */
    struct gpuc_counts batch_rows; /* likewise */
    const char *report_path;       /* "-": standard output; NULL: none */
};

/* As gpuc_options_read(). The arguments must stay. GPUC_ENOMEM. */
enum gpuc_status gpuc_verify_options_read(int argc, char **argv,
                                          struct gpuc_verify_options *ret_options,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_verify_options_done(struct gpuc_verify_options *options);

#endif
