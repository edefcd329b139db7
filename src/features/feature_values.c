/* SPDX-License-Identifier: Apache-2.0 */
#include "features/feature_values.h"

#include <math.h>

/* The reading of some rows by one thread. */
struct reading {
    const struct gpuc_feature_reader *reader;
    const struct gpuc_rows *rows;
    struct gpuc_bytes *scratch;
    const struct gpuc_row *row; /* the one that is being read */
};

/* What a field says, with its doubled quotes made single. */
static enum gpuc_status find_content(const struct reading *reading,
                                     struct gpuc_span field, const uint8_t **ret_text,
                                     size_t *ret_size, struct gpuc_error *error)
{
    const struct gpuc_dialect *dialect = reading->reader->dialect;
    const uint8_t *text = reading->rows->text;
    bool doubled;
    struct gpuc_span content = gpuc_field_content(dialect, text, field, &doubled);
    *ret_text = text + content.begin;
    *ret_size = content.end - content.begin;
    if (!doubled)
        return GPUC_OK;
    reading->scratch->size = 0;
    enum gpuc_status status = gpuc_bytes_reserve(reading->scratch, *ret_size, error);
    if (status != GPUC_OK)
        return status;
    uint8_t *copy = reading->scratch->data;
    *ret_size = (size_t)(gpuc_copy_undoubled(copy, text, content, dialect->quote) - copy);
    *ret_text = copy;
    return GPUC_OK;
}

/* Reads a field that is more than a number as it stands. */
static enum gpuc_status read_field(const struct reading *reading, size_t feature,
                                   struct gpuc_span field, double *ret_value,
                                   bool *ret_good, struct gpuc_error *error)
{
    const uint8_t *text;
    size_t size;
    enum gpuc_status status = find_content(reading, field, &text, &size, error);
    if (status != GPUC_OK)
        return status;
    *ret_good =
        gpuc_value_of_text(&reading->reader->rules, feature, text, size, ret_value);
    return GPUC_OK;
}

/*
 * Reads those features of a run that are more than plain numbers. *bad becomes the
 * feature of the first field that is no value, unless one before it is.
 */
static enum gpuc_status read_others(const struct reading *reading,
                                    const struct gpuc_feature_run *run, uint64_t others,
                                    double *numbers, size_t *bad,
                                    struct gpuc_error *error)
{
    for (; others != 0; others &= others - 1) {
        const unsigned i = (unsigned)__builtin_ctzll(others);
        const struct gpuc_span field =
            gpuc_row_field(reading->rows, reading->row, run->first_column + i);
        bool good = false;
        enum gpuc_status status =
            read_field(reading, run->features[i], field, &numbers[i], &good, error);
        if (status != GPUC_OK)
            return status;
        if (!good && *bad == SIZE_MAX)
            *bad = run->features[i];
    }
    return GPUC_OK;
}

/* Puts the numbers of a run into element `place` of each feature's column. */
static void put_numbers(const struct reading *reading, const struct gpuc_feature_run *run,
                        const double *numbers, const struct gpuc_feature_values *values,
                        size_t place)
{
    if (reading->reader->rules.number == GPUC_FLOAT32) {
        float *to = (float *)values->values + place;
        for (size_t i = 0; i < run->n_columns; i++)
            to[run->features[i] * values->stride] = (float)numbers[i];
    } else {
        double *to = (double *)values->values + place;
        for (size_t i = 0; i < run->n_columns; i++)
            to[run->features[i] * values->stride] = numbers[i];
    }
}

/*
 * Reads the features of the row. *ret_bad: the feature of the first field that is no
 * value; SIZE_MAX: there is none.
 */
static enum gpuc_status read_row(const struct reading *reading,
                                 const struct gpuc_feature_values *values, size_t place,
                                 size_t *ret_bad, struct gpuc_error *error)
{
    const struct gpuc_feature_runs *runs = &reading->reader->runs;
    const struct gpuc_rows *rows = reading->rows;
    const struct gpuc_row *row = reading->row;
    double numbers[GPUC_NUMBER_RUN_MAX + 8];
    *ret_bad = SIZE_MAX;
    for (size_t i = 0; i < runs->n_items; i++) {
        const struct gpuc_feature_run *run = &runs->items[i];
        uint64_t others = 1;
        if (run->is_plain)
            others = runs->read(
                &(struct gpuc_number_run){
                    .text = rows->text,
                    .begin = gpuc_row_field(rows, row, run->first_column).begin,
                    .ends = rows->ends + row->first_end + run->first_column,
                    .n_fields = run->n_columns},
                numbers);
        if (others != 0) {
            enum gpuc_status status =
                read_others(reading, run, others, numbers, ret_bad, error);
            if (status != GPUC_OK)
                return status;
        }
        put_numbers(reading, run, numbers, values, place);
    }
    return GPUC_OK;
}

