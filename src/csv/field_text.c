/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/field_text.h"

#include <string.h>

static bool needs_quotes(const uint8_t *text, size_t size,
                         const struct gpuc_dialect *dialect, bool quote_cr)
{
    if (dialect->no_quote)
        return false;
    if (size > 0 && dialect->comment != 0 && text[0] == dialect->comment)
        return true;
    for (size_t i = 0; i < size; i++)
        if (text[i] == dialect->delimiter || text[i] == dialect->quote ||
            text[i] == '\n' || (quote_cr && text[i] == '\r'))
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
