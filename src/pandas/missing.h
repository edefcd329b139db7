/* SPDX-License-Identifier: Apache-2.0 */
/* The texts that pandas reads as a missing value by default. */
#ifndef GPUC_MISSING_H
#define GPUC_MISSING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GPUC_MISSING_TOKEN_SIZE_MAX = 8 };

/* For texts of 1 to GPUC_MISSING_TOKEN_SIZE_MAX bytes. */
bool gpuc_is_missing_token(const uint8_t *text, size_t size);

/* True if the field's text, quoted or not, is exactly one of pandas' 19 tokens. */
static inline bool gpuc_is_missing(const uint8_t *text, size_t size)
{
    return size == 0 ||
           (size <= GPUC_MISSING_TOKEN_SIZE_MAX && gpuc_is_missing_token(text, size));
}

#endif
