/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies of a few bytes, as text is put together of: pieces of 16 bytes without a call.
 * Both sides must have GPUC_COPY_SLACK bytes to spare behind the `size` that count: what
 * is written there is of no value.
 */
#ifndef GPUC_COPY_H
#define GPUC_COPY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { GPUC_COPY_SLACK = 16 };

/* Returns the end of what was copied. */
static inline uint8_t *gpuc_copy_short(uint8_t *to, const uint8_t *from, size_t size)
{
    for (size_t i = 0; i < size; i += GPUC_COPY_SLACK)
        memcpy(to + i, from + i, GPUC_COPY_SLACK);
    return to + size;
}

#endif
