/* SPDX-License-Identifier: Apache-2.0 */
/* What single fields are: numbers, categories, missing values, or no value. */
#include "features/feature_values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "features/reading.h"
#include "support/cmocka_all.h"
#include "support/random.h"

static void test_numbers(void **state)
{
    static const struct field fields[] = {
        {"0", "0"},
        {"1.5", "1.5"},
        {"-2", "-2"},
        {"+.5", "0.5"},
        {"3.", "3"},
        {"1E2", "100"},
        {" 7 ", "7"},
        {"-0", "-0.0"},
        {"inf", "inf"},
        {"-Inf", "-inf"},
        {"1e400", "inf"},
        {"", "missing"},
        {"NA", "missing"},
        {"nan", "missing"},
        {"NaN", "missing"},
        {"NAN", "missing"},
        {"+nan", "missing"},
        {" nan", "missing"},
        {"None", "missing"},
        {"True", "1"},
        {"TRUE", "1"},
        {"true", "1"},
        {"False", "0"},
        {"FALSE", "0"},
        {"false", "0"},
        {"tRue", "bad"},
        {" True", "bad"},
        {"yes", "bad"},
        {"abc", "bad"},
        {"1,5", "bad"},
        {"0x10", "bad"},
        {"1_000", "bad"},
        {"1e", "bad"},
        {"--1", "bad"},
        {"1 2", "bad"},
        {" ", "bad"},
        {"12:30", "bad"},
        {"\xC2\xA0"
         "1",
         "bad"},
        {"na", "bad"},
        {"5%", "bad"},
    };
    struct reading reading;
    (void)state;
    reading_begin(&reading, made_info(NULL, 1), NULL, NULL);
    CHECK_FIELDS(&reading, fields);
    reading_end(&reading);
}

/* What the user says is missing, and nothing else. */
static void test_tokens(void **state)
{
    static const struct field fields[] = {
        {"-999", "missing"}, {"-999.0", "-999"}, {"?", "missing"}, {"", "bad"},
        {"NA", "bad"},       {"nan", "bad"},     {"NaN", "bad"},   {" nan", "bad"},
        {"inf", "inf"},      {"True", "1"},      {"5", "5"},       {"-nan", "bad"},
    };
    static const struct field words[] = {
        {"", "missing"}, {"None", "missing"}, {"NA", "bad"}, {"nan", "bad"}, {"1", "1"}};
    static const struct field booleans[] = {{"true", "missing"},
                                            {"True", "1"},
                                            {"0", "missing"},
                                            {"0.0", "0"},
                                            {"-0", "-0.0"}};
    struct reading reading;
    (void)state;
    reading_begin(&reading, made_info(NULL, 1), NULL, "-999,?");
    CHECK_FIELDS(&reading, fields);
    reading_end(&reading);
    reading_begin(&reading, made_info(NULL, 1), NULL, ",None");
    CHECK_FIELDS(&reading, words);
    reading_end(&reading);
    reading_begin(&reading, made_info(NULL, 1), NULL, "0,true");
    CHECK_FIELDS(&reading, booleans);
    reading_end(&reading);
}

/*
 * Text goes to float64 and then to float32: a decimal just past the midpoint of two
 * float32 is the midpoint as a float64, and goes to the even one. strtof rounds once.
 */
static void test_float32(void **state)
{
    (void)state;
    struct test_random random = {5};
    struct reading reading;
    size_t n_different = 0;
    reading_begin(&reading, made_info(NULL, 1), NULL, NULL);
    reading.reader.rules.number = GPUC_FLOAT32;
    for (size_t i = 0; i < 20000; i++) {
        uint32_t bits = (uint32_t)(test_random_next(&random) % 0x7f000000);
        float low, high;
        char text[TEXT_SIZE];
        double value;
        memcpy(&low, &bits, sizeof low);
        high = nextafterf(low, INFINITY);
        double middle = (double)low + ((double)high - (double)low) / 2;
        /* All digits of the midpoint, which is exact, and one far behind them. */
        int size = snprintf(text, 300, "%.160f", middle);
        stpcpy(text + size, "0000000001");
        assert_true(read_field(&reading, text, &value));
        assert_true(value == (double)(float)strtod(text, NULL));
        n_different += value != (double)strtof(text, NULL);
    }
    /* Every second midpoint has the even number below it. */
    assert_true(n_different > 5000);
    static const struct field fields[] = {
        {"1e39", "inf"}, {"-1e39", "-inf"}, {"16777217", "16777216"},
        {"1e-46", "0"},  {"", "missing"},   {"True", "1"},
        {"0.5", "0.5"},  {"x", "bad"},      {"-1e-60", "-0.0"},
    };
    CHECK_FIELDS(&reading, fields);
    reading_end(&reading);
}

