/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rows of its inputs a job is for: all, those of some numbers (skip, limit), or one
 * of so many parts (shard). The inputs together are one range of rows. Faults of rows
 * outside are as if they were not there, but quotes in them are followed.
 *
 * Parts have the same number of bytes, about: part I of N has the rows that begin in the
 * I-th Nth of the bytes of all inputs, unpacked and with their headers. So every row is
 * in one part, and a part need not know how many rows there are before it. Sizes that
 * files do not tell are found by reading them once more than the job does.
 */
#ifndef GPUC_JOB_RANGE_H
#define GPUC_JOB_RANGE_H

#include "jobs/job.h"

/* Checks the options: GPUC_EUSAGE. */
enum gpuc_status gpuc_job_range_options(const struct gpuc_job *job,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Opens the first input and settles the range, for which it may have to read inputs
 * through. GPUC_EUSAGE where one of several can be read only once. */
enum gpuc_status gpuc_job_range_open(struct gpuc_job *job, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Settles the range where the only input is open and known to have so many bytes. */
void gpuc_job_range_begin(struct gpuc_job *job, uint64_t n_bytes);

/* Whether input number `i` may have rows of the range; to be asked of one input after
 * another, before its pass. */
bool gpuc_job_range_enters(struct gpuc_job *job, size_t i);

/* Whether what is written begins the outputs of all parts, so that it has a header. */
bool gpuc_job_range_is_first(const struct gpuc_job *job);

/* Frees the contents. */
void gpuc_job_range_done(struct gpuc_job *job);

#endif
