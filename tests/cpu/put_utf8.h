/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GPUC_TEST_PUT_UTF8_H
#define GPUC_TEST_PUT_UTF8_H

#include <stddef.h>
#include <stdint.h>

enum { UTF8_MAX = 4 }; /* bytes of a character at most */

/* Writes a character as UTF-8 and returns its size in bytes. */
static inline size_t put_utf8(uint8_t *bytes, uint32_t character)
{
    if (character < 0x80) {
        bytes[0] = (uint8_t)character;
        return 1;
    }
    size_t n_more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    for (size_t i = n_more; i > 0; i--) {
        bytes[i] = (uint8_t)(0x80 | (character & 0x3f));
        character >>= 6;
    }
    /* As many ones at the top as the character has bytes. */
    bytes[0] = (uint8_t)(0xff00 >> (n_more + 1) | character);
    return n_more + 1;
}

#endif
