/* SPDX-License-Identifier: Apache-2.0 */
/* The modes of the CSV bench, each in a file of its own. */
#ifndef GPUC_BENCH_CSV_H
#define GPUC_BENCH_CSV_H

#include "base/error.h"

struct csv_mode {
    const char *name;
    const char *arguments; /* behind the name, as usage shows them */
    const char *summary;
    /* Prints its results. `arguments` are those behind the name, `n_arguments` of them.
     */
    enum gpuc_status (*run)(int n_arguments, char **arguments, struct gpuc_error *error);
};

extern const struct csv_mode csv_mode_columns;
extern const struct csv_mode csv_mode_numbers;
extern const struct csv_mode csv_mode_scan;

#endif
