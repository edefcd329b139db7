/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/rows.h"

#include "base/memory.h"
#include "csv/utf8.h"

/* A fault, and where it is. */
struct fault {
    enum gpuc_row_fault kind;
    size_t position;
};

static bool opens_with_quote(const struct gpuc_dialect *dialect, const uint8_t *text,
                             struct gpuc_span field)
{
    return !dialect->no_quote && field.begin < field.end &&
           text[field.begin] == dialect->quote;
}

/* The quote that closes a field that opens with one; its end if none does. */
static size_t closing_quote(const struct gpuc_dialect *dialect, const uint8_t *text,
                            struct gpuc_span field, size_t *ret_n_doubled)
{
    size_t pos = field.begin + 1;
    *ret_n_doubled = 0;
    while (pos < field.end) {
        const uint8_t *quote = memchr(text + pos, dialect->quote, field.end - pos);
        if (quote == NULL)
            return field.end;
        pos = (size_t)(quote - text);
        if (pos + 1 == field.end || text[pos + 1] != dialect->quote)
            return pos;
        ++*ret_n_doubled;
        pos += 2;
    }
    return field.end;
}

static bool too_big(const struct gpuc_dialect *dialect, const uint8_t *text,
                    struct gpuc_span content, size_t n_doubled)
{
    size_t size = content.end - content.begin;
    return size - n_doubled > dialect->max_field_chars &&
           gpuc_utf8_count(text + content.begin, size) - n_doubled >
               dialect->max_field_chars;
}

/* What is wrong with a field. `is_open`: the input ended in it. */
static struct fault field_fault(const struct gpuc_dialect *dialect, const uint8_t *text,
                                struct gpuc_span field, bool is_open)
{
    struct fault big = {GPUC_ROW_FIELD_TOO_BIG, field.begin};
    if (!opens_with_quote(dialect, text, field))
        return too_big(dialect, text, field, 0) ? big : (struct fault){GPUC_ROW_GOOD, 0};
    size_t n_doubled;
    size_t closing = closing_quote(dialect, text, field, &n_doubled);
    if (too_big(dialect, text, (struct gpuc_span){field.begin + 1, closing}, n_doubled))
        return big;
    if (is_open && closing == field.end)
        return (struct fault){GPUC_ROW_QUOTE_OPEN, field.begin};
    if (closing + 1 < field.end)
        return (struct fault){GPUC_ROW_TEXT_AFTER_QUOTE, closing + 1};
    return (struct fault){GPUC_ROW_GOOD, 0};
}

/* The fault of a row that comes first in it. */
static struct fault row_fault(const struct gpuc_rows *rows,
                              const struct gpuc_dialect *dialect,
                              const struct gpuc_row *row, bool is_open)
{
    size_t end = gpuc_row_end(rows, row);
    size_t valid =
        row->begin + gpuc_utf8_valid_prefix(rows->text + row->begin, end - row->begin);
    for (size_t column = 0; column < row->n_fields; column++) {
        struct gpuc_span field = gpuc_row_field(rows, row, column);
        bool is_valid = field.end <= valid;
        if (!is_valid)
            field.end = valid;
        bool is_last = column + 1 == row->n_fields;
        struct fault fault = field_fault(dialect, rows->text, field, is_open && is_last);
        bool is_found = fault.kind != GPUC_ROW_GOOD && fault.kind != GPUC_ROW_QUOTE_OPEN;
        if (!is_valid && !is_found)
            return (struct fault){GPUC_ROW_NOT_UTF8, valid};
        if (fault.kind != GPUC_ROW_GOOD)
            return fault;
    }
    return (struct fault){GPUC_ROW_GOOD, 0};
}

static bool is_blank(const struct gpuc_dialect *dialect, const uint8_t *text,
                     struct gpuc_span field)
{
    bool doubled;
    struct gpuc_span content = gpuc_field_content(dialect, text, field, &doubled);
    return gpuc_utf8_is_space(text + content.begin, content.end - content.begin);
}

/* Whether a record is none that anybody wants. */
static bool is_passed_over(const struct gpuc_rows *rows,
                           const struct gpuc_dialect *dialect, const struct gpuc_row *row)
{
    const uint8_t *text = rows->text;
    if (row->n_fields > 1)
        return false;
    struct gpuc_span field = {row->begin, gpuc_row_end(rows, row)};
    if (field.begin == field.end)
        return true;
    /* A comment that is larger than any field may have been cut: it is a faulty row. */
    if (dialect->comment != 0 && text[field.begin] == dialect->comment)
        return field.end - field.begin <= gpuc_dialect_max_field_size(dialect);
    return row->fault == GPUC_ROW_GOOD && is_blank(dialect, text, field);
}

/* Whether rows must be looked at one by one for faults. */
static bool is_suspicious(const struct gpuc_scanned *scanned)
{
    const uint8_t *text = scanned->text + scanned->records.begin;
    size_t size = scanned->records.end - scanned->records.begin;
    return scanned->index->any_odd_quote ||
           (scanned->index->any_high && gpuc_utf8_valid_prefix(text, size) < size);
}

