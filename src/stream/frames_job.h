/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job without columns: hands on the records of one input as frames (stream/frame.h),
 * the header first, each as it stands but for white space around it, and the end frame
 * behind them. Blank records and comments are left out.
 */
#ifndef GPUC_FRAMES_JOB_H
#define GPUC_FRAMES_JOB_H

#include "jobs/job.h"

/* Runs the whole job; options as for gpuc_csv_run(), of which only those that say how
 * records are found mean something. */
enum gpuc_status gpuc_frames_run(const struct gpuc_job_options *options,
                                 struct gpuc_job_report *ret_report,
                                 struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
