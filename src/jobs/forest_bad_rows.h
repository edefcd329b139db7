/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of rows that cannot be read as they are: an error, or they are left out or
 * mended, counted, and listed in the rejects file. Workers write the lines of that file
 * into their batches and the collector joins them in the order of the input, so that it
 * is the same for every number of threads and size of batches.
 */
#ifndef GPUC_FOREST_BAD_ROWS_H
#define GPUC_FOREST_BAD_ROWS_H

#include "jobs/forest_job.h"

/* Opens the rejects file and writes its header, if there is to be one. */
enum gpuc_status gpuc_forest_open_rejects(struct gpuc_forest_job *job,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/* Begins a batch that has no bad rows yet. */
void gpuc_forest_begin_bad_rows(struct gpuc_forest_worker *worker,
                                struct gpuc_batch *batch);

/*
 * Decides on a bad row, in the order of the input. `bad`: the row, and the feature whose
 * value is bad; SIZE_MAX: the row is faulty in itself or has not as many fields as it
 * should. *ret_mend: it stays, with what is missing and wrong in it taken as missing.
 * Fails with GPUC_EDATA and what is wrong if the job does not go on.
 */
enum gpuc_status gpuc_forest_bad_row(const struct gpuc_forest_job *job,
                                     struct gpuc_forest_worker *worker,
                                     struct gpuc_batch *batch,
                                     const struct gpuc_bad_value *bad, bool *ret_mend,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/* Counts a batch's bad rows and writes them to the rejects file. */
enum gpuc_status gpuc_forest_collect_bad_rows(struct gpuc_forest_job *job,
                                              const struct gpuc_batch *batch,
                                              struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
