/* SPDX-License-Identifier: Apache-2.0 */
/* The records of a batch, and the rows in them. */
#include "csv/number_padded.h"
#include "stream/stream_kinds.h"

/* Behind the text of a batch, the last row's line end included, others may read. */
enum { HEADROOM = GPUC_NUMBER_PADDING };

enum gpuc_status gpuc_stream_batch_begin(struct gpuc_stream_batch *batch,
                                         const struct gpuc_stream *stream,
                                         uint64_t first_line, struct gpuc_error *error)
{
    struct gpuc_bytes *text = &batch->batch.input;
    const struct gpuc_bytes *header = &stream->header;
    bool has_header = stream->streamer->base->model->kind == GPUC_MODEL_BLACKBOX;
    enum gpuc_status status = GPUC_OK;
    batch->n_records = 0;
    batch->n_lines = 0;
    batch->first_line = first_line;
    batch->batch.output.size = 0;
    batch->batch.bad_rows = (struct gpuc_bad_rows){0};
    text->size = 0;
    GPUC_TRY(gpuc_bytes_reserve(text, HEADROOM, error));
    text->size = HEADROOM;
    if (has_header)
        GPUC_TRY(gpuc_bytes_append(text, header->data, header->size, error));
    batch->batch.piece_begin = text->size;
out:
    return status;
}

enum gpuc_status gpuc_stream_batch_add(struct gpuc_stream_batch *batch,
                                       const uint8_t *record, size_t size,
                                       struct gpuc_error *error)
{
    struct gpuc_bytes *text = &batch->batch.input;
    enum gpuc_status status;
    void *begins = batch->begins;
    if (size >= GPUC_RECORD_BYTES_MAX - text->size)
        return gpuc_fail(error, GPUC_EDATA, "a batch of more than %d bytes",
                         GPUC_RECORD_BYTES_MAX);
    GPUC_TRY(gpuc_grow(&begins, &batch->capacity, batch->n_records + 1,
                       sizeof *batch->begins, "records", error));
    batch->begins = begins;
    GPUC_TRY(gpuc_bytes_reserve(text, size + 1 + GPUC_TEXT_SLACK, error));
    batch->begins[batch->n_records++] = (uint32_t)text->size;
    gpuc_bytes_put(text, record, size);
    gpuc_bytes_put_byte(text, '\n');
    batch->n_lines++;
    for (const uint8_t *at = record;
         (at = memchr(at, '\n', size - (size_t)(at - record))) != NULL; at++)
        batch->n_lines++;
out:
    return status;
}

size_t gpuc_stream_batch_size(const struct gpuc_stream_batch *batch)
{
    return batch->batch.input.size - batch->batch.piece_begin;
}

uint64_t gpuc_stream_batch_end_line(const struct gpuc_stream_batch *batch)
{
    return batch->first_line + batch->n_lines;
}

void gpuc_stream_batch_done(struct gpuc_stream_batch *batch)
{
    gpuc_batch_done(&batch->batch);
    gpuc_free(batch->begins);
    *batch = (struct gpuc_stream_batch){0};
}

/* Finds rows in the text from the batch's `piece_begin` on. */
static enum gpuc_status find(const struct gpuc_job *base, const char *name,
                             struct gpuc_stream_batch *batch, struct gpuc_error *error)
{
    struct gpuc_stitcher stitcher;
    struct gpuc_batch *piece = &batch->batch;
    piece->sequence = 0;
    piece->at_end = true;
    piece->piece_size = piece->input.size - piece->piece_begin;
    gpuc_stitcher_init(&stitcher, name, &base->parser, &base->dialect, batch->first_line);
    stitcher.reads_on = base->bad_rows_rule != GPUC_BAD_ROWS_ERROR;
    enum gpuc_status status = gpuc_stitcher_join(&stitcher, piece, GPUC_OK, error);
    gpuc_stitcher_done(&stitcher);
    return status;
}

static size_t record_end(const struct gpuc_stream_batch *batch, size_t record)
{
    return record + 1 < batch->n_records ? batch->begins[record + 1]
                                         : batch->batch.input.size;
}

/* The first record that a row shares with another row or another record; n_records if
 * each row is a record. */
static size_t find_wild_record(const struct gpuc_stream_batch *batch)
{
    const struct gpuc_rows *rows = &batch->batch.rows;
    size_t record = 0;
    for (size_t i = 0; i < rows->n_items; i++) {
        const struct gpuc_row *row = &rows->items[i];
        while (record < batch->n_records && record_end(batch, record) <= row->begin)
            record++;
        if (record == batch->n_records)
            break;
        if ((i > 0 && rows->items[i - 1].begin >= batch->begins[record]) ||
            gpuc_row_end(rows, row) >= record_end(batch, record))
            return record;
    }
    return batch->n_records;
}

/* Makes records blank that are not one row, or none, by themselves. */
static enum gpuc_status tame(const struct gpuc_job *base, struct gpuc_stream_batch *batch,
                             uint64_t *ret_n_bad, struct gpuc_error *error)
{
    struct gpuc_bytes *text = &batch->batch.input;
    struct gpuc_index *index = &batch->batch.index;
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < batch->n_records; i++) {
        const struct gpuc_scan_text record = {
            .bytes = text->data, .begin = batch->begins[i], .end = record_end(batch, i)};
        struct gpuc_scan_state state = GPUC_SCAN_STATE_INIT;
        gpuc_index_reset(index);
        GPUC_TRY(gpuc_scan(base->parser.scanner, &base->dialect, &record, &state, index,
                           error));
        if (index->n_records == 1 && !state.in_record)
            continue;
        memset(text->data + record.begin, ' ', record.end - record.begin - 1);
        (*ret_n_bad)++;
    }
out:
    return status;
}

enum gpuc_status gpuc_stream_find_rows(const struct gpuc_job *base, const char *name,
                                       struct gpuc_stream_batch *batch, bool is_mending,
                                       uint64_t *ret_n_bad, struct gpuc_error *error)
{
    enum gpuc_status status;
    *ret_n_bad = 0;
    GPUC_TRY(find(base, name, batch, error));
    size_t wild = find_wild_record(batch);
    if (wild == batch->n_records)
        goto out;
    if (!is_mending) {
        uint64_t line = gpuc_rows_line(&batch->batch.rows, batch->batch.first_line,
                                       batch->begins[wild]);
        status = gpuc_fail_at(error, GPUC_EDATA, name, line,
                              "the record has a quote that is not closed, or a line end "
                              "outside of quotes: a frame holds one record");
        goto out;
    }
    GPUC_TRY(tame(base, batch, ret_n_bad, error));
    GPUC_TRY(find(base, name, batch, error));
out:
    return status;
}
