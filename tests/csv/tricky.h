/* SPDX-License-Identifier: Apache-2.0 */
/* Random texts of the bytes that matter to CSV. */
#ifndef GPUC_TEST_TRICKY_H
#define GPUC_TEST_TRICKY_H

#include "support/random.h"

enum { TRICKY_SIZE_MAX = 300 };

/*
 * Fills `bytes` (TRICKY_SIZE_MAX) with delimiters, quotes, line ends, blanks, letters,
 * NULs and characters of two to four bytes; returns the size. Most texts are short, some
 * span several blocks of 64 bytes. What is common in one text is rare in another.
 */
size_t tricky_text(struct test_random *random, uint8_t *bytes);

/* Puts a byte that UTF-8 does not allow there somewhere into a text. */
void tricky_break(struct test_random *random, uint8_t *bytes, size_t size);

#endif
