/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/*
 * The test hook's state. Process-wide because allocation failure is; it costs one
 * relaxed increment a request, and requests are rare: none is made per row.
 */
static atomic_long n_requests;
static atomic_long fail_at = -1;
static atomic_bool fail_for_ever;

static bool refused(void)
{
    long request = atomic_fetch_add_explicit(&n_requests, 1, memory_order_relaxed);
    long first = atomic_load_explicit(&fail_at, memory_order_relaxed);
    if (first < 0 || request < first)
        return false;
    return request == first || atomic_load_explicit(&fail_for_ever, memory_order_relaxed);
}

long gpuc_memory_fail_after(long n_before, bool for_ever)
{
    atomic_store(&fail_at, n_before);
    atomic_store(&fail_for_ever, for_ever);
    return atomic_exchange(&n_requests, 0);
}

static void *aligned_block(size_t size)
{
    /* aligned_alloc wants a multiple of the alignment. */
    if (size > SIZE_MAX - GPUC_ALIGNMENT || refused())
        return NULL;
    size_t rounded = (size + GPUC_ALIGNMENT - 1) / GPUC_ALIGNMENT * GPUC_ALIGNMENT;
    return aligned_alloc(GPUC_ALIGNMENT, rounded > 0 ? rounded : GPUC_ALIGNMENT);
}

void *gpuc_alloc(size_t n_items, size_t item_size)
{
    if (item_size > 0 && n_items > SIZE_MAX / item_size)
        return NULL;
    void *block = aligned_block(n_items * item_size);
    if (block != NULL)
        memset(block, 0, n_items * item_size);
    return block;
}

void gpuc_free(void *block)
{
    free(block);
}

enum gpuc_status gpuc_grow(void **block, size_t *capacity, size_t n_items,
                           size_t item_size, const char *what, struct gpuc_error *error)
{
    if (n_items <= *capacity)
        return GPUC_OK;
    size_t wanted = *capacity > SIZE_MAX / 2 ? n_items : *capacity * 2;
    if (wanted < n_items)
        wanted = n_items;
    if (item_size > 0 && wanted > SIZE_MAX / item_size)
        return gpuc_fail_memory(error, SIZE_MAX, what);
    void *grown = aligned_block(wanted * item_size);
    if (grown == NULL)
        return gpuc_fail_memory(error, wanted * item_size, what);
    if (*capacity > 0)
        memcpy(grown, *block, *capacity * item_size);
    free(*block);
    *block = grown;
    *capacity = wanted;
    return GPUC_OK;
}
