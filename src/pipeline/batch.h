/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unit of flow: a piece of the input, the rows that end in it, everything that is
 * made of them, and the output text in the end. A batch belongs to exactly one stage at a
 * time; queues hand it on. Batches come from a fixed pool and keep their buffers from use
 * to use, so memory is bounded and nothing is allocated per row.
 */
#ifndef GPUC_BATCH_H
#define GPUC_BATCH_H

#include "csv/parser.h"
#include "engine.h"

/* Where a pass can begin: at a record. */
struct gpuc_place {
    uint64_t offset; /* in the input, */
    uint64_t line;   /* and the line that begins there */
};

struct gpuc_batch {
    uint64_t sequence; /* from 0 without gaps, in input order */

    /* The piece of input, where the reader puts it: `input` holds bytes of the record
     * under way before it, so that all records are whole, and before those at least
     * GPUC_NUMBER_PADDING bytes that readers of numbers may look at. */
    struct gpuc_bytes input;
    size_t piece_begin; /* in `input` */
    size_t piece_size;
    uint64_t offset;   /* of the piece in the input */
    uint64_t file_end; /* bytes of the input, packed or not, up to the piece's end */
    bool at_end;       /* nothing follows it */

    uint64_t first_line;    /* line number of the first record */
    struct gpuc_place next; /* of the first record behind the batch's; */
    bool next_is_known;     /* false where the piece ends inside a line end */
    struct gpuc_index index;
    struct gpuc_rows rows; /* those that end in this piece, and are wanted */
    bool ends_range;       /* none behind them is */
    uint64_t next_row;     /* number of the row behind them, where rows are counted */

    struct gpuc_table table;              /* what the fields of some of them say */
    struct gpuc_texts texts;              /* what the engine reads */
    struct gpuc_blackbox_results results; /* what it gives; result_capacity rows */
    size_t result_capacity;
    struct gpuc_bytes output; /* the rows as CSV, */
    size_t n_written;         /* and how many of them are in it */
    struct gpuc_bytes tally;  /* of the rows, where the job wants statistics */

    /* The rows that are bad, where the job goes on after them. */
    struct gpuc_bad_rows bad_rows;
    size_t bad_position;       /* of the last of them, in `input`, */
    uint64_t bad_line;         /* and the line that it is on */
    struct gpuc_bytes rejects; /* as lines of the rejects file */

    struct gpuc_stage_seconds seconds; /* spent on this batch */
    enum gpuc_status status;           /* of the stage that failed, with its error */
    struct gpuc_error error;
};

/* Makes room for the results of n_rows rows. */
enum gpuc_status gpuc_batch_reserve_results(struct gpuc_batch *batch, size_t n_rows,
                                            struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_batch_done(struct gpuc_batch *batch);

#endif