static void test_categories(void **state)
{
    static const struct field texts[] = {
        {"red", "0"},   {"blue", "1"}, {"", "missing"}, {"NA", "missing"},
        {"Red", "bad"}, {"1", "bad"},  {"True", "bad"}, {" red", "bad"}};
    static const struct field numbers[] = {{"7", "0"},     {"7.0", "0"},
                                           {"-3", "1"},    {"8", "bad"},
                                           {"red", "bad"}, {"nan", "missing"}};
    static const struct field booleans[] = {
        {"True", "1"}, {"false", "0"}, {"1", "bad"}, {"", "missing"}};
    static const struct field unseen[] = {
        {"red", "0"}, {"green", "missing"}, {"", "missing"}, {"7", "missing"}};
    struct reading reading;
    (void)state;
    struct gpuc_model_info info = made_info(NULL, 1);
    made_text_category(&info, 0, "red");
    made_text_category(&info, 0, "blue");
    reading_begin(&reading, info, NULL, NULL);
    CHECK_FIELDS(&reading, texts);
    reading.reader.rules.unseen_rule = GPUC_UNSEEN_MISSING;
    CHECK_FIELDS(&reading, unseen);
    reading_end(&reading);

    info = made_info(NULL, 1);
    made_number_category(&info, 0, 7);
    made_number_category(&info, 0, -3);
    reading_begin(&reading, info, NULL, NULL);
    CHECK_FIELDS(&reading, numbers);
    reading_end(&reading);

    info = made_info(NULL, 1);
    made_bool_category(&info, 0, false);
    made_bool_category(&info, 0, true);
    reading_begin(&reading, info, NULL, NULL);
    CHECK_FIELDS(&reading, booleans);
    reading_end(&reading);
}

/* Quotes around a number, a category or a missing value are no part of it. */
static void test_quoted(void **state)
{
    static const struct field numbers[] = {
        {"\"1.5\",\"x\"", "1.5"}, {"\"NA\",x", "missing"},    {"\"\",x", "missing"},
        {"\"True\",x", "1"},      {"\"\"\"1\"\"\",x", "bad"}, {"\"1\"\"\",x", "bad"},
        {"1\"\",x", "bad"},       {" \"1\",x", "bad"},
    };
    static const struct field texts[] = {
        {"\"say \"\"hi\"\"\",x", "0"}, {"say \"hi\",x", "0"},
        {"say \"\"hi\"\",x", "bad"},   {"\"a,b\",x", "1"},
        {"\"\"\"\",x", "2"},           {"\"a\r\nb\",x", "3"},
        {"\"?\"\"\",x", "missing"},    {"\"\"\"\"\"\",x", "bad"},
    };
    struct reading reading;
    (void)state;
    reading_begin(&reading, made_info(NULL, 1), NULL, NULL);
    CHECK_LINES(&reading, numbers);
    reading_end(&reading);
    struct gpuc_model_info info = made_info(NULL, 1);
    made_text_category(&info, 0, "say \"hi\"");
    made_text_category(&info, 0, "a,b");
    made_text_category(&info, 0, "\"");
    made_text_category(&info, 0, "a\r\nb");
    reading_begin(&reading, info, NULL, "?\"");
    CHECK_LINES(&reading, texts);
    reading_end(&reading);
}

/* Another quote, and none: then they are bytes like any other. */
static void test_dialects(void **state)
{
    static const struct field apostrophes[] = {{"'1'|x", "1"}, {"\"1\"|x", "bad"}};
    static const struct field bytes[] = {{"\"1\"|x", "bad"}, {"1|\"x", "1"}};
    struct gpuc_dialect dialect = {
        .delimiter = '|', .quote = '\'', .max_field_chars = 100};
    struct reading reading;
    (void)state;
    reading_begin(&reading, made_info(NULL, 1), NULL, NULL);
    reading.parsing.dialect = reading.reader.dialect = &dialect;
    CHECK_LINES(&reading, apostrophes);
    dialect.quote = '"';
    dialect.no_quote = true;
    CHECK_LINES(&reading, bytes);
    reading_end(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_float32), cmocka_unit_test(test_categories),
        cmocka_unit_test(test_quoted),  cmocka_unit_test(test_dialects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
