/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of features: where values go, which bad one is told, and what is said of it. */
#include "features/feature_values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "features/reading.h"
#include "support/cmocka_all.h"

/* A row of any number of fields, in which what is absent or no value is missing. */
static void test_mended(void **state)
{
    static const uint32_t columns[] = {2, 0, 1};
    static const struct {
        const char *text;
        double values[3]; /* of the columns in their order; -1: missing */
    } items[] = {
        {"1,2,3\n", {1, 2, 3}},
        {"1\n", {1, -1, -1}},
        {"1,2\n", {1, 2, -1}},
        {"x,2,3\n", {-1, 2, 3}},
        {"x,\"y\"\"y\",z\n", {-1, -1, -1}},
        {"1,,NA\n", {1, -1, -1}},
        {"1,\"2\",3,4,x\n", {1, 2, 3}},
        {"True,x\n", {1, -1, -1}},
    };
    (void)state;
    struct reading reading;
    reading_begin(&reading, made_info(NULL, 3), columns, NULL);
    for (size_t i = 0; i < 2 * sizeof items / sizeof items[0]; i++) {
        bool is_narrow = i % 2 == 1;
        const struct gpuc_feature_values values = {
            .values = reading.values, .stride = STRIDE, .scratch = &reading.scratch};
        reading.reader.rules.number = is_narrow ? GPUC_FLOAT32 : GPUC_FLOAT64;
        reading_find_rows(&reading, items[i / 2].text);
        assert_int_equal(gpuc_feature_values_mend(&reading.reader, &reading.parsing.rows,
                                                  0, &values, NULL),
                         GPUC_OK);
        for (size_t f = 0; f < 3; f++) {
            double value = is_narrow ? (double)((float *)reading.values)[f * STRIDE]
                                     : ((double *)reading.values)[f * STRIDE];
            double expected = items[i / 2].values[columns[f]];
            assert_true(expected < 0 ? isnan(value) : value == expected);
        }
    }
    reading_end(&reading);
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
        reading_begin(&reading, made_info(NULL, 3), orders[k], NULL);
        for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
            struct gpuc_bad_value bad = reading_read_text(&reading, items[i].text);
            assert_int_equal(bad.row, items[i].row);
            if (bad.row != SIZE_MAX)
                assert_int_equal(orders[k][bad.feature], items[i].column);
        }
        reading_end(&reading);
    }
}

/* Column-major, feature by feature, and nothing behind a column's rows. */
static void test_layout(void **state)
{
    static const uint32_t columns[] = {2, 0};
    struct reading reading;
    (void)state;
    reading_begin(&reading, made_info(NULL, 2), columns, NULL);
    assert_int_equal(reading_read_text(&reading, "1,x,2\n3,y,4\n").row, SIZE_MAX);
    const double *wide = reading.values;
    assert_true(wide[0] == 2 && wide[1] == 4);
    assert_true(wide[STRIDE] == 1 && wide[STRIDE + 1] == 3);
    assert_true(wide[2] == 0 && wide[STRIDE + 2] == 0);
    reading.reader.rules.number = GPUC_FLOAT32;
    const float *narrow = reading.values;
    assert_int_equal(reading_read_text(&reading, "1,x,2\n3,y,4\n").row, SIZE_MAX);
    assert_true(narrow[0] == 2 && narrow[1] == 4);
    assert_true(narrow[STRIDE] == 1 && narrow[STRIDE + 1] == 3);
    reading_end(&reading);
}

/* Rows from the middle: values go to the start of columns, a bad row is told by its place
 * among all rows. */
static void test_some_rows(void **state)
{
    struct reading reading;
    (void)state;
    reading_begin(&reading, made_info(NULL, 2), NULL, NULL);
    reading_find_rows(&reading, "x,x\n1,\"2\"\n\n3,4\n5,y\nx,6\n");
    assert_int_equal(reading.parsing.rows.n_items, 5);
    assert_int_equal(reading_read_rows(&reading, 1, 3).row, SIZE_MAX);
    const double *values = reading.values;
    assert_true(values[0] == 1 && values[1] == 3 && values[2] == 0);
    assert_true(values[STRIDE] == 2 && values[STRIDE + 1] == 4 &&
                values[STRIDE + 2] == 0);
    struct gpuc_bad_value bad = reading_read_rows(&reading, 2, 5);
    assert_int_equal(bad.row, 3);
    assert_int_equal(bad.feature, 1);
    bad = reading_read_rows(&reading, 4, 5);
    assert_int_equal(bad.row, 4);
    assert_int_equal(bad.feature, 0);
    assert_int_equal(reading_read_rows(&reading, 1, 1).row, SIZE_MAX);
    reading_end(&reading);
}

