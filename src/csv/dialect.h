/* SPDX-License-Identifier: Apache-2.0 */
/* How a CSV text is written: what separates, what quotes, what is too long. */
#ifndef GPUC_DIALECT_H
#define GPUC_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct gpuc_dialect {
    uint8_t delimiter;
    uint8_t quote;            /* of no meaning where fields are never quoted */
    bool no_quote;            /* quotes are bytes like any other */
    uint8_t comment;          /* records that begin with it are comments; 0: none are */
    uint32_t max_field_chars; /* code points after unquoting; more is an error */
};

/* What pandas' Python engine and RFC 4180 have by default. */
#define GPUC_DIALECT_PANDAS                                                              \
  {                                                                                      \
    .delimiter = ',', .quote = '"', .max_field_chars = 131072                            \
  }

/*
 * GPUC_EUSAGE where a character cannot do its work: it is not ASCII, ends lines, is what
 * numbers and names of results are written with, or does the work of another one.
 */
enum gpuc_status gpuc_dialect_check(const struct gpuc_dialect *dialect,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * The bytes of a field, quotes included, above which it is too big in any encoding: a
 * character takes at most four bytes, a doubled quote two.
 */
static inline size_t gpuc_dialect_max_field_size(const struct gpuc_dialect *dialect)
{
    return (size_t)dialect->max_field_chars * 4 + 2;
}

#endif
