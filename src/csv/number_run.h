/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers of fields that stand side by side in a row, several at a time: up to 16
 * characters, digits with at most one point and a sign "-" before them. Nearly all are
 * such numbers; the few that are not are told, and left to gpuc_number_read_padded().
 *
 * How four fields are read at once: the 16 bytes before each field's end go to one lane
 * of a vector, so that digits are aligned at the right whatever the length. Bytes before
 * the field become zeros, those before the point move up by one over it, and three
 * multiply-adds make two integers of eight digits. The integer, exact below 2^53, over
 * an exact power of ten is one correctly rounded division.
 */
#ifndef GPUC_NUMBER_RUN_H
#define GPUC_NUMBER_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fields that are read by one call at most. */
enum { GPUC_NUMBER_RUN_MAX = 64 };

/* Fields with one byte between them: the first begins at `begin`, field i ends before
 * ends[i]. 16 bytes before the first must be readable. */
struct gpuc_number_run {
    const uint8_t *text;
    size_t begin;
    const uint32_t *ends;
    size_t n_fields; /* 1 to GPUC_NUMBER_RUN_MAX */
};

/*
 * Fills values[i] with the number of field i. Returns the fields that it did not read, as
 * bits: all but plain numbers, or but some more of which none is a NaN. Their values are
 * left undefined, and so are those of up to 7 behind the last.
 */
typedef uint64_t gpuc_number_run_read(const struct gpuc_number_run *run, double *values);

/* A way to read runs. */
struct gpuc_number_run_reader {
    const char *name;
    gpuc_number_run_read *read;
    bool (*usable)(void); /* on this CPU, and not named by GPUCLASSIFY_DISABLE */
};

/* Reader number `i`, best first and field by field last; NULL behind it. */
const struct gpuc_number_run_reader *gpuc_number_run_reader_at(size_t i);

/* The first one that is usable. */
gpuc_number_run_read *gpuc_number_run_best(void);

/* Each needs the instruction set of its name. */
gpuc_number_run_read gpuc_number_run_avx2;
gpuc_number_run_read gpuc_number_run_avx512;

#endif
