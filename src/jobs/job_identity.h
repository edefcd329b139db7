/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must be the same where a job goes on that was stopped: a text with a line for
 * each thing that shapes the bytes of its output, "NAME\tVALUE".
 */
#ifndef GPUC_JOB_IDENTITY_H
#define GPUC_JOB_IDENTITY_H

#include "jobs/job.h"

/* Writes the text of a job: this library's version, its inputs as they are now, and what
 * the caller says of the rest. GPUC_EUSAGE for an input that cannot be read twice. */
enum gpuc_status gpuc_job_identity(const struct gpuc_job *job,
                                   struct gpuc_bytes *ret_text, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Fails with GPUC_EUSAGE and the first difference, if there is one. `journal`: the path
 * of the file that `then` is from. */
enum gpuc_status gpuc_job_identity_check(const struct gpuc_bytes *then,
                                         const struct gpuc_bytes *now,
                                         const char *journal, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
