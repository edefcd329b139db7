/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs that keep their journal when they are done (keep_journal): it has the job's report
 * and says when the output was written. Where the same job is run again, and that output
 * is still there, it has nothing to do.
 */
#ifndef GPUC_JOB_FINISHED_H
#define GPUC_JOB_FINISHED_H

#include "jobs/job.h"

/* Whether the job was done before; with its report, if it was. */
enum gpuc_status gpuc_job_find_finished(const struct gpuc_job *job, bool *ret_is_finished,
                                        struct gpuc_job_report *ret_report,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Writes the journal of a job whose output is there. `identity`: see job_identity.h. */
enum gpuc_status gpuc_job_note_finished(const struct gpuc_job *job,
                                        const struct gpuc_bytes *identity,
                                        const char *journal_path,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Removes the journal of an output. */
void gpuc_job_forget_finished(const char *output_path);

#endif
