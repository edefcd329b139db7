/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What pandas.read_csv(index_col=0) takes the columns of a file to be: found from the
 * header and the first two rows, before any pass over the whole.
 *
 * With N header labels and n1, n2 fields in the first two rows:
 *   n2 == n1 + N   the first row holds index names and is dropped; the first n1 fields of
 *                  the others are the index, all N labels name the fields after them
 *   n1 > N         the first field is the index, all N labels name the fields after it
 *   otherwise      the first field is the index, labels 2 to N name the rest
 */
#ifndef GPUC_LAYOUT_H
#define GPUC_LAYOUT_H

#include "csv/parser.h"
#include "csv/source.h"
#include "pandas/labels.h"

struct gpuc_layout {
    struct gpuc_labels labels; /* of the data columns */
    bool labels_shifted;       /* all labels name data: the index column has none */
    size_t n_index;            /* index columns: they come first */
    size_t n_columns;          /* index and data: no row may have more fields */
    uint64_t data_offset;      /* where the first row begins, in bytes */
    uint64_t data_line;        /* and its line number */
    uint64_t n_records_before; /* records before it, blank ones too */
};

/* Reads as much of the source as it takes, from its start. */
enum gpuc_status gpuc_layout_read(struct gpuc_source *source,
                                  const struct gpuc_parser *parser,
                                  const struct gpuc_dialect *dialect,
                                  struct gpuc_layout *ret_layout,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

void gpuc_layout_done(struct gpuc_layout *layout);

#endif
