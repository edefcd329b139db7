/* SPDX-License-Identifier: Apache-2.0 */
/* How a CSV text is written: what separates, what quotes, what is too long. */
#ifndef GPUC_DIALECT_H
#define GPUC_DIALECT_H

#include <stdint.h>

struct gpuc_dialect {
    uint8_t delimiter;
    uint8_t quote;
    uint32_t max_field_chars; /* code points after unquoting; more is an error */
};

/* What pandas' Python engine and RFC 4180 have by default. */
#define GPUC_DIALECT_PANDAS                                                              \
  {                                                                                      \
    .delimiter = ',', .quote = '"', .max_field_chars = 131072                            \
  }

#endif