/* A field with doubled quotes needs room of its own. */
static void test_no_memory(void **state)
{
    struct reading reading;
    struct gpuc_error error;
    struct gpuc_bad_value bad;
    (void)state;
    reading_begin(&reading, made_info(NULL, 1), NULL, NULL);
    reading_find_rows(&reading, "\"\"\"1\",x\n");
    const struct gpuc_feature_values values = {reading.values, STRIDE, &reading.scratch};
    gpuc_memory_fail_after(0, true);
    assert_int_equal(gpuc_feature_values_read(&reading.reader, &reading.parsing.rows,
                                              (struct gpuc_span){0, 1}, &values, &bad,
                                              &error),
                     GPUC_ENOMEM);
    gpuc_memory_fail_after(-1, false);
    reading_end(&reading);
}

static void check_message(struct reading *reading, const char *text, const char *expected)
{
    struct gpuc_error error;
    struct gpuc_bad_value bad = reading_read_text(reading, text);
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
    reading_begin(&reading, info, NULL, NULL);
    check_message(&reading, "abc,red\n", "in.csv:42: column 'a': 'abc'" NOT_A_NUMBER);
    check_message(&reading, "1,blue\n",
                  "in.csv:42: column 'b': 'blue' is not among the categories that the "
                  "model was trained with (--unseen missing takes it as missing)");
    check_message(&reading, "\"a\n\x1b[1m\",red\n",
                  "in.csv:42: column 'a': 'a??[1m'" NOT_A_NUMBER);
    check_message(&reading, "\"a\"\"b\",red\n",
                  "in.csv:42: column 'a': 'a\"b'" NOT_A_NUMBER);
    check_message(&reading, EIGHTY "x,red\n",
                  "in.csv:42: column 'a': '" EIGHTY "...'" NOT_A_NUMBER);
    check_message(
        &reading, "x" EIGHTY ",red\n",
        "in.csv:42: column 'a': 'x0123456789012345678901234567890123456789012345"
        "678901234567890123456789012345678...'" NOT_A_NUMBER);
    /* Not cut inside a character of three bytes, which 80 is no multiple of. */
    char line[300] = "", expected[300] = "in.csv:42: column 'a': '";
    char *line_end = line, *expected_end = expected + strlen(expected);
    for (int i = 0; i < 30; i++)
        line_end = stpcpy(line_end, "\xE2\x82\xAC");
    for (int i = 0; i < 26; i++)
        expected_end = stpcpy(expected_end, "\xE2\x82\xAC");
    stpcpy(line_end, ",red\n");
    stpcpy(expected_end, "...'" NOT_A_NUMBER);
    check_message(&reading, line, expected);
    /* Doubled quotes are one character of those that are shown. */
    for (int n_quotes = 79; n_quotes < 100; n_quotes++) {
        memset(line, '"', (size_t)n_quotes * 2 + 2);
        stpcpy(line + n_quotes * 2 + 2, ",red\n");
        int n_shown = n_quotes < 80 ? n_quotes : 80;
        int n = snprintf(expected, sizeof expected, "in.csv:42: column 'a': '");
        memset(expected + n, '"', (size_t)n_shown);
        stpcpy(expected + n + n_shown,
               n_quotes > 80 ? "...'" NOT_A_NUMBER : "'" NOT_A_NUMBER);
        check_message(&reading, line, expected);
    }
    reading_end(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mended),    cmocka_unit_test(test_first_bad),
        cmocka_unit_test(test_layout),    cmocka_unit_test(test_some_rows),
        cmocka_unit_test(test_no_memory), cmocka_unit_test(test_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
