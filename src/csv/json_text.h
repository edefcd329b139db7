/* SPDX-License-Identifier: Apache-2.0 */
/* Texts as JSON strings (RFC 8259). */
#ifndef GPUC_JSON_TEXT_H
#define GPUC_JSON_TEXT_H

#include "base/bytes.h"

/*
 * The room that a string can take: its text's size times the first, where every byte is a
 * control character, and the second for the quotes.
 */
enum { GPUC_JSON_TEXT_GROWTH = 6, GPUC_JSON_TEXT_EXTRA = 2 };

/*
 * Writes valid UTF-8 as a string with its quotes, and returns the end of what it wrote.
 * Quotes, backslashes and control characters are escaped, the latter in their short form
 * where they have one; all else stands as it is.
 */
uint8_t *gpuc_json_text(uint8_t *to, const uint8_t *text, size_t size);

/* Appends a name as an object has it before a value: the string and a colon. */
enum gpuc_status gpuc_json_append_key(struct gpuc_bytes *bytes, const char *name,
                                      size_t size, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
