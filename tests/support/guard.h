/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that ends exactly where a page begins that may not be touched: reading or
 * writing one byte too many ends the test program.
 */
#ifndef GPUC_TEST_GUARD_H
#define GPUC_TEST_GUARD_H

#include <stddef.h>
#include <stdint.h>

struct test_guard {
    uint8_t *pages; /* the guard page follows the last of them */
    size_t size;    /* of the pages that may be touched */
};

/* Room for `size` bytes. Fails the test if there is none. */
struct test_guard test_guard_new(size_t size);
void test_guard_free(struct test_guard *guard);

/* The place of `size` bytes that end at the guard page. */
uint8_t *test_guard_place(const struct test_guard *guard, size_t size);

/* The same, with a copy of `bytes` in it. */
uint8_t *test_guard_copy(const struct test_guard *guard, const void *bytes, size_t size);

#endif
