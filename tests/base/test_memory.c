/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <string.h>

#include "support/cmocka_all.h"

static void test_alloc(void **state)
{
    (void)state;
    for (size_t size = 0; size < 1000; size++) {
        uint8_t *block = gpuc_alloc(size, 1);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % GPUC_ALIGNMENT, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(block[i], 0);
        /* So that the next block does not come zeroed by chance. */
        memset(block, 0xA5, size);
        gpuc_free(block);
    }
    gpuc_free(NULL);
}

static void test_alloc_too_much(void **state)
{
    (void)state;
    static const struct {
        size_t n_items, item_size;
    } sizes[] = {
        {SIZE_MAX, 1},         {SIZE_MAX - GPUC_ALIGNMENT + 1, 1},
        {SIZE_MAX, 2},         {2, SIZE_MAX},
        {SIZE_MAX / 2 + 1, 2}, {SIZE_MAX, SIZE_MAX},
        {SIZE_MAX / 8 + 1, 8}, {(size_t)1 << 32, (size_t)1 << 32},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        assert_null(gpuc_alloc(sizes[i].n_items, sizes[i].item_size));
    void *block = gpuc_alloc(SIZE_MAX, 0);
    assert_non_null(block);
    gpuc_free(block);
}

/* Appending one by one keeps what is there and takes few requests. */
static void test_grow(void **state)
{
    enum { N_ITEMS = 1000000 };
    (void)state;
    void *block = NULL;
    size_t capacity = 0;
    gpuc_memory_fail_after(-1, false);
    for (size_t n = 0; n < N_ITEMS; n++) {
        size_t before = capacity;
        assert_int_equal(gpuc_grow(&block, &capacity, n + 1, sizeof n, "numbers", NULL),
                         GPUC_OK);
        assert_true(capacity > n);
        assert_true(capacity == before || capacity >= 2 * before);
        ((size_t *)block)[n] = n;
    }
    assert_int_equal((uintptr_t)block % GPUC_ALIGNMENT, 0);
    for (size_t n = 0; n < N_ITEMS; n++)
        assert_int_equal(((size_t *)block)[n], n);
    long n_requests = gpuc_memory_fail_after(-1, false);
    assert_in_range(n_requests, 1, 21); /* 2^20 is just more than a million */
    print_message("%d items in %ld requests\n", N_ITEMS, n_requests);
    gpuc_free(block);
}

static void test_grow_fails(void **state)
{
    (void)state;
    struct gpuc_error error;
    void *block = NULL;
    size_t capacity = 0;
    assert_int_equal(gpuc_grow(&block, &capacity, 10, 4, "numbers", &error), GPUC_OK);
    void *before = block;
    size_t capacity_before = capacity;
    memset(block, 7, 40);

    assert_int_equal(gpuc_grow(&block, &capacity, SIZE_MAX / 4 + 1, 4, "numbers", &error),
                     GPUC_ENOMEM);
    assert_string_equal(error.message,
                        "out of memory (18446744073709551615 bytes for numbers)");
    gpuc_memory_fail_after(0, false);
    assert_int_equal(gpuc_grow(&block, &capacity, 30, 4, "numbers", &error), GPUC_ENOMEM);
    assert_string_equal(error.message, "out of memory (120 bytes for numbers)");
    gpuc_memory_fail_after(-1, false);

    assert_ptr_equal(block, before);
    assert_int_equal(capacity, capacity_before);
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(((uint8_t *)block)[i], 7);
    gpuc_free(block);

    /* Doubling such a capacity would overflow before any product does. */
    capacity = SIZE_MAX / 2 + 1;
    block = NULL;
    assert_int_equal(gpuc_grow(&block, &capacity, capacity + 1, 2, "numbers", &error),
                     GPUC_ENOMEM);
    assert_null(block);
}

/* How many of the next n requests are given. */
static unsigned n_given(unsigned n)
{
    unsigned given = 0;
    for (unsigned i = 0; i < n; i++) {
        void *block = gpuc_alloc(1, 1);
        given += block != NULL;
        gpuc_free(block);
    }
    return given;
}

static void test_hook(void **state)
{
    (void)state;
    gpuc_memory_fail_after(-1, true);
    assert_int_equal(n_given(10), 10);
    assert_int_equal(gpuc_memory_fail_after(3, false), 10);
    assert_int_equal(n_given(3), 3);
    assert_int_equal(n_given(1), 0);
    assert_int_equal(n_given(10), 10);
    assert_int_equal(gpuc_memory_fail_after(3, true), 14);
    assert_int_equal(n_given(3), 3);
    assert_int_equal(n_given(10), 0);
    /* Requests that cannot be met anyway are not counted. */
    assert_int_equal(gpuc_memory_fail_after(0, false), 13);
    assert_null(gpuc_alloc(SIZE_MAX, 2));
    assert_int_equal(n_given(2), 1);
    assert_int_equal(gpuc_memory_fail_after(-1, false), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alloc), cmocka_unit_test(test_alloc_too_much),
        cmocka_unit_test(test_grow),  cmocka_unit_test(test_grow_fails),
        cmocka_unit_test(test_hook),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
