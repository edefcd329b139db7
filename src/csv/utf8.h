/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef GPUC_UTF8_H
#define GPUC_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The size of the longest valid prefix: `size` if all of it is valid UTF-8. */
size_t gpuc_utf8_valid_prefix(const uint8_t *bytes, size_t size);

/* The number of code points in valid UTF-8. */
size_t gpuc_utf8_count(const uint8_t *bytes, size_t size);

/* The size of the first `n_chars` code points of valid UTF-8, at most `size`. */
size_t gpuc_utf8_prefix(const uint8_t *bytes, size_t size, size_t n_chars);

/* True if valid UTF-8 holds nothing but white space, as Python's str.isspace() sees it.
 */
bool gpuc_utf8_is_space(const uint8_t *bytes, size_t size);

#endif
