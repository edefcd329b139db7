/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that are no CSV text in UTF-8, known by how they begin: other encodings, other
 * formats, packed files that are not unpacked here.
 */
#ifndef GPUC_NOT_CSV_H
#define GPUC_NOT_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* The bytes of a first line that are looked at, at most. */
enum { GPUC_NOT_CSV_LOOK_AT = 1 << 16 };

/*
 * Looks at the first line of the input `name` that is not empty, and all before it.
 * GPUC_EDATA, with advice, if it is none of CSV; a NUL is not.
 */
enum gpuc_status gpuc_not_csv_check(const char *name, const uint8_t *bytes, size_t size,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
