/* SPDX-License-Identifier: Apache-2.0 */
/* Columns in memory become the values that the same numbers and texts are in a file. */
#include "features/column_values.h"

#include <math.h>
#include <string.h>

#include "features/made_info.h"
#include "support/cmocka_all.h"

enum { N_MAX = 16 };

/* Rules for feature 0, a number, and feature 1, with a table: 'a' 0, 7 1, True 2. */
static struct gpuc_model_info info;
static struct gpuc_value_rules rules;

static int make_rules(void **state)
{
    (void)state;
    info = made_info(NULL, 2);
    made_text_category(&info, 1, "a");
    made_number_category(&info, 1, 7);
    made_bool_category(&info, 1, true);
    rules = (struct gpuc_value_rules){.info = &info, .number = GPUC_FLOAT64};
    assert_int_equal(gpuc_missing_tokens_init(&rules.missing, NULL, NULL), GPUC_OK);
    assert_int_equal(gpuc_category_tables_init(&rules.tables, &info, NULL), GPUC_OK);
    return 0;
}

static int free_rules(void **state)
{
    (void)state;
    gpuc_value_rules_done(&rules);
    gpuc_model_info_done(&info);
    return 0;
}

/* Reads n rows; `expected`: as float64; the row `bad` is the first that is no value. */
static void check(size_t feature, const struct gpuc_column *column, size_t n,
                  const double *expected, size_t bad)
{
    double values[N_MAX];
    size_t found = 0;
    gpuc_column_values_read(&rules, feature, column, (struct gpuc_span){0, n}, values,
                            &found);
    assert_int_equal(found, bad);
    for (size_t i = 0; i < n && i < bad; i++) {
        double value = rules.number == GPUC_FLOAT32
                           ? (double)((const float *)(const void *)values)[i]
                           : values[i];
        if (!(isnan(value) && isnan(expected[i])) && value != expected[i])
            fail_msg("row %zu: %.17g instead of %.17g", i, value, expected[i]);
    }
}

static void test_numbers(void **state)
{
    static const float floats[] = {9, 0.1f, -0.0f, NAN, INFINITY};
    static const double doubles[] = {9, 9, 0.1, 1e300, NAN};
    static const int32_t ints[] = {INT32_MIN, INT32_MAX, 16777217};
    /* Half way between two float32 but for the 1, which float64 has no room for. */
    static const int64_t longs[] = {(INT64_C(1) << 60) + (INT64_C(1) << 36) + 1, -5};
    (void)state;
    struct gpuc_column column = {GPUC_TYPE_FLOAT32, floats, NULL, NULL, 1};
    check(0, &column, 4,
          (const double[]){0.100000001490116119384765625, 0, NAN, INFINITY}, SIZE_MAX);
    column = (struct gpuc_column){GPUC_TYPE_FLOAT64, doubles, NULL, NULL, 2};
    check(0, &column, 3, (const double[]){0.1, 1e300, NAN}, SIZE_MAX);
    column = (struct gpuc_column){GPUC_TYPE_INT32, ints, NULL, NULL, 0};
    check(0, &column, 3, (const double[]){-2147483648.0, 2147483647, 16777217}, SIZE_MAX);
    column = (struct gpuc_column){GPUC_TYPE_INT64, longs, NULL, NULL, 0};
    check(0, &column, 2, (const double[]){0x1p60 + 0x1p36, -5}, SIZE_MAX);

    rules.number = GPUC_FLOAT32;
    check(0, &column, 2, (const double[]){0x1p60, -5}, SIZE_MAX);
    column = (struct gpuc_column){GPUC_TYPE_INT32, ints, NULL, NULL, 2};
    check(0, &column, 1, (const double[]){16777216}, SIZE_MAX);
    column = (struct gpuc_column){GPUC_TYPE_FLOAT64, doubles, NULL, NULL, 2};
    check(0, &column, 3, (const double[]){0.100000001490116119384765625, INFINITY, NAN},
          SIZE_MAX);
    rules.number = GPUC_FLOAT64;
}

