/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/opencl/cl_split.h"

enum { N_ROWS = 10, TEXT_SIZE = 100 };

static const struct gpuc_cl_limits no_limits = {
    .max_rows = SIZE_MAX,
    .min_rows = 1,
    .max_text_size = UINT64_MAX,
    .max_work = UINT64_MAX,
};

/* Ten rows of 100 bytes; the text's bytes play no part. */
static uint32_t offsets[N_ROWS];
static uint32_t sizes[N_ROWS];
static const struct gpuc_texts texts = {
    .offsets = offsets, .sizes = sizes, .n_rows = N_ROWS};

static int make_texts(void **state)
{
    (void)state;
    for (uint32_t row = 0; row < N_ROWS; row++) {
        offsets[row] = row * TEXT_SIZE;
        sizes[row] = TEXT_SIZE;
    }
    return 0;
}

static size_t split(size_t first, struct gpuc_cl_limits limits)
{
    uint64_t work = 0;
    size_t end = gpuc_cl_split(&texts, first, 10, &limits, &work);

    assert_true(end > first && end <= N_ROWS);
    assert_int_equal(work, (end - first) * gpuc_cl_row_work(TEXT_SIZE, 10));
    return end;
}

static void test_no_limits(void **state)
{
    (void)state;
    assert_int_equal(split(0, no_limits), N_ROWS);
    assert_int_equal(split(N_ROWS - 1, no_limits), N_ROWS);
}

static void test_rows(void **state)
{
    struct gpuc_cl_limits limits = no_limits;

    (void)state;
    limits.max_rows = 4;
    assert_int_equal(split(0, limits), 4);
    assert_int_equal(split(8, limits), N_ROWS);
    limits.max_rows = 1;
    assert_int_equal(split(3, limits), 4);
}

static void test_text_size(void **state)
{
    struct gpuc_cl_limits limits = no_limits;

    (void)state;
    limits.max_text_size = 3 * TEXT_SIZE;
    assert_int_equal(split(0, limits), 3);
    limits.max_text_size = 3 * TEXT_SIZE - 1;
    assert_int_equal(split(0, limits), 2);
    limits.max_text_size = TEXT_SIZE - 1;
    assert_int_equal(split(0, limits), 1);
    /* Memory binds even the rows that run side by side. */
    limits.min_rows = 5;
    assert_int_equal(split(0, limits), 1);
}

static void test_work(void **state)
{
    struct gpuc_cl_limits limits = no_limits;

    (void)state;
    limits.max_work = 5 * gpuc_cl_row_work(TEXT_SIZE, 10);
    assert_int_equal(split(0, limits), 5);
    limits.max_work--;
    assert_int_equal(split(0, limits), 4);
    limits.max_work = 0;
    assert_int_equal(split(0, limits), 1);
    limits.min_rows = 7;
    assert_int_equal(split(0, limits), 7);
    limits.max_rows = 2;
    assert_int_equal(split(0, limits), 2);
}

/* The largest row that can be: no product overflows. */
static void test_row_work(void **state)
{
    (void)state;
    assert_true(gpuc_cl_row_work(UINT32_MAX, UINT32_MAX) > UINT64_MAX / 2);
    assert_true(gpuc_cl_row_work(0, 0) > 0);
    assert_true(gpuc_cl_row_work(306, 10) > gpuc_cl_row_work(306, 9));
}

/* On a device of any speed, launches end up within 500 ms and do not stay tiny. */
static void test_learning(void **state)
{
    static const double work_a_second[] = {1e7, 1e9, 1e11, 1e13};

    (void)state;
    for (size_t i = 0; i < sizeof work_a_second / sizeof work_a_second[0]; i++) {
        struct gpuc_cl_limits limits = no_limits;
        limits.max_work = GPUC_CL_FIRST_WORK;
        for (int launch = 0; launch < 64; launch++)
            gpuc_cl_limits_learn(&limits, limits.max_work,
                                 (double)limits.max_work / work_a_second[i]);
        assert_true((double)limits.max_work / work_a_second[i] < 0.5);
        assert_true((double)limits.max_work / work_a_second[i] > 0.04);
    }
}

/* A short launch says nothing if there was no more to do. */
static void test_learning_from_small_launches(void **state)
{
    struct gpuc_cl_limits limits = no_limits;

    (void)state;
    limits.max_work = 1000000;
    for (int launch = 0; launch < 100; launch++)
        gpuc_cl_limits_learn(&limits, 1000, 1e-6);
    assert_int_equal(limits.max_work, 1000000);
}

/* Rows of the same work: multiples of 64 but for the last, within all limits. */
static void test_even_rows(void **state)
{
    struct gpuc_cl_limits limits = {.max_rows = 640, .min_rows = 64, .max_work = 10000};
    uint64_t work = 0;

    (void)state;
    assert_int_equal(gpuc_cl_split_even(10000, 0, 10, &limits, &work), 640);
    assert_int_equal(work, 6400);
    assert_int_equal(gpuc_cl_split_even(10000, 9600, 10, &limits, &work), 10000);
    assert_int_equal(work, 4000);
    assert_int_equal(gpuc_cl_split_even(10000, 0, 20, &limits, &work), 448);
    assert_int_equal(work, 448 * 20);
    assert_int_equal(gpuc_cl_split_even(10000, 64, 1000, &limits, &work), 128);
    assert_int_equal(gpuc_cl_split_even(10, 0, 1000, &limits, &work), 10);
    limits.min_rows = 256;
    assert_int_equal(gpuc_cl_split_even(10000, 0, 1000, &limits, &work), 256);
    limits.max_rows = 128;
    assert_int_equal(gpuc_cl_split_even(10000, 0, 1000, &limits, &work), 128);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_even_rows),
        cmocka_unit_test(test_no_limits),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_text_size),
        cmocka_unit_test(test_work),
        cmocka_unit_test(test_row_work),
        cmocka_unit_test(test_learning),
        cmocka_unit_test(test_learning_from_small_launches),
    };

    return cmocka_run_group_tests(tests, make_texts, NULL);
}