enum gpuc_status gpuc_feature_values_read(const struct gpuc_feature_reader *reader,
                                          const struct gpuc_rows *rows,
                                          struct gpuc_span which,
                                          const struct gpuc_feature_values *values,
                                          struct gpuc_bad_value *ret_bad,
                                          struct gpuc_error *error)
{
    struct reading reading = {reader, rows, values->scratch, NULL};
    *ret_bad = (struct gpuc_bad_value){.row = SIZE_MAX};
    for (size_t i = which.begin; i < which.end; i++) {
        size_t feature;
        reading.row = &rows->items[i];
        enum gpuc_status status =
            read_row(&reading, values, i - which.begin, &feature, error);
        if (status != GPUC_OK)
            return status;
        if (feature != SIZE_MAX) {
            *ret_bad = (struct gpuc_bad_value){.row = i, .feature = feature};
            return GPUC_OK;
        }
    }
    return GPUC_OK;
}

enum gpuc_status gpuc_feature_values_mend(const struct gpuc_feature_reader *reader,
                                          const struct gpuc_rows *rows, size_t row,
                                          const struct gpuc_feature_values *values,
                                          struct gpuc_error *error)
{
    const struct reading reading = {reader, rows, values->scratch, &rows->items[row]};
    const uint32_t *columns = reader->map->feature_columns;
    for (size_t f = 0; f < reader->rules.info->n_features; f++) {
        bool good = false;
        double value = (double)NAN;
        enum gpuc_status status = GPUC_OK;
        if (columns[f] < reading.row->n_fields)
            status =
                read_field(&reading, f, gpuc_row_field(rows, reading.row, columns[f]),
                           &value, &good, error);
        if (status != GPUC_OK)
            return status;
        if (!good)
            value = (double)NAN;
        if (reader->rules.number == GPUC_FLOAT32)
            ((float *)values->values)[f * values->stride] = (float)value;
        else
            ((double *)values->values)[f * values->stride] = value;
    }
    return GPUC_OK;
}

/* What of a field is shown: its start, with quotes single. */
static struct gpuc_shown_text show_field(const struct gpuc_dialect *dialect,
                                         const uint8_t *text, struct gpuc_span field)
{
    /* Doubled quotes become single ones, and that there is more must be seen. */
    uint8_t copy[2 * sizeof((struct gpuc_shown_text *)0)->bytes + 2];
    bool doubled;
    struct gpuc_span content = gpuc_field_content(dialect, text, field, &doubled);
    if (content.end - content.begin > sizeof copy)
        content.end = content.begin + sizeof copy;
    if (!doubled)
        return gpuc_show_text(text + content.begin, content.end - content.begin);
    const uint8_t *end = gpuc_copy_undoubled(copy, text, content, dialect->quote);
    return gpuc_show_text(copy, (size_t)(end - copy));
}

enum gpuc_status gpuc_feature_values_reason(const struct gpuc_feature_reader *reader,
                                            const struct gpuc_rows *rows,
                                            const struct gpuc_bad_value *bad,
                                            struct gpuc_error *error)
{
    uint32_t column = reader->map->feature_columns[bad->feature];
    struct gpuc_span field = gpuc_row_field(rows, &rows->items[bad->row], column);
    const struct gpuc_shown_text shown = show_field(reader->dialect, rows->text, field);
    return gpuc_value_fail(&reader->rules, bad->feature, &shown, error);
}

enum gpuc_status gpuc_feature_values_fail(const struct gpuc_feature_reader *reader,
                                          const struct gpuc_rows *rows,
                                          const struct gpuc_bad_value *bad,
                                          const char *input, uint64_t line,
                                          struct gpuc_error *error)
{
    const struct gpuc_text_list *names = &reader->map->names;
    uint32_t column = reader->map->feature_columns[bad->feature];
    struct gpuc_error reason;
    gpuc_feature_values_reason(reader, rows, bad, &reason);
    return gpuc_fail_at(error, GPUC_EDATA, input, line, "column '%.*s': %s %s",
                        (int)names->items[column].size, gpuc_text_list_at(names, column),
                        reason.message, gpuc_value_advice(&reader->rules, bad->feature));
}
