/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/stitcher.h"

#include "pipeline/guess.h"

#include "csv/number_padded.h"
#include "pipeline/reader.h"

void gpuc_stitcher_init(struct gpuc_stitcher *stitcher, const char *name,
                        const struct gpuc_parser *parser,
                        const struct gpuc_dialect *dialect, uint64_t line)
{
    *stitcher = (struct gpuc_stitcher){.name = name,
                                       .parser = parser,
                                       .dialect = dialect,
                                       .state = GPUC_SCAN_STATE_INIT,
                                       .line = line};
    pthread_mutex_init(&stitcher->lock, NULL);
    pthread_cond_init(&stitcher->turned, NULL);
}

void gpuc_stitcher_done(struct gpuc_stitcher *stitcher)
{
    pthread_cond_destroy(&stitcher->turned);
    pthread_mutex_destroy(&stitcher->lock);
    gpuc_bytes_done(&stitcher->record);
    gpuc_free(stitcher->ends);
}

void gpuc_stitcher_stop(struct gpuc_stitcher *stitcher)
{
    pthread_mutex_lock(&stitcher->lock);
    stitcher->stopped = true;
    pthread_cond_broadcast(&stitcher->turned);
    pthread_mutex_unlock(&stitcher->lock);
}

static struct gpuc_scan_text piece_text(const struct gpuc_batch *batch)
{
    return (struct gpuc_scan_text){.bytes = batch->input.data,
                                   .begin = batch->piece_begin,
                                   .end = batch->piece_begin + batch->piece_size};
}

static enum gpuc_status scan(const struct gpuc_stitcher *stitcher,
                             struct gpuc_batch *batch, struct gpuc_scan_state *state,
                             struct gpuc_error *error)
{
    struct gpuc_scan_text text = piece_text(batch);
    gpuc_index_reset(&batch->index);
    return gpuc_scan(stitcher->parser->scanner, stitcher->dialect, &text, state,
                     &batch->index, error);
}

/* Moves a piece so that `size` bytes have room before it. */
static enum gpuc_status make_headroom(struct gpuc_batch *batch, size_t size,
                                      struct gpuc_error *error)
{
    struct gpuc_bytes *input = &batch->input;
    size_t shift = size > batch->piece_begin ? size - batch->piece_begin : 0;
    if (shift == 0)
        return GPUC_OK;
    input->size = batch->piece_begin + batch->piece_size;
    enum gpuc_status status = gpuc_bytes_reserve(input, shift + GPUC_TEXT_SLACK, error);
    if (status != GPUC_OK)
        return status;
    uint8_t *piece = input->data + batch->piece_begin;
    memmove(piece + shift, piece, batch->piece_size);
    batch->piece_begin += shift;
    for (size_t i = 0; i < batch->index.n_ends; i++)
        batch->index.ends[i] += (uint32_t)shift;
    return GPUC_OK;
}

/* Puts the record under way before the piece, and its ends before those of the piece. */
static enum gpuc_status take_over(const struct gpuc_stitcher *stitcher,
                                  struct gpuc_batch *batch, struct gpuc_error *error)
{
    struct gpuc_index *index = &batch->index;
    size_t size = stitcher->record.size;
    size_t n_ends = stitcher->n_ends;
    enum gpuc_status status;
    /* Those who read numbers may look at what is before the first field. */
    GPUC_TRY(make_headroom(batch, size + GPUC_NUMBER_PADDING, error));
    /* Also for an end and a record that the end of the input may add. */
    GPUC_TRY(gpuc_index_reserve(index, n_ends + 1, 1, error));
    size_t begin = batch->piece_begin - size;
    if (size > 0)
        memcpy(batch->input.data + begin, stitcher->record.data, size);
    if (n_ends > 0) {
        memmove(index->ends + n_ends, index->ends, index->n_ends * sizeof *index->ends);
        for (size_t i = 0; i < n_ends; i++)
            index->ends[i] = stitcher->ends[i] + (uint32_t)begin;
        for (size_t i = 0; i < index->n_records; i++)
            index->record_ends[i] += (uint32_t)n_ends;
        index->n_ends += n_ends;
    }
out:
    return status;
}

