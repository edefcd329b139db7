/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/json_text.h"

#include <stdbool.h>

#include "csv/byte_words.h"

/* Whether a byte of a word is to be escaped. */
static bool any_escaped(uint64_t word)
{
    return (gpuc_byte_any_below(word, ' ') | gpuc_byte_any_equal(word, '"') |
            gpuc_byte_any_equal(word, '\\')) != 0;
}

/* The letter behind the backslash in a control character's short form; 0: it has none. */
static uint8_t short_form(uint8_t byte)
{
    static const uint8_t letters[' '] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    return letters[byte];
}

static uint8_t *put_byte(uint8_t *to, uint8_t byte)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t escape = byte < ' ' ? short_form(byte) : byte;
    if (byte >= ' ' && byte != '"' && byte != '\\') {
        *to++ = byte;
        return to;
    }
    *to++ = '\\';
    if (escape != 0) {
        *to++ = escape;
        return to;
    }
    memcpy(to, "u00", 3);
    to[3] = (uint8_t)digits[byte >> 4];
    to[4] = (uint8_t)digits[byte & 15];
    return to + 5;
}

uint8_t *gpuc_json_text(uint8_t *to, const uint8_t *text, size_t size)
{
    const uint8_t *end = text + size;
    *to++ = '"';
    while (text < end) {
        size_t n = (size_t)(end - text);
        if (n >= GPUC_BYTE_WORD_SIZE) {
            n = GPUC_BYTE_WORD_SIZE;
            if (!any_escaped(gpuc_byte_word(text))) {
                memcpy(to, text, GPUC_BYTE_WORD_SIZE);
                to += GPUC_BYTE_WORD_SIZE;
                text += GPUC_BYTE_WORD_SIZE;
                continue;
            }
        }
        for (size_t i = 0; i < n; i++)
            to = put_byte(to, *text++);
    }
    *to++ = '"';
    return to;
}

enum gpuc_status gpuc_json_append_key(struct gpuc_bytes *bytes, const char *name,
                                      size_t size, struct gpuc_error *error)
{
    enum gpuc_status status = gpuc_bytes_reserve(
        bytes, GPUC_JSON_TEXT_GROWTH * size + GPUC_JSON_TEXT_EXTRA + 1, error);
    if (status != GPUC_OK)
        return status;
    uint8_t *end = gpuc_json_text(bytes->data + bytes->size, (const uint8_t *)name, size);
    *end++ = ':';
    bytes->size = (size_t)(end - bytes->data);
    return GPUC_OK;
}
