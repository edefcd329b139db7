/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/guess.h"

#include <string.h>

/* Bytes of a piece that are looked at. */
enum { LOOK_AT_MOST = 4096 };

static bool is_separator(const struct gpuc_dialect *dialect, uint8_t byte)
{
    return byte == dialect->delimiter || byte == '\n' || byte == '\r';
}

/*
 * A quote with a separator before it and none behind opens a field, and the other way
 * round closes one. What stood before the quotes that tell nothing, each of which opens
 * or closes in turn, is then known.
 */
struct gpuc_scan_state gpuc_guess_state(const struct gpuc_dialect *dialect,
                                        const struct gpuc_scan_text *text)
{
    const size_t size = text->end - text->begin;
    const uint8_t *first = text->bytes + text->begin;
    const uint8_t *end = first + (size < LOOK_AT_MOST ? size : LOOK_AT_MOST);
    bool is_quoted = false; /* at `quote`, if the piece does not begin so */
    struct gpuc_scan_state guess = {.place = GPUC_SCAN_UNQUOTED, .in_record = true};
    if (dialect->no_quote || size < 3)
        return guess;
    const uint8_t *quote = first;
    while ((quote = memchr(quote + 1, dialect->quote, (size_t)(end - quote) - 2)) !=
           NULL) {
        const bool opens = is_separator(dialect, quote[-1]);
        const bool closes = is_separator(dialect, quote[1]);
        if (opens != closes) {
            if (closes != is_quoted)
                guess.place = GPUC_SCAN_QUOTED;
            return guess;
        }
        is_quoted = !is_quoted;
    }
    return guess;
}

bool gpuc_guess_is_right(const struct gpuc_dialect *dialect,
                         const struct gpuc_scan_state *guess,
                         const struct gpuc_scan_state *state,
                         const struct gpuc_scan_text *text)
{
    if (text->begin == text->end || state->after_cr)
        return false;
    if (guess->place == GPUC_SCAN_QUOTED || state->place == GPUC_SCAN_QUOTED)
        return guess->place == state->place;
    if (state->place == GPUC_SCAN_UNQUOTED)
        return true;
    /* At the start of a field, the place says only what the first byte may mean. */
    return state->place == GPUC_SCAN_START && dialect->comment == 0 &&
           text->bytes[text->begin] != dialect->quote;
}
