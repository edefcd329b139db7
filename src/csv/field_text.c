/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/field_text.h"

#include "csv/byte_words.h"

static bool needs_quotes(const uint8_t *text, size_t size,
                         const struct gpuc_dialect *dialect, bool quote_cr)
{
    const uint8_t cr = quote_cr ? '\r' : '\n';
    if (dialect->no_quote)
        return false;
    if (size > 0 && dialect->comment != 0 && text[0] == dialect->comment)
        return true;
    for (; size >= GPUC_BYTE_WORD_SIZE;
         size -= GPUC_BYTE_WORD_SIZE, text += GPUC_BYTE_WORD_SIZE) {
        uint64_t word = gpuc_byte_word(text);
        if ((gpuc_byte_any_equal(word, dialect->delimiter) |
             gpuc_byte_any_equal(word, dialect->quote) | gpuc_byte_any_equal(word, '\n') |
             gpuc_byte_any_equal(word, cr)) != 0)
            return true;
    }
    for (size_t i = 0; i < size; i++)
        if (text[i] == dialect->delimiter || text[i] == dialect->quote ||
            text[i] == '\n' || text[i] == cr)
            return true;
    return false;
}

uint8_t *gpuc_field_text(uint8_t *to, const uint8_t *text, size_t size,
                         const struct gpuc_dialect *dialect, bool quote_cr)
{
    if (!needs_quotes(text, size, dialect, quote_cr)) {
        memcpy(to, text, size);
        return to + size;
    }
    *to++ = dialect->quote;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == dialect->quote)
            *to++ = dialect->quote;
        *to++ = text[i];
    }
    *to++ = dialect->quote;
    return to;
}
