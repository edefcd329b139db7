/* SPDX-License-Identifier: Apache-2.0 */
/* The texts that pandas reads as a missing value by default. */
#ifndef GPUC_MISSING_H
#define GPUC_MISSING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True if the field's text, quoted or not, is exactly one of pandas' 19 tokens. */
bool gpuc_is_missing(const uint8_t *text, size_t size);

#endif
