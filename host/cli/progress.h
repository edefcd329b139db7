/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a job is. On a terminal a line that is written over itself a few times a second
 * and wiped in the end; else, where it is asked for, a whole line now and then. SIGUSR1
 * prints a line at once in any case. A thread of its own does it, so that a job that
 * waits for its input tells that too.
 *
 *     in.csv   43%  3,120,000 rows  712,345 rows/s  85.3 MB/s  ETA 0:05
 *
 * Where several devices share the job, it ends with the part of each.
 *
 * There are no escape codes in it: a carriage return and blanks are all it needs.
 */
#ifndef GPUC_PROGRESS_H
#define GPUC_PROGRESS_H

#include <pthread.h>

#include "host/cli/progress_text.h"

/* Where standard error is no terminal, or one that cannot write over a line (TERM=dumb),
 * the line is shown with `always` only, as whole lines. */
enum gpuc_progress_mode { GPUC_PROGRESS_AUTO, GPUC_PROGRESS_ALWAYS, GPUC_PROGRESS_NEVER };

struct gpuc_progress_line {
    struct gpuc_progress_view view; /* guarded by the lock, as what follows */
    struct gpuc_engine *engine;
    bool is_over;
    double pass_start; /* seconds on gpuc_clock_seconds() */
    int width;         /* columns that are written now */

    bool is_live;        /* written over itself */
    double wait_seconds; /* between lines; 0: only when a signal comes */
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t lock;
};

struct gpuc_progress_settings {
    const char *name;  /* of the input; must outlive the line */
    const char *doing; /* what the last pass does, as "classifying"; likewise */
    enum gpuc_progress_mode mode;
    bool is_quiet;
    struct gpuc_engine *engine; /* whose devices share the job; NULL: none does */
    bool prints_rows;           /* the output goes to standard output: not between rows */
};

/* Begins with a job. */
void gpuc_progress_begin(struct gpuc_progress_line *line,
                         const struct gpuc_progress_settings *settings);

/* Tells how far the job is, from its thread. */
void gpuc_progress_update(struct gpuc_progress_line *line,
                          const struct gpuc_progress *progress);

/* Wipes the line; before anything else is printed. */
void gpuc_progress_end(struct gpuc_progress_line *line);

#endif
