/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/reader.h"

/* Small enough that the bytes are still in the cache when they are scanned and moved. */
enum { READ_SIZE = 1 << 18 };

void gpuc_reader_init(struct gpuc_reader *reader, struct gpuc_source *source,
                      const struct gpuc_dialect *dialect, size_t batch_rows,
                      uint64_t offset, uint64_t line)
{
    *reader = (struct gpuc_reader){.source = source,
                                   .dialect = dialect,
                                   .batch_rows = batch_rows,
                                   .splitter = gpuc_splitter_init(dialect),
                                   .line = line};
    gpuc_source_seek(source, offset);
}

void gpuc_reader_done(struct gpuc_reader *reader)
{
    gpuc_bytes_done(&reader->buffer);
}

/* Reads more bytes behind those in the buffer, after moving these to its front. */
static enum gpuc_status fill(struct gpuc_reader *reader, struct gpuc_error *error)
{
    struct gpuc_bytes *buffer = &reader->buffer;
    if (reader->begin > 0) {
        buffer->size -= reader->begin;
        reader->scanned -= reader->begin;
        memmove(buffer->data, buffer->data + reader->begin, buffer->size);
        reader->begin = 0;
    }
    if (buffer->size > GPUC_RECORD_BYTES_MAX)
        return gpuc_fail_at(error, GPUC_EDATA, gpuc_source_name(reader->source),
                            reader->line, "a record of more than %d bytes begins here",
                            GPUC_RECORD_BYTES_MAX);
    enum gpuc_status status = gpuc_bytes_reserve(buffer, READ_SIZE, error);
    size_t n = 0;
    if (status == GPUC_OK)
        status = gpuc_source_read(reader->source, buffer->data + buffer->size, READ_SIZE,
                                  &n, error);
    if (status != GPUC_OK)
        return status;
    buffer->size += n;
    reader->ended = n == 0;
    return GPUC_OK;
}

/* Moves bytes from `begin` up to `end`, on n_lines lines, to the batch. */
static enum gpuc_status move_to_batch(struct gpuc_reader *reader,
                                      struct gpuc_batch *batch, size_t end,
                                      uint64_t n_lines, struct gpuc_error *error)
{
    size_t size = end - reader->begin;
    /* With the parser's slack, so that it need not move the text. */
    enum gpuc_status status = gpuc_bytes_reserve(&batch->input, size + 4096, error);
    if (status != GPUC_OK)
        return status;
    gpuc_bytes_put(&batch->input, reader->buffer.data + reader->begin, size);
    reader->begin = end;
    reader->line += n_lines;
    reader->n_lines_scanned -= n_lines;
    return GPUC_OK;
}

/*
 * Scans on and moves the whole records that it finds, up to the batch's limits.
 * *ret_stuck: more bytes are needed, or there are none.
 */
static enum gpuc_status take_records(struct gpuc_reader *reader, struct gpuc_batch *batch,
                                     bool *ret_stuck, struct gpuc_error *error)
{
    size_t left = reader->buffer.size - reader->scanned;
    size_t taken = batch->input.size + (reader->scanned - reader->begin);
    /* Past the byte limit the first record end is enough. Before it, one byte over the
     * limit, so that a CR on it can be told from CR LF. */
    bool is_over = taken >= GPUC_BATCH_BYTES;
    size_t wanted = is_over ? 1 : reader->batch_rows - batch->n_records;
    size_t room = is_over ? left : GPUC_BATCH_BYTES - taken + 1;
    size_t size = left < room ? left : room;
    struct gpuc_split split =
        gpuc_splitter_scan(&reader->splitter, reader->buffer.data + reader->scanned, size,
                           reader->ended && size == left, wanted);
    enum gpuc_status status = GPUC_OK;
    size_t start = reader->scanned;
    uint64_t lines_before = reader->n_lines_scanned;
    reader->scanned += split.scanned;
    reader->n_lines_scanned += split.n_lines;
    *ret_stuck = split.scanned == 0;
    if (split.n_records > 0) {
        batch->n_records += split.n_records;
        status = move_to_batch(reader, batch, start + split.last_end,
                               lines_before + split.n_lines_to_end, error);
    }
    if (status == GPUC_OK && split.field_too_big) {
        /* The parser will say so; it needs no more than what is too much. */
        batch->n_records++;
        status = move_to_batch(reader, batch, reader->scanned, 0, error);
        reader->field_too_big = true;
    }
    return status;
}

static bool is_full(const struct gpuc_reader *reader, const struct gpuc_batch *batch)
{
    size_t taken = batch->input.size + (reader->scanned - reader->begin);
    return batch->n_records == reader->batch_rows || reader->field_too_big ||
           (batch->n_records > 0 && taken >= GPUC_BATCH_BYTES);
}

enum gpuc_status gpuc_reader_next(struct gpuc_reader *reader, struct gpuc_batch *batch,
                                  bool *ret_more, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    batch->sequence = reader->sequence;
    batch->first_line = reader->line;
    batch->n_records = 0;
    batch->input.size = 0;
    reader->field_too_big = false;
    while (!is_full(reader, batch)) {
        bool is_stuck = reader->scanned == reader->buffer.size;
        if (!is_stuck)
            GPUC_TRY(take_records(reader, batch, &is_stuck, error));
        if (!is_stuck)
            continue;
        if (!reader->ended) {
            GPUC_TRY(fill(reader, error));
            continue;
        }
        if (reader->buffer.size > reader->begin) {
            /* A last record without a line end. */
            batch->n_records++;
            GPUC_TRY(move_to_batch(reader, batch, reader->buffer.size, 0, error));
        }
        break;
    }
    batch->input_size = batch->input.size;
    *ret_more = batch->n_records > 0;
    reader->sequence += *ret_more;
out:
    return status;
}

enum gpuc_status gpuc_reader_unread(struct gpuc_reader *reader,
                                    const struct gpuc_batch *batch,
                                    struct gpuc_error *error)
{
    struct gpuc_bytes *buffer = &reader->buffer;
    size_t n_left = buffer->size - reader->begin;
    size_t size = batch->input_size;
    enum gpuc_status status = gpuc_bytes_reserve(buffer, size, error);
    if (status != GPUC_OK)
        return status;
    memmove(buffer->data + size, buffer->data + reader->begin, n_left);
    memcpy(buffer->data, batch->input.data, size);
    buffer->size = size + n_left;
    reader->begin = 0;
    reader->scanned = 0;
    reader->n_lines_scanned = 0;
    reader->splitter = gpuc_splitter_init(reader->dialect);
    reader->line = batch->first_line;
    reader->sequence--;
    return GPUC_OK;
}

enum gpuc_status gpuc_reader_skip_mark(struct gpuc_reader *reader,
                                       struct gpuc_error *error)
{
    static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};
    const struct gpuc_bytes *buffer = &reader->buffer;
    while (buffer->size < sizeof mark && !reader->ended) {
        enum gpuc_status status = fill(reader, error);
        if (status != GPUC_OK)
            return status;
    }
    if (buffer->size >= sizeof mark && memcmp(buffer->data, mark, sizeof mark) == 0) {
        reader->begin = sizeof mark;
        reader->scanned = sizeof mark;
    }
    return GPUC_OK;
}
