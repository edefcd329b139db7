/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every scanner of CSV against the portable one. The first bytes of the input choose the
 * dialect and where the text behind them is cut; each scanner gets other cuts.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "csv/scan.h"
#include "fuzz/fuzz_target.h"

enum { HEADER_SIZE = 4, SLACK = 64 };

static const struct gpuc_dialect dialects[] = {
    GPUC_DIALECT_PANDAS,
    {.delimiter = '\t', .quote = '\''},
    {.delimiter = ';', .quote = '"', .comment = '#'},
    {.delimiter = ',', .quote = '"', .no_quote = true},
};

static void require(bool is_so)
{
    if (!is_so)
        abort();
}

/* Scans pieces of 1 to 2 ^ scale bytes; `random` is a linear congruence. */
static struct gpuc_scan_state scan(const struct gpuc_scanner *scanner,
                                   const struct gpuc_dialect *dialect,
                                   const struct gpuc_scan_text *text, uint32_t random,
                                   struct gpuc_index *index)
{
    struct gpuc_scan_state state = GPUC_SCAN_STATE_INIT;
    struct gpuc_scan_text piece = *text;
    const unsigned scale = random % 15;
    gpuc_index_reset(index);
    while (piece.begin < text->end) {
        random = random * 1664525 + 1013904223;
        const size_t size = (random >> 16 & ((1u << scale) - 1)) + 1;
        const size_t left = text->end - piece.begin;
        piece.end = piece.begin + (size < left ? size : left);
        require(gpuc_scan(scanner, dialect, &piece, &state, index, NULL) == GPUC_OK);
        piece.begin = piece.end;
    }
    return state;
}

static bool is_same(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
    return n_a == n_b && (n_a == 0 || memcmp(a, b, n_a * sizeof *a) == 0);
}

static void compare(const struct gpuc_index *a, const struct gpuc_index *b)
{
    require(is_same(a->ends, a->n_ends, b->ends, b->n_ends));
    require(is_same(a->record_ends, a->n_records, b->record_ends, b->n_records));
    require(a->n_lines == b->n_lines);
    require(a->any_quote == b->any_quote);
    require(a->any_odd_quote == b->any_odd_quote);
    require(a->any_high == b->any_high);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < HEADER_SIZE)
        return 0;
    const struct gpuc_dialect *dialect = &dialects[bytes[0] % 4];
    const uint32_t random = (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    struct gpuc_index expected = {0}, found = {0};
    uint8_t *copy = calloc(size - HEADER_SIZE + SLACK, 1);

    require(copy != NULL);
    memcpy(copy, bytes + HEADER_SIZE, size - HEADER_SIZE);
    const struct gpuc_scan_text text = {copy, 0, size - HEADER_SIZE};
    const struct gpuc_scan_state at =
        scan(&gpuc_scanner_portable, dialect, &text, 14, &expected);
    for (size_t i = 0; gpuc_scanner_at(i) != NULL; i++) {
        const struct gpuc_scanner *scanner = gpuc_scanner_at(i);
        if (scanner->usable != NULL && !scanner->usable())
            continue;
        const struct gpuc_scan_state end =
            scan(scanner, dialect, &text, random + (uint32_t)i, &found);
        compare(&expected, &found);
        require(at.place == end.place && at.in_record == end.in_record &&
                at.after_cr == end.after_cr);
    }
    free(copy);
    gpuc_index_done(&expected);
    gpuc_index_done(&found);
    return 0;
}
