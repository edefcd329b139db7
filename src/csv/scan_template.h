/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scanner of blocks: 64 bytes at a time become bit masks, bit i for byte i. Included
 * once a file, behind what the instruction set gives:
 *
 *   struct scan_block                    64 bytes in registers
 *   scan_block_load(bytes)               reads them
 *   scan_block_or(block, other)          the bits of both
 *   scan_block_equal(block, byte)        the mask of the bytes equal to one
 *   scan_block_high(block)               the mask of the bytes above 127
 *   scan_prefix_xor(mask)                bit i: the parity of bits 0 to i
 *   scan_put_ends(ends, first, mask)     the positions of the bits, counted from `first`;
 *                                        may write up to ends + 64, and eight at a time
 *
 * What is quoted is the parity of quotes, as long as each opening quote stands where a
 * field begins or doubles the one before it. Where one does not, the quotes that are but
 * text are found one after the other, and left out. A block that has to do with comments
 * is left to gpuc_scan_bytes().
 */
#ifndef GPUC_SCAN_TEMPLATE_H
#define GPUC_SCAN_TEMPLATE_H

#include "csv/scan.h"

#define SCAN_INLINE static inline __attribute__((always_inline))

enum { SCAN_BLOCK_SIZE = 64 };

/* What a block must know of the byte before it. */
struct scan_carry {
    uint64_t quoted; /* all ones: a quoted field is open */
    /* Bit 0 of the others: */
    uint64_t after_quote; /* it was a quote that closes, or is the first of two */
    uint64_t start;       /* a field begins behind it, if none is quoted there */
    uint64_t after_cr;
    uint64_t comment; /* it was part of a comment */
};

/* What blocks find; a copy of the index that stays in registers. */
struct scan_found {
    uint32_t *ends;
    size_t n_ends;
    uint32_t *record_ends;
    size_t n_records;
    uint64_t n_lines;
    uint64_t quotes;     /* any bit: there are some */
    uint64_t odd_quotes; /* any bit: there are some */
};

/* The masks of one block. */
struct scan_masks {
    uint64_t quotes;
    uint64_t delimiters;
    uint64_t crs;
    uint64_t breaks;    /* CR and LF */
    uint64_t line_ends; /* those of them that end a line */
};

SCAN_INLINE struct scan_carry scan_carry_of(const struct gpuc_scan_state *state)
{
    return (struct scan_carry){
        .quoted = state->place == GPUC_SCAN_QUOTED ? UINT64_MAX : 0,
        .after_quote = state->place == GPUC_SCAN_AFTER_QUOTE,
        .start = state->place == GPUC_SCAN_START,
        .after_cr = state->after_cr,
        .comment = state->place == GPUC_SCAN_COMMENT,
    };
}

/* The state behind a byte. */
SCAN_INLINE struct gpuc_scan_state scan_state_of(const struct scan_carry *carry,
                                                 uint8_t byte)
{
    struct gpuc_scan_state state = {
        .place = GPUC_SCAN_UNQUOTED, .in_record = true, .after_cr = carry->after_cr != 0};
    if (carry->quoted != 0) {
        state.place = GPUC_SCAN_QUOTED;
    } else if (carry->after_quote != 0) {
        state.place = GPUC_SCAN_AFTER_QUOTE;
    } else if (carry->comment != 0) {
        state.place = GPUC_SCAN_COMMENT;
    } else if (carry->start != 0) {
        state.place = GPUC_SCAN_START;
        state.in_record = byte != '\r' && byte != '\n';
    }
    return state;
}

SCAN_INLINE struct scan_masks scan_masks_of(const struct gpuc_dialect *dialect,
                                            const struct scan_block *block,
                                            const struct scan_carry *carry)
{
    const uint64_t crs = scan_block_equal(block, '\r');
    const uint64_t lfs = scan_block_equal(block, '\n');
    const uint64_t breaks = crs | lfs;
    return (struct scan_masks){
        .quotes = dialect->no_quote ? 0 : scan_block_equal(block, dialect->quote),
        .delimiters = scan_block_equal(block, dialect->delimiter),
        .crs = crs,
        .breaks = breaks,
        .line_ends = breaks & ~(lfs & (crs << 1 | carry->after_cr)),
    };
}

/* Notes the fields and records that end in a block. */
SCAN_INLINE void scan_put(uint32_t pos, uint64_t ends, uint64_t line_ends,
                          struct scan_found *found)
{
    uint32_t *record_ends = found->record_ends + found->n_records;
    const uint32_t n_before = (uint32_t)found->n_ends;
    scan_put_ends(found->ends + found->n_ends, pos, ends);
    found->n_ends += (size_t)__builtin_popcountll(ends);
    found->n_records += (size_t)__builtin_popcountll(line_ends);
    do { /* once even if there is none: a branch that is always the same costs nothing */
        const uint64_t up_to = line_ends ^ (line_ends - 1);
        *record_ends++ = n_before + (uint32_t)__builtin_popcountll(ends & up_to);
        line_ends &= line_ends - 1;
    } while (line_ends != 0);
}

/* The quotes of a block that open and close; the others are text of unquoted fields. */
static uint64_t scan_real_quotes(const struct scan_masks *masks,
                                 const struct scan_carry *carry)
{
    uint64_t starts = (masks->delimiters | masks->breaks) << 1 | carry->start;
    starts |= carry->after_quote;
    uint64_t real = 0;
    bool open = carry->quoted != 0;
    for (uint64_t left = masks->quotes; left != 0; left &= left - 1) {
        const uint64_t quote = left & (0 - left);
        if (open)
            starts |= quote << 1; /* one there doubles this one */
        else if ((quote & starts) == 0)
            continue;
        real |= quote;
        open = !open;
    }
    return real;
}