/* Where the text behind the last record of the index begins. */
static size_t tail_begin(const struct gpuc_batch *batch, size_t begin)
{
    const struct gpuc_index *index = &batch->index;
    if (index->n_records == 0)
        return begin;
    size_t pos = index->ends[index->record_ends[index->n_records - 1] - 1];
    size_t end = batch->piece_begin + batch->piece_size;
    return gpuc_after_line_end(batch->input.data, pos, end);
}

/* Refuses a record that is too large up to its end, or up to that of the piece. No other
 * than the first can be: a piece is not larger. */
static enum gpuc_status check_first_record(const struct gpuc_stitcher *stitcher,
                                           const struct gpuc_batch *batch, size_t begin,
                                           struct gpuc_error *error)
{
    const struct gpuc_index *index = &batch->index;
    size_t end = index->n_records > 0 ? index->ends[index->record_ends[0] - 1]
                                      : batch->piece_begin + batch->piece_size;
    if (stitcher->record.size + (end - begin) <= GPUC_RECORD_BYTES_MAX)
        return GPUC_OK;
    return gpuc_fail_at(error, GPUC_EDATA, stitcher->name, stitcher->line,
                        "a record of more than %d bytes begins here",
                        GPUC_RECORD_BYTES_MAX);
}

/* Makes room for so many more ends of the record under way. */
static enum gpuc_status reserve_ends(struct gpuc_stitcher *stitcher, size_t n_more,
                                     struct gpuc_error *error)
{
    struct gpuc_index ends = {.ends = stitcher->ends,
                              .n_ends = stitcher->n_ends,
                              .ends_capacity = stitcher->ends_capacity};
    enum gpuc_status status = gpuc_index_reserve(&ends, n_more, 0, error);
    stitcher->ends = ends.ends;
    stitcher->ends_capacity = ends.ends_capacity;
    return status;
}

/* Keeps what follows the last record for the next piece. */
static enum gpuc_status leave_tail(struct gpuc_stitcher *stitcher,
                                   const struct gpuc_batch *batch, size_t begin,
                                   struct gpuc_error *error)
{
    const struct gpuc_index *index = &batch->index;
    size_t first = index->record_ends[index->n_records - 1];
    size_t end = batch->piece_begin + batch->piece_size;
    enum gpuc_status status;
    stitcher->record.size = 0;
    stitcher->n_ends = 0;
    GPUC_TRY(gpuc_bytes_append(&stitcher->record, batch->input.data + begin, end - begin,
                               error));
    GPUC_TRY(reserve_ends(stitcher, index->n_ends - first, error));
    for (size_t i = first; i < index->n_ends; i++)
        stitcher->ends[stitcher->n_ends++] = index->ends[i] - (uint32_t)begin;
out:
    return status;
}

/* What is true of bytes that the next piece takes over is true of its own. */
static void keep_flags(struct gpuc_stitcher *stitcher, struct gpuc_index *index)
{
    bool any_quote = index->any_quote, any_odd_quote = index->any_odd_quote;
    bool any_high = index->any_high;
    bool is_new = stitcher->record.size == 0;
    index->any_quote |= stitcher->any_quote;
    index->any_odd_quote |= stitcher->any_odd_quote;
    index->any_high |= stitcher->any_high;
    bool is_first = is_new || index->n_records > 0;
    stitcher->any_quote = is_first ? any_quote : index->any_quote;
    stitcher->any_odd_quote = is_first ? any_odd_quote : index->any_odd_quote;
    stitcher->any_high = is_first ? any_high : index->any_high;
}

/* Counts lines up to the last record's end, and those in the tail behind it. */
static void count_lines(struct gpuc_stitcher *stitcher, const struct gpuc_batch *batch,
                        size_t tail)
{
    size_t end = batch->piece_begin + batch->piece_size;
    uint64_t n_in_tail = gpuc_count_lines(batch->input.data + tail, end - tail);
    stitcher->line += stitcher->n_lines + batch->index.n_lines - n_in_tail;
    stitcher->n_lines = n_in_tail;
}

