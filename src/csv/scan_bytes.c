/* SPDX-License-Identifier: Apache-2.0 */
/* The specification of scanners: an automaton that takes one byte after the other. */
#include "csv/scan.h"

static void end_field(struct gpuc_scan_state *state, struct gpuc_index *index, size_t pos)
{
    index->ends[index->n_ends++] = (uint32_t)pos;
    state->place = GPUC_SCAN_START;
    state->in_record = true;
}

static void end_record(struct gpuc_scan_state *state, struct gpuc_index *index,
                       size_t pos)
{
    end_field(state, index, pos);
    index->record_ends[index->n_records++] = (uint32_t)index->n_ends;
    state->in_record = false;
}

/* Where a byte that is neither separator nor line end leads to. */
static enum gpuc_scan_place next_place(const struct gpuc_dialect *dialect,
                                       const struct gpuc_scan_state *state, uint8_t byte,
                                       struct gpuc_index *index)
{
    bool is_quote = byte == dialect->quote && !dialect->no_quote;
    if (state->place == GPUC_SCAN_COMMENT)
        return GPUC_SCAN_COMMENT;
    if (state->place == GPUC_SCAN_START && !state->in_record && dialect->comment != 0 &&
        byte == dialect->comment)
        return GPUC_SCAN_COMMENT;
    index->any_quote |= is_quote;
    switch (state->place) {
    case GPUC_SCAN_START:
        return is_quote ? GPUC_SCAN_QUOTED : GPUC_SCAN_UNQUOTED;
    case GPUC_SCAN_QUOTED:
        return is_quote ? GPUC_SCAN_AFTER_QUOTE : GPUC_SCAN_QUOTED;
    case GPUC_SCAN_AFTER_QUOTE:
        index->any_odd_quote |= !is_quote;
        return is_quote ? GPUC_SCAN_QUOTED : GPUC_SCAN_UNQUOTED;
    case GPUC_SCAN_UNQUOTED:
    case GPUC_SCAN_COMMENT:
        break;
    }
    return state->place;
}

void gpuc_scan_bytes(const struct gpuc_dialect *dialect,
                     const struct gpuc_scan_text *text, struct gpuc_scan_state *state,
                     struct gpuc_index *index)
{
    for (size_t pos = text->begin; pos < text->end; pos++) {
        uint8_t byte = text->bytes[pos];
        bool is_second = byte == '\n' && state->after_cr; /* of a CR LF */
        bool is_line_end = (byte == '\n' && !is_second) || byte == '\r';
        state->after_cr = byte == '\r';
        index->n_lines += is_line_end;
        index->any_high |= byte >= 0x80;
        if (state->place == GPUC_SCAN_QUOTED)
            state->place = next_place(dialect, state, byte, index);
        else if (is_line_end)
            end_record(state, index, pos);
        else if (is_second)
            continue;
        else if (byte == dialect->delimiter && state->place != GPUC_SCAN_COMMENT)
            end_field(state, index, pos);
        else {
            state->place = next_place(dialect, state, byte, index);
            state->in_record = true;
        }
    }
}

const struct gpuc_scanner gpuc_scanner_portable = {
    .name = "portable",
    .summary = "one byte after the other: the specification of the others",
    .scan = gpuc_scan_bytes,
};

uint64_t gpuc_count_lines(const uint8_t *bytes, size_t size)
{
    uint64_t n_lines = 0;
    for (size_t i = 0; i < size; i++)
        n_lines += bytes[i] == '\n' ||
                   (bytes[i] == '\r' && (i + 1 == size || bytes[i + 1] != '\n'));
    return n_lines;
}
