/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unit of flow: some whole records, everything that is made of them, and the output
 * text in the end. A batch belongs to exactly one stage at a time; queues hand it on.
 * Batches come from a fixed pool and keep their buffers from use to use, so memory is
 * bounded and nothing is allocated per row.
 */
#ifndef GPUC_BATCH_H
#define GPUC_BATCH_H

#include "csv/table.h"
#include "engine.h"

struct gpuc_batch {
    uint64_t sequence;   /* from 0 without gaps, in input order */
    uint64_t first_line; /* line number of the first byte */
    size_t n_records;    /* records in it, blank ones too; at least the rows it has */
    size_t input_size;   /* bytes of input */

    struct gpuc_bytes input;              /* the records; see struct gpuc_records */
    struct gpuc_table table;              /* their fields */
    struct gpuc_texts texts;              /* what the engine reads */
    struct gpuc_blackbox_results results; /* what it gives; result_capacity rows */
    size_t result_capacity;
    struct gpuc_bytes output; /* the rows as CSV */

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