static void test_validity(void **state)
{
    static const double doubles[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    static const uint8_t bits[] = {0xbf, 0x0b}; /* 6 and 10 are missing */
    static const int32_t offsets[] = {0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    (void)state;
    struct gpuc_column column = {GPUC_TYPE_FLOAT64, doubles, NULL, bits, 5};
    check(0, &column, 7, (const double[]){5, NAN, 7, 8, 9, NAN, 11}, SIZE_MAX);
    /* What is missing is not looked at. */
    column = (struct gpuc_column){GPUC_TYPE_TEXT32, "0123456?789", offsets, bits, 5};
    check(0, &column, 7, (const double[]){4, NAN, 6, 0, 0, 0, 0}, 3);
}

static void test_texts(void **state)
{
    static const char bytes[] = "-1.5e3nan0x1True 7 x";
    static const int32_t narrow[] = {0, 6, 6, 9, 9};
    static const int64_t wide[] = {0, 6, 9, 12, 16, 19, 20, 19};
    (void)state;
    struct gpuc_column column = {GPUC_TYPE_TEXT32, bytes, narrow, NULL, 0};
    check(0, &column, 4, (const double[]){-1500, NAN, NAN, NAN}, SIZE_MAX);
    column = (struct gpuc_column){GPUC_TYPE_TEXT64, bytes, wide, NULL, 0};
    check(0, &column, 7, (const double[]){-1500, NAN}, 2);
    column.first = 3;
    check(0, &column, 4, (const double[]){1, 7}, 2);
    struct gpuc_shown_text shown = gpuc_column_show(&column, 2);
    assert_int_equal(shown.size, 1);
    assert_memory_equal(shown.bytes, "x", 1);
    /* One that ends before it begins is empty, and so missing. */
    column.first = 6;
    check(0, &column, 1, (const double[]){NAN}, SIZE_MAX);
    /* An array of no bytes may be NULL. */
    column = (struct gpuc_column){GPUC_TYPE_TEXT32, NULL, &narrow[1], NULL, 0};
    check(0, &column, 1, (const double[]){NAN}, SIZE_MAX);
}

static void test_categories(void **state)
{
    static const int64_t offsets[] = {0, 1, 2, 6, 6, 7};
    static const double doubles[] = {7, NAN, 1};
    static const int32_t ints[] = {7, 8};
    (void)state;
    struct gpuc_column column = {GPUC_TYPE_TEXT64, "a7Truez", offsets, NULL, 0};
    check(1, &column, 5, (const double[]){0, 1, 2, NAN}, 4);
    column = (struct gpuc_column){GPUC_TYPE_FLOAT64, doubles, NULL, NULL, 0};
    check(1, &column, 3, (const double[]){1, NAN}, 2);
    struct gpuc_column whole = {GPUC_TYPE_INT32, ints, NULL, NULL, 0};
    check(1, &whole, 2, (const double[]){1}, 1);
    struct gpuc_shown_text shown = gpuc_column_show(&whole, 1);
    assert_memory_equal(shown.bytes, "8.0", 3);

    rules.unseen_rule = GPUC_UNSEEN_MISSING;
    check(1, &column, 3, (const double[]){1, NAN, NAN}, SIZE_MAX);
    check(1, &whole, 2, (const double[]){1, NAN}, SIZE_MAX);
    rules.unseen_rule = GPUC_UNSEEN_ERROR;
}

static void test_faults(void **state)
{
    struct gpuc_column column = {GPUC_TYPE_NONE, NULL, NULL, NULL, 0};
    (void)state;
    assert_string_equal(gpuc_column_fault(&column), "it has no type, and is a feature");
    column.type = (enum gpuc_type)99;
    assert_string_equal(gpuc_column_fault(&column), "its type is unknown");
    for (column.type = GPUC_TYPE_FLOAT32; column.type <= GPUC_TYPE_INT64; column.type++) {
        column.data = NULL;
        assert_string_equal(gpuc_column_fault(&column), "`data` is NULL");
        column.data = "";
        assert_null(gpuc_column_fault(&column));
    }
    for (; column.type <= GPUC_TYPE_TEXT64; column.type++) {
        column.offsets = NULL;
        assert_string_equal(gpuc_column_fault(&column), "`offsets` is NULL");
        column.offsets = "";
        assert_null(gpuc_column_fault(&column));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_validity),
        cmocka_unit_test(test_texts),   cmocka_unit_test(test_categories),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, make_rules, free_rules);
}
