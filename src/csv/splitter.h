/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds where records end, and nothing else: what lets one thread cut the input into
 * batches for many. It follows the quote rules of the native parser (parser_native.c):
 * a quote opens a quoted field only as the field's first byte.
 *
 * Text after a closing quote is a fault that the parser reports; here the field just goes
 * on. A record ends after LF, CR LF or a lone CR outside quotes; a CR that is the last
 * byte so far is left alone until the byte after it is known.
 */
#ifndef GPUC_SPLITTER_H
#define GPUC_SPLITTER_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/scan.h"

enum gpuc_splitter_state {
    GPUC_SPLIT_FIELD_START,
    GPUC_SPLIT_UNQUOTED,
    GPUC_SPLIT_QUOTED,
    GPUC_SPLIT_AFTER_QUOTE
};

struct gpuc_splitter {
    uint8_t delimiter;
    uint8_t quote;
    enum gpuc_splitter_state state;
    size_t field_size;     /* bytes of the current field seen so far */
    size_t max_field_size; /* one byte more is too big for any encoding of the limit */
};

struct gpuc_split {
    size_t scanned;          /* bytes scanned: all, unless a limit or a CR stopped it */
    size_t last_end;         /* end of the last record that ended in them; 0: none did */
    size_t n_records;        /* records that ended */
    uint64_t n_lines;        /* line ends in the bytes scanned, those inside quotes too */
    uint64_t n_lines_to_end; /* those of them up to `last_end` */
    bool field_too_big;
};

/* A splitter at the start of a record. */
struct gpuc_splitter gpuc_splitter_init(const struct gpuc_dialect *dialect);

/*
 * Scans bytes[0] .. bytes[size - 1], which follow what was scanned before, and stops
 * early after `max_records` (at least 1) record ends. `at_end`: nothing follows these
 * bytes.
 */
struct gpuc_split gpuc_splitter_scan(struct gpuc_splitter *splitter, const uint8_t *bytes,
                                     size_t size, bool at_end, size_t max_records);

#endif