enum gpuc_status gpuc_rows_find(struct gpuc_rows *rows,
                                const struct gpuc_dialect *dialect,
                                const struct gpuc_scanned *scanned,
                                struct gpuc_error *error)
{
    const struct gpuc_index *index = scanned->index;
    void *items = rows->items;
    enum gpuc_status status = gpuc_grow(&items, &rows->capacity, index->n_records,
                                        sizeof *rows->items, "rows", error);
    rows->items = items;
    if (status != GPUC_OK)
        return status;
    rows->text = scanned->text;
    rows->ends = index->ends;
    rows->begin = scanned->records.begin;
    rows->end = scanned->records.end;
    rows->n_records = index->n_records;
    rows->any_quote = index->any_quote;
    rows->any_high = index->any_high;
    rows->any_fault = false;
    rows->last_is_open = scanned->last_fault == GPUC_ROW_QUOTE_OPEN;

    bool check_all = is_suspicious(scanned);
    size_t begin = scanned->records.begin;
    uint32_t first_end = 0;
    struct gpuc_row *row = rows->items;
    for (size_t i = 0; i < index->n_records; i++) {
        uint32_t n_ends = index->record_ends[i];
        size_t end = index->ends[n_ends - 1];
        *row = (struct gpuc_row){(uint32_t)begin, first_end, n_ends - first_end, 0};
        first_end = n_ends;
        bool is_last = i + 1 == index->n_records;
        if (is_last)
            row->fault = (uint32_t)scanned->last_fault;
        if (check_all || row->fault != 0 || end - begin > dialect->max_field_chars) {
            if (row->fault != GPUC_ROW_REFUSED_BY_LIBCSV)
                row->fault = (uint32_t)row_fault(rows, dialect, row,
                                                 row->fault == GPUC_ROW_QUOTE_OPEN)
                                 .kind;
            rows->any_fault |= row->fault != 0;
        }
        begin = gpuc_after_line_end(rows->text, end, rows->end);
        row += !is_passed_over(rows, dialect, row);
    }
    rows->n_items = (size_t)(row - rows->items);
    return GPUC_OK;
}

void gpuc_rows_done(struct gpuc_rows *rows)
{
    gpuc_free(rows->items);
    *rows = (struct gpuc_rows){0};
}

uint8_t *gpuc_copy_undoubled(uint8_t *to, const uint8_t *text, struct gpuc_span content,
                             uint8_t quote)
{
    const uint8_t *from = text + content.begin;
    const uint8_t *end = text + content.end;
    const uint8_t *first; /* of two quotes */
    while (from < end && (first = memchr(from, quote, (size_t)(end - from))) != NULL) {
        const size_t size = (size_t)(first - from) + 1;
        memcpy(to, from, size);
        to += size;
        from += size + 1;
    }
    if (from < end) {
        memcpy(to, from, (size_t)(end - from));
        to += end - from;
    }
    return to;
}

enum gpuc_status gpuc_field_read(const struct gpuc_dialect *dialect, const uint8_t *text,
                                 struct gpuc_span field, struct gpuc_bytes *scratch,
                                 struct gpuc_field_says *ret_says,
                                 struct gpuc_error *error)
{
    bool doubled;
    struct gpuc_span content = gpuc_field_content(dialect, text, field, &doubled);
    size_t size = content.end - content.begin;
    *ret_says = (struct gpuc_field_says){text + content.begin, size};
    if (!doubled)
        return GPUC_OK;
    scratch->size = 0;
    enum gpuc_status status = gpuc_bytes_reserve(scratch, size, error);
    if (status != GPUC_OK)
        return status;
    const uint8_t *end =
        gpuc_copy_undoubled(scratch->data, text, content, dialect->quote);
    *ret_says = (struct gpuc_field_says){scratch->data, (size_t)(end - scratch->data)};
    return GPUC_OK;
}

uint64_t gpuc_rows_line(const struct gpuc_rows *rows, uint64_t first_line,
                        size_t position)
{
    return first_line +
           gpuc_count_lines(rows->text + rows->begin, position - rows->begin);
}

enum gpuc_status gpuc_row_fail(const struct gpuc_rows *rows, const struct gpuc_row *row,
                               const struct gpuc_dialect *dialect, const char *name,
                               uint64_t first_line, struct gpuc_error *error)
{
    struct fault fault = {GPUC_ROW_REFUSED_BY_LIBCSV, gpuc_row_end(rows, row)};
    if (row->fault != GPUC_ROW_REFUSED_BY_LIBCSV)
        fault = row_fault(rows, dialect, row, row->fault == GPUC_ROW_QUOTE_OPEN);
    uint64_t line = gpuc_rows_line(rows, first_line, fault.position);
    switch (fault.kind) {
    case GPUC_ROW_TEXT_AFTER_QUOTE:
        return gpuc_fail_at(error, GPUC_EDATA, name, line, "'%c' expected after '%c'",
                            dialect->delimiter, dialect->quote);
    case GPUC_ROW_QUOTE_OPEN:
        return gpuc_fail_at(error, GPUC_EDATA, name, line, "unexpected end of data");
    case GPUC_ROW_FIELD_TOO_BIG:
        return gpuc_fail_at(error, GPUC_EDATA, name, line,
                            "field larger than field limit (%u)",
                            (unsigned)dialect->max_field_chars);
    case GPUC_ROW_NOT_UTF8:
        return gpuc_fail_at(
            error, GPUC_EDATA, name, line,
            "not UTF-8: byte 0x%02x cannot stand here (convert the file, for "
            "instance with iconv -t UTF-8)",
            rows->text[fault.position]);
    case GPUC_ROW_REFUSED_BY_LIBCSV:
        return gpuc_fail_at(
            error, GPUC_EDATA, name, line,
            "libcsv refuses a quote here (the native parser may read it)");
    case GPUC_ROW_GOOD:
        break;
    }
    return GPUC_EDATA;
}
