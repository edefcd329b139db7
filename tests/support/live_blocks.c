/* SPDX-License-Identifier: Apache-2.0 */
/* The names __wrap_NAME and __real_NAME are those of the linker's --wrap, reserved or
 * not. */
#include "support/live_blocks.h"

#include <stdatomic.h>
#include <stdlib.h>

void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *block);
void __wrap_free(void *block);

static atomic_long n_live, n_made;

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    void *block = __real_aligned_alloc(alignment, size);
    atomic_fetch_add(&n_live, block != NULL);
    atomic_fetch_add(&n_made, 1);
    return block;
}

void __wrap_free(void *block)
{
    atomic_fetch_sub(&n_live, block != NULL);
    __real_free(block);
}

long test_live_blocks(void)
{
    return atomic_load(&n_live);
}

long test_made_blocks(void)
{
    return atomic_load(&n_made);
}
