/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/reader.h"

void gpuc_reader_init(struct gpuc_reader *reader, struct gpuc_source *source,
                      size_t piece_bytes, uint64_t offset)
{
    if (piece_bytes == 0)
        piece_bytes = GPUC_PIECE_BYTES;
    if (piece_bytes > GPUC_PIECE_BYTES_MAX)
        piece_bytes = GPUC_PIECE_BYTES_MAX;
    *reader = (struct gpuc_reader){.source = source,
                                   .piece_bytes = piece_bytes,
                                   .offset = offset,
                                   .end = gpuc_source_anywhere_size(source)};
    reader->is_anywhere = reader->end > 0;
}

/* Makes room for a piece, and for what other stages read and write around it. */
static enum gpuc_status make_room(const struct gpuc_reader *reader,
                                  struct gpuc_batch *batch, struct gpuc_error *error)
{
    batch->input.size = 0;
    batch->piece_begin = GPUC_PIECE_HEADROOM;
    return gpuc_bytes_reserve(&batch->input,
                              GPUC_PIECE_HEADROOM + reader->piece_bytes + GPUC_TEXT_SLACK,
                              error);
}

/* Fills a piece from a source that gives its bytes in order. */
static enum gpuc_status read_piece(struct gpuc_reader *reader, struct gpuc_batch *batch,
                                   struct gpuc_error *error)
{
    enum gpuc_status status = make_room(reader, batch, error);
    size_t size = 0;
    while (status == GPUC_OK && size < reader->piece_bytes && !reader->ended) {
        size_t n = 0;
        uint8_t *to = batch->input.data + batch->piece_begin + size;
        status =
            gpuc_source_read(reader->source, to, reader->piece_bytes - size, &n, error);
        size += n;
        reader->ended = status == GPUC_OK && n == 0;
        if (reader->is_eager)
            break;
    }
    batch->piece_size = size;
    batch->file_end = gpuc_source_file_position(reader->source);
    batch->at_end = reader->ended;
    return status;
}

enum gpuc_status gpuc_reader_next(struct gpuc_reader *reader, struct gpuc_batch *batch,
                                  bool *ret_more, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    batch->sequence = reader->sequence++;
    batch->offset = reader->offset;
    *ret_more = !reader->ended;
    if (reader->ended)
        return GPUC_OK;
    if (!reader->is_anywhere) {
        status = read_piece(reader, batch, error);
    } else {
        /* A file to which rows are still added is read as far as it goes by then. One
         * that has become shorter is not: whoever loads what is gone says so. */
        if (reader->end <= reader->offset + reader->piece_bytes) {
            uint64_t now = gpuc_source_anywhere_size(reader->source);
            reader->end = now > reader->end ? now : reader->end;
        }
        uint64_t left = reader->end > reader->offset ? reader->end - reader->offset : 0;
        batch->at_end = left <= reader->piece_bytes;
        batch->piece_size = batch->at_end ? (size_t)left : reader->piece_bytes;
        batch->file_end = reader->offset + batch->piece_size;
        reader->ended = batch->at_end;
    }
    reader->offset += batch->piece_size;
    return status;
}

enum gpuc_status gpuc_reader_load(const struct gpuc_reader *reader,
                                  struct gpuc_batch *batch, struct gpuc_error *error)
{
    if (!reader->is_anywhere)
        return GPUC_OK;
    enum gpuc_status status = make_room(reader, batch, error);
    for (size_t size = 0; status == GPUC_OK && size < batch->piece_size;) {
        size_t n = 0;
        uint8_t *to = batch->input.data + batch->piece_begin + size;
        status = gpuc_source_read_at(reader->source, batch->offset + size, to,
                                     batch->piece_size - size, &n, error);
        if (status == GPUC_OK && n == 0)
            return gpuc_fail(error, GPUC_EDATA,
                             "%s: the file changed while it was being read",
                             gpuc_source_name(reader->source));
        size += n;
    }
    return status;
}