/* Goes on with a record that does not end in the piece either: the batch has no rows. */
static enum gpuc_status go_on(struct gpuc_stitcher *stitcher,
                              const struct gpuc_batch *batch, size_t begin,
                              struct gpuc_error *error)
{
    const struct gpuc_index *index = &batch->index;
    struct gpuc_bytes *record = &stitcher->record;
    size_t size = batch->piece_begin + batch->piece_size - begin;
    enum gpuc_status status;
    GPUC_TRY(reserve_ends(stitcher, index->n_ends, error));
    for (size_t i = 0; i < index->n_ends; i++)
        stitcher->ends[stitcher->n_ends++] =
            index->ends[i] - (uint32_t)begin + (uint32_t)record->size;
    GPUC_TRY(gpuc_bytes_append(record, batch->input.data + begin, size, error));
    stitcher->n_lines += index->n_lines;
out:
    return status;
}

/* Ends what no line end does: the input, or a field that nobody will read. */
static enum gpuc_row_fault end_early(const struct gpuc_stitcher *stitcher,
                                     struct gpuc_batch *batch)
{
    size_t end = batch->piece_begin + batch->piece_size;
    enum gpuc_row_fault fault = gpuc_end_input(&stitcher->state, end, &batch->index);
    return batch->at_end ? fault : GPUC_ROW_FIELD_TOO_BIG;
}

/* Whether the field that is under way in the tail is longer than any may be. */
static bool is_field_too_big(const struct gpuc_stitcher *stitcher,
                             const struct gpuc_batch *batch, size_t begin)
{
    const struct gpuc_index *index = &batch->index;
    size_t end = batch->piece_begin + batch->piece_size;
    if (stitcher->reads_on)
        return false;
    if (index->n_ends > 0)
        begin = index->ends[index->n_ends - 1];
    else if (stitcher->n_ends > 0)
        begin = batch->piece_begin - stitcher->record.size +
                stitcher->ends[stitcher->n_ends - 1];
    else
        begin -= stitcher->record.size;
    /* A line end before it, and a character that is cut at its end, do not count. */
    return end - begin > gpuc_dialect_max_field_size(stitcher->dialect) + 4;
}

/* Notes where the record begins that is under way behind the batch's rows. */
static void note_next(const struct gpuc_stitcher *stitcher, struct gpuc_batch *batch)
{
    size_t n_begun = stitcher->stopped ? 0 : stitcher->record.size;
    batch->next.offset = batch->offset + batch->piece_size - n_begun;
    batch->next.line = stitcher->line;
    batch->next_is_known = n_begun > 0 || !stitcher->state.after_cr || stitcher->stopped;
}

/*
 * What is done in the order of the input. `begin`: where the piece goes on in the text,
 * behind the LF of a CR LF that was cut in two.
 */
static enum gpuc_status join_in_turn(struct gpuc_stitcher *stitcher,
                                     struct gpuc_batch *batch, size_t begin,
                                     struct gpuc_scanned *ret_scanned,
                                     struct gpuc_error *error)
{
    struct gpuc_index *index = &batch->index;
    bool is_too_big = is_field_too_big(stitcher, batch, begin);
    enum gpuc_row_fault fault = GPUC_ROW_GOOD;
    enum gpuc_status status;
    GPUC_TRY(check_first_record(stitcher, batch, begin, error));
    batch->first_line = stitcher->line;
    keep_flags(stitcher, index);
    if (index->n_records == 0 && !batch->at_end && !is_too_big) {
        GPUC_TRY(go_on(stitcher, batch, begin, error));
        begin = batch->piece_begin + batch->piece_size;
        *ret_scanned = (struct gpuc_scanned){
            .text = batch->input.data, .records = {begin, begin}, .index = index};
        batch->input.size = begin;
        index->n_ends = 0;
        goto out;
    }
    size_t size = stitcher->record.size;
    begin -= batch->piece_begin;
    GPUC_TRY(take_over(stitcher, batch, error));
    begin += batch->piece_begin - size;
    size_t end = batch->piece_begin + batch->piece_size;
    size_t tail = tail_begin(batch, begin);
    count_lines(stitcher, batch, tail);
    if (batch->at_end || is_too_big) {
        fault = end_early(stitcher, batch);
        stitcher->stopped = true;
        tail = end;
    } else {
        GPUC_TRY(leave_tail(stitcher, batch, tail, error));
    }
    *ret_scanned = (struct gpuc_scanned){.text = batch->input.data,
                                         .records = {begin, tail},
                                         .index = index,
                                         .last_fault = fault};
    batch->input.size = end;
out:
    return status;
}

