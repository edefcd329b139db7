/* SPDX-License-Identifier: Apache-2.0 */
/* Growable buffers, and the copies of a few bytes that overrun on purpose. */
#include "base/bytes.h"

#include "base/copy.h"
#include "support/cmocka_all.h"
#include "support/guard.h"
#include "support/random.h"

static void test_append(void **state)
{
    enum { SIZE = 300000 };
    (void)state;
    struct gpuc_bytes bytes = {0};
    struct test_random random = {1};
    uint8_t piece[1000];
    size_t n_pieces = 0;
    uint8_t next = 0;
    while (bytes.size < SIZE) {
        size_t size = test_random_below(&random, sizeof piece);
        for (size_t i = 0; i < size; i++)
            piece[i] = next++;
        if (n_pieces++ % 2 == 0) {
            assert_int_equal(gpuc_bytes_append(&bytes, piece, size, NULL), GPUC_OK);
            continue;
        }
        assert_int_equal(gpuc_bytes_reserve(&bytes, size, NULL), GPUC_OK);
        for (size_t i = 0; i < size; i++)
            gpuc_bytes_put_byte(&bytes, piece[i]);
        assert_true(bytes.size <= bytes.capacity);
    }
    for (size_t i = 0; i < bytes.size; i++)
        assert_int_equal(bytes.data[i], i & 0xFF);
    print_message("%zu bytes in %zu pieces\n", bytes.size, n_pieces);
    gpuc_bytes_done(&bytes);
    assert_null(bytes.data);
    assert_int_equal(bytes.size, 0);
    assert_int_equal(bytes.capacity, 0);
}

static void test_nothing(void **state)
{
    (void)state;
    struct gpuc_bytes bytes = {0};
    assert_int_equal(gpuc_bytes_append(&bytes, NULL, 0, NULL), GPUC_OK);
    assert_int_equal(bytes.size, 0);
    gpuc_bytes_done(&bytes);
    gpuc_bytes_done(&bytes);
    assert_int_equal(gpuc_bytes_append(&bytes, "again", 5, NULL), GPUC_OK);
    assert_memory_equal(bytes.data, "again", 5);
    gpuc_bytes_done(&bytes);
}

static void test_failures(void **state)
{
    (void)state;
    struct gpuc_bytes bytes = {0};
    struct gpuc_error error;
    assert_int_equal(gpuc_bytes_append(&bytes, "kept", 4, &error), GPUC_OK);
    assert_int_equal(gpuc_bytes_reserve(&bytes, SIZE_MAX - 3, &error), GPUC_ENOMEM);
    assert_non_null(strstr(error.message, "out of memory"));
    assert_int_equal(gpuc_bytes_reserve(&bytes, SIZE_MAX, &error), GPUC_ENOMEM);
    gpuc_memory_fail_after(0, true);
    assert_int_equal(gpuc_bytes_append(&bytes, bytes.data, bytes.capacity, &error),
                     GPUC_ENOMEM);
    gpuc_memory_fail_after(-1, false);
    assert_int_equal(bytes.size, 4);
    assert_memory_equal(bytes.data, "kept", 4);
    gpuc_bytes_done(&bytes);
}

/* Copies stay within the slack that both sides promise. */
static void test_copy_short(void **state)
{
    enum { LONGEST = 100 };
    (void)state;
    struct test_guard from_guard = test_guard_new(LONGEST + GPUC_COPY_SLACK);
    struct test_guard to_guard = test_guard_new(LONGEST + GPUC_COPY_SLACK);
    for (size_t size = 0; size <= LONGEST; size++) {
        uint8_t *from = test_guard_place(&from_guard, size + GPUC_COPY_SLACK);
        uint8_t *to = test_guard_place(&to_guard, size + GPUC_COPY_SLACK);
        for (size_t i = 0; i < size; i++)
            from[i] = (uint8_t)(size + 3 * i);
        assert_ptr_equal(gpuc_copy_short(to, from, size), to + size);
        assert_memory_equal(to, from, size);
    }
    test_guard_free(&from_guard);
    test_guard_free(&to_guard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_copy_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
