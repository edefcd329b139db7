/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only door to the heap: sizes are products checked for overflow, blocks are aligned
 * to GPUC_ALIGNMENT (a cache line, and the widest vector), and tests can make the n-th
 * request fail.
 */
#ifndef GPUC_MEMORY_H
#define GPUC_MEMORY_H

#include "base/error.h"

enum { GPUC_ALIGNMENT = 64 };

/* A zeroed block of n_items * item_size bytes; NULL if that overflows or is refused. */
void *gpuc_alloc(size_t n_items, size_t item_size);

/* Frees a block of gpuc_alloc(); NULL is fine. */
void gpuc_free(void *block);

/*
 * Makes *block hold at least n_items, keeping what it holds; the capacity at least
 * doubles, so repeated growth costs amortised constant time. *capacity is in items.
 * On failure nothing changes and the message names `what`.
 */
enum gpuc_status gpuc_grow(void **block, size_t *capacity, size_t n_items,
                           size_t item_size, const char *what, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/*
 * Test hook: the request `n_before` requests from now fails, once, or with `for_ever` all
 * from then on. Negative: none fails (the default). Returns the number of requests made
 * since the last call. Not for use while other threads allocate.
 */
long gpuc_memory_fail_after(long n_before, bool for_ever);

#endif
