/* SPDX-License-Identifier: Apache-2.0 */
/* The masks of 64 bytes against a plain loop, at every place before a guard page. */
#include "csv/block.h"

#include "support/cmocka_all.h"
#include "support/guard.h"
#include "support/random.h"

enum { N_BLOCKS = 20000 };

static uint64_t mask_of_equal(const uint8_t *bytes, uint8_t byte)
{
    uint64_t mask = 0;
    for (int i = 0; i < GPUC_BLOCK_SIZE; i++)
        if (bytes[i] == byte)
            mask |= UINT64_C(1) << i;
    return mask;
}

static uint64_t mask_of_high(const uint8_t *bytes)
{
    uint64_t mask = 0;
    for (int i = 0; i < GPUC_BLOCK_SIZE; i++)
        if (bytes[i] > 127)
            mask |= UINT64_C(1) << i;
    return mask;
}

static void test_masks(void **state)
{
    (void)state;
    struct test_guard guard = test_guard_new(2 * GPUC_BLOCK_SIZE);
    struct test_random random = {3};
    for (size_t i = 0; i < N_BLOCKS; i++) {
        /* Blocks of few different bytes have many equal ones, the last is before the
         * guard page; addresses are of every alignment. */
        uint8_t *bytes = test_guard_place(&guard, GPUC_BLOCK_SIZE + i % GPUC_BLOCK_SIZE);
        uint8_t choice[4];
        for (int k = 0; k < 4; k++)
            choice[k] = (uint8_t)test_random_next(&random);
        for (int k = 0; k < GPUC_BLOCK_SIZE; k++)
            bytes[k] = choice[test_random_below(&random, 4)];
        struct gpuc_block block = gpuc_block_load(bytes);
        for (int k = 0; k < 4; k++)
            assert_true(gpuc_block_equal(&block, choice[k]) ==
                        mask_of_equal(bytes, choice[k]));
        uint8_t other = (uint8_t)test_random_next(&random);
        assert_true(gpuc_block_equal(&block, other) == mask_of_equal(bytes, other));
        assert_true(gpuc_block_high(&block) == mask_of_high(bytes));
        uint8_t lowest = choice[0] < other ? choice[0] : other;
        uint8_t highest = choice[0] < other ? other : choice[0];
        uint64_t range = gpuc_block_range(&block, lowest, highest);
        for (int k = 0; k < GPUC_BLOCK_SIZE; k++)
            assert_int_equal(range >> k & 1, bytes[k] >= lowest && bytes[k] <= highest);
    }
    print_message("%d blocks\n", N_BLOCKS);
    test_guard_free(&guard);
}

/* Each byte value at each place, alone among others. */
static void test_every_byte(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        uint8_t bytes[GPUC_BLOCK_SIZE];
        for (int i = 0; i < GPUC_BLOCK_SIZE; i++)
            bytes[i] = (uint8_t)(byte + 1);
        for (int place = 0; place < GPUC_BLOCK_SIZE; place++) {
            bytes[place] = (uint8_t)byte;
            struct gpuc_block block = gpuc_block_load(bytes);
            assert_true(gpuc_block_equal(&block, (uint8_t)byte) == UINT64_C(1) << place);
            assert_true(gpuc_block_high(&block) == mask_of_high(bytes));
            bytes[place] = (uint8_t)(byte + 1);
        }
    }
}

static void test_bits(void **state)
{
    (void)state;
    for (unsigned n = 0; n <= 64; n++) {
        uint64_t mask = gpuc_block_first(n);
        assert_int_equal(gpuc_block_count(mask), n);
        if (n == 0)
            continue;
        assert_int_equal(gpuc_block_lowest(mask), 0);
        assert_int_equal(gpuc_block_highest(mask), n - 1);
        assert_int_equal(gpuc_block_lowest(UINT64_C(1) << (n - 1)), n - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
