/* SPDX-License-Identifier: Apache-2.0 */
/* Fields as CSV text: quoted where they must be. */
#ifndef GPUC_FIELD_TEXT_H
#define GPUC_FIELD_TEXT_H

#include "csv/dialect.h"

#include <stdbool.h>
#include <stddef.h>

/* The room that a field's text can take: twice its size and this much. */
enum { GPUC_FIELD_TEXT_EXTRA = 2 };

/*
 * Writes a field and returns the end of what it wrote. It is quoted if it holds a
 * delimiter, a quote or LF, and, with `quote_cr`, CR, as RFC 4180 has it; Python's csv
 * module leaves a CR alone where lines end with LF. So is one that would begin a comment.
 * Where the dialect has no quotes, none is: the text must do without them.
 */
uint8_t *gpuc_field_text(uint8_t *to, const uint8_t *text, size_t size,
                         const struct gpuc_dialect *dialect, bool quote_cr);

#endif
