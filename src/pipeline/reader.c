/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/reader.h"

enum { READ_SIZE = 1 << 20 };

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
    if (reader->begin > 0 && buffer->capacity - buffer->size < READ_SIZE) {
        buffer->size -= reader->begin;
        reader->scanned -= reader->begin;
        memmove(buffer->data, buffer->data + reader->begin, buffer->size);
        reader->begin = 0;
    }
    if (buffer->size - reader->begin > GPUC_RECORD_BYTES_MAX)
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

/* Moves `size` bytes of the buffer, on `n_lines` lines, to the batch. */
static enum gpuc_status hand_over(struct gpuc_reader *reader, struct gpuc_batch *batch,
                                  size_t size, uint64_t n_lines, struct gpuc_error *error)
{
    batch->first_line = reader->line;
    batch->input_size = size;
    batch->input.size = 0;
    /* The parser's slack too, so that it need not move the text. */
    enum gpuc_status status = gpuc_bytes_reserve(&batch->input, size + 4096, error);
    if (status != GPUC_OK)
        return status;
    gpuc_bytes_put(&batch->input, reader->buffer.data + reader->begin, size);
    reader->begin += size;
    reader->scanned = reader->begin;
    reader->line += n_lines;
    reader->splitter = gpuc_splitter_init(reader->dialect);
    return GPUC_OK;
}

enum gpuc_status gpuc_reader_next(struct gpuc_reader *reader, struct gpuc_batch *batch,
                                  bool *ret_more, struct gpuc_error *error)
{
    size_t n_records = 0;
    size_t end = 0; /* of the last whole record, from `begin` */
    uint64_t n_lines = 0, lines_scanned = 0;
    batch->sequence = reader->sequence;
    for (;;) {
        size_t left = reader->buffer.size - reader->scanned;
        size_t taken = reader->scanned - reader->begin;
        /* Past the byte limit the first record end is enough. */
        bool full = taken >= GPUC_BATCH_BYTES;
        if (n_records == reader->batch_rows || (full && n_records > 0))
            break;
        size_t wanted = full ? 1 : reader->batch_rows - n_records;
        /* One byte over the limit, so that a CR on it can be told from CR LF. */
        size_t room = full ? left : GPUC_BATCH_BYTES - taken + 1;
        size_t size = left < room ? left : room;
        struct gpuc_split split =
            gpuc_splitter_scan(&reader->splitter, reader->buffer.data + reader->scanned,
                               size, reader->ended && size == left, wanted);
        if (split.n_records > 0) {
            end = taken + split.last_end;
            n_lines = lines_scanned + split.n_lines_to_end;
            n_records += split.n_records;
        }
        lines_scanned += split.n_lines;
        reader->scanned += split.scanned;
        if (split.field_too_big) {
            /* The parser will say so; it needs no more than what is too much. */
            end = reader->scanned - reader->begin;
            n_records++;
            break;
        }
        if (n_records == reader->batch_rows || split.scanned > 0)
            continue;
        if (reader->ended) {
            size_t rest = reader->buffer.size - reader->begin;
            n_records += rest > end; /* a last record without a line end */
            end = rest;
            break;
        }
        enum gpuc_status status = fill(reader, error);
        if (status != GPUC_OK)
            return status;
    }
    *ret_more = end > 0;
    if (end == 0)
        return GPUC_OK;
    batch->n_records = n_records;
    reader->sequence++;
    return hand_over(reader, batch, end, n_lines, error);
}
