/* SPDX-License-Identifier: Apache-2.0 */
/* Texts for the CSV bench: a file's, or generated rows. */
#ifndef GPUC_BENCH_CSV_TEXT_H
#define GPUC_BENCH_CSV_TEXT_H

#include <time.h>

#include "base/bytes.h"
#include "host/rows/row_kinds.h"

/* Bytes that may be read behind each text. */
enum { CSV_TEXT_SLACK = 64 };

/* Replaces a text by a whole file. */
enum gpuc_status csv_text_read(struct gpuc_bytes *text, const char *path,
                               struct gpuc_error *error) GPUC_MUST_CHECK;

/* Replaces a text by so many rows of a kind. */
enum gpuc_status csv_text_make(struct gpuc_bytes *text, gpuc_put_rows *put,
                               uint64_t n_rows, struct gpuc_error *error) GPUC_MUST_CHECK;

/* CPU time of the calling thread, which other programs disturb less than the clock. */
static inline double csv_seconds_worked(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

#endif
