/* SPDX-License-Identifier: Apache-2.0 */
/* A source through the reader and the stitcher, on threads that run as they like. */
#ifndef GPUC_TEST_STITCHING_H
#define GPUC_TEST_STITCHING_H

#include "csv/reading.h"
#include "csv/source.h"
#include "pipeline/batch.h"

struct stitching {
    const struct gpuc_parser *parser;
    const struct gpuc_dialect *dialect;
    size_t piece_bytes;
    unsigned n_threads;       /* at most 8; 0: all is done in the caller's thread */
    uint64_t seed;            /* of when threads wait */
    uint64_t offset;          /* of the first record, */
    uint64_t line;            /* and its line; 0: the first */
    bool goes_on;             /* behind faulty rows: set it in the reading, too */
    struct gpuc_batch *batch; /* for the caller's thread to use again; NULL: a new one */
};

/* Reads the source from its position on up to its end, or to the first error. */
void stitching_read(const struct stitching *stitching, struct gpuc_source *source,
                    struct reading *reading);

/*
 * Reads a text in pieces of random sizes up to piece_bytes, empty ones too, each at a
 * random alignment. All in the caller's thread; `offset` has no meaning.
 */
void stitching_read_at_random(const struct stitching *stitching,
                              const struct reading_text *text, struct reading *reading);

#endif
