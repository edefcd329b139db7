/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One text for each row of a batch: what the black box hashes. The texts stand back to
 * back in `bytes`; row r is bytes[offsets[r]] to bytes[offsets[r] + sizes[r] - 1].
 * Texts may be empty and may hold any byte, also NUL.
 */
#ifndef GPUC_TEXTS_H
#define GPUC_TEXTS_H

#include "base/bytes.h"

struct gpuc_texts {
    struct gpuc_bytes bytes;
    uint32_t *offsets;
    uint32_t *sizes;
    size_t n_rows;
    size_t row_capacity;
};

/* Empties the texts and makes room for n_rows rows. */
enum gpuc_status gpuc_texts_reset(struct gpuc_texts *texts, size_t n_rows,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_texts_done(struct gpuc_texts *texts);

#endif
