/* SPDX-License-Identifier: Apache-2.0 */
/* Batches and row texts keep what they have and lose nothing when memory runs out. */
#include "pipeline/batch.h"

#include "support/cmocka_all.h"

static void test_results(void **state)
{
    (void)state;
    struct gpuc_batch batch = {.sequence = 1};
    struct gpuc_error error;
    assert_int_equal(gpuc_batch_reserve_results(&batch, 0, &error), GPUC_OK);
    for (size_t n_rows = 1; n_rows < 5000; n_rows = n_rows * 3 / 2 + 1) {
        assert_int_equal(gpuc_batch_reserve_results(&batch, n_rows, &error), GPUC_OK);
        assert_true(batch.result_capacity >= n_rows);
        memset(batch.results.fractions, 0xFF, n_rows * sizeof(uint64_t));
        memset(batch.results.digests, 0xFF, n_rows * 32);
    }
    /* Room that is there is not asked for again. */
    size_t n_rows = batch.result_capacity;
    gpuc_memory_fail_after(0, true);
    assert_int_equal(gpuc_batch_reserve_results(&batch, n_rows, &error), GPUC_OK);
    assert_int_equal(gpuc_batch_reserve_results(&batch, n_rows + 1, &error), GPUC_ENOMEM);
    gpuc_memory_fail_after(1, false);
    assert_int_equal(gpuc_batch_reserve_results(&batch, n_rows + 1, &error), GPUC_ENOMEM);
    gpuc_memory_fail_after(-1, false);
    assert_int_equal(gpuc_batch_reserve_results(&batch, n_rows, &error), GPUC_OK);
    gpuc_batch_done(&batch);
    gpuc_batch_done(&batch);
}

static void test_texts(void **state)
{
    (void)state;
    struct gpuc_texts texts = {.n_rows = 0};
    struct gpuc_error error;
    assert_int_equal(gpuc_texts_reset(&texts, 100, &error), GPUC_OK);
    assert_int_equal(gpuc_bytes_append(&texts.bytes, "text", 4, &error), GPUC_OK);
    texts.n_rows = 100;
    memset(texts.offsets, 0xFF, 100 * sizeof *texts.offsets);
    memset(texts.sizes, 0xFF, 100 * sizeof *texts.sizes);
    for (long n_before = 0; n_before < 2; n_before++) {
        gpuc_memory_fail_after(n_before, false);
        assert_int_equal(gpuc_texts_reset(&texts, 200, &error), GPUC_ENOMEM);
        assert_string_equal(error.message, "out of memory (1600 bytes for row texts)");
        assert_int_equal(texts.row_capacity, 100);
    }
    gpuc_memory_fail_after(0, true);
    assert_int_equal(gpuc_texts_reset(&texts, 100, &error), GPUC_OK);
    gpuc_memory_fail_after(-1, false);
    assert_int_equal(texts.n_rows, 0);
    assert_int_equal(texts.bytes.size, 0);
    gpuc_texts_done(&texts);
    gpuc_texts_done(&texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
