/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of the commands that run jobs: classify and verify. */
#ifndef GPUC_OPTIONS_H
#define GPUC_OPTIONS_H

#include "gpuclassify.h"

struct gpuc_options {
    const char *model;
    const char *input;  /* NULL: none was named */
    const char *output; /* NULL: none was named */
    const char *device;
    const char *output_columns;
    const char *csv_parser;
    uint32_t n_threads;
    uint32_t batch_rows;
    bool quiet;
    bool progress;
    bool verbose;
};

/*
 * Reads the arguments of `classify`, argv[0] being the program. On --help and --version
 * it prints and exits with 0; on a mistake it says what is wrong and exits with 2.
 */
void gpuc_options_read_classify(int argc, char **argv, struct gpuc_options *ret_options);

/* The same for `verify`. */
void gpuc_options_read_verify(int argc, char **argv, struct gpuc_options *ret_options);

#endif
