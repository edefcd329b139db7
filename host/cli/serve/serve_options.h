/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of `serve`. */
#ifndef GPUC_SERVE_OPTIONS_H
#define GPUC_SERVE_OPTIONS_H

#include <argp.h>

#include "host/cli/options/options.h"
#include "host/cli/serve/server.h"

enum { GPUC_SERVE_LISTENERS_MAX = 8, GPUC_SERVE_NETWORKS_MAX = 64 };

struct gpuc_serve_options {
    struct gpuc_options common; /* no inputs and no output file */
    const char *listen[GPUC_SERVE_LISTENERS_MAX];
    size_t n_listen;
    const char *outlet; /* NULL: replies */
    const char *metrics;
    const char *index_type;
    struct gpuc_server_limits limits;
    struct gpuc_network allowed[GPUC_SERVE_NETWORKS_MAX];
    size_t n_allowed;
};

extern const struct argp gpuc_serve_argp;

/* Reads a command line; on a mistake it says what is wrong and exits with 2. */
void gpuc_serve_options_read(int argc, char **argv,
                             struct gpuc_serve_options *ret_options);

#endif
