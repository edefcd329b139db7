/* SPDX-License-Identifier: Apache-2.0 */
/* What is said on standard error about a job that has ended well. */
#ifndef GPUC_JOB_MESSAGES_H
#define GPUC_JOB_MESSAGES_H

#include "gpuclassify.h"

struct gpuc_ended_job {
    const struct gpuc_job_options *options;
    struct gpuc_job_report *report;
    const struct gpuc_engine *engine; /* NULL: none computed */
    const char *inputs;               /* what messages call them */
    double seconds;
};

/* What nobody may miss: a warning, and rows that were bad. */
void gpuc_say_faults(const struct gpuc_ended_job *job);

/* Devices, their shares, and where the time went. */
void gpuc_say_details(const struct gpuc_ended_job *job);

/* One line. */
void gpuc_say_summary(const struct gpuc_ended_job *job);

#endif
