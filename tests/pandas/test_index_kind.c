/* SPDX-License-Identifier: Apache-2.0 */
/* Which type an index column has, in whatever order its parts are surveyed. */
#include "pandas/index_kind.h"

#include <stdio.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/guard.h"
#include "support/random.h"

static const char *const kind_names[] = {[GPUC_INDEX_INTEGER] = "integer",
                                         [GPUC_INDEX_FLOAT] = "float",
                                         [GPUC_INDEX_BOOL] = "bool",
                                         [GPUC_INDEX_TEXT] = "text"};

static void add(struct gpuc_index_survey *survey, const char *text)
{
    gpuc_index_survey_add(survey, (const uint8_t *)text, strlen(text));
}

/* The kind of a column, given with bars between its values. */
static enum gpuc_index_kind kind_of(const char *column)
{
    struct gpuc_index_survey survey = {0};
    char text[400];
    for (;;) {
        size_t size = strcspn(column, "|");
        snprintf(text, sizeof text, "%.*s", (int)size, column);
        add(&survey, text);
        if (column[size] == '\0')
            return gpuc_index_survey_kind(&survey);
        column += size + 1;
    }
}

#define ZEROS_50 "00000000000000000000000000000000000000000000000000"

/* Every rule of sections 2.1 to 2.3 of tests/golden/blackbox/README.md. */
static void test_kinds(void **state)
{
    static const struct {
        const char *column;
        enum gpuc_index_kind kind;
    } cases[] = {
        {"1|2|-3", GPUC_INDEX_INTEGER},
        {" 1|+2|-0|007|3\t", GPUC_INDEX_INTEGER},
        {"9223372036854775807|-9223372036854775808", GPUC_INDEX_INTEGER},
        {"18446744073709551615|0", GPUC_INDEX_INTEGER},
        {ZEROS_50 "1", GPUC_INDEX_INTEGER},
        {"1|2.0", GPUC_INDEX_FLOAT},
        {"1|1e0", GPUC_INDEX_FLOAT},
        {"1||2", GPUC_INDEX_FLOAT},
        {"1|NA", GPUC_INDEX_FLOAT},
        {"|nan|NULL", GPUC_INDEX_FLOAT},
        {"", GPUC_INDEX_FLOAT},
        {"inf|1", GPUC_INDEX_FLOAT},
        {"-Infinity", GPUC_INDEX_FLOAT},
        {"18446744073709551615|1.5", GPUC_INDEX_FLOAT},
        {"-1|1.5|NA", GPUC_INDEX_FLOAT},
        {"1|x", GPUC_INDEX_TEXT},
        {"1_000", GPUC_INDEX_TEXT},
        {"0x10", GPUC_INDEX_TEXT},
        {"1|1e", GPUC_INDEX_TEXT},
        {"1|.", GPUC_INDEX_TEXT},
        {"1e309", GPUC_INDEX_TEXT},
        {" inf", GPUC_INDEX_TEXT},
        {"18446744073709551616", GPUC_INDEX_TEXT},
        {"-9223372036854775809", GPUC_INDEX_TEXT},
        {"9223372036854775808|-1", GPUC_INDEX_TEXT},
        {"9223372036854775808|NA", GPUC_INDEX_TEXT},
        {"9223372036854775808|-1|1.5", GPUC_INDEX_TEXT},
        {ZEROS_50 ZEROS_50 ZEROS_50 ZEROS_50 ZEROS_50 ZEROS_50 ZEROS_50, GPUC_INDEX_TEXT},
        {"True|FALSE|true|false|TRUE|False", GPUC_INDEX_BOOL},
        {"True||NA", GPUC_INDEX_BOOL},
        {"True|1", GPUC_INDEX_TEXT},
        {"True|tRue", GPUC_INDEX_TEXT},
        {"True| False", GPUC_INDEX_TEXT},
        {"True|yes", GPUC_INDEX_TEXT},
        {"2024-01-01", GPUC_INDEX_TEXT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum gpuc_index_kind kind = kind_of(cases[i].column);
        if (kind != cases[i].kind)
            fail_msg("'%s': %s, not %s", cases[i].column, kind_names[kind],
                     kind_names[cases[i].kind]);
    }
    struct gpuc_index_survey none = {0};
    assert_int_equal(gpuc_index_survey_kind(&none), GPUC_INDEX_FLOAT);
    assert_int_equal(gpuc_index_survey_kind_unnamed(&none), GPUC_INDEX_FLOAT);
}

/* What rule 2.2 needs to know of a text; the reader of 2.1 has its own tests. */
enum trait { MISSING, INTEGER, NEGATIVE, UNSIGNED, FLOAT, BOOL_WORD, OTHER, N_TRAITS };

static const struct {
    const char *text;
    enum trait trait;
} pool[] = {
    {"", MISSING},
    {"NA", MISSING},
    {"5", INTEGER},
    {" +07 ", INTEGER},
    {"-0", INTEGER},
    {"9223372036854775807", INTEGER},
    {"-3", NEGATIVE},
    {"-9223372036854775808", NEGATIVE},
    {"9223372036854775808", UNSIGNED},
    {"18446744073709551615", UNSIGNED},
    {"1.5", FLOAT},
    {"-inf", FLOAT},
    {"1e3", FLOAT},
    {"-0.0", FLOAT},
    {"true", BOOL_WORD},
    {"FALSE", BOOL_WORD},
    {"x", OTHER},
    {"18446744073709551616", OTHER},
};
enum { N_POOL = sizeof pool / sizeof pool[0] };

static enum gpuc_index_kind expected_kind(const bool seen[N_TRAITS])
{
    bool any_number = seen[INTEGER] || seen[NEGATIVE] || seen[UNSIGNED] || seen[FLOAT];
    bool numeric = !seen[OTHER] && !seen[BOOL_WORD];
    if (seen[UNSIGNED] && (seen[NEGATIVE] || seen[MISSING]))
        numeric = false;
    if (!numeric)
        return seen[BOOL_WORD] && !seen[OTHER] && !any_number ? GPUC_INDEX_BOOL
                                                              : GPUC_INDEX_TEXT;
    if (seen[MISSING] || seen[FLOAT] || !any_number)
        return GPUC_INDEX_FLOAT;
    return GPUC_INDEX_INTEGER;
}

/* Random columns cut into parts, which are surveyed alone and merged in any order. */
/* Without a label, only numbers that have no common type keep their missing tokens. */
static void test_kinds_unnamed(void **state)
{
    static const struct {
        const char *texts[3];
        enum gpuc_index_kind kind;
    } cases[] = {
        {{"1", "2", "3"}, GPUC_INDEX_INTEGER},
        {{"1", "NA", "3"}, GPUC_INDEX_FLOAT},
        {{"9223372036854775808", "NA", "3"}, GPUC_INDEX_RAW},
        {{"9223372036854775808", "-1", "3"}, GPUC_INDEX_RAW},
        {{"9223372036854775808", "1.5", ""}, GPUC_INDEX_RAW},
        {{"9223372036854775808", "NA", "x"}, GPUC_INDEX_TEXT},
        {{"True", "NA", "false"}, GPUC_INDEX_BOOL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gpuc_index_survey survey = {0};
        for (size_t k = 0; k < 3; k++)
            gpuc_index_survey_add(&survey, (const uint8_t *)cases[i].texts[k],
                                  strlen(cases[i].texts[k]));
        assert_int_equal(gpuc_index_survey_kind_unnamed(&survey), cases[i].kind);
    }
}

static void test_merge(void **state)
{
    enum { N_COLUMNS = 200000, N_PARTS = 4 };
    (void)state;
    struct test_random random = {12};
    size_t n_of_kind[4] = {0};
    for (size_t i = 0; i < N_COLUMNS; i++) {
        struct gpuc_index_survey whole = {0}, parts[N_PARTS] = {{0}}, merged = {0};
        bool seen[N_TRAITS] = {false};
        size_t n_values = 1 + test_random_below(&random, 6);
        size_t from = test_random_below(&random, N_POOL);
        size_t n_choices = 1 + test_random_below(&random, 5);
        for (size_t k = 0; k < n_values; k++) {
            size_t choice = (from + 3 * test_random_below(&random, n_choices)) % N_POOL;
            add(&whole, pool[choice].text);
            add(&parts[test_random_below(&random, N_PARTS)], pool[choice].text);
            seen[pool[choice].trait] = true;
        }
        size_t first = test_random_below(&random, N_PARTS);
        for (size_t k = 0; k < N_PARTS; k++)
            gpuc_index_survey_merge(&merged, &parts[(first + 3 * k) % N_PARTS]);
        enum gpuc_index_kind kind = expected_kind(seen);
        assert_int_equal(gpuc_index_survey_kind(&whole), kind);
        assert_int_equal(gpuc_index_survey_kind(&merged), kind);
        n_of_kind[kind]++;
    }
    print_message("%d columns:", N_COLUMNS);
    for (size_t kind = 0; kind < 4; kind++) {
        print_message(" %zu %s", n_of_kind[kind], kind_names[kind]);
        assert_true(n_of_kind[kind] > 1000);
    }
    print_message("\n");
}

/* How values print; texts and scratch end at a guard page. */
static void test_texts(void **state)
{
    static const struct {
        enum gpuc_index_kind kind;
        const char *text, *expected;
    } cases[] = {
        {GPUC_INDEX_INTEGER, "0", "0"},
        {GPUC_INDEX_INTEGER, "-0", "0"},
        {GPUC_INDEX_INTEGER, "+0", "0"},
        {GPUC_INDEX_INTEGER, "000", "0"},
        {GPUC_INDEX_INTEGER, "7", "7"},
        {GPUC_INDEX_INTEGER, "007", "7"},
        {GPUC_INDEX_INTEGER, " -12\t", "-12"},
        {GPUC_INDEX_INTEGER, "+12", "12"},
        {GPUC_INDEX_INTEGER, "123456789012345678", "123456789012345678"},
        {GPUC_INDEX_INTEGER, "1234567890123456789", "1234567890123456789"},
        {GPUC_INDEX_INTEGER, "9223372036854775807", "9223372036854775807"},
        {GPUC_INDEX_INTEGER, "-9223372036854775808", "-9223372036854775808"},
        {GPUC_INDEX_INTEGER, "18446744073709551615", "18446744073709551615"},
        {GPUC_INDEX_INTEGER, ZEROS_50 "1", "1"},
        {GPUC_INDEX_FLOAT, "1", "1.0"},
        {GPUC_INDEX_FLOAT, "-0", "-0.0"},
        {GPUC_INDEX_FLOAT, "1e16", "1e+16"},
        {GPUC_INDEX_FLOAT, "123456.75", "123456.75"},
        {GPUC_INDEX_FLOAT, "0.00001", "1e-05"},
        {GPUC_INDEX_FLOAT, "INFINITY", "inf"},
        {GPUC_INDEX_FLOAT, "-Inf", "-inf"},
        {GPUC_INDEX_FLOAT, "-1.2345678901234567e-300", "-1.234567890123457e-300"},
        {GPUC_INDEX_FLOAT, "-1.7976931348623157e308", "-1.7976931348623157e+308"},
        {GPUC_INDEX_FLOAT, "-2.2250738585072014e-308", "-2.2250738585072014e-308"},
        {GPUC_INDEX_BOOL, "TRUE", "True"},
        {GPUC_INDEX_BOOL, "true", "True"},
        {GPUC_INDEX_BOOL, "True", "True"},
        {GPUC_INDEX_BOOL, "FALSE", "False"},
        {GPUC_INDEX_BOOL, "false", "False"},
        {GPUC_INDEX_BOOL, "False", "False"},
        {GPUC_INDEX_TEXT, " 007 ", " 007 "},
        {GPUC_INDEX_TEXT, "a\tb,\"c\"", "a\tb,\"c\""},
    };
    (void)state;
    struct test_guard text_guard = test_guard_new(400);
    struct test_guard scratch_guard = test_guard_new(GPUC_INDEX_SCRATCH_SIZE);
    uint8_t *scratch = test_guard_place(&scratch_guard, GPUC_INDEX_SCRATCH_SIZE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t size = strlen(cases[i].text), printed_size = 0;
        const uint8_t *text = test_guard_copy(&text_guard, cases[i].text, size);
        const uint8_t *printed =
            gpuc_index_text(cases[i].kind, text, size, scratch, &printed_size);
        if (printed_size != strlen(cases[i].expected) ||
            memcmp(printed, cases[i].expected, printed_size) != 0)
            fail_msg("'%s': '%.*s'", cases[i].text, (int)printed_size,
                     (const char *)printed);
        bool is_slice = printed >= text && printed + printed_size <= text + size;
        bool in_scratch = printed >= scratch && printed_size <= GPUC_INDEX_SCRATCH_SIZE;
        assert_true(is_slice || in_scratch);
    }
    test_guard_free(&text_guard);
    test_guard_free(&scratch_guard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_kinds_unnamed),
        cmocka_unit_test(test_merge),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
