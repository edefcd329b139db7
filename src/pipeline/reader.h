/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cuts the bytes of a source into batches of whole records. The only part of a job that
 * sees the input in one piece; it looks for record ends and at nothing else.
 */
#ifndef GPUC_READER_H
#define GPUC_READER_H

#include "csv/source.h"
#include "csv/splitter.h"
#include "pipeline/batch.h"

enum {
    /* A batch ends after this many bytes even if it could take more rows. */
    GPUC_BATCH_BYTES = 1 << 20,
    /* No record may be larger: offsets and sizes of its fields are 32 bits and less. */
    GPUC_RECORD_BYTES_MAX = 1 << 28
};

struct gpuc_reader {
    struct gpuc_source *source;
    const struct gpuc_dialect *dialect;
    size_t batch_rows;
    struct gpuc_splitter splitter;
    struct gpuc_bytes buffer;
    size_t begin;             /* of what no batch has yet: a record's start */
    size_t scanned;           /* how far the splitter is */
    uint64_t line;            /* line number at `begin` */
    uint64_t n_lines_scanned; /* line ends from there to `scanned` */
    bool ended;               /* the source has no more */
    bool field_too_big;       /* the batch under way ends inside such a field */
    uint64_t sequence;
};

/*
 * A reader of batches of at most `batch_rows` records, from byte `offset` of the source
 * on, which is on line `line` and starts a record.
 */
void gpuc_reader_init(struct gpuc_reader *reader, struct gpuc_source *source,
                      const struct gpuc_dialect *dialect, size_t batch_rows,
                      uint64_t offset, uint64_t line);

/* Frees the contents, not the source. */
void gpuc_reader_done(struct gpuc_reader *reader);

/*
 * Fills `batch` with the next records; *ret_more is false, and the batch empty, where
 * there are none. On failure the batch's sequence number is set all the same.
 */
enum gpuc_status gpuc_reader_next(struct gpuc_reader *reader, struct gpuc_batch *batch,
                                  bool *ret_more, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/*
 * Puts back the batch that was read last, so that the next one begins with its records.
 */
enum gpuc_status gpuc_reader_unread(struct gpuc_reader *reader,
                                    const struct gpuc_batch *batch,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/* Passes over a byte order mark at the start of the input; to be called first. */
enum gpuc_status gpuc_reader_skip_mark(struct gpuc_reader *reader,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