/* Scans the piece again if the guess was wrong, and joins it. */
static enum gpuc_status
take_turn(struct gpuc_stitcher *stitcher, struct gpuc_batch *batch,
          const struct gpuc_scan_state *guess, struct gpuc_scan_state end,
          struct gpuc_scanned *ret_scanned, struct gpuc_error *error)
{
    struct gpuc_scan_text text = piece_text(batch);
    size_t begin = text.begin;
    if (!gpuc_guess_is_right(stitcher->dialect, guess, &stitcher->state, &text)) {
        end = stitcher->state;
        enum gpuc_status status = scan(stitcher, batch, &end, error);
        if (status != GPUC_OK)
            return status;
    }
    if (stitcher->state.after_cr && !stitcher->state.in_record && begin < text.end)
        begin += text.bytes[begin] == '\n';
    stitcher->state = end;
    enum gpuc_status status = join_in_turn(stitcher, batch, begin, ret_scanned, error);
    if (status == GPUC_OK)
        note_next(stitcher, batch);
    return status;
}

/* Finds the rows of what was joined, as far as they are wanted. */
static enum gpuc_status find_rows(const struct gpuc_stitcher *stitcher,
                                  struct gpuc_batch *batch, struct gpuc_scanned *scanned,
                                  struct gpuc_error *error)
{
    struct gpuc_row_range *range = stitcher->range;
    struct gpuc_index *index = &batch->index;
    batch->ends_range = false;
    /* What libcsv refuses is known only of what it reads. */
    if (range != NULL && gpuc_row_range_is_behind(range, batch) &&
        !stitcher->parser->use_libcsv) {
        scanned->records.begin = scanned->records.end;
        index->n_ends = index->n_records = 0;
    }
    enum gpuc_status status = gpuc_parse_rows(stitcher->parser, stitcher->dialect,
                                              scanned, index, &batch->rows, error);
    if (range != NULL)
        gpuc_row_range_cut(range, batch);
    return status;
}

enum gpuc_status gpuc_stitcher_join(struct gpuc_stitcher *stitcher,
                                    struct gpuc_batch *batch, enum gpuc_status loaded,
                                    struct gpuc_error *error)
{
    enum gpuc_status status = loaded;
    struct gpuc_scan_state guess, end;
    struct gpuc_scanned scanned = {0};
    if (status == GPUC_OK) {
        struct gpuc_scan_text text = piece_text(batch);
        end = guess = gpuc_guess_state(stitcher->dialect, &text);
        status = scan(stitcher, batch, &end, error);
    }
    pthread_mutex_lock(&stitcher->lock);
    while (stitcher->turn != batch->sequence && !stitcher->stopped)
        pthread_cond_wait(&stitcher->turned, &stitcher->lock);
    if (stitcher->stopped)
        status = gpuc_fail(error, GPUC_ECANCELLED, "stopped");
    else if (status == GPUC_OK)
        status = take_turn(stitcher, batch, &guess, end, &scanned, error);
    stitcher->stopped = stitcher->stopped || status != GPUC_OK;
    stitcher->turn++;
    pthread_cond_broadcast(&stitcher->turned);
    pthread_mutex_unlock(&stitcher->lock);
    if (status != GPUC_OK)
        return status;
    return find_rows(stitcher, batch, &scanned, error);
}
