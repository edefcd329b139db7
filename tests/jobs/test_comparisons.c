/* SPDX-License-Identifier: Apache-2.0 */
/* What --filter says: which values it takes, next to the number and at none, and what is
 * said of filters that are none. */
#include "jobs/comparisons.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "support/cmocka_all.h"

static struct gpuc_comparisons read_filter(const char *filter)
{
    struct gpuc_comparisons comparisons = {.n_items = 99};
    struct gpuc_error error = {.message = ""};
    enum gpuc_status status = gpuc_comparisons_read(filter, &comparisons, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, GPUC_OK);
    return comparisons;
}

static void parts_are_found(void **state)
{
    static const struct {
        const char *name, *value;
        double number;
    } expected[] = {
        {"proba", "0.9", 0.9},    {"a b", "-1e3", -1000}, {"leaf_0", "+.5", 0.5},
        {"and", "inf", INFINITY}, {"band", "7", 7},
    };
    (void)state;
    struct gpuc_comparisons read = read_filter(
        "proba>0.9 and  a b <= -1e3  and leaf_0==+.5 and and!=inf and band<7");
    assert_int_equal(read.n_items, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct gpuc_comparison *item = &read.items[i];
        assert_int_equal(item->name_size, strlen(expected[i].name));
        assert_memory_equal(item->name, expected[i].name, item->name_size);
        assert_int_equal(item->value_size, strlen(expected[i].value));
        assert_memory_equal(item->value, expected[i].value, item->value_size);
        assert_true(item->is_number);
        assert_true(item->number == expected[i].number);
    }
    assert_int_equal(read_filter(NULL).n_items, 0);
    struct gpuc_comparisons named = read_filter("label==big cat");
    assert_false(named.items[0].is_number);
    assert_int_equal(named.items[0].value_size, strlen("big cat"));
}

/* Values as they are shown: below, at and above the number, and NaN. */
static const struct {
    const char *filter;
    bool holds[4];
} holding[] = {
    {"x<0.9", {true, false, false, false}},  {"x<=0.9", {true, true, false, false}},
    {"x==0.9", {false, true, false, false}}, {"x!=0.9", {true, false, true, true}},
    {"x>=0.9", {false, true, true, false}},  {"x>0.9", {false, false, true, false}},
};

static void numbers_are_those_that_are_shown(void **state)
{
    const double doubles[] = {nextafter(0.9, 0), 0.9, nextafter(0.9, 1), NAN};
    const double floats[] = {(double)nextafterf(0.9f, 0), (double)0.9f,
                             (double)nextafterf(0.9f, 1), NAN};
    (void)state;
    for (size_t i = 0; i < sizeof holding / sizeof holding[0]; i++) {
        struct gpuc_comparison item = read_filter(holding[i].filter).items[0];
        gpuc_comparison_fit(&item, GPUC_FLOAT64);
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(gpuc_comparison_holds(&item, doubles[k]),
                             holding[i].holds[k]);
        gpuc_comparison_fit(&item, GPUC_FLOAT32);
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(gpuc_comparison_holds(&item, floats[k]),
                             holding[i].holds[k]);
    }
}

/* 0.9 as a float32 is shown as 0.9, which is on one side of numbers that no float32 is.
 */
static const struct {
    const char *filter;
    bool holds; /* of 0.9 */
} between[] = {
    {"x<0.90000001", true},   {"x<=0.90000001", true},  {"x>0.90000001", false},
    {"x>=0.90000001", false}, {"x==0.90000001", false}, {"x!=0.90000001", true},
    {"x<0.89999999", false},  {"x<=0.89999999", false}, {"x>0.89999999", true},
    {"x>=0.89999999", true},  {"x==0.89999998", false}, {"x==0.899999976158142", false},
    {"x<1e300", true},        {"x>-1e300", true},       {"x==1e300", false},
};

static void no_float_is_what_it_is_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof between / sizeof between[0]; i++) {
        struct gpuc_comparison item = read_filter(between[i].filter).items[0];
        gpuc_comparison_fit(&item, GPUC_FLOAT32);
        if (gpuc_comparison_holds(&item, (double)0.9f) != between[i].holds)
            fail_msg("%s", between[i].filter);
    }
    struct gpuc_comparison item = read_filter("x>=1e300").items[0];
    gpuc_comparison_fit(&item, GPUC_FLOAT32);
    assert_true(gpuc_comparison_holds(&item, (double)INFINITY));
    assert_false(gpuc_comparison_holds(&item, (double)FLT_MAX));
}

static const struct {
    const char *filter, *message;
} mistakes[] = {
    {"", "nothing is compared in ''"},
    {"proba", "nothing is compared in 'proba'"},
    {"proba>1 and ", "nothing is compared in ''"},
    {"proba>1 and label", "nothing is compared in 'label'"},
    {"proba=1", "no known comparison in 'proba=1'"},
    {"proba=>1", "no known comparison in 'proba=>1'"},
    {"!proba", "no known comparison in '!proba'"},
    {">1", "no column before the comparison in '>1'"},
    {"  ==1", "no column before the comparison in '  ==1'"},
    {"proba<", "no number behind the comparison in 'proba<'"},
    {"proba== ", "no number behind the comparison in 'proba== '"},
    {"proba<x", "no number behind the comparison in 'proba<x'"},
    {"proba<nan", "no number behind the comparison in 'proba<nan'"},
    {"0.5<proba<0.9", "no number behind the comparison in '0.5<proba<0.9'"},
    {"proba>0,5", "no number behind the comparison in 'proba>0,5'"},
};

static void mistakes_are_shown(void **state)
{
    struct gpuc_comparisons comparisons;
    struct gpuc_error error;
    char many[33 * 9 + 1] = "";
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        assert_int_equal(gpuc_comparisons_read(mistakes[i].filter, &comparisons, &error),
                         GPUC_EUSAGE);
        if (strstr(error.message, mistakes[i].message) == NULL)
            fail_msg("%s: %s", mistakes[i].filter, error.message);
    }
    for (size_t i = 0; i < 33; i++)
        memcpy(many + strlen(many), i > 0 ? " and x<1" : "x<1", i > 0 ? 9 : 4);
    assert_int_equal(gpuc_comparisons_read(many, &comparisons, &error), GPUC_EUSAGE);
    assert_non_null(strstr(error.message, "takes 32 comparisons at most"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_found),
        cmocka_unit_test(numbers_are_those_that_are_shown),
        cmocka_unit_test(no_float_is_what_it_is_not),
        cmocka_unit_test(mistakes_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
