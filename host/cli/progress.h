/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The line on a terminal that tells how far a job is:
 *
 *     in.csv: 2/2 classifying 3,120,000 rows  43%  712,345 rows/s  ETA 0:05
 *
 * It is written over itself a few times a second, and wiped in the end.
 */
#ifndef GPUC_PROGRESS_H
#define GPUC_PROGRESS_H

#include "gpuclassify.h"

struct gpuc_progress_line {
    bool enabled;
    const char *name;  /* of the input */
    const char *doing; /* what the last pass does, as "classifying" */
    unsigned pass;     /* that `pass_start` is of */
    double pass_start; /* seconds on gpuc_clock_seconds() */
    double last_shown;
    int width; /* characters on the line now */
};

/* `always`: even if standard error is no terminal. */
void gpuc_progress_init(struct gpuc_progress_line *line, const char *name, bool always,
                        bool quiet);

void gpuc_progress_show(struct gpuc_progress_line *line,
                        const struct gpuc_progress *progress);

/* Wipes the line. */
void gpuc_progress_end(struct gpuc_progress_line *line);

#endif
