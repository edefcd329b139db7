/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs that can be resumed. While one runs, its output so far lies beside the target
 * under a fixed name (gpuc_sink_open_partial()), and with it a journal, TARGET.journal,
 * whose checkpoint says up to which record of which input that output reaches. A job that
 * is run again after it was stopped goes on there.
 *
 * A checkpoint is made between batches, every few seconds or megabytes: first the output
 * is made durable up to it, then the journal is replaced by one that says so. So a
 * journal never speaks of bytes that a power cut can take. What lies behind the
 * checkpoint is dropped and made once more, which gives the same bytes.
 *
 * A journal is one of: what the job's output depends on (jobs/job_identity.h); the
 * checkpoint; what the job counts, as bytes of its memory; and the SHA-256 of these,
 * without which it is not believed. It is for this machine and this version.
 *
 * All on the thread that runs the job.
 */
#ifndef GPUC_JOB_JOURNAL_H
#define GPUC_JOB_JOURNAL_H

#include "jobs/job.h"

/*
 * Opens the job's output so that it can be resumed, and finds out whether there is a
 * journal to go on by. One that is damaged, or lacks its output, is passed over with a
 * warning in the report. Fails with GPUC_EUSAGE where it is another job's, and where this
 * job cannot be resumed.
 */
enum gpuc_status gpuc_journal_open(struct gpuc_job *job, uint32_t n_pack_threads,
                                   struct gpuc_error *error) GPUC_MUST_CHECK;

/* Opens the rejects likewise; after the output, before anything is written. */
enum gpuc_status gpuc_journal_open_rejects(struct gpuc_job *job, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* True if the job goes on: what comes before the rows has been written. */
bool gpuc_journal_goes_on(const struct gpuc_job *job);

/* The first input with rows that are still to be read. */
size_t gpuc_journal_first_input(const struct gpuc_job *job);

/* Before the pass that writes rows: puts back what the job had counted, if it goes on. */
void gpuc_journal_put_back(struct gpuc_job *job);

/* Where the job goes on in the open input, *place becomes that place, and the source's
 * next read is there. GPUC_EUSAGE where the journal has not what the job counts. */
enum gpuc_status gpuc_journal_take_place(struct gpuc_job *job, struct gpuc_place *place,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/* Around a batch's collecting: what it has changed so far is no state to go on from. */
void gpuc_journal_begin_batch(struct gpuc_job *job);

/* The batch has been collected: makes a checkpoint if it is time. */
enum gpuc_status gpuc_journal_end_batch(struct gpuc_job *job,
                                        const struct gpuc_batch *batch,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* All rows have been written: makes a checkpoint if what follows takes long. */
enum gpuc_status gpuc_journal_end_rows(struct gpuc_job *job, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* The output is there: the journal goes, or says so (jobs/job_finished.h). */
enum gpuc_status gpuc_journal_finish(struct gpuc_job *job, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/*
 * The job failed: makes a last checkpoint where it can, and says in the message how it
 * goes on. What an input with a fault has left behind is removed. Returns the status.
 */
enum gpuc_status gpuc_journal_stop(struct gpuc_job *job, enum gpuc_status status,
                                   struct gpuc_error *error);

/* Frees the journal. NULL is fine. */
void gpuc_journal_free(struct gpuc_journal *journal);

#endif
