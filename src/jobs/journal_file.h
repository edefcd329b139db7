/* SPDX-License-Identifier: Apache-2.0 */
/* The file of jobs/job_journal.h: its bytes, and what is read of them. */
#ifndef GPUC_JOURNAL_FILE_H
#define GPUC_JOURNAL_FILE_H

#include "base/bytes.h"

/* How far a job's output reaches. */
struct gpuc_checkpoint {
    uint64_t input;        /* number of the input that is being read, */
    uint64_t offset, line; /* and the record that is next */
    uint64_t rows;         /* read so far, of those that are wanted, */
    uint64_t next_row;     /* and of all, where they are counted */
    uint64_t output_size, rejects_size;
    /* Of a job that is done: 1, and when its output was written. */
    uint64_t is_done, done_seconds, done_nanoseconds;
};

struct gpuc_journal_file {
    struct gpuc_checkpoint checkpoint;
    struct gpuc_bytes identity;
    struct gpuc_bytes counts;
};

enum gpuc_journal_state { GPUC_JOURNAL_ABSENT, GPUC_JOURNAL_DAMAGED, GPUC_JOURNAL_TRUE };

enum { GPUC_JOURNAL_SUFFIX_SIZE = 16 };

/* The path of the journal of an output. `ret_path` has room for PATH_MAX bytes. */
void gpuc_journal_path(const char *target, char *ret_path);

/* Reads a journal; all of it, if *ret_state is GPUC_JOURNAL_TRUE. */
enum gpuc_status gpuc_journal_file_read(const char *path,
                                        struct gpuc_journal_file *ret_file,
                                        enum gpuc_journal_state *ret_state,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Replaces the journal: whoever reads it, even after a power cut, finds the old one or
 * this one. */
enum gpuc_status gpuc_journal_file_write(const char *path,
                                         const struct gpuc_journal_file *file,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/* Removes the journal, and what a kill may have left of the next one. */
void gpuc_journal_file_remove(const char *path);

/* Frees the contents. */
void gpuc_journal_file_done(struct gpuc_journal_file *file);

#endif
