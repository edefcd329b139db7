/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/row_range.h"

void gpuc_row_range_init(struct gpuc_row_range *range)
{
    *range = (struct gpuc_row_range){.end = UINT64_MAX, .end_offset = UINT64_MAX};
    pthread_mutex_init(&range->lock, NULL);
    pthread_cond_init(&range->turned, NULL);
}

void gpuc_row_range_done(struct gpuc_row_range *range)
{
    pthread_cond_destroy(&range->turned);
    pthread_mutex_destroy(&range->lock);
}

void gpuc_row_range_begin_input(struct gpuc_row_range *range)
{
    range->turn = 0;
}

bool gpuc_row_range_skips(const struct gpuc_row_range *range)
{
    return range->first > 0 || range->begin_offset > 0;
}

bool gpuc_row_range_is_behind(const struct gpuc_row_range *range,
                              const struct gpuc_batch *batch)
{
    return batch->offset + batch->piece_size <= range->begin_offset;
}

/* Whether rows have to be counted. */
static bool has_numbers(const struct gpuc_row_range *range)
{
    return range->first > 0 || range->end < UINT64_MAX;
}

/* The number of the batch's first row, once it is known. */
static uint64_t take_number(struct gpuc_row_range *range, const struct gpuc_batch *batch)
{
    pthread_mutex_lock(&range->lock);
    while (range->turn != batch->sequence)
        pthread_cond_wait(&range->turned, &range->lock);
    uint64_t number = range->n_rows;
    range->n_rows += batch->rows.n_items;
    range->turn++;
    pthread_cond_broadcast(&range->turned);
    pthread_mutex_unlock(&range->lock);
    return number;
}

/* The byte of the input that stands at a position of the batch's text. */
static uint64_t offset_of(const struct gpuc_batch *batch, size_t position)
{
    return batch->offset + position - batch->piece_begin;
}

/* How many of `n_rows` rows from number `first` on are before number `limit`. */
static size_t n_before(uint64_t first, size_t n_rows, uint64_t limit)
{
    if (limit <= first)
        return 0;
    return limit - first < n_rows ? (size_t)(limit - first) : n_rows;
}

void gpuc_row_range_cut(struct gpuc_row_range *range, struct gpuc_batch *batch)
{
    struct gpuc_rows *rows = &batch->rows;
    struct gpuc_span kept = {0, rows->n_items};
    batch->ends_range =
        rows->n_records > 0 && offset_of(batch, rows->end) >= range->end_offset;
    if (has_numbers(range)) {
        uint64_t number = take_number(range, batch);
        kept.begin = n_before(number, rows->n_items, range->first);
        kept.end = n_before(number, rows->n_items, range->end);
        batch->next_row = number + rows->n_items;
        batch->ends_range |= batch->next_row >= range->end;
    }
    while (kept.begin < kept.end &&
           offset_of(batch, rows->items[kept.begin].begin) < range->begin_offset)
        kept.begin++;
    while (kept.begin < kept.end &&
           offset_of(batch, rows->items[kept.end - 1].begin) >= range->end_offset)
        kept.end--;
    if (kept.begin > 0 && rows->items[kept.begin - 1].fault == GPUC_ROW_REFUSED_BY_LIBCSV)
        kept.begin--;
    if (kept.end < rows->n_items)
        rows->last_is_open = false;
    rows->n_items = kept.end > kept.begin ? kept.end - kept.begin : 0;
    if (kept.begin > 0)
        memmove(rows->items, rows->items + kept.begin,
                rows->n_items * sizeof *rows->items);
}
