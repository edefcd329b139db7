/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that come one by one over many connections, each a stream with a header of its
 * own, classified in batches:
 *
 *   streamer   a model on an engine with a session a worker; shared by all streams
 *   stream     one header, and what it makes of the columns
 *   batch      some records of one stream, the unit that a worker classifies
 *
 * For models with features the output of a stream is that of a job over a file of the
 * same records, wherever batches end. For the black box each batch is a job by itself, as
 * the pandas job over a header and these records would be; a type of the index that is
 * fixed beforehand makes the batches of a stream agree with the job over all of them.
 *
 * A record is CSV without a line end. Quoted fields may hold line ends; a record that
 * does not end where it should (an open quote, a line end outside of quotes) is bad, and
 * no other record with it.
 */
#ifndef GPUC_STREAM_H
#define GPUC_STREAM_H

#include "pipeline/batch.h"

struct gpuc_streamer;

struct gpuc_streamer_options {
    const struct gpuc_job_options *job; /* without inputs, outputs and callbacks */
    /* The type of the black box's index column: "int", "float" or "text"; "auto" or NULL:
     * found in each batch. */
    const char *index_type;
};

/* Takes sessions of an engine that is in no other use. `model`, `engine` and `options`
 * must outlive the streamer. */
enum gpuc_status gpuc_streamer_open(const struct gpuc_model *model,
                                    struct gpuc_engine *engine,
                                    const struct gpuc_streamer_options *options,
                                    struct gpuc_streamer **ret_streamer,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/* Closes a streamer that no stream uses any more; NULL is fine. */
void gpuc_streamer_close(struct gpuc_streamer *streamer);

/* So many threads may classify at once, each with a number below it. */
uint32_t gpuc_streamer_n_workers(const struct gpuc_streamer *streamer);

struct gpuc_stream;

enum { GPUC_STREAM_NAME_SIZE = 160 };

/*
 * A stream from its header. `name`: what messages call it; copied. Fails as a job over a
 * file with this header would.
 */
enum gpuc_status gpuc_stream_open(const struct gpuc_streamer *streamer, const char *name,
                                  const uint8_t *header, size_t header_size,
                                  struct gpuc_stream **ret_stream,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

/* Closes a stream no batch of which is being classified; NULL is fine. */
void gpuc_stream_close(struct gpuc_stream *stream);

/* The output's first line with its line end; of size 0 if there is none. */
const struct gpuc_bytes *gpuc_stream_output_header(const struct gpuc_stream *stream);

/*
 * Records of one stream and what is made of them; buffers are kept from use to use.
 * `batch.input` holds the text: the header where each batch is a job by itself, then the
 * records, each with a line end.
 */
struct gpuc_stream_batch {
    uint32_t *begins; /* of the records in the text */
    size_t n_records;
    size_t capacity;
    uint64_t first_line;     /* of the first record in the stream's text */
    uint64_t n_lines;        /* that its records have */
    struct gpuc_batch batch; /* `output` and `bad_rows` are the result */
};

/* Empties a batch for records of a stream. `first_line`: from 2, as the header is line 1.
 */
enum gpuc_status gpuc_stream_batch_begin(struct gpuc_stream_batch *batch,
                                         const struct gpuc_stream *stream,
                                         uint64_t first_line, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Appends a record. GPUC_EDATA where the batch would become too large to index. */
enum gpuc_status gpuc_stream_batch_add(struct gpuc_stream_batch *batch,
                                       const uint8_t *record, size_t size,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Bytes of the records so far. */
size_t gpuc_stream_batch_size(const struct gpuc_stream_batch *batch);

/* The line behind the batch's records. */
uint64_t gpuc_stream_batch_end_line(const struct gpuc_stream_batch *batch);

/* Frees the contents. */
void gpuc_stream_batch_done(struct gpuc_stream_batch *batch);

/*
 * Classifies the batch's records; its output is then that of the rows, each with a line
 * end. `worker`: no two calls for a streamer at once have the same.
 */
enum gpuc_status gpuc_stream_classify(const struct gpuc_stream *stream, uint32_t worker,
                                      struct gpuc_stream_batch *batch,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
