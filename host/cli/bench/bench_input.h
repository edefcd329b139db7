/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that suit a model, in a file without a name. */
#ifndef GPUC_BENCH_INPUT_H
#define GPUC_BENCH_INPUT_H

#include <stdio.h>

#include "model/model.h"

struct gpuc_bench_input {
    FILE *file;
    char path[32]; /* under which it can be opened while it is open here */
    uint64_t size;
    uint64_t header_size; /* bytes before the first row */
};

/*
 * Generates so many rows, the same on every machine: for a forest the features in their
 * order, without a header, so that no name can be in the way; for the black box the rows
 * of gpuc_put_plain_rows(). Whatever the result, gpuc_bench_input_done() frees.
 */
enum gpuc_status gpuc_bench_input_init(struct gpuc_bench_input *input,
                                       const struct gpuc_model *model, uint64_t n_rows,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Appends all rows so often that they are there `n_times` in all. */
enum gpuc_status gpuc_bench_input_repeat(struct gpuc_bench_input *input, uint64_t n_times,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

void gpuc_bench_input_done(struct gpuc_bench_input *input);

#endif
