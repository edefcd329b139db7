/* SPDX-License-Identifier: Apache-2.0 */
#include "features/feature_values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/parsing.h"
#include "features/made_info.h"
#include "support/cmocka_all.h"
#include "support/random.h"

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;
enum { STRIDE = 64, N_FEATURES_MAX = 4, TEXT_SIZE = 400 };

/* A reader of features, and a text that it reads. */
struct reading {
    struct gpuc_model_info info;
    struct gpuc_column_map map;
    struct gpuc_feature_reader reader;
    struct parsing parsing;
    struct gpuc_bytes scratch;
    void *values; /* room for both types */
};

/* A reader of the features of `info`, which is in columns[f]. */
static void begin(struct reading *reading, struct gpuc_model_info info,
                  const uint32_t *columns, const char *missing)
{
    *reading = (struct reading){.info = info, .map.names = made_header("a|b|c|d|e|")};
    reading->map.feature_columns = gpuc_alloc(info.n_features, sizeof *columns);
    reading->values = calloc(N_FEATURES_MAX * STRIDE, sizeof(double));
    assert_true(reading->map.feature_columns != NULL && reading->values != NULL);
    for (size_t f = 0; f < info.n_features; f++)
        reading->map.feature_columns[f] = columns != NULL ? columns[f] : (uint32_t)f;
    reading->reader = (struct gpuc_feature_reader){.dialect = &pandas,
                                                   .info = &reading->info,
                                                   .map = &reading->map,
                                                   .number = GPUC_FLOAT64};
    assert_int_equal(gpuc_missing_tokens_init(&reading->reader.missing, missing, NULL),
                     GPUC_OK);
    assert_int_equal(
        gpuc_category_tables_init(&reading->reader.tables, &reading->info, NULL),
        GPUC_OK);
}

static void end(struct reading *reading)
{
    gpuc_missing_tokens_done(&reading->reader.missing);
    gpuc_category_tables_done(&reading->reader.tables);
    gpuc_column_map_done(&reading->map);
    gpuc_model_info_done(&reading->info);
    parsing_done(&reading->parsing);
    gpuc_bytes_done(&reading->scratch);
    free(reading->values);
}

static void find_rows(struct reading *reading, const char *text)
{
    const struct gpuc_parser parser = parsing_parser("native");
    parsing_run(&reading->parsing, &parser, text, strlen(text), 0, 0);
    assert_string_equal(reading->parsing.error.message, "");
}

/* Reads rows [first, last) of those that were found. */
static struct gpuc_bad_value read_rows(struct reading *reading, size_t first, size_t last)
{
    const struct gpuc_feature_values values = {reading->values, STRIDE,
                                               &reading->scratch};
    struct gpuc_bad_value bad;
    assert_int_equal(gpuc_feature_values_read(&reading->reader, &reading->parsing.rows,
                                              (struct gpuc_span){first, last}, &values,
                                              &bad, NULL),
                     GPUC_OK);
    return bad;
}

static struct gpuc_bad_value read_text(struct reading *reading, const char *text)
{
    find_rows(reading, text);
    return read_rows(reading, 0, reading->parsing.rows.n_items);
}

/* The first value of a row with two fields. */
static bool read_line(struct reading *reading, const char *line, double *ret_value)
{
    struct gpuc_bad_value bad = read_text(reading, line);
    *ret_value = reading->reader.number == GPUC_FLOAT32
                     ? (double)((const float *)reading->values)[0]
                     : ((const double *)reading->values)[0];
    assert_true(bad.row == SIZE_MAX || (bad.row == 0 && bad.feature == 0));
    return bad.row == SIZE_MAX;
}

/*
 * One field with quotes and, where that is the same, without; beside another one so that
 * its row is not blank.
 */
static bool read_field(struct reading *reading, const char *field, double *ret_value)
{
    char line[TEXT_SIZE + 8];
    double unquoted;
    snprintf(line, sizeof line, "\"%.400s\",x\n", field);
    bool good = read_line(reading, line, ret_value);
    if (strchr(field, ',') != NULL)
        return good;
    snprintf(line, sizeof line, "%.400s,x\n", field);
    assert_int_equal(read_line(reading, line, &unquoted), good);
    if (good)
        assert_memory_equal(&unquoted, ret_value, sizeof unquoted);
    return good;
}

/* A field and what it is; `what`: "bad", "missing" or a number in C's notation. */
struct field {
    const char *text;
    const char *what;
};

/* Checks fields; or, with `are_lines`, whole rows that begin with one. */
static void check_fields(struct reading *reading, const struct field *fields, size_t n,
                         bool are_lines)
{
    for (size_t i = 0; i < n; i++) {
        double value = 0;
        const char *what = fields[i].what;
        bool good = (are_lines ? read_line : read_field)(reading, fields[i].text, &value);
        bool right = good == (strcmp(what, "bad") != 0);
        if (right && good && strcmp(what, "missing") == 0)
            right = isnan(value);
        else if (right && good)
            right = value == strtod(what, NULL) &&
                    signbit(value) == signbit(strtod(what, NULL));
        if (!right)
            fail_msg("'%s' is %s, not %s (%g)", fields[i].text, good ? "good" : "bad",
                     what, value);
    }
}

