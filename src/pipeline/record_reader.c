/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/record_reader.h"

#include "csv/not_csv.h"

/* Bytes that are read at a time, and scanned at a time: most headers are shorter. */
enum { READ_SIZE = 1 << 16, SCAN_SIZE = 1 << 12 };

void gpuc_record_reader_init(struct gpuc_record_reader *records,
                             struct gpuc_source *source, const struct gpuc_parser *parser,
                             const struct gpuc_dialect *dialect)
{
    *records = (struct gpuc_record_reader){.source = source,
                                           .parser = parser,
                                           .dialect = dialect,
                                           .name = gpuc_source_name(source),
                                           .first_line = 1,
                                           .line = 1};
    gpuc_source_seek(source, 0);
}

void gpuc_record_reader_done(struct gpuc_record_reader *records)
{
    gpuc_bytes_done(&records->buffer);
    gpuc_index_done(&records->index);
    gpuc_rows_done(&records->rows);
    gpuc_table_done(&records->table);
}

static enum gpuc_status read_more(struct gpuc_record_reader *records,
                                  struct gpuc_error *error)
{
    struct gpuc_bytes *buffer = &records->buffer;
    size_t n = 0;
    enum gpuc_status status =
        gpuc_bytes_reserve(buffer, READ_SIZE + GPUC_TEXT_SLACK, error);
    if (status == GPUC_OK)
        status = gpuc_source_read(records->source, buffer->data + buffer->size, READ_SIZE,
                                  &n, error);
    if (status != GPUC_OK)
        return status;
    buffer->size += n;
    records->ended = n == 0;
    return GPUC_OK;
}

/* Forgets the first bytes of the buffer, which belong to no record. */
static void drop(struct gpuc_record_reader *records, size_t size)
{
    struct gpuc_bytes *buffer = &records->buffer;
    if (size == 0)
        return;
    buffer->size -= size;
    memmove(buffer->data, buffer->data + size, buffer->size);
    records->offset += size;
}

enum gpuc_status gpuc_record_reader_skip_mark(struct gpuc_record_reader *records,
                                              struct gpuc_error *error)
{
    static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};
    struct gpuc_bytes *buffer = &records->buffer;
    while (buffer->size < sizeof mark && !records->ended) {
        enum gpuc_status status = read_more(records, error);
        if (status != GPUC_OK)
            return status;
    }
    if (buffer->size < sizeof mark || memcmp(buffer->data, mark, sizeof mark) != 0)
        return GPUC_OK;
    drop(records, sizeof mark);
    return GPUC_OK;
}

static bool is_line_end(uint8_t byte)
{
    return byte == '\n' || byte == '\r';
}

enum gpuc_status gpuc_record_reader_check(struct gpuc_record_reader *records,
                                          struct gpuc_error *error)
{
    const struct gpuc_bytes *buffer = &records->buffer;
    bool any = false; /* byte of a line that is not empty */
    size_t pos = 0;
    for (; pos < GPUC_NOT_CSV_LOOK_AT; pos++) {
        while (pos == buffer->size && !records->ended) {
            enum gpuc_status status = read_more(records, error);
            if (status != GPUC_OK)
                return status;
        }
        if (pos == buffer->size || (any && is_line_end(buffer->data[pos])))
            break;
        any = any || !is_line_end(buffer->data[pos]);
    }
    return gpuc_not_csv_check(records->name, buffer->data, pos, error);
}

enum gpuc_status gpuc_record_reader_skip_lines(struct gpuc_record_reader *records,
                                               uint64_t n_lines, struct gpuc_error *error)
{
    const struct gpuc_bytes *buffer = &records->buffer;
    bool after_cr = false; /* an LF here belongs to the line before */
    size_t pos = 0;
    for (uint64_t n_left = n_lines; n_left > 0 || after_cr;) {
        if (pos == buffer->size) {
            drop(records, pos);
            pos = 0;
            if (records->ended)
                break;
            enum gpuc_status status = read_more(records, error);
            if (status != GPUC_OK)
                return status;
            continue;
        }
        uint8_t byte = buffer->data[pos];
        bool is_second = after_cr && byte == '\n';
        if (n_left == 0 && !is_second)
            break;
        n_left -= !is_second && is_line_end(byte);
        records->line += !is_second && is_line_end(byte);
        after_cr = byte == '\r';
        pos++;
    }
    drop(records, pos);
    records->first_line = records->line;
    return GPUC_OK;
}

/* Whether what the scanner is in is longer than it may be. */
static bool is_field_too_big(const struct gpuc_record_reader *records, size_t scanned)
{
    const struct gpuc_index *index = &records->index;
    size_t begin = index->n_ends > 0 ? index->ends[index->n_ends - 1] : records->end;
    /* A line end before it, and a character that is cut at its end, do not count. */
    return scanned - begin > gpuc_dialect_max_field_size(records->dialect) + 4;
}

/* Refuses a record that begins at records->end and is too large up to here. */
static enum gpuc_status check_size(const struct gpuc_record_reader *records, size_t end,
                                   struct gpuc_error *error)
{
    if (end - records->end <= GPUC_RECORD_BYTES_MAX)
        return GPUC_OK;
    return gpuc_fail_at(error, GPUC_EDATA, records->name, records->line,
                        "a record of more than %d bytes begins here",
                        GPUC_RECORD_BYTES_MAX);
}

