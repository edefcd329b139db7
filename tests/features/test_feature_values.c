/* SPDX-License-Identifier: Apache-2.0 */
#include "features/feature_values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/parser.h"
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
    struct gpuc_bytes text;
    struct gpuc_table table;
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
    reading->reader = (struct gpuc_feature_reader){
        .info = &reading->info, .map = &reading->map, .number = GPUC_FLOAT64};
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
    gpuc_table_done(&reading->table);
    gpuc_bytes_done(&reading->text);
    free(reading->values);
}

static struct gpuc_bad_value read_text(struct reading *reading, const char *text,
                                       size_t n_columns)
{
    const struct gpuc_records records = {"in.csv", 1, &reading->text, true};
    const struct gpuc_table_shape shape = {n_columns, n_columns, STRIDE};
    reading->text.size = 0;
    assert_int_equal(gpuc_bytes_append(&reading->text, text, strlen(text), NULL),
                     GPUC_OK);
    assert_int_equal(gpuc_parse_records(&gpuc_parser_native, &pandas, &records, &shape,
                                        &reading->table, NULL),
                     GPUC_OK);
    return gpuc_feature_values_read(&reading->reader, &reading->table, reading->values,
                                    STRIDE);
}

/* One field, beside another one so that its row is not blank. */
static bool read_field(struct reading *reading, const char *field, double *ret_value)
{
    char line[TEXT_SIZE + 8];
    snprintf(line, sizeof line, "\"%.400s\",x\n", field);
    struct gpuc_bad_value bad = read_text(reading, line, 2);
    *ret_value = reading->reader.number == GPUC_FLOAT32
                     ? (double)((const float *)reading->values)[0]
                     : ((const double *)reading->values)[0];
    assert_true(bad.row == SIZE_MAX || (bad.row == 0 && bad.feature == 0));
    return bad.row == SIZE_MAX;
}

/* A field and what it is; `what`: "bad", "missing" or a number in C's notation. */
struct field {
    const char *text;
    const char *what;
};

static void check_fields(struct reading *reading, const struct field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double value = 0;
        const char *what = fields[i].what;
        bool good = read_field(reading, fields[i].text, &value);
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
  check_fields((reading), (fields), sizeof(fields) / sizeof(fields)[0])

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
            struct gpuc_bad_value bad = read_text(&reading, items[i].text, 3);
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
    assert_int_equal(read_text(&reading, "1,x,2\n3,y,4\n", 3).row, SIZE_MAX);
    const double *wide = reading.values;
    assert_true(wide[0] == 2 && wide[1] == 4);
    assert_true(wide[STRIDE] == 1 && wide[STRIDE + 1] == 3);
    assert_true(wide[2] == 0 && wide[STRIDE + 2] == 0);
    reading.reader.number = GPUC_FLOAT32;
    const float *narrow = reading.values;
    assert_int_equal(read_text(&reading, "1,x,2\n3,y,4\n", 3).row, SIZE_MAX);
    assert_true(narrow[0] == 2 && narrow[1] == 4);
    assert_true(narrow[STRIDE] == 1 && narrow[STRIDE + 1] == 3);
    end(&reading);
}

static void check_message(struct reading *reading, const char *text, const char *expected)
{
    struct gpuc_error error;
    struct gpuc_bad_value bad = read_text(reading, text, 2);
    assert_int_equal(bad.row, 0);
    assert_int_equal(gpuc_feature_values_fail(&reading->reader, &reading->table, &bad,
                                              "in.csv", 42, &error),
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
        cmocka_unit_test(test_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
