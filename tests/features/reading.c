/* SPDX-License-Identifier: Apache-2.0 */
#include "features/reading.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;

void reading_begin(struct reading *reading, struct gpuc_model_info info,
                   const uint32_t *columns, const char *missing)
{
    *reading = (struct reading){.info = info, .map.names = made_header("a|b|c|d|e|")};
    reading->map.feature_columns = gpuc_alloc(info.n_features, sizeof *columns);
    reading->values = calloc(N_FEATURES_MAX * STRIDE, sizeof(double));
    assert_true(reading->map.feature_columns != NULL && reading->values != NULL);
    for (size_t f = 0; f < info.n_features; f++)
        reading->map.feature_columns[f] = columns != NULL ? columns[f] : (uint32_t)f;
    reading->reader = (struct gpuc_feature_reader){
        .dialect = &pandas,
        .map = &reading->map,
        .rules = {.info = &reading->info, .number = GPUC_FLOAT64}};
    assert_int_equal(
        gpuc_missing_tokens_init(&reading->reader.rules.missing, missing, NULL), GPUC_OK);
    assert_int_equal(
        gpuc_category_tables_init(&reading->reader.rules.tables, &reading->info, NULL),
        GPUC_OK);
    assert_int_equal(
        gpuc_feature_runs_init(&reading->reader.runs, &reading->map, &reading->info,
                               reading->reader.rules.missing.any_number, NULL),
        GPUC_OK);
}

void reading_end(struct reading *reading)
{
    gpuc_feature_runs_done(&reading->reader.runs);
    gpuc_value_rules_done(&reading->reader.rules);
    gpuc_column_map_done(&reading->map);
    gpuc_model_info_done(&reading->info);
    parsing_done(&reading->parsing);
    gpuc_bytes_done(&reading->scratch);
    free(reading->values);
}

void reading_find_rows(struct reading *reading, const char *text)
{
    const struct gpuc_parser parser = parsing_parser("native");
    parsing_run(&reading->parsing, &parser, text, strlen(text), 0, 0);
    assert_string_equal(reading->parsing.error.message, "");
}

struct gpuc_bad_value reading_read_rows(struct reading *reading, size_t first,
                                        size_t last)
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

struct gpuc_bad_value reading_read_text(struct reading *reading, const char *text)
{
    reading_find_rows(reading, text);
    return reading_read_rows(reading, 0, reading->parsing.rows.n_items);
}

/* The first value of a row with two fields. */
static bool read_line(struct reading *reading, const char *line, double *ret_value)
{
    struct gpuc_bad_value bad = reading_read_text(reading, line);
    *ret_value = reading->reader.rules.number == GPUC_FLOAT32
                     ? (double)((const float *)reading->values)[0]
                     : ((const double *)reading->values)[0];
    assert_true(bad.row == SIZE_MAX || (bad.row == 0 && bad.feature == 0));
    return bad.row == SIZE_MAX;
}

/*
 * One field with quotes and, where that is the same, without; beside another one so that
 * its row is not blank.
 */
bool read_field(struct reading *reading, const char *field, double *ret_value)
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

void check_fields(struct reading *reading, const struct field *fields, size_t n,
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