#define CHECK_FIELDS(reading, fields)                                                    \
  check_fields((reading), (fields), sizeof(fields) / sizeof(fields)[0], false)
#define CHECK_LINES(reading, fields)                                                     \
  check_fields((reading), (fields), sizeof(fields) / sizeof(fields)[0], true)

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
    begin(&reading, made_info(NULL, 1), NULL, NULL);
    CHECK_FIELDS(&reading, fields);
    end(&reading);
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
    begin(&reading, made_info(NULL, 1), NULL, "-999,?");
    CHECK_FIELDS(&reading, fields);
    end(&reading);
    begin(&reading, made_info(NULL, 1), NULL, ",None");
    CHECK_FIELDS(&reading, words);
    end(&reading);
    begin(&reading, made_info(NULL, 1), NULL, "0,true");
    CHECK_FIELDS(&reading, booleans);
    end(&reading);
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
    begin(&reading, made_info(NULL, 1), NULL, NULL);
    reading.reader.number = GPUC_FLOAT32;
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
        strcpy(text + size, "0000000001");
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
    end(&reading);
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
    begin(&reading, info, NULL, NULL);
    CHECK_FIELDS(&reading, texts);
    reading.reader.unseen_rule = GPUC_UNSEEN_MISSING;
    CHECK_FIELDS(&reading, unseen);
    end(&reading);

    info = made_info(NULL, 1);
    made_number_category(&info, 0, 7);
    made_number_category(&info, 0, -3);
    begin(&reading, info, NULL, NULL);
    CHECK_FIELDS(&reading, numbers);
    end(&reading);

    info = made_info(NULL, 1);
    made_bool_category(&info, 0, false);
    made_bool_category(&info, 0, true);
    begin(&reading, info, NULL, NULL);
    CHECK_FIELDS(&reading, booleans);
    end(&reading);
}

/* The first bad value in the order of the input, whatever feature its column is. */
static void test_first_bad(void **state)
{
    static const uint32_t orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}, {2, 0, 1}};
    static const struct {
        const char *text;
        size_t row;
        uint32_t column;
    } items[] = {
        {"1,2,3\n4,5,6\n", SIZE_MAX, 0}, {"x,2,3\n4,5,6\n", 0, 0},
        {"1,2,x\n4,5,6\n", 0, 2},        {"1,2,3\n4,5,x\n", 1, 2},
        {"1,2,x\nx,5,6\n", 0, 2},        {"x,2,x\nx,x,x\n", 0, 0},
        {"1,x,x\nx,5,6\n", 0, 1},        {"1,2,3\n4,x,x\nx,8,9\n", 1, 1},
        {"1,2,3\nx,x,x\nx,x,x\n", 1, 0}, {"1,2,3\n4,5,x\n7,x,9\nx,1,1\n", 1, 2},
    };
    (void)state;
    for (size_t k = 0; k < sizeof orders / sizeof orders[0]; k++) {
        struct reading reading;
        begin(&reading, made_info(NULL, 3), orders[k], NULL);
        for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
            struct gpuc_bad_value bad = read_text(&reading, items[i].text);
            assert_int_equal(bad.row, items[i].row);
            if (bad.row != SIZE_MAX)
                assert_int_equal(orders[k][bad.feature], items[i].column);
        }
        end(&reading);
    }
}

/* Column-major, feature by feature, and nothing behind a column's rows. */
static void test_layout(void **state)
{
    static const uint32_t columns[] = {2, 0};
    struct reading reading;
    (void)state;
    begin(&reading, made_info(NULL, 2), columns, NULL);
    assert_int_equal(read_text(&reading, "1,x,2\n3,y,4\n").row, SIZE_MAX);
    const double *wide = reading.values;
    assert_true(wide[0] == 2 && wide[1] == 4);
    assert_true(wide[STRIDE] == 1 && wide[STRIDE + 1] == 3);
    assert_true(wide[2] == 0 && wide[STRIDE + 2] == 0);
    reading.reader.number = GPUC_FLOAT32;
    const float *narrow = reading.values;
    assert_int_equal(read_text(&reading, "1,x,2\n3,y,4\n").row, SIZE_MAX);
    assert_true(narrow[0] == 2 && narrow[1] == 4);
    assert_true(narrow[STRIDE] == 1 && narrow[STRIDE + 1] == 3);
    end(&reading);
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
    begin(&reading, made_info(NULL, 1), NULL, NULL);
    CHECK_LINES(&reading, numbers);
    end(&reading);
    struct gpuc_model_info info = made_info(NULL, 1);
    made_text_category(&info, 0, "say \"hi\"");
    made_text_category(&info, 0, "a,b");
    made_text_category(&info, 0, "\"");
    made_text_category(&info, 0, "a\r\nb");
    begin(&reading, info, NULL, "?\"");
    CHECK_LINES(&reading, texts);
    end(&reading);
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
    begin(&reading, made_info(NULL, 1), NULL, NULL);
    reading.parsing.dialect = reading.reader.dialect = &dialect;
    CHECK_LINES(&reading, apostrophes);
    dialect.quote = '"';
    dialect.no_quote = true;
    CHECK_LINES(&reading, bytes);
    end(&reading);
}

