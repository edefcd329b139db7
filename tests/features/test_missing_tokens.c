/* SPDX-License-Identifier: Apache-2.0 */
#include "features/missing_tokens.h"

#include <string.h>

#include "support/cmocka_all.h"

static bool have(const struct gpuc_missing_tokens *missing, const char *text)
{
    return gpuc_missing_tokens_have(missing, (const uint8_t *)text, strlen(text));
}

/* The NA values that the documentation of pandas.read_csv lists, and any case of nan. */
static void test_default(void **state)
{
    static const char *const are[] = {
        "",     "#N/A", "#N/A N/A", "#NA",  "-1.#IND", "-1.#QNAN", "-NaN", "-nan",
        "<NA>", "N/A",  "NA",       "NULL", "NaN",     "None",     "n/a",  "nan",
        "null", "NAN",  "Nan",      "nAn",  "1.#IND",  "1.#QNAN"};
    static const char *const are_not[] = {
        "0", "na",  "Null", "none", "NONE", "n", "nan ", " ",   "-",
        "?", "nul", "inf",  "nano", "-NAN", ".", "nil",  "N A", "\xC3\xA4"};
    struct gpuc_missing_tokens missing;
    (void)state;
    assert_int_equal(gpuc_missing_tokens_init(&missing, NULL, NULL), GPUC_OK);
    assert_true(missing.is_default);
    assert_false(missing.any_number);
    for (size_t i = 0; i < sizeof are / sizeof are[0]; i++)
        if (!have(&missing, are[i]))
            fail_msg("'%s' is not missing", are[i]);
    for (size_t i = 0; i < sizeof are_not / sizeof are_not[0]; i++)
        if (have(&missing, are_not[i]))
            fail_msg("'%s' is missing", are_not[i]);
    gpuc_missing_tokens_done(&missing);
}

/* A list replaces all of them, the empty field too. */
static void test_lists(void **state)
{
    static const struct {
        const char *list;
        const char *has;
        const char *has_not;
        bool any_number;
    } lists[] = {
        {"?", "?", "", false},
        {"-999", "-999", "-999.0", true},
        {"NA,-999", "NA", "nan", true},
        {"NA,-999", "-999", "NULL", true},
        {"NA,", "", "nan", false},
        {"", "", "NA", false},
        {"\"a,b\",c", "a,b", "a", false},
        {"1e3,x", "1e3", "1000", true},
        {"nan", "nan", "NaN", true},
        {" ", " ", "", false},
        {"inf", "inf", "-inf", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct gpuc_missing_tokens missing;
        assert_int_equal(gpuc_missing_tokens_init(&missing, lists[i].list, NULL),
                         GPUC_OK);
        assert_false(missing.is_default);
        assert_int_equal(missing.any_number, lists[i].any_number);
        assert_true(have(&missing, lists[i].has));
        assert_false(have(&missing, lists[i].has_not));
        gpuc_missing_tokens_done(&missing);
    }
}

static void test_failures(void **state)
{
    struct gpuc_missing_tokens missing;
    struct gpuc_error error;
    (void)state;
    assert_int_equal(gpuc_missing_tokens_init(&missing, "NA,\"x", &error), GPUC_EUSAGE);
    assert_string_equal(error.message,
                        "--missing: a quote is not closed: end the item with one");
    for (long n_before = 0; n_before < 2; n_before++) {
        gpuc_memory_fail_after(n_before, false);
        assert_int_equal(gpuc_missing_tokens_init(&missing, "NA,-999", &error),
                         GPUC_ENOMEM);
        gpuc_memory_fail_after(-1, false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_default),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
