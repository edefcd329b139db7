/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growable byte buffer. Invariants: size <= capacity; `data` is NULL or aligned to
 * GPUC_ALIGNMENT; the bytes past `size` are of no defined value.
 */
#ifndef GPUC_BYTES_H
#define GPUC_BYTES_H

#include <string.h>

#include "base/memory.h"

struct gpuc_bytes {
    uint8_t *data;
    size_t size;
    size_t capacity;
};

/* Makes room for `n_more` bytes after `size`. */
enum gpuc_status gpuc_bytes_reserve(struct gpuc_bytes *bytes, size_t n_more,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/* Appends `size` bytes. */
enum gpuc_status gpuc_bytes_append(struct gpuc_bytes *bytes, const void *data,
                                   size_t size, struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents; the buffer may be used again. */
void gpuc_bytes_done(struct gpuc_bytes *bytes);

/* Appends where gpuc_bytes_reserve() made room before. */
static inline void gpuc_bytes_put(struct gpuc_bytes *bytes, const void *data, size_t size)
{
    if (size > 0)
        memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

static inline void gpuc_bytes_put_byte(struct gpuc_bytes *bytes, uint8_t byte)
{
    bytes->data[bytes->size++] = byte;
}

#endif
