/* SPDX-License-Identifier: Apache-2.0 */
#include "features/category_tables.h"

#include <stdio.h>
#include <string.h>

#include "features/made_info.h"
#include "support/cmocka_all.h"

static int64_t code_of(const struct gpuc_category_tables *tables, size_t feature,
                       const char *text)
{
    return gpuc_category_find(&tables->items[feature], (const uint8_t *)text,
                              strlen(text));
}

/* Feature 0 has no table, 1 texts, 2 numbers, 3 booleans, 4 some of all kinds. */
static struct gpuc_model_info all_kinds(void)
{
    static const double numbers[] = {7, -1, 2.5, 1e300, 3};
    struct gpuc_model_info info = made_info(NULL, 5);
    made_text_category(&info, 1, "red");
    made_text_category(&info, 1, "dark red");
    made_text_category(&info, 1, "");
    made_text_category(&info, 1, "10");
    made_text_category(&info, 1, "\xE6\xB8\xA9");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        made_number_category(&info, 2, numbers[i]);
    made_bool_category(&info, 3, true);
    made_bool_category(&info, 3, false);
    made_number_category(&info, 4, 1);
    made_text_category(&info, 4, "2");
    made_bool_category(&info, 4, true);
    made_text_category(&info, 4, "True");
    return info;
}

static const struct {
    size_t feature;
    const char *text;
    int64_t code;
} looks[] = {
    {1, "red", 0},
    {1, "dark red", 1},
    {1, "", 2},
    {1, "10", 3},
    {1, "\xE6\xB8\xA9", 4},
    {1, "Red", -1},
    {1, "red ", -1},
    {1, "re", -1},
    {1, "10.0", -1},
    {1, "True", -1},
    {2, "7", 0},
    {2, "7.0", 0},
    {2, "+7e0", 0},
    {2, " 7", 0},
    {2, "-1", 1},
    {2, "2.5", 2},
    {2, "25e-1", 2},
    {2, "1e300", 3},
    {2, "3", 4},
    {2, "3.0001", -1},
    {2, "0", -1},
    {2, "8", -1},
    {2, "-2", -1},
    {2, "nan", -1},
    {2, "inf", -1},
    {2, "x", -1},
    {2, "", -1},
    {2, "True", -1},
    {3, "True", 0},
    {3, "TRUE", 0},
    {3, "true", 0},
    {3, "False", 1},
    {3, "FALSE", 1},
    {3, "false", 1},
    {3, "tRUE", -1},
    {3, "1", -1},
    {3, "0", -1},
    {3, "yes", -1},
    {4, "1", 0},
    {4, "1.0", 0},
    {4, "2", 1},
    {4, "2.0", -1},
    {4, "True", 3},
    {4, "true", 2},
    {4, "False", -1},
    {0, "red", -1},
    {0, "1", -1},
    {0, "true", -1},
};

static void test_find(void **state)
{
    (void)state;
    struct gpuc_model_info info = all_kinds();
    struct gpuc_category_tables tables;
    assert_int_equal(gpuc_category_tables_init(&tables, &info, NULL), GPUC_OK);
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++)
        if (code_of(&tables, looks[i].feature, looks[i].text) != looks[i].code)
            fail_msg("feature %zu, '%s': %lld", looks[i].feature, looks[i].text,
                     (long long)code_of(&tables, looks[i].feature, looks[i].text));
    gpuc_category_tables_done(&tables);
    gpuc_model_info_done(&info);
}

/* Each of many is found, whatever order the file has them in. */
static void test_many(void **state)
{
    enum { N = 3000 };
    (void)state;
    struct gpuc_model_info info = made_info(NULL, 2);
    struct gpuc_category_tables tables;
    char text[32];
    for (int i = 0; i < N; i++) {
        snprintf(text, sizeof text, "category %d", i);
        made_text_category(&info, 0, text);
    }
    for (int i = 0; i < N; i++) /* 7 and 3000 have no common factor: all are different */
        made_number_category(&info, 1, (double)(7 * i % N) - 1000);
    assert_int_equal(gpuc_category_tables_init(&tables, &info, NULL), GPUC_OK);
    for (int i = 0; i < N; i++) {
        snprintf(text, sizeof text, "category %d", i);
        assert_int_equal(code_of(&tables, 0, text), i);
        snprintf(text, sizeof text, "%d", 7 * i % N - 1000);
        assert_int_equal(code_of(&tables, 1, text), i);
    }
    gpuc_category_tables_done(&tables);
    gpuc_model_info_done(&info);
}

static void test_twice(void **state)
{
    (void)state;
    struct gpuc_category_tables tables;
    struct gpuc_error error;
    struct gpuc_model_info info = made_info(NULL, 1);
    made_text_category(&info, 0, "a");
    made_text_category(&info, 0, "b");
    made_text_category(&info, 0, "a");
    assert_int_equal(gpuc_category_tables_init(&tables, &info, &error), GPUC_EMODEL);
    assert_string_equal(error.message, "the model lists the category 'a' twice");
    gpuc_model_info_done(&info);

    info = made_info(NULL, 1);
    made_number_category(&info, 0, 0.0);
    made_number_category(&info, 0, 1);
    made_number_category(&info, 0, -0.0);
    assert_int_equal(gpuc_category_tables_init(&tables, &info, &error), GPUC_EMODEL);
    assert_string_equal(error.message,
                        "the model lists a category that is a number twice");
    gpuc_model_info_done(&info);
}

static void test_failures(void **state)
{
    (void)state;
    struct gpuc_model_info info = all_kinds();
    size_t n_failures = 0;
    for (long n_before = 0;; n_before++) {
        struct gpuc_category_tables tables;
        gpuc_memory_fail_after(n_before, false);
        enum gpuc_status status = gpuc_category_tables_init(&tables, &info, NULL);
        bool failed = gpuc_memory_fail_after(-1, false) > n_before;
        assert_int_equal(status, failed ? GPUC_ENOMEM : GPUC_OK);
        n_failures += failed;
        if (status == GPUC_OK) {
            gpuc_category_tables_done(&tables);
            break;
        }
    }
    assert_true(n_failures >= 5);
    gpuc_model_info_done(&info);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_twice),
        cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
