/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options that several commands have, for argp: children whose input is a struct
 * gpuc_options. The parent hands it to them on ARGP_KEY_INIT.
 */
#ifndef GPUC_OPTION_GROUPS_H
#define GPUC_OPTION_GROUPS_H

#include <argp.h>
#include <stdint.h>

#include "base/text_list.h"

/* Where options stand in the help. */
enum gpuc_option_group {
    GPUC_GROUP_MODEL = 1,
    GPUC_GROUP_INPUT,
    GPUC_GROUP_OUTPUT,
    GPUC_GROUP_COMPUTING,
    GPUC_GROUP_RESULTS,
    GPUC_GROUP_MESSAGES
};

/* The model, what the result is made of, and the inputs. In options.c. */
extern const struct argp gpuc_job_argp;

/* The inputs, and how their rows are written. */
extern const struct argp gpuc_input_argp;

/* The output file, threads, and what is said meanwhile. */
extern const struct argp gpuc_run_argp;

/* What a number may be. */
struct gpuc_limits {
    unsigned long lowest, highest;
};

/* Reads a number; on a mistake it says so and exits. */
void gpuc_read_count(struct argp_state *state, const char *name, const char *text,
                     struct gpuc_limits limits, uint32_t *ret_count);

/* Appends the items of a list with commas, likewise; none may be empty. */
void gpuc_read_list(struct argp_state *state, const char *name, const char *text,
                    struct gpuc_text_list *list);

enum { GPUC_COUNTS_MAX = 32 };

struct gpuc_counts {
    uint32_t items[GPUC_COUNTS_MAX];
    size_t n_items;
};

/* Appends the numbers of a list with commas, likewise. */
void gpuc_read_counts(struct argp_state *state, const char *name, const char *text,
                      struct gpuc_limits limits, struct gpuc_counts *counts);

#endif
