/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job of models with features: reads the header, matches columns with features, then
 * in one pass over the rows parses fields, makes features, classifies, and writes the
 * columns that pass through and the results. Nothing is kept that grows with the number
 * of rows, so it also streams from pipes.
 */
#ifndef GPUC_FOREST_JOB_H
#define GPUC_FOREST_JOB_H

#include "features/feature_values.h"
#include "jobs/forest_filter.h"
#include "jobs/job_columns.h"
#include "jobs/result_columns.h"

/* What belongs to one worker thread. */
struct gpuc_forest_worker {
    uint32_t number;
    struct gpuc_forest_room room;
    struct gpuc_result_columns results; /* of the room */
    uint32_t *picked; /* for gpuc_forest_filter_rows(); NULL: there is no filter */
    struct gpuc_bytes scratch;
};

struct gpuc_forest_job {
    struct gpuc_job base;
    struct gpuc_job_columns columns; /* of the input */
    struct gpuc_column_map map;
    struct gpuc_feature_reader features;
    struct gpuc_forest_outputs outputs;
    struct gpuc_forest_filter filter;
    struct gpuc_forest_naming naming;
    struct gpuc_result_style style;
    struct gpuc_text_list names;        /* of the output's columns */
    struct gpuc_bytes header;           /* the output's first line, or */
    struct gpuc_text_list leads;        /* what is before each value of a JSON row */
    struct gpuc_forest_worker *workers; /* base.n_workers of them */
};

/* Runs the whole job for gpuc_job_run(), from a base with what the caller gave. */
enum gpuc_status gpuc_forest_job_run(const struct gpuc_job *base,
                                     struct gpuc_job_report *ret_report,
                                     struct gpuc_error *error) GPUC_MUST_CHECK;

/* Reads what the caller wants, before anything is opened. */
enum gpuc_status gpuc_forest_read_options(struct gpuc_forest_job *job,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/* Reads the header, matches columns with features and makes the output's header, or what
 * each row has in its place. */
enum gpuc_status gpuc_forest_read_header(struct gpuc_forest_job *job,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/* Makes the room of base.n_workers workers, and frees it. */
enum gpuc_status gpuc_forest_make_workers(struct gpuc_forest_job *job,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;
void gpuc_forest_workers_done(struct gpuc_forest_job *job);

/* Frees what gpuc_forest_read_options() and gpuc_forest_read_header() made. */
void gpuc_forest_columns_done(struct gpuc_forest_job *job);

/* Classifies the rows of a batch on a worker's thread; their text is batch->output. */
enum gpuc_status gpuc_forest_work(const struct gpuc_forest_job *job,
                                  uint32_t worker_number, struct gpuc_batch *batch,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

/* Classifies every row of the open input and writes it. */
enum gpuc_status gpuc_forest_rows(struct gpuc_forest_job *job, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Appends the output's text of rows that `worker` has classified to batch->output: as
 * CSV, or as JSON Lines. */
enum gpuc_status gpuc_forest_format_csv(const struct gpuc_forest_job *job,
                                        struct gpuc_forest_worker *worker,
                                        struct gpuc_batch *batch, struct gpuc_span which,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;
enum gpuc_status gpuc_forest_format_json(const struct gpuc_forest_job *job,
                                         struct gpuc_forest_worker *worker,
                                         struct gpuc_batch *batch, struct gpuc_span which,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/* Makes what is before each value of a JSON row, from the names of the columns. */
enum gpuc_status gpuc_forest_json_leads(struct gpuc_forest_job *job,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