/* Rows from the middle: values go to the start of columns, a bad row is told by its place
 * among all rows. */
static void test_some_rows(void **state)
{
    struct reading reading;
    (void)state;
    begin(&reading, made_info(NULL, 2), NULL, NULL);
    find_rows(&reading, "x,x\n1,\"2\"\n\n3,4\n5,y\nx,6\n");
    assert_int_equal(reading.parsing.rows.n_items, 5);
    assert_int_equal(read_rows(&reading, 1, 3).row, SIZE_MAX);
    const double *values = reading.values;
    assert_true(values[0] == 1 && values[1] == 3 && values[2] == 0);
    assert_true(values[STRIDE] == 2 && values[STRIDE + 1] == 4 &&
                values[STRIDE + 2] == 0);
    struct gpuc_bad_value bad = read_rows(&reading, 2, 5);
    assert_int_equal(bad.row, 3);
    assert_int_equal(bad.feature, 1);
    bad = read_rows(&reading, 4, 5);
    assert_int_equal(bad.row, 4);
    assert_int_equal(bad.feature, 0);
    assert_int_equal(read_rows(&reading, 1, 1).row, SIZE_MAX);
    end(&reading);
}

/* A field with doubled quotes needs room of its own. */
static void test_no_memory(void **state)
{
    struct reading reading;
    struct gpuc_error error;
    struct gpuc_bad_value bad;
    (void)state;
    begin(&reading, made_info(NULL, 1), NULL, NULL);
    find_rows(&reading, "\"\"\"1\",x\n");
    const struct gpuc_feature_values values = {reading.values, STRIDE, &reading.scratch};
    gpuc_memory_fail_after(0, true);
    assert_int_equal(gpuc_feature_values_read(&reading.reader, &reading.parsing.rows,
                                              (struct gpuc_span){0, 1}, &values, &bad,
                                              &error),
                     GPUC_ENOMEM);
    gpuc_memory_fail_after(-1, false);
    end(&reading);
}

static void check_message(struct reading *reading, const char *text, const char *expected)
{
    struct gpuc_error error;
    struct gpuc_bad_value bad = read_text(reading, text);
    assert_int_equal(bad.row, 0);
    assert_int_equal(gpuc_feature_values_fail(&reading->reader, &reading->parsing.rows,
                                              &bad, "in.csv", 42, &error),
                     GPUC_EDATA);
    assert_int_equal(error.line, 42);
    assert_string_equal(error.message, expected);
}

static void test_messages(void **state)
{
#define NOT_A_NUMBER                                                                     \
  " is not a number (--missing TOKENS says what stands for a missing value)"
#define EIGHTY                                                                           \
  "01234567890123456789012345678901234567890123456789012345678901234567890123456789"
    (void)state;
    struct gpuc_model_info info = made_info(NULL, 2);
    struct reading reading;
    made_text_category(&info, 1, "red");
    begin(&reading, info, NULL, NULL);
    check_message(&reading, "abc,red\n", "in.csv:42: column 'a': 'abc'" NOT_A_NUMBER);
    check_message(&reading, "1,blue\n",
                  "in.csv:42: column 'b': 'blue' is not among the categories that the "
                  "model was trained with (--unseen missing takes it as missing)");
    check_message(&reading, "\"a\n\x1b[1m\",red\n",
                  "in.csv:42: column 'a': 'a??[1m'" NOT_A_NUMBER);
    check_message(&reading, "\"a\"\"b\",red\n",
                  "in.csv:42: column 'a': 'a\"\"b'" NOT_A_NUMBER);
    check_message(&reading, EIGHTY "x,red\n",
                  "in.csv:42: column 'a': '" EIGHTY "...'" NOT_A_NUMBER);
    check_message(
        &reading, "x" EIGHTY ",red\n",
        "in.csv:42: column 'a': 'x0123456789012345678901234567890123456789012345"
        "678901234567890123456789012345678...'" NOT_A_NUMBER);
    /* Not cut inside a character of three bytes, which 80 is no multiple of. */
    char line[300] = "", expected[300] = "in.csv:42: column 'a': '";
    for (int i = 0; i < 30; i++)
        strcat(line, "\xE2\x82\xAC");
    for (int i = 0; i < 26; i++)
        strcat(expected, "\xE2\x82\xAC");
    strcat(line, ",red\n");
    strcat(expected, "...'" NOT_A_NUMBER);
    check_message(&reading, line, expected);
    end(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),   cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_float32),   cmocka_unit_test(test_categories),
        cmocka_unit_test(test_first_bad), cmocka_unit_test(test_layout),
        cmocka_unit_test(test_quoted),    cmocka_unit_test(test_dialects),
        cmocka_unit_test(test_some_rows), cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
