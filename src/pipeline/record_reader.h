/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the first records of an input one by one: the header and what decides how the
 * rest is read. Its reader then goes on with the rest.
 */
#ifndef GPUC_RECORD_READER_H
#define GPUC_RECORD_READER_H

#include "csv/parser.h"
#include "pipeline/reader.h"

struct gpuc_record_reader {
    struct gpuc_reader reader;
    struct gpuc_batch batch; /* the record that was read last: row 0 of its table */
    const struct gpuc_parser *parser;
    const struct gpuc_dialect *dialect;
    const char *name;
    uint64_t end;       /* offset behind that record */
    uint64_t n_records; /* read so far, blank ones too */
};

/* A reader of the source from its start. */
void gpuc_record_reader_init(struct gpuc_record_reader *records,
                             struct gpuc_source *source, const struct gpuc_parser *parser,
                             const struct gpuc_dialect *dialect);

/* Frees the contents, the reader's too. */
void gpuc_record_reader_done(struct gpuc_record_reader *records);

/* Reads on to the next record that is not blank; *ret_n_fields is 0 if there is none. */
enum gpuc_status gpuc_record_reader_next(struct gpuc_record_reader *records,
                                         size_t *ret_n_fields, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
