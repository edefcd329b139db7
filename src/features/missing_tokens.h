/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which texts mean that a value is missing: by default the empty field, pandas' tokens
 * and "nan" in any case; or a list of the user's in place of all of these.
 */
#ifndef GPUC_MISSING_TOKENS_H
#define GPUC_MISSING_TOKENS_H

#include <stdbool.h>

#include "base/text_list.h"

struct gpuc_missing_tokens {
    bool is_default;
    bool any_number;              /* one of the tokens reads as a number, such as -999 */
    struct gpuc_text_list tokens; /* where it is not the default */
};

/* `list`: as "NA,-999"; NULL is the default. GPUC_EUSAGE if it cannot be read. */
enum gpuc_status gpuc_missing_tokens_init(struct gpuc_missing_tokens *missing,
                                          const char *list, struct gpuc_error *error)
    GPUC_MUST_CHECK;

bool gpuc_missing_tokens_have(const struct gpuc_missing_tokens *missing,
                              const uint8_t *text, size_t size);

/* Frees the contents. */
void gpuc_missing_tokens_done(struct gpuc_missing_tokens *missing);

#endif
