/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of rows that cannot be read as they are: an error, or they are left out or
 * mended, counted, and listed in the rejects file. Workers write the lines of that file
 * into their batches and the collector joins them in the order of the input, so that it
 * is the same for every number of threads and size of batches.
 */
#ifndef GPUC_JOB_BAD_ROWS_H
#define GPUC_JOB_BAD_ROWS_H

#include "jobs/job_columns.h"

/* A bad row, and what is said about it. */
struct gpuc_reject {
    size_t row; /* of the batch */
    enum gpuc_bad_row kind;
    const char *column; /* of a bad value; "" */
    size_t column_size;
    struct gpuc_error reason; /* where gpuc_job_tells_bad_row() wants it */
};

/* Reads from the job's options what is to become of bad rows. */
enum gpuc_status gpuc_job_bad_rows_options(struct gpuc_job *job, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Opens the rejects file and writes its header, if there is to be one. */
enum gpuc_status gpuc_job_open_rejects(struct gpuc_job *job, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Begins a batch that has no bad rows yet. */
void gpuc_job_begin_bad_rows(struct gpuc_batch *batch);

/*
 * Decides on a row that is faulty in itself or has not as many fields as it should; in
 * the order of the input. *ret_mend: it stays, with what it lacks taken as missing, and
 * without what is too much. Fails with GPUC_EDATA and what is wrong if the job does not
 * go on.
 */
enum gpuc_status gpuc_job_bad_row(const struct gpuc_job *job,
                                  const struct gpuc_job_columns *columns,
                                  struct gpuc_batch *batch, size_t row, bool *ret_mend,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

/* Whether the reason of the batch's next bad row is told to anybody. */
bool gpuc_job_tells_bad_row(const struct gpuc_job *job, const struct gpuc_batch *batch);

/* Counts a bad row, and lists it where that is wanted. */
enum gpuc_status gpuc_job_note_bad_row(const struct gpuc_job *job,
                                       struct gpuc_batch *batch,
                                       const struct gpuc_reject *reject, bool is_mended,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Counts a batch's bad rows and writes them to the rejects file. */
enum gpuc_status gpuc_job_collect_bad_rows(struct gpuc_job *job,
                                           const struct gpuc_batch *batch,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
