/* SPDX-License-Identifier: Apache-2.0 */
/* The columns of the input that stands on a command line that is not complete. */
#ifndef GPUC_COMPLETE_COLUMNS_H
#define GPUC_COMPLETE_COLUMNS_H

#include "base/text_list.h"
#include "host/cli/commands.h"

/*
 * Reads the header of the first input among the words, in the dialect that they tell, and
 * appends its names as lists of options have them. Nothing is appended where there is no
 * such file; the program exits where an option is wrong. words[0] is the command's name.
 */
void gpuc_complete_columns(const struct gpuc_command *command, int n_words, char **words,
                           struct gpuc_text_list *columns);

#endif
