/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam between texts and those who use fields: how the rows of whole records are
 * found. The native parser takes what a scanner found; libcsv reads the same records once
 * more, as an independent check, and what the two would read differently is refused.
 */
#ifndef GPUC_PARSER_H
#define GPUC_PARSER_H

#include "csv/rows.h"
#include "csv/table.h"

struct gpuc_parser {
    const struct gpuc_scanner *scanner;
    bool use_libcsv;
};

/*
 * The parser of this name: "native" (or NULL), "libcsv", or the name of a scanner. Fails
 * with GPUC_EUSAGE where there is none or this machine cannot run it.
 */
enum gpuc_status gpuc_parser_find(const char *name, struct gpuc_parser *ret_parser,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

/* GPUC_EUSAGE for a dialect that the parser cannot read: libcsv has no comments, and
 * knows no text without quotes. */
enum gpuc_status gpuc_parser_check(const struct gpuc_parser *parser,
                                   const struct gpuc_dialect *dialect,
                                   struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Finds the rows of scanned records. Where libcsv is to read them, the index becomes what
 * libcsv finds.
 */
enum gpuc_status gpuc_parse_rows(const struct gpuc_parser *parser,
                                 const struct gpuc_dialect *dialect,
                                 const struct gpuc_scanned *scanned,
                                 struct gpuc_index *index, struct gpuc_rows *rows,
                                 struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Ends the last record of an index at the end of the input, where no line end does: the
 * records' end. `state` is the scanner's. Returns what is known to be wrong with it.
 */
enum gpuc_row_fault gpuc_end_input(const struct gpuc_scan_state *state, size_t end,
                                   struct gpuc_index *index);

/* ---- for libcsv ---- */

/* Fills an empty index with what libcsv finds in the records. A record that it refuses is
 * the last one, and *ret_fault says so. */
enum gpuc_status gpuc_libcsv_index(const struct gpuc_dialect *dialect,
                                   const struct gpuc_scanned *scanned,
                                   struct gpuc_index *index,
                                   enum gpuc_row_fault *ret_fault,
                                   struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
