/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scanner: finds where fields and records end, and nothing else. Whatever reads
 * fields reads them between these positions.
 *
 *   start of field   a quote opens a quoted field (only here); else an unquoted one
 *   unquoted field   everything, quotes too, is literal up to delimiter or line end
 *   quoted field     everything is literal up to a quote
 *   after that quote another quote: one quote, and on; delimiter or line end: the field
 *                    ends; anything else is a fault, and goes on as an unquoted field
 *
 * A line end is LF, CR LF or a lone CR. These are the rules of Python's csv module, and
 * of pandas.
 *
 * A text may be scanned in pieces, cut anywhere: the state at the end of one is where the
 * next begins. Every scanner finds the same; gpuc_scanner_portable goes byte by byte and
 * is the specification.
 */
#ifndef GPUC_SCAN_H
#define GPUC_SCAN_H

#include "base/error.h"
#include "csv/dialect.h"

enum gpuc_scan_place {
    GPUC_SCAN_START, /* of a field */
    GPUC_SCAN_UNQUOTED,
    GPUC_SCAN_QUOTED,
    GPUC_SCAN_AFTER_QUOTE, /* that closes the field, or is the first of two */
    GPUC_SCAN_COMMENT
};

struct gpuc_scan_state {
    enum gpuc_scan_place place;
    bool in_record; /* false: a record would begin here (place is START) */
    bool after_cr;  /* the last byte was a CR: an LF here ends no line of its own */
};

/* The state at the start of a text. */
#define GPUC_SCAN_STATE_INIT                                                             \
  {                                                                                      \
    .place = GPUC_SCAN_START                                                             \
  }

/* What scanners find. Positions are those of bytes in the text. */
struct gpuc_index {
    uint32_t *ends; /* bytes that end a field: delimiters, and the first of a line end */
    size_t n_ends;
    size_t ends_capacity;
    uint32_t *record_ends; /* of each record: the number of ends up to its last */
    size_t n_records;
    size_t records_capacity;
    uint64_t n_lines; /* line ends, those inside quotes too */
    bool any_quote;
    bool any_odd_quote; /* something follows a closing quote that may not */
    bool any_high;      /* a byte above 127 */
};

/* A piece of text. 64 bytes must be readable behind its end. */
struct gpuc_scan_text {
    const uint8_t *bytes;
    size_t begin;
    size_t end; /* below 2^32 */
};

struct gpuc_scanner {
    const char *name;
    const char *summary;
    /* Appends what it finds to an index that has room for an end and a record of each
     * byte, and 8 more. */
    void (*scan)(const struct gpuc_dialect *dialect, const struct gpuc_scan_text *text,
                 struct gpuc_scan_state *state, struct gpuc_index *index);
    /* NULL: runs everywhere. */
    bool (*usable)(void);
};

extern const struct gpuc_scanner gpuc_scanner_portable;

/*
 * The scanner of this name: "native" or NULL is the fastest one that this CPU has and
 * that GPUCLASSIFY_DISABLE does not name. NULL if there is none or it cannot run here.
 */
const struct gpuc_scanner *gpuc_scanner_find(const char *name);

/* Scanner number `i`, best first; NULL behind the last. It may not be usable here. */
const struct gpuc_scanner *gpuc_scanner_at(size_t i);

/* Empties an index, but keeps its memory. */
void gpuc_index_reset(struct gpuc_index *index);

/* Frees the contents. */
void gpuc_index_done(struct gpuc_index *index);

/* Makes room for so many more ends and records. */
enum gpuc_status gpuc_index_reserve(struct gpuc_index *index, size_t n_ends,
                                    size_t n_records, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Scans a text, and appends to the index what it finds. */
enum gpuc_status gpuc_scan(const struct gpuc_scanner *scanner,
                           const struct gpuc_dialect *dialect,
                           const struct gpuc_scan_text *text,
                           struct gpuc_scan_state *state, struct gpuc_index *index,
                           struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Scans bytes one at a time, with what follows already known or not: what other scanners
 * do where a block is more than they can take at once. Room as for `scan` above.
 */
void gpuc_scan_bytes(const struct gpuc_dialect *dialect,
                     const struct gpuc_scan_text *text, struct gpuc_scan_state *state,
                     struct gpuc_index *index);

/* The position behind the line end at `pos`; `end`, that of the text, where none is. */
static inline size_t gpuc_after_line_end(const uint8_t *text, size_t pos, size_t end)
{
    if (pos >= end)
        return end;
    return pos + 1 + (text[pos] == '\r' && pos + 1 < end && text[pos + 1] == '\n');
}

/* The number of line ends (LF, CR LF, CR) in the bytes. */
uint64_t gpuc_count_lines(const uint8_t *bytes, size_t size);

#endif
