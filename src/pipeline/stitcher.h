/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes whole records of pieces that are cut anywhere. Workers scan their pieces side by
 * side, each guessing whether its piece begins inside a quoted field. Then, in the order
 * of the input, each learns how it really begins, scans again if it guessed wrong, takes
 * over the bytes of the record under way, and leaves those of its own last record to the
 * next. A record belongs to the piece in which it ends.
 *
 * Only that last step waits for the piece before; it copies a part of one record. The
 * rows that are found depend neither on where pieces are cut nor on the guesses.
 */
#ifndef GPUC_STITCHER_H
#define GPUC_STITCHER_H

#include <pthread.h>

#include "pipeline/row_range.h"

struct gpuc_stitcher {
    const char *name; /* of the input, for messages */
    const struct gpuc_parser *parser;
    const struct gpuc_dialect *dialect;
    /* A field that is too big is read to its end, for the rows behind it are wanted too;
     * else it ends the input as soon as it is known to be too big. */
    bool reads_on;
    struct gpuc_row_range *range; /* of the rows that are wanted; NULL: all are */

    pthread_mutex_t lock;
    pthread_cond_t turned;
    uint64_t turn; /* the piece whose turn it is */
    bool stopped;  /* no further piece can be joined, or need be */

    /* At the end of the piece before. The scanner's state: */
    struct gpuc_scan_state state;
    uint64_t line;            /* where the record under way begins, */
    uint64_t n_lines;         /* lines that have ended in it, */
    struct gpuc_bytes record; /* its bytes so far, */
    uint32_t *ends;           /* and where fields ended in them */
    size_t n_ends;
    size_t ends_capacity;
    bool any_quote, any_odd_quote, any_high; /* in them: see struct gpuc_index */
};

/* A stitcher of records from line `line` on. */
void gpuc_stitcher_init(struct gpuc_stitcher *stitcher, const char *name,
                        const struct gpuc_parser *parser,
                        const struct gpuc_dialect *dialect, uint64_t line);

void gpuc_stitcher_done(struct gpuc_stitcher *stitcher);

/*
 * Finds the rows that end in the batch's piece. Any thread; waits until the pieces before
 * have been joined, which therefore must be in the hands of other threads or done.
 * `loaded`: whether the piece could be read; if not, that status is returned in its turn,
 * with `error` untouched. After a failure or the last piece none is joined any more:
 * that fails with GPUC_ECANCELLED.
 */
enum gpuc_status gpuc_stitcher_join(struct gpuc_stitcher *stitcher,
                                    struct gpuc_batch *batch, enum gpuc_status loaded,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/* Wakes whoever waits for pieces that nobody will join any more. */
void gpuc_stitcher_stop(struct gpuc_stitcher *stitcher);

#endif
