/* SPDX-License-Identifier: Apache-2.0 */
/* One text through a parser, for tests. */
#ifndef GPUC_TEST_PARSING_H
#define GPUC_TEST_PARSING_H

#include "csv/parser.h"

/* A text that was parsed, as the input "in.csv". */
struct parsing {
    uint32_t max_field_chars; /* set by the test; 0: as pandas has it */
    struct gpuc_bytes bytes;
    struct gpuc_table table;
    enum gpuc_status status;
    struct gpuc_error error; /* an empty message if there was none */
};

/* Parses a copy of `text` into a table with room for all its records. */
void parsing_run(struct parsing *parsing, const struct gpuc_parser *parser,
                 const void *text, size_t size, size_t n_columns, size_t n_fields_max);

void parsing_done(struct parsing *parsing);

/* The text of a field, which must be there. */
const uint8_t *parsing_field(const struct parsing *parsing, size_t column, size_t row,
                             size_t *ret_size);

/* Ends the test with a message that shows the text. */
void parsing_fail(const char *what, const uint8_t *text, size_t size);

#endif
