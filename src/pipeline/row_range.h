/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rows of an input are wanted: those with some numbers, those that begin between
 * two bytes, or both. All others are found, for only that tells where rows begin, and
 * nothing else is done with them.
 *
 * Where a row begins is known of each piece alone. Its number is known only once the rows
 * of all pieces before have been counted, for which workers wait in turn; they do not
 * where no number limits anything.
 */
#ifndef GPUC_ROW_RANGE_H
#define GPUC_ROW_RANGE_H

#include <pthread.h>

#include "pipeline/batch.h"

struct gpuc_row_range {
    uint64_t first, end;               /* numbers of rows, from 0 */
    uint64_t begin_offset, end_offset; /* bytes of the input where they begin */

    pthread_mutex_t lock;
    pthread_cond_t turned;
    uint64_t turn;   /* the piece whose rows are to be counted */
    uint64_t n_rows; /* before it, those of inputs before this one too */
};

/* A range of all rows. */
void gpuc_row_range_init(struct gpuc_row_range *range);

void gpuc_row_range_done(struct gpuc_row_range *range);

/* Begins with the first piece of an input. */
void gpuc_row_range_begin_input(struct gpuc_row_range *range);

/* Whether there are rows before the range. */
bool gpuc_row_range_skips(const struct gpuc_row_range *range);

/* Whether all records that end in the batch's piece begin before the range, as far as
 * that is known without its rows. Any thread. */
bool gpuc_row_range_is_behind(const struct gpuc_row_range *range,
                              const struct gpuc_batch *batch);

/*
 * Leaves the batch the rows of the range, and says whether it is the last that has any.
 * To be called once for each batch whose records were joined, in any order and on any
 * thread. A row that libcsv refused before the range stays: what follows it is not known.
 */
void gpuc_row_range_cut(struct gpuc_row_range *range, struct gpuc_batch *batch);

#endif
