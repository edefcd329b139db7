/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the first records of an input one by one: the header and what decides how the
 * rest is read. What it has read beyond goes back to the source.
 */
#ifndef GPUC_RECORD_READER_H
#define GPUC_RECORD_READER_H

#include "csv/parser.h"
#include "csv/source.h"

struct gpuc_record_reader {
    struct gpuc_source *source;
    const struct gpuc_parser *parser;
    const struct gpuc_dialect *dialect;
    const char *name;
    struct gpuc_bytes buffer; /* all that was read, but for a mark at the start */
    bool ended;
    struct gpuc_index index;
    struct gpuc_rows rows;
    struct gpuc_table table; /* the record that was read last is its row 0 */
    uint64_t offset;         /* of the buffer in the input */
    size_t begin, end;       /* that record, and what is behind it, in the buffer */
    uint64_t first_line;     /* of that record */
    uint64_t line;           /* behind it */
    uint64_t n_records;      /* read so far, blank ones too */
};

/* A reader of the source from its start. */
void gpuc_record_reader_init(struct gpuc_record_reader *records,
                             struct gpuc_source *source, const struct gpuc_parser *parser,
                             const struct gpuc_dialect *dialect);

/* Frees the contents. */
void gpuc_record_reader_done(struct gpuc_record_reader *records);

/* Passes over a byte order mark at the start of the input; to be called first. */
enum gpuc_status gpuc_record_reader_skip_mark(struct gpuc_record_reader *records,
                                              struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Fails if the input is no CSV text (csv/not_csv.h), which its first line tells. Reads no
 * further than to the end of that line; to be called before anything is skipped.
 */
enum gpuc_status gpuc_record_reader_check(struct gpuc_record_reader *records,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/* Passes over lines, whatever is in them; to be called before the first record. */
enum gpuc_status gpuc_record_reader_skip_lines(struct gpuc_record_reader *records,
                                               uint64_t n_lines, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Reads on to the next record that is a row; *ret_n_fields is 0 if there is none. */
enum gpuc_status gpuc_record_reader_next(struct gpuc_record_reader *records,
                                         size_t *ret_n_fields, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* The offset in the input behind the record that was read last. */
uint64_t gpuc_record_reader_offset(const struct gpuc_record_reader *records);

/* The record that was read last is to be read again. */
void gpuc_record_reader_back(struct gpuc_record_reader *records);

/* Gives what no record has yet back to the source. */
enum gpuc_status gpuc_record_reader_unread(const struct gpuc_record_reader *records,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
