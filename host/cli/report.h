/* SPDX-License-Identifier: Apache-2.0 */
/* All that the program says about how it went: one line an error, on standard error. */
#ifndef GPUC_REPORT_H
#define GPUC_REPORT_H

#include "gpuclassify.h"

/* Exit codes of the program. */
enum {
    GPUC_EXIT_OK = 0,
    GPUC_EXIT_DATA = 1,  /* bad data, I/O, or verify found a difference */
    GPUC_EXIT_USAGE = 2, /* bad usage or a bad model */
    GPUC_EXIT_DEVICE = 3
};

/* Prints "gpuclassify: MESSAGE"; returns the exit code that fits the error. */
int gpuc_report_error(const struct gpuc_error *error);

/* Flushes standard output; if that cannot be written, it says so. Returns the exit
 * code. */
int gpuc_report_written(void);

/* Prints "gpuclassify: warning: TEXT", unless it is empty. */
void gpuc_report_warning(const char *text);

/* 1234567 as "1,234,567"; `text` has room for 32 bytes. Returns `text`. */
const char *gpuc_grouped(uint64_t number, char *text);

/* The speed of a job, rounded to whole rows a second. */
uint64_t gpuc_rows_per_second(uint64_t rows, double seconds);

/* The same in millions of bytes; 0 where no time has passed. */
double gpuc_megabytes_per_second(uint64_t bytes, double seconds);

/* Copies a text as valid UTF-8 without control characters, with a question mark for each
 * byte that is neither; what `size` has no room for is cut off. */
void gpuc_copy_clean(char *to, size_t size, const char *text);

#endif
