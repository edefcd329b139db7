/* SPDX-License-Identifier: Apache-2.0 */
/* One text through a scanner, the rows of a parser and a table, for tests. */
#ifndef GPUC_TEST_PARSING_H
#define GPUC_TEST_PARSING_H

#include "csv/parser.h"

/* A text that was parsed, as the input "in.csv". */
struct parsing {
    const struct gpuc_dialect *dialect; /* set by the test; NULL: as pandas has it */
    struct gpuc_bytes bytes;
    struct gpuc_index index;
    struct gpuc_rows rows;
    size_t n_good;           /* rows before the first faulty one */
    struct gpuc_table table; /* of the rows before the first faulty one */
    enum gpuc_status status;
    struct gpuc_error error; /* what is wrong with that row; or an empty message */
};

/* The parser of this name, which must be there. */
struct gpuc_parser parsing_parser(const char *name);

/* Parses a copy of `text` into a table with room for all its rows. The copy has before it
 * the bytes that readers of numbers may look at. */
void parsing_run(struct parsing *parsing, const struct gpuc_parser *parser,
                 const void *text, size_t size, size_t n_columns, size_t n_fields_max);

/* The first half of that: finds the rows of a text that is some of the bytes, with 64
 * readable ones behind it. */
void parsing_find_rows(struct parsing *parsing, const struct gpuc_parser *parser,
                       const uint8_t *bytes, struct gpuc_span text);

/* The other half: fills the table. `bytes` must hold the text whose rows were found. */
void parsing_fill_table(struct parsing *parsing, size_t n_columns, size_t n_fields_max);

void parsing_done(struct parsing *parsing);

/* The text of a field, which must be there. */
const uint8_t *parsing_field(const struct parsing *parsing, size_t column, size_t row,
                             size_t *ret_size);

/* Ends the test with a message that shows the text. */
void parsing_fail(const char *what, const uint8_t *text, size_t size);

#endif
