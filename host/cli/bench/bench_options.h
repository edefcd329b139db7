/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of `gpuclassify bench`. */
#ifndef GPUC_BENCH_OPTIONS_H
#define GPUC_BENCH_OPTIONS_H

#include "host/cli/options/option_groups.h"
#include "host/cli/options/options.h"

extern const struct argp gpuc_bench_argp; /* its input is a struct gpuc_bench_options */

struct gpuc_bench_options {
    struct gpuc_options common;    /* model, inputs and how they are read */
    struct gpuc_text_list devices; /* empty: all usable ones */
    struct gpuc_counts threads;    /* empty: 1, 2, 4 and so on, one a core */
    const char *machine;           /* what the machine is called; NULL: as its CPU */
    uint32_t n_rows;               /* to generate; 0: as many as a few seconds allow */
    uint32_t n_rounds;
    const char *csv_path; /* NULL: not wanted; "-": standard output */
    const char *json_path;
    const char *svg_path;
};

/* As gpuc_arguments_read(). */
void gpuc_bench_options_read(int argc, char **argv,
                             struct gpuc_bench_options *ret_options);

/* Frees the contents. */
void gpuc_bench_options_done(struct gpuc_bench_options *options);

#endif