/* Takes a block. */
SCAN_INLINE void scan_take(const struct scan_masks *masks, uint32_t pos,
                           struct scan_carry *carry, struct scan_found *found)
{
    const uint64_t separators = masks->delimiters | masks->breaks;
    uint64_t quotes = masks->quotes;
    uint64_t inside = 0;
    uint64_t closing = 0;
    uint64_t behind = carry->after_quote; /* the bytes behind closing quotes */
    if ((quotes | carry->quoted) != 0) {
        inside = scan_prefix_xor(quotes) ^ carry->quoted;
        closing = quotes & ~inside;
        behind |= closing << 1;
        const uint64_t starts = separators << 1 | carry->start;
        if (__builtin_expect((quotes & inside & ~(starts | behind)) != 0, 0)) {
            quotes = scan_real_quotes(masks, carry);
            inside = scan_prefix_xor(quotes) ^ carry->quoted;
            closing = quotes & ~inside;
            behind = closing << 1 | carry->after_quote;
        }
    }
    found->quotes |= masks->quotes;
    found->odd_quotes |= behind & ~(quotes | separators);
    found->n_lines += (uint64_t)__builtin_popcountll(masks->line_ends);
    scan_put(pos, (masks->delimiters | masks->line_ends) & ~inside,
             masks->line_ends & ~inside, found);
    *carry = (struct scan_carry){
        .quoted = (uint64_t)((int64_t)inside >> 63),
        .after_quote = closing >> 63,
        .start = separators >> 63,
        .after_cr = masks->crs >> 63,
    };
}

/* Whether a block begins inside a comment, or one may begin in it. */
SCAN_INLINE bool scan_any_comment(const struct gpuc_dialect *dialect,
                                  const struct scan_block *block,
                                  const struct scan_masks *masks,
                                  const struct scan_carry *carry)
{
    const uint64_t starts = masks->breaks << 1 | carry->start;
    return ((scan_block_equal(block, dialect->comment) & starts) | carry->comment) != 0;
}

/* Leaves a block to the scanner of bytes. */
static void scan_leave(const struct gpuc_dialect *dialect,
                       const struct gpuc_scan_text *block, struct gpuc_scan_state *state,
                       struct scan_found *found)
{
    struct gpuc_index index = {
        .ends = found->ends,
        .n_ends = found->n_ends,
        .record_ends = found->record_ends,
        .n_records = found->n_records,
    };
    gpuc_scan_bytes(dialect, block, state, &index);
    found->n_ends = index.n_ends;
    found->n_records = index.n_records;
    found->n_lines += index.n_lines;
    found->quotes |= index.any_quote;
    found->odd_quotes |= index.any_odd_quote;
}

/* Takes whole blocks, and leaves the state behind them; returns where they end. */
SCAN_INLINE size_t scan_blocks(const struct gpuc_dialect *dialect, bool comments,
                               const struct gpuc_scan_text *text,
                               struct gpuc_scan_state *state, struct gpuc_index *index)
{
    const struct gpuc_dialect local = *dialect;
    const uint8_t *bytes = text->bytes;
    const size_t end = text->end - (text->end - text->begin) % SCAN_BLOCK_SIZE;
    struct scan_carry carry = scan_carry_of(state);
    struct scan_found found = {.ends = index->ends,
                               .n_ends = index->n_ends,
                               .record_ends = index->record_ends,
                               .n_records = index->n_records};
    struct scan_block seen = scan_block_load(bytes + text->begin);
    for (size_t pos = text->begin; pos < end; pos += SCAN_BLOCK_SIZE) {
        const struct scan_block block = scan_block_load(bytes + pos);
        const struct scan_masks masks = scan_masks_of(&local, &block, &carry);
        seen = scan_block_or(&seen, &block);
        if (comments && scan_any_comment(&local, &block, &masks, &carry)) {
            struct scan_found copy = found; /* whose address may be taken */
            if (pos > text->begin)
                *state = scan_state_of(&carry, bytes[pos - 1]);
            scan_leave(dialect,
                       &(struct gpuc_scan_text){bytes, pos, pos + SCAN_BLOCK_SIZE}, state,
                       &copy);
            found = copy;
            carry = scan_carry_of(state);
        } else {
            scan_take(&masks, (uint32_t)pos, &carry, &found);
        }
    }
    *state = scan_state_of(&carry, bytes[end - 1]);
    index->n_ends = found.n_ends;
    index->n_records = found.n_records;
    index->n_lines += found.n_lines;
    index->any_quote |= found.quotes != 0;
    index->any_odd_quote |= found.odd_quotes != 0;
    index->any_high |= scan_block_high(&seen) != 0;
    return end;
}

/* Whether no byte means two things: masks know no order of precedence. */
static bool scan_is_plain(const struct gpuc_dialect *dialect)
{
    const uint8_t delimiter = dialect->delimiter, quote = dialect->quote;
    return delimiter != '\r' && delimiter != '\n' &&
           (dialect->no_quote || (quote != '\r' && quote != '\n' && quote != delimiter));
}

SCAN_INLINE void scan(const struct gpuc_dialect *dialect,
                      const struct gpuc_scan_text *text, struct gpuc_scan_state *state,
                      struct gpuc_index *index)
{
    struct gpuc_scan_text rest = *text;
    if (rest.end - rest.begin >= SCAN_BLOCK_SIZE && scan_is_plain(dialect)) {
        if (dialect->comment == 0)
            rest.begin = scan_blocks(dialect, false, text, state, index);
        else
            rest.begin = scan_blocks(dialect, true, text, state, index);
    }
    gpuc_scan_bytes(dialect, &rest, state, index);
}

#endif
