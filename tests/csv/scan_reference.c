/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/scan_reference.h"

#include <string.h>

struct reading {
    const struct gpuc_dialect *dialect;
    const uint8_t *bytes;
    size_t size;
    struct gpuc_index *index;
    enum gpuc_scan_place place; /* where the text ends, as far as it was read */
};

static bool is_line_break(uint8_t byte)
{
    return byte == '\r' || byte == '\n';
}

static bool is_quote(const struct reading *reading, size_t pos)
{
    return pos < reading->size && !reading->dialect->no_quote &&
           reading->bytes[pos] == reading->dialect->quote;
}

/* The next line break, or delimiter unless that means nothing here, from `pos` on. */
static size_t find_separator(const struct reading *reading, size_t pos, bool in_comment)
{
    for (; pos < reading->size; pos++) {
        const uint8_t byte = reading->bytes[pos];
        if (is_line_break(byte) || (byte == reading->dialect->delimiter && !in_comment))
            break;
        reading->index->any_quote |= is_quote(reading, pos) && !in_comment;
    }
    return pos;
}

/* The byte behind the quoted text that begins behind `pos`, where its quote stands. */
static size_t skip_quoted(struct reading *reading, size_t pos)
{
    reading->index->any_quote = true;
    reading->place = GPUC_SCAN_QUOTED;
    pos++;
    while (pos < reading->size) {
        const uint8_t *quote =
            memchr(reading->bytes + pos, reading->dialect->quote, reading->size - pos);
        if (quote == NULL)
            return reading->size;
        pos = (size_t)(quote - reading->bytes) + 1;
        if (pos == reading->size)
            reading->place = GPUC_SCAN_AFTER_QUOTE;
        if (!is_quote(reading, pos))
            return pos;
        pos++;
    }
    return pos;
}

/* Reads a field; returns where the byte that ends it stands, or the size. */
static size_t read_field(struct reading *reading, size_t pos, bool first_of_record)
{
    const uint8_t comment = reading->dialect->comment;
    if (first_of_record && comment != 0 && reading->bytes[pos] == comment) {
        reading->place = GPUC_SCAN_COMMENT;
        return find_separator(reading, pos, true);
    }
    if (!is_quote(reading, pos)) {
        const size_t end = find_separator(reading, pos, false);
        reading->place = end > pos ? GPUC_SCAN_UNQUOTED : GPUC_SCAN_START;
        return end;
    }
    const size_t behind = skip_quoted(reading, pos);
    if (behind == reading->size)
        return behind;
    const size_t end = find_separator(reading, behind, false);
    reading->index->any_odd_quote |= end > behind;
    reading->place = GPUC_SCAN_UNQUOTED;
    return end;
}

void scan_reference(const struct gpuc_dialect *dialect, const uint8_t *bytes, size_t size,
                    struct gpuc_scan_state *ret_state, struct gpuc_index *index)
{
    struct reading reading = {dialect, bytes, size, index, GPUC_SCAN_START};
    bool first_of_record = true;
    for (size_t pos = 0; pos < size; pos++) {
        pos = read_field(&reading, pos, first_of_record);
        if (pos == size) {
            first_of_record = false;
            break;
        }
        index->ends[index->n_ends++] = (uint32_t)pos;
        reading.place = GPUC_SCAN_START;
        first_of_record = is_line_break(bytes[pos]);
        if (first_of_record)
            index->record_ends[index->n_records++] = (uint32_t)index->n_ends;
        pos += bytes[pos] == '\r' && pos + 1 < size && bytes[pos + 1] == '\n';
    }
    for (size_t i = 0; i < size; i++) {
        index->n_lines +=
            bytes[i] == '\r' || (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r'));
        index->any_high |= bytes[i] > 127;
    }
    *ret_state =
        (struct gpuc_scan_state){.place = reading.place,
                                 .in_record = !first_of_record,
                                 .after_cr = size > 0 && bytes[size - 1] == '\r'};
}
