/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam between CSV parsers and those who use fields. A parser turns the whole records
 * of one batch into a table; it keeps no state from one batch to the next, so any worker
 * may parse any batch.
 *
 * The text must be valid UTF-8. Every input that two parsers both accept gives the same
 * table from both.
 */
#ifndef GPUC_PARSER_H
#define GPUC_PARSER_H

#include "csv/table.h"

/* The records to parse. */
struct gpuc_records {
    const char *name;         /* of the input, for messages */
    uint64_t first_line;      /* line number of the first byte */
    struct gpuc_bytes *bytes; /* the text; fields with doubled quotes go behind its end */
    bool complete;            /* false: the text is cut inside its last record */
};

struct gpuc_parser {
    const char *name;
    const char *summary;
    /*
     * Fills a table that was reset for at least as many rows as there are records.
     * Fails with GPUC_EDATA and the line at fault; the table then holds the rows before.
     */
    enum gpuc_status (*parse)(const struct gpuc_dialect *dialect,
                              const struct gpuc_records *records,
                              struct gpuc_table *table, struct gpuc_error *error);
};

/* Exactly what Python's csv module and pandas' Python engine accept; fast. */
extern const struct gpuc_parser gpuc_parser_native;
/* libcsv, strict: refuses quotes inside unquoted fields too. */
extern const struct gpuc_parser gpuc_parser_libcsv;

/* The parser of that name; NULL if there is none. NULL asks for the native one. */
const struct gpuc_parser *gpuc_parser_find(const char *name);

/*
 * Checks the text for UTF-8, then parses it into a table of the given shape. Of an
 * encoding fault and a parsing fault, the first in the text is reported.
 */
enum gpuc_status gpuc_parse_records(const struct gpuc_parser *parser,
                                    const struct gpuc_dialect *dialect,
                                    const struct gpuc_records *records,
                                    const struct gpuc_table_shape *shape,
                                    struct gpuc_table *table, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
