/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What jobs of every model kind have in common: files, parser, workers' number, batches,
 * progress and the report.
 */
#ifndef GPUC_JOB_H
#define GPUC_JOB_H

#include "csv/parser.h"
#include "csv/sink.h"
#include "csv/source.h"
#include "pipeline/pipeline.h"

struct gpuc_job {
    const struct gpuc_model *model;
    struct gpuc_engine *engine;
    const struct gpuc_job_options *options;
    struct gpuc_job_report report;

    struct gpuc_source *source;
    struct gpuc_sink *sink;
    const struct gpuc_parser *parser;
    struct gpuc_dialect dialect;
    uint64_t data_offset; /* where the first row begins, in bytes */

    uint32_t n_workers;
    uint32_t batch_rows;
    struct gpuc_pool pool;

    /* Counted by the pass that is under way. */
    struct gpuc_progress progress;
};

/* How wide a row is, which bounds the rows of a batch so that memory stays bounded. */
struct gpuc_row_width {
    size_t n_fields;
    size_t n_bytes; /* beside the row's own text; 0: of no account */
};

/* Finds the parser and opens input and output. `rereadable`: see gpuc_source_open(). */
enum gpuc_status gpuc_job_open(struct gpuc_job *job, bool rereadable,
                               struct gpuc_error *error) GPUC_MUST_CHECK;

/* Settles the numbers of workers and of rows in a batch, and makes the pool. */
enum gpuc_status gpuc_job_prepare(struct gpuc_job *job,
                                  const struct gpuc_row_width *width,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

/* Parses a batch into a table of the given width. */
enum gpuc_status gpuc_job_parse(const struct gpuc_job *job, size_t n_columns,
                                size_t n_fields_max, struct gpuc_batch *batch,
                                struct gpuc_error *error) GPUC_MUST_CHECK;

/* The line on which a row of the batch's table begins. Slow; for messages. */
uint64_t gpuc_job_row_line(const struct gpuc_job *job, const struct gpuc_batch *batch,
                           size_t row);

/*
 * Runs one pass over all that the reader has. `total_bytes`: the input's size for
 * progress reports; 0 if it is not known.
 */
enum gpuc_status gpuc_job_run_pass(struct gpuc_job *job, struct gpuc_reader *reader,
                                   const struct gpuc_pass *pass, uint64_t total_bytes,
                                   struct gpuc_error *error) GPUC_MUST_CHECK;

/* Counts a batch that a pass has finished, and tells the caller how far it is. */
void gpuc_job_count(struct gpuc_job *job, const struct gpuc_batch *batch);

/* Writes a batch's output and counts the batch. */
enum gpuc_status gpuc_job_write(struct gpuc_job *job, struct gpuc_batch *batch,
                                struct gpuc_error *error) GPUC_MUST_CHECK;

/* Makes the output appear, and ends the report. */
enum gpuc_status gpuc_job_commit(struct gpuc_job *job, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_job_done(struct gpuc_job *job);

#endif
