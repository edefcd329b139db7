/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a text that has been scanned: its records without those that are blank or
 * comments. A record is blank if it is one field of nothing but white space.
 *
 * Fields are read where they stand: field k of a row is what lies between two positions
 * of the index, its quotes included (gpuc_row_field(), gpuc_field_content()).
 */
#ifndef GPUC_ROWS_H
#define GPUC_ROWS_H

#include "base/bytes.h"
#include "csv/scan.h"

/* No record may be larger: positions of its fields are 32 bits and less. */
enum { GPUC_RECORD_BYTES_MAX = 1 << 28 };

/* What can be wrong with a row by itself. */
enum gpuc_row_fault {
    GPUC_ROW_GOOD,
    GPUC_ROW_TEXT_AFTER_QUOTE,
    GPUC_ROW_QUOTE_OPEN, /* up to the end of the input */
    GPUC_ROW_FIELD_TOO_BIG,
    GPUC_ROW_NOT_UTF8,
    GPUC_ROW_REFUSED_BY_LIBCSV
};

struct gpuc_row {
    uint32_t begin;     /* position of its first byte */
    uint32_t first_end; /* in `ends`: where its first field ends */
    uint32_t n_fields;  /* at least 1 */
    uint32_t fault;     /* enum gpuc_row_fault */
};

struct gpuc_rows {
    const uint8_t *text;  /* not owned */
    const uint32_t *ends; /* of an index; not owned */
    struct gpuc_row *items;
    size_t n_items;
    size_t capacity;
    size_t n_records; /* blank ones and comments too */
    size_t begin;     /* of the text that the records take */
    size_t end;
    bool any_quote;
    bool any_high;
    bool any_fault;
    bool last_is_open; /* the input ended inside a quoted field of the last row */
};

/* Bytes of the text; they begin at `begin`, and `end` is behind the last. */
struct gpuc_span {
    size_t begin;
    size_t end;
};

/* Text that an index says how to cut. */
struct gpuc_scanned {
    const uint8_t *text; /* 64 bytes are readable behind its end */
    struct gpuc_span records;
    const struct gpuc_index *index; /* the last record's end is in it */
    enum gpuc_row_fault last_fault; /* what is known to be wrong with the last record */
};

/* Finds the rows, and what is wrong with each. */
enum gpuc_status gpuc_rows_find(struct gpuc_rows *rows,
                                const struct gpuc_dialect *dialect,
                                const struct gpuc_scanned *scanned,
                                struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_rows_done(struct gpuc_rows *rows);

/* A field as it stands in the text, with its quotes; `column` below the row's n_fields.
 */
static inline struct gpuc_span gpuc_row_field(const struct gpuc_rows *rows,
                                              const struct gpuc_row *row, size_t column)
{
    const uint32_t *ends = rows->ends + row->first_end;
    /* Between the fields of a row there is one byte, the delimiter. */
    return (struct gpuc_span){column == 0 ? row->begin : ends[column - 1] + (size_t)1,
                              ends[column]};
}

/* Where a row ends, before its line end. */
static inline size_t gpuc_row_end(const struct gpuc_rows *rows,
                                  const struct gpuc_row *row)
{
    return rows->ends[row->first_end + row->n_fields - 1];
}

/*
 * What a field says: its text without the quotes around it. *ret_doubled: quotes in it
 * are still doubled. The row must have no fault.
 */
static inline struct gpuc_span gpuc_field_content(const struct gpuc_dialect *dialect,
                                                  const uint8_t *text,
                                                  struct gpuc_span field,
                                                  bool *ret_doubled)
{
    *ret_doubled = false;
    if (field.begin == field.end || text[field.begin] != dialect->quote ||
        dialect->no_quote)
        return field;
    struct gpuc_span content = {field.begin + 1, field.end - 1};
    *ret_doubled =
        memchr(text + content.begin, dialect->quote, content.end - content.begin) != NULL;
    return content;
}

/* Copies text with doubled quotes, making them single; returns the end of the copy. */
uint8_t *gpuc_copy_undoubled(uint8_t *to, const uint8_t *text, struct gpuc_span content,
                             uint8_t quote);

/* What a field says: a text that the field or a scratch holds. */
struct gpuc_field_says {
    const uint8_t *text;
    size_t size;
};

/* Reads a field of a row without fault; where its quotes are doubled, into `scratch`. */
enum gpuc_status gpuc_field_read(const struct gpuc_dialect *dialect, const uint8_t *text,
                                 struct gpuc_span field, struct gpuc_bytes *scratch,
                                 struct gpuc_field_says *ret_says,
                                 struct gpuc_error *error) GPUC_MUST_CHECK;

/* The line of a position; `first_line` is that of the first record. Slow; for messages.
 */
uint64_t gpuc_rows_line(const struct gpuc_rows *rows, uint64_t first_line,
                        size_t position);

/* Says what is wrong with a faulty row of the input `name`. Returns GPUC_EDATA. */
enum gpuc_status gpuc_row_fail(const struct gpuc_rows *rows, const struct gpuc_row *row,
                               const struct gpuc_dialect *dialect, const char *name,
                               uint64_t first_line, struct gpuc_error *error);

#endif
