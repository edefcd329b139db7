/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs that write rows again, from a text to a text, for tests. */
#ifndef GPUC_TEST_CSV_RUNS_H
#define GPUC_TEST_CSV_RUNS_H

#include "base/bytes.h"
#include "support/folder.h"

struct csv_run {
    struct test_folder *folder; /* for the input */
    struct gpuc_job_options options;
    enum gpuc_csv_form form;

    struct gpuc_bytes output; /* kept from run to run */
    struct gpuc_job_report report;
    struct gpuc_error error;
};

/* Writes the rows of a text; the output is what was written in any case. */
enum gpuc_status csv_run(struct csv_run *run, const void *input, size_t size);

/* The same for an input that a test has written, which options.input_path names. */
enum gpuc_status csv_run_file(struct csv_run *run);

/* Frees the output. */
void csv_run_done(struct csv_run *run);

#endif
