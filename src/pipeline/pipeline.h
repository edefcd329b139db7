/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs one pass over the input:
 *
 *     reader ---> full queue ---> N workers ---> collector (restores the order)
 *        ^                                           |
 *        +------------- empty batches <--------------+
 *
 * The pool of batches is fixed, which is the back-pressure: a reader that is ahead waits
 * for an empty batch. The reader and the workers are threads of their own; the collector
 * is the caller's thread. A worker reads its piece of a file itself where that can be
 * read anywhere, finds the rows in it together with the stitcher, and works on them.
 *
 * Errors: the collector meets batches in input order, so the error that it meets first is
 * the one that comes first in the input, whatever the timing. Then the stages drain.
 */
#ifndef GPUC_PIPELINE_H
#define GPUC_PIPELINE_H

#include "pipeline/reader.h"
#include "pipeline/stitcher.h"

/* What a pass does with batches. */
struct gpuc_pass {
    /* On worker thread number `worker`, with the rows found; batches in any order. */
    enum gpuc_status (*work)(void *context, uint32_t worker, struct gpuc_batch *batch,
                             struct gpuc_error *error);
    /* On the caller's thread; batches in input order, none after an error. */
    enum gpuc_status (*collect)(void *context, struct gpuc_batch *batch,
                                struct gpuc_error *error);
    void *context;
};

/* Where batches come from: both begin at the same record. */
struct gpuc_input {
    struct gpuc_reader *reader;
    struct gpuc_stitcher *stitcher;
};

/* The batches that circulate, reused from pass to pass. */
struct gpuc_pool {
    struct gpuc_batch *batches;
    uint32_t n_batches;
};

/* A pool that keeps `n_workers` workers, the reader and the collector busy. */
enum gpuc_status gpuc_pool_init(struct gpuc_pool *pool, uint32_t n_workers,
                                struct gpuc_error *error) GPUC_MUST_CHECK;

void gpuc_pool_done(struct gpuc_pool *pool);

/* Reads everything that the reader has, or as far as rows are wanted; returns when all
 * threads have ended. */
enum gpuc_status gpuc_pipeline_run(const struct gpuc_input *input,
                                   const struct gpuc_pool *pool,
                                   const struct gpuc_pass *pass, uint32_t n_workers,
                                   struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
