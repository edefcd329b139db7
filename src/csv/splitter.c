/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/splitter.h"

#include "csv/block.h"

struct gpuc_splitter gpuc_splitter_init(const struct gpuc_dialect *dialect)
{
    return (struct gpuc_splitter){
        .delimiter = dialect->delimiter,
        .quote = dialect->quote,
        .state = GPUC_SPLIT_FIELD_START,
        /* A character takes at most four bytes, a doubled quote two; then two quotes, and
         * three bytes so that the field still has too many characters if the last of
         * those that a cut leaves is not whole. */
        .max_field_size = (size_t)dialect->max_field_chars * 4 + 2 + 3,
    };
}

/* The masks of one block, and which of its bytes end a line. */
struct masks {
    uint64_t delimiters;
    uint64_t quotes;
    uint64_t line_ends;
};

/* The byte after the block must be readable: it decides about a CR in the last place. */
static struct masks block_masks(const struct gpuc_splitter *splitter,
                                const uint8_t *bytes)
{
    struct gpuc_block block = gpuc_block_load(bytes);
    uint64_t lf = gpuc_block_equal(&block, '\n');
    uint64_t cr = gpuc_block_equal(&block, '\r');
    uint64_t lf_follows = lf >> 1 | (uint64_t)(bytes[GPUC_BLOCK_SIZE] == '\n') << 63;
    return (struct masks){
        .delimiters = gpuc_block_equal(&block, splitter->delimiter),
        .quotes = gpuc_block_equal(&block, splitter->quote),
        .line_ends = lf | (cr & ~lf_follows),
    };
}

/* The mask without its lowest n bits. */
static uint64_t drop_lowest(uint64_t mask, size_t n)
{
    while (n-- > 0)
        mask &= mask - 1;
    return mask;
}

static void end_record(struct gpuc_splitter *splitter, struct gpuc_split *split,
                       size_t end)
{
    split->n_records++;
    split->last_end = end;
    split->n_lines_to_end = ++split->n_lines;
    splitter->state = GPUC_SPLIT_FIELD_START;
    splitter->field_size = 0;
}

/*
 * Takes a whole block at once where its quotes cannot matter: none in a quoted field,
 * none at a field's start outside. Returns the bytes taken, 0 if the block needs a closer
 * look.
 */
static size_t take_block(struct gpuc_splitter *splitter, const uint8_t *bytes,
                         size_t max_records, struct gpuc_split *split)
{
    struct masks masks = block_masks(splitter, bytes);
    if (splitter->state == GPUC_SPLIT_QUOTED) {
        if (masks.quotes != 0)
            return 0;
        split->n_lines += gpuc_block_count(masks.line_ends);
        splitter->field_size += GPUC_BLOCK_SIZE;
        return GPUC_BLOCK_SIZE;
    }
    uint64_t ends = masks.delimiters | masks.line_ends;
    uint64_t starts = ends << 1 | (splitter->state == GPUC_SPLIT_FIELD_START);
    if ((masks.quotes & starts) != 0 || splitter->state == GPUC_SPLIT_AFTER_QUOTE)
        return 0;
    size_t size = GPUC_BLOCK_SIZE;
    size_t wanted = max_records - split->n_records;
    size_t found = gpuc_block_count(masks.line_ends);
    if (found >= wanted) {
        found = wanted;
        size = gpuc_block_lowest(drop_lowest(masks.line_ends, wanted - 1)) + 1;
    }
    if (found > 0) {
        uint64_t taken = masks.line_ends & gpuc_block_first((unsigned)size);
        split->n_lines += found - 1;
        split->n_records += found - 1;
        end_record(splitter, split, split->scanned + gpuc_block_highest(taken) + 1);
    }
    ends &= gpuc_block_first((unsigned)size);
    if (ends == 0) {
        splitter->field_size += size;
        splitter->state = GPUC_SPLIT_UNQUOTED;
    } else {
        splitter->field_size = size - 1 - gpuc_block_highest(ends);
        splitter->state =
            splitter->field_size > 0 ? GPUC_SPLIT_UNQUOTED : GPUC_SPLIT_FIELD_START;
    }
    return size;
}

/*
 * Takes one byte, or CR LF as one. Returns the bytes taken; 0 for a CR whose follower is
 * not there yet.
 */
static size_t take_byte(struct gpuc_splitter *splitter, const uint8_t *bytes, size_t size,
                        bool at_end, struct gpuc_split *split)
{
    uint8_t byte = bytes[0];
    bool is_line_end = byte == '\n' || byte == '\r';
    size_t taken = 1;
    if (byte == '\r') {
        if (size == 1 && !at_end)
            return 0;
        taken += size > 1 && bytes[1] == '\n';
    }
    splitter->field_size += taken;
    if (splitter->state == GPUC_SPLIT_QUOTED) {
        split->n_lines += is_line_end;
        if (byte == splitter->quote)
            splitter->state = GPUC_SPLIT_AFTER_QUOTE;
        return taken;
    }
    if (is_line_end) {
        end_record(splitter, split, split->scanned + taken);
    } else if (byte == splitter->delimiter) {
        splitter->state = GPUC_SPLIT_FIELD_START;
        splitter->field_size = 0;
    } else if (byte == splitter->quote && (splitter->state == GPUC_SPLIT_FIELD_START ||
                                           splitter->state == GPUC_SPLIT_AFTER_QUOTE)) {
        splitter->state = GPUC_SPLIT_QUOTED;
    } else {
        splitter->state = GPUC_SPLIT_UNQUOTED;
    }
    return taken;
}

struct gpuc_split gpuc_splitter_scan(struct gpuc_splitter *splitter, const uint8_t *bytes,
                                     size_t size, bool at_end, size_t max_records)
{
    struct gpuc_split split = {0};
    size_t bytewise_until = 0;
    while (split.scanned < size && split.n_records < max_records &&
           !split.field_too_big) {
        size_t pos = split.scanned;
        size_t taken = 0;
        if (pos >= bytewise_until && size - pos > GPUC_BLOCK_SIZE) {
            taken = take_block(splitter, bytes + pos, max_records, &split);
            if (taken == 0)
                bytewise_until = pos + GPUC_BLOCK_SIZE;
        }
        if (taken == 0)
            taken = take_byte(splitter, bytes + pos, size - pos, at_end, &split);
        if (taken == 0)
            break;
        split.scanned += taken;
        split.field_too_big = splitter->field_size > splitter->max_field_size;
    }
    return split;
}
