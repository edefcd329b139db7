/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job without a model: writes the rows again as they were read, as canonical CSV or
 * as JSON. What is written of a row depends on that row and the header alone, so workers
 * make it, and nothing is kept that grows with the number of rows.
 */
#ifndef GPUC_CSV_JOB_H
#define GPUC_CSV_JOB_H

#include "jobs/job_columns.h"

struct gpuc_csv_job {
    struct gpuc_job base;
    enum gpuc_csv_form form;
    struct gpuc_job_columns columns;

    struct gpuc_text_list leads; /* what is written before each value of a row, */
    const char *tail;            /* behind its last value, */
    struct gpuc_bytes begin;     /* before the first row */
    const char *end;             /* and behind the last */
    struct gpuc_bytes *scratch;  /* base.n_workers of them: a value, its quotes single */
    bool any_row;                /* has been written */
};

/* Runs the whole job for gpuc_csv_run(), from a base with what the caller gave. */
enum gpuc_status gpuc_csv_job_run(const struct gpuc_job *base, enum gpuc_csv_form form,
                                  struct gpuc_job_report *ret_report,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

/* Settles what is written around the values, once the columns are known. */
enum gpuc_status gpuc_csv_make_frame(struct gpuc_csv_job *job, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Appends a row of a batch, which has no fault but may lack fields or have too many, to
 * the batch's output. `scratch`: the worker's. */
enum gpuc_status gpuc_csv_format_row(const struct gpuc_csv_job *job,
                                     struct gpuc_bytes *scratch, struct gpuc_batch *batch,
                                     const struct gpuc_row *row, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