/*
 * Scans the record that begins at records->end, reading on as far as that takes. What is
 * scanned behind it does not stay in the index.
 */
static enum gpuc_status scan_record(struct gpuc_record_reader *records,
                                    enum gpuc_row_fault *ret_fault,
                                    struct gpuc_error *error)
{
    struct gpuc_scan_state state = GPUC_SCAN_STATE_INIT;
    struct gpuc_index *index = &records->index;
    struct gpuc_scan_text text = {.begin = records->end, .end = records->end};
    enum gpuc_status status;
    *ret_fault = GPUC_ROW_GOOD;
    gpuc_index_reset(index);
    while (index->n_records == 0) {
        text.begin = text.end;
        if (text.begin == records->buffer.size && !records->ended) {
            GPUC_TRY(read_more(records, error));
            continue;
        }
        size_t left = records->buffer.size - text.begin;
        GPUC_TRY(gpuc_index_reserve(index, 1, 1, error));
        GPUC_TRY(check_size(records, text.end, error));
        if (is_field_too_big(records, text.begin) || left == 0) {
            *ret_fault = gpuc_end_input(&state, text.end, index);
            if (left > 0)
                *ret_fault = GPUC_ROW_FIELD_TOO_BIG;
            return GPUC_OK;
        }
        text.bytes = records->buffer.data;
        text.end += left < SCAN_SIZE ? left : SCAN_SIZE;
        GPUC_TRY(gpuc_scan(records->parser->scanner, records->dialect, &text, &state,
                           index, error));
    }
    index->n_records = 1;
    index->n_ends = index->record_ends[0];
    GPUC_TRY(check_size(records, index->ends[index->n_ends - 1], error));
out:
    return status;
}

/* Moves on behind the record in the index, whose line end may not all be read yet. */
static enum gpuc_status pass_record(struct gpuc_record_reader *records,
                                    struct gpuc_error *error)
{
    const struct gpuc_index *index = &records->index;
    struct gpuc_bytes *buffer = &records->buffer;
    size_t pos = index->ends[index->n_ends - 1];
    bool is_cr = pos < buffer->size && buffer->data[pos] == '\r';
    if (is_cr && pos + 1 == buffer->size && !records->ended) {
        enum gpuc_status status = read_more(records, error);
        if (status != GPUC_OK)
            return status;
    }
    records->begin = records->end;
    records->end = gpuc_after_line_end(buffer->data, pos, buffer->size);
    records->first_line = records->line;
    records->line +=
        gpuc_count_lines(buffer->data + records->begin, records->end - records->begin);
    records->n_records++;
    return GPUC_OK;
}

/* Makes the table of the row that was found. */
static enum gpuc_status fill_table(struct gpuc_record_reader *records,
                                   struct gpuc_error *error)
{
    const struct gpuc_row *row = &records->rows.items[0];
    struct gpuc_bytes *buffer = &records->buffer;
    size_t size = buffer->size;
    struct gpuc_table_shape shape = {row->n_fields, row->n_fields, 1};
    enum gpuc_status status;
    if (row->fault != GPUC_ROW_GOOD)
        return gpuc_row_fail(&records->rows, row, records->dialect, records->name,
                             records->first_line, error);
    GPUC_TRY(gpuc_table_reset(&records->table, &shape, error));
    GPUC_TRY(gpuc_table_fill(&records->table, records->dialect, &records->rows,
                             (struct gpuc_span){0, 1}, buffer, error));
    /* What was put behind the text is of use until more is read. */
    buffer->size = size;
out:
    return status;
}

enum gpuc_status gpuc_record_reader_next(struct gpuc_record_reader *records,
                                         size_t *ret_n_fields, struct gpuc_error *error)
{
    enum gpuc_row_fault fault;
    enum gpuc_status status;
    for (;;) {
        GPUC_TRY(scan_record(records, &fault, error));
        *ret_n_fields = 0;
        if (records->index.n_records == 0)
            return GPUC_OK;
        GPUC_TRY(pass_record(records, error));
        struct gpuc_scanned scanned = {.text = records->buffer.data,
                                       .records = {records->begin, records->end},
                                       .index = &records->index,
                                       .last_fault = fault};
        GPUC_TRY(gpuc_parse_rows(records->parser, records->dialect, &scanned,
                                 &records->index, &records->rows, error));
        if (records->rows.n_items > 0)
            break;
    }
    GPUC_TRY(fill_table(records, error));
    *ret_n_fields = records->rows.items[0].n_fields;
out:
    return status;
}

uint64_t gpuc_record_reader_offset(const struct gpuc_record_reader *records)
{
    return records->offset + records->end;
}

void gpuc_record_reader_back(struct gpuc_record_reader *records)
{
    records->end = records->begin;
    records->line = records->first_line;
    records->n_records--;
}

enum gpuc_status gpuc_record_reader_unread(const struct gpuc_record_reader *records,
                                           struct gpuc_error *error)
{
    return gpuc_source_unread(records->source, records->buffer.data + records->end,
                              records->buffer.size - records->end, error);
}
