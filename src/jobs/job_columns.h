/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The columns of a job whose inputs are rectangles: the first record of the first input
 * says how many there are, a header or a row, and every row must have as many.
 */
#ifndef GPUC_JOB_COLUMNS_H
#define GPUC_JOB_COLUMNS_H

#include "base/text_list.h"
#include "jobs/job.h"

struct gpuc_job_columns {
    bool has_header;
    struct gpuc_text_list names; /* what the fields of the first record say */
    uint64_t line;               /* of that record */
    struct gpuc_place place;     /* where the open input's first row begins */
};

/* Reads how rows are written from the job's options, which may be wrong: GPUC_EUSAGE. */
enum gpuc_status gpuc_job_columns_options(struct gpuc_job_columns *columns,
                                          struct gpuc_job *job, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Reads the first record of the first input. */
enum gpuc_status gpuc_job_columns_read(struct gpuc_job_columns *columns,
                                       const struct gpuc_job *job,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Reads that of a further input, which must have the same header. */
enum gpuc_status gpuc_job_columns_check(struct gpuc_job_columns *columns,
                                        const struct gpuc_job *job,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_job_columns_done(struct gpuc_job_columns *columns);

/* The first of some rows that is faulty in itself or has not as many fields as it should;
 * their end if none is. */
size_t gpuc_job_columns_bad_row(const struct gpuc_job_columns *columns,
                                const struct gpuc_rows *rows, struct gpuc_span which);

#endif
