/* SPDX-License-Identifier: Apache-2.0 */
/* The inputs that a command line names: files, "-", and folders of CSV files. */
#ifndef GPUC_INPUTS_H
#define GPUC_INPUTS_H

#include "gpuclassify.h"

struct gpuc_inputs {
    char **paths; /* NULL behind the last */
    size_t n_paths;
};

/*
 * Lists the inputs in the order of the arguments. A folder stands for the files in it
 * whose names end in .csv or .tsv, also before .gz or .zst, in the order of their names'
 * bytes; hidden ones and folders in it are left out, and there must be one at least.
 */
enum gpuc_status gpuc_inputs_expand(struct gpuc_inputs *inputs, char *const *arguments,
                                    size_t n_arguments, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* The bytes of CSV in all inputs, about; 0 where an input does not tell, as a pipe. */
uint64_t gpuc_inputs_bytes(const struct gpuc_inputs *inputs);

/* True if an output path is that of a folder: it ends in a slash, or is one. */
bool gpuc_is_output_folder(const char *path);

/*
 * The path of each input's output in a folder: there the output is called as the input,
 * with another suffix in place of .csv or .tsv, before .gz or .zst, if `suffix` is not
 * NULL. Makes the folder if it is not there. Fails where two outputs have one name, or an
 * input has none.
 */
enum gpuc_status gpuc_inputs_outputs(const struct gpuc_inputs *inputs, const char *folder,
                                     const char *suffix, struct gpuc_inputs *outputs,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_inputs_done(struct gpuc_inputs *inputs);

#endif
