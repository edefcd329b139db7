/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "support/guard.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/cmocka_all.h"

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

struct test_guard test_guard_new(size_t size)
{
    size_t page = page_size();
    size_t rounded = (size / page + 1) * page;
    void *pages = mmap(NULL, rounded + page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(pages != MAP_FAILED);
    struct test_guard guard = {.pages = pages, .size = rounded};
    assert_int_equal(mprotect(guard.pages + rounded, page, PROT_NONE), 0);
    return guard;
}

void test_guard_free(struct test_guard *guard)
{
    munmap(guard->pages, guard->size + page_size());
    *guard = (struct test_guard){0};
}

uint8_t *test_guard_place(const struct test_guard *guard, size_t size)
{
    assert_true(size <= guard->size);
    return guard->pages + (guard->size - size);
}

uint8_t *test_guard_copy(const struct test_guard *guard, const void *bytes, size_t size)
{
    uint8_t *place = test_guard_place(guard, size);
    if (size > 0)
        memcpy(place, bytes, size);
    return place;
}
