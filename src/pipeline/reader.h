/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cuts a source into pieces of so many bytes, wherever that is: what goes over a cut is
 * the stitcher's affair. Pieces of a file that can be read anywhere are only named here;
 * the workers read them, each its own. All else is read here, in order.
 */
#ifndef GPUC_READER_H
#define GPUC_READER_H

#include "csv/source.h"
#include "pipeline/batch.h"

enum {
    /* Bytes of a piece where nobody says otherwise. */
    GPUC_PIECE_BYTES = 1 << 19,
    /* No piece is larger, so that only its first record can be too large. */
    GPUC_PIECE_BYTES_MAX = GPUC_RECORD_BYTES_MAX,
    /* Room before a piece for the record that it goes on with; more is made if needed. */
    GPUC_PIECE_HEADROOM = 1 << 16
};

struct gpuc_reader {
    struct gpuc_source *source;
    size_t piece_bytes;
    uint64_t offset;  /* of the next piece */
    uint64_t end;     /* of a source that can be read anywhere */
    bool is_anywhere; /* workers read the pieces */
    bool is_eager;    /* what a pipe has is a piece, without waiting until that is full */
    bool ended;
    uint64_t sequence; /* of the next batch */
};

/* A reader from byte `offset` of the source on, where its next read would be. */
void gpuc_reader_init(struct gpuc_reader *reader, struct gpuc_source *source,
                      size_t piece_bytes, uint64_t offset);

/*
 * Gives `batch` the next piece; *ret_more is false where there is none. The last piece
 * says that it is the last, and may be empty. On failure the batch's sequence number is
 * set all the same. One thread at a time.
 */
enum gpuc_status gpuc_reader_next(struct gpuc_reader *reader, struct gpuc_batch *batch,
                                  bool *ret_more, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Reads a piece that is only named so far. Any thread, any order. */
enum gpuc_status gpuc_reader_load(const struct gpuc_reader *reader,
                                  struct gpuc_batch *batch, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
