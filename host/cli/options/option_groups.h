/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options that several commands have, for argp: children whose input is a struct
 * gpuc_options.
 */
#ifndef GPUC_OPTION_GROUPS_H
#define GPUC_OPTION_GROUPS_H

#include <argp.h>
#include <stdint.h>

#include "base/text_list.h"
#include "host/cli/options/arguments.h"
#include "host/cli/options/options.h"

/* Where options stand in the help. */
enum gpuc_option_group {
    GPUC_GROUP_MODEL = 1,
    GPUC_GROUP_INPUT,
    GPUC_GROUP_OUTPUT,
    GPUC_GROUP_COMPUTING,
    GPUC_GROUP_RESULTS,
    GPUC_GROUP_MESSAGES,
    GPUC_GROUPS_END
};

/* Each is in the file of its name. */
extern const struct argp gpuc_model_argp; /* which model, and how much of it */
extern const struct argp gpuc_input_argp; /* the inputs, and how their rows are written */
extern const struct argp gpuc_row_argp;   /* which rows of them */
extern const struct argp gpuc_feature_argp; /* how columns become features */
extern const struct argp gpuc_result_argp;  /* what a row of the output is made of */
extern const struct argp gpuc_job_argp;     /* all of these */
extern const struct argp gpuc_message_argp; /* what is said meanwhile */
extern const struct argp gpuc_run_argp;     /* the output, threads, and messages */

/* On ARGP_KEY_INIT: the options that children of a command's argp fill. */
void gpuc_hand_on_options(struct argp_state *state, const struct argp_child *children,
                          struct gpuc_options *options);

/* What a number may be. */
struct gpuc_limits {
    unsigned long lowest, highest;
};

/* Reads a number; on a mistake it says so and exits. */
void gpuc_read_count(struct argp_state *state, const char *name, const char *text,
                     struct gpuc_limits limits, uint32_t *ret_count);

/* Reads one ASCII character, or "tab", likewise. */
char gpuc_read_character(struct argp_state *state, const char *name, const char *text);

/* Returns the argument if the option's table has it among the words that it takes; else
 * it says which those are, and exits. */
const char *gpuc_read_choice(struct argp_state *state, const char *name,
                             const char *argument);

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
