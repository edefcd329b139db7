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
#include "jobs/tally.h"
#include "pipeline/pipeline.h"

/* What becomes of rows that cannot be read as they are; see jobs/job_bad_rows.h. */
enum gpuc_bad_rows_rule { GPUC_BAD_ROWS_ERROR, GPUC_BAD_ROWS_SKIP, GPUC_BAD_ROWS_NULL };

/* What belongs to one worker thread of every job that classifies. */
struct gpuc_seat {
    struct gpuc_session *session;
    uint32_t batch_rows; /* that it gets at once, at most */
};

/* What a job that can be resumed counts: bytes of its memory. */
struct gpuc_kept {
    void *bytes;
    size_t size;
};

enum { GPUC_KEPT_MAX = 12 };

struct gpuc_journal; /* jobs/job_journal.h */

/* Which rows are wanted; see jobs/job_range.h. */
struct gpuc_job_range {
    bool is_on; /* else all are */
    struct gpuc_row_range rows;
    uint64_t begin, end;   /* where rows begin in all inputs together */
    uint64_t *sizes;       /* of the inputs; NULL: there is one, or they do not matter */
    uint64_t bytes_before; /* of inputs that were asked for */
};

struct gpuc_job {
    /* NULL, NULL and 0 where nothing is classified. */
    const struct gpuc_model *model;
    struct gpuc_engine *engine;
    const struct gpuc_job_options *options;
    struct gpuc_job_report report;

    struct gpuc_source *source; /* of input number `input` */
    size_t input;
    struct gpuc_job_range range;
    struct gpuc_sink *sink;
    struct gpuc_parser parser;
    struct gpuc_dialect dialect;
    enum gpuc_bad_rows_rule bad_rows_rule;
    struct gpuc_sink *rejects; /* NULL: bad rows are not listed */

    uint32_t n_workers;
    struct gpuc_seat *seats; /* n_workers of them; NULL: there is no engine */
    size_t piece_bytes;      /* of input that make a batch */
    struct gpuc_pool pool;
    struct gpuc_tally_shape tally_shape;
    struct gpuc_bytes tally; /* of all batches so far; empty: no statistics are wanted */

    /* Counted by the pass that is under way. */
    struct gpuc_progress progress;
    uint64_t bytes_before;      /* of inputs that it is done with, */
    uint64_t file_bytes_before; /* and as their files have them */

    struct gpuc_journal *journal; /* NULL: the job cannot be resumed */
    struct gpuc_kept kept[GPUC_KEPT_MAX];
    size_t n_kept;
};

/* Bytes of a field and its delimiter, where nothing is known of them. */
enum { GPUC_FIELD_BYTES_USUAL = 10 };

/* How wide a row is, which bounds the rows of a batch so that memory stays bounded. */
struct gpuc_row_width {
    size_t n_fields;
    size_t n_bytes; /* beside the row's own text; 0: of no account */
};

/* The rows that a session gets at once: as many as the user wants, else as the session
 * does, as far as memory stays bounded. `wanted`: 0: the user does not say. */
uint32_t gpuc_choose_batch_rows(const struct gpuc_session *session, uint32_t wanted,
                                const struct gpuc_row_width *width);

/* Finds the parser, looks whether all inputs are there, and opens the output. */
enum gpuc_status gpuc_job_open(struct gpuc_job *job, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Looks at the inputs before hours of work: whether they are there. */
enum gpuc_status gpuc_job_check_inputs(const struct gpuc_job *job,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* GPUC_EUSAGE if the file that is to be written is one of the inputs. `what`: what it is
 * called in the message. */
enum gpuc_status gpuc_job_check_target(const struct gpuc_job *job, const char *path,
                                       const char *what, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* The first option that only models with features have a use for, as the command line
 * calls it; NULL: none is given. */
const char *gpuc_job_feature_option(const struct gpuc_job_options *options);

/*
 * Where the job can be resumed, what lies there is part of its checkpoints: whatever is
 * counted from batch to batch. It must stay there, and be told before
 * gpuc_job_begin_pass() of the pass that writes.
 */
void gpuc_job_keep(struct gpuc_job *job, void *bytes, size_t size);

/* The number of inputs, at least 1. */
size_t gpuc_job_n_inputs(const struct gpuc_job *job);

/* What messages call an input that is not open. */
const char *gpuc_job_input_name(const struct gpuc_job *job, size_t i);

/* Whether an input is a file, which can be read more than once. */
bool gpuc_job_is_file(const struct gpuc_job *job, size_t i);

/* What separates fields, as the names of the inputs tell. GPUC_EUSAGE where they tell
 * different things. */
enum gpuc_status gpuc_job_find_delimiter(const struct gpuc_job *job, char *ret_delimiter,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/* The path of input `i`; NULL: it is no file. */
const char *gpuc_job_input_path(const struct gpuc_job *job, size_t i);

/* Opens input `i`, and closes the one before. `rereadable`: see gpuc_source_open(). */
enum gpuc_status gpuc_job_open_input(struct gpuc_job *job, size_t i, bool rereadable,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/* Settles the number of workers, attaches their sessions, settles how many rows each gets
 * at once, and makes the pool. */
enum gpuc_status gpuc_job_prepare(struct gpuc_job *job,
                                  const struct gpuc_row_width *width,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

/* The rows of a batch from `first` on that a worker's session gets at once. */
struct gpuc_span gpuc_job_next_rows(const struct gpuc_job *job, uint32_t worker,
                                    const struct gpuc_batch *batch, size_t first);

/* Has the worker's session classify rows. */
enum gpuc_status gpuc_job_classify(const struct gpuc_job *job, uint32_t worker,
                                   const struct gpuc_work *work, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Makes the batch's table of some of its rows, none of them faulty. */
enum gpuc_status gpuc_job_fill_table(const struct gpuc_job *job, struct gpuc_batch *batch,
                                     struct gpuc_span which,
                                     const struct gpuc_table_shape *shape,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/* Fails if a row of the batch is faulty in itself: with the first one's fault. */
enum gpuc_status gpuc_job_check_rows(const struct gpuc_job *job,
                                     const struct gpuc_batch *batch,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/* The line on which a row of the batch begins. Slow; for messages. */
uint64_t gpuc_job_row_line(const struct gpuc_batch *batch, size_t row);

/* Begins to count for a pass over all inputs, and tells the caller. `total_bytes`: their
 * size; 0 if it is not known. */
void gpuc_job_begin_pass(struct gpuc_job *job, uint64_t total_bytes);

/* The size of all inputs as their files have them; 0 if one is no file. */
uint64_t gpuc_job_total_bytes(const struct gpuc_job *job);

/* Runs a pass over the open input from `place` on, where its next read must be; where the
 * job goes on, from where it was. */
enum gpuc_status gpuc_job_run_pass(struct gpuc_job *job, struct gpuc_place place,
                                   const struct gpuc_pass *pass, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Counts a batch that a pass has finished, and tells the caller how far it is. */
void gpuc_job_count(struct gpuc_job *job, const struct gpuc_batch *batch);

/* Writes a batch's output and counts the batch. */
enum gpuc_status gpuc_job_write(struct gpuc_job *job, struct gpuc_batch *batch,
                                struct gpuc_error *error) GPUC_MUST_CHECK;

/* Makes the output appear, and ends the report. */
enum gpuc_status gpuc_job_commit(struct gpuc_job *job, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* The job has ended with this status and its report: settles what later runs of it can go
 * on from. Returns the status, or that of a failure of its own. */
enum gpuc_status gpuc_job_end(struct gpuc_job *job, enum gpuc_status status,
                              struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_job_done(struct gpuc_job *job);

#endif
