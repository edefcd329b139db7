/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The black-box job: what this pandas program does, byte for byte.
 *
 *     df = pd.read_csv(infile, index_col=0, dtype=str, engine="python")
 *     df["CLASSIFICATION"] = df.apply(classify, axis=1)
 *     df.to_csv(outfile, header=False)
 *
 * A row's result depends on the text of repr(row), and that on the index column's type,
 * which only the whole column tells. So the job makes two passes over the input:
 *
 *   survey   checks all of the input and finds the type of each index column; whatever is
 *            wrong with the input is found here, before any output is made
 *   rows     parses again, builds the texts, classifies, formats and writes
 *
 * Both are parallel. Neither keeps anything that grows with the number of rows; what
 * comes through a pipe is spooled to a temporary file for the second pass.
 */
#ifndef GPUC_BLACKBOX_JOB_H
#define GPUC_BLACKBOX_JOB_H

#include "jobs/comparisons.h"
#include "jobs/job.h"
#include "pandas/index_kind.h"
#include "pandas/layout.h"
#include "pandas/row_repr.h"

enum gpuc_blackbox_output { GPUC_OUTPUT_PRED, GPUC_OUTPUT_DIGEST };

enum { GPUC_BLACKBOX_OUTPUTS_MAX = 2 };

/* What belongs to one worker thread. */
struct gpuc_blackbox_worker {
    uint32_t number;
    struct gpuc_bytes name;                 /* a row's name of several index levels */
    struct gpuc_index_survey *index_survey; /* one a level: of the batches it had */
};

struct gpuc_blackbox_job {
    struct gpuc_job base;
    enum gpuc_blackbox_output outputs[GPUC_BLACKBOX_OUTPUTS_MAX];
    size_t n_outputs;
    struct gpuc_comparisons filter; /* of pred, for the rows that are written */

    struct gpuc_layout layout;
    size_t result_column; /* the data column that the result replaces; SIZE_MAX: none */
    struct gpuc_row_repr repr;
    enum gpuc_index_kind *index_kinds; /* one a level */

    struct gpuc_blackbox_worker *workers; /* base.n_workers of them */
};

/* The result: fraction / 2^53, which is exact. */
static inline double gpuc_blackbox_result(uint64_t fraction)
{
    return (double)fraction * 0x1p-53;
}

/* Runs the whole job for gpuc_job_run(), from a base with what the caller gave. */
enum gpuc_status gpuc_blackbox_job_run(const struct gpuc_job *base,
                                       struct gpuc_job_report *ret_report,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Reads what the caller wants, before anything is opened. */
enum gpuc_status gpuc_blackbox_read_options(struct gpuc_blackbox_job *job,
                                            struct gpuc_error *error) GPUC_MUST_CHECK;

/* Reads what decides on the columns from the start of the open source. */
enum gpuc_status gpuc_blackbox_read_columns(struct gpuc_blackbox_job *job,
                                            struct gpuc_error *error) GPUC_MUST_CHECK;

/* Makes base.n_workers workers. */
enum gpuc_status gpuc_blackbox_make_workers(struct gpuc_blackbox_job *job,
                                            struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents but those of the base. */
void gpuc_blackbox_job_done(struct gpuc_blackbox_job *job);

/* Both passes over a batch that holds all rows, on a worker's thread: the first fills
 * job->index_kinds, the second makes the output. */
enum gpuc_status gpuc_blackbox_survey_batch(struct gpuc_blackbox_job *job,
                                            uint32_t worker, struct gpuc_batch *batch,
                                            struct gpuc_error *error) GPUC_MUST_CHECK;
enum gpuc_status gpuc_blackbox_work(struct gpuc_blackbox_job *job, uint32_t worker_number,
                                    struct gpuc_batch *batch, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* First pass: checks the input and fills job->index_kinds. */
enum gpuc_status gpuc_blackbox_survey(struct gpuc_blackbox_job *job,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

/* Second pass: classifies every row and writes it. */
enum gpuc_status gpuc_blackbox_rows(struct gpuc_blackbox_job *job,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/* Appends the output's text of the batch's table, which has been classified, to
 * batch->output. */
enum gpuc_status gpuc_blackbox_format(const struct gpuc_blackbox_job *job,
                                      struct gpuc_batch *batch, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Runs one pass over all rows, from the first; `total_bytes`: see gpuc_job_begin_pass().
 */
enum gpuc_status gpuc_blackbox_run_pass(struct gpuc_blackbox_job *job,
                                        const struct gpuc_pass *pass,
                                        uint64_t total_bytes, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
