/* SPDX-License-Identifier: Apache-2.0 */
#include "features/feature_values.h"

#include <math.h>

#include "csv/number.h"

enum { VALUE_BYTES_SHOWN = 80 };

/* Reads a field that is no plain number; false if it is no value of the feature. */
static bool read_other(const struct gpuc_feature_reader *reader, const uint8_t *text,
                       size_t size, double *ret_value)
{
    double value;
    if (gpuc_missing_tokens_have(&reader->missing, text, size)) {
        *ret_value = (double)NAN;
        return true;
    }
    /* "nan" is a number that is missing, unless the user says what is missing. */
    if (gpuc_number_read(text, size, &value) &&
        (reader->missing.is_default || !isnan(value))) {
        *ret_value = value;
        return true;
    }
    int word = gpuc_bool_word(text, size);
    *ret_value = word;
    return word >= 0;
}

static bool read_number(const struct gpuc_feature_reader *reader, const uint8_t *text,
                        size_t size, double *ret_value)
{
    double value;
    if (!reader->missing.any_number && gpuc_number_read(text, size, &value) &&
        !isnan(value)) {
        *ret_value = value;
        return true;
    }
    return read_other(reader, text, size, ret_value);
}

static bool read_category(const struct gpuc_feature_reader *reader,
                          const struct gpuc_category_table *table, const uint8_t *text,
                          size_t size, double *ret_value)
{
    *ret_value = (double)NAN;
    if (gpuc_missing_tokens_have(&reader->missing, text, size))
        return true;
    int64_t code = gpuc_category_find(table, text, size);
    if (code >= 0)
        *ret_value = (double)code;
    return code >= 0 || reader->unseen_rule == GPUC_UNSEEN_MISSING;
}

/* Fills one feature; returns the first row whose field is no value, or n_rows. */
static size_t read_column(const struct gpuc_feature_reader *reader, size_t feature,
                          const struct gpuc_table *table, size_t n_rows, void *values)
{
    const struct gpuc_field *fields =
        gpuc_table_field(table, reader->map->feature_columns[feature], 0);
    const struct gpuc_category_table *categories =
        reader->info->features[feature].has_table ? &reader->tables.items[feature] : NULL;
    bool is_float32 = reader->number == GPUC_FLOAT32;
    for (size_t row = 0; row < n_rows; row++) {
        const uint8_t *text = table->text + fields[row].offset;
        double value;
        bool good =
            categories == NULL
                ? read_number(reader, text, fields[row].size, &value)
                : read_category(reader, categories, text, fields[row].size, &value);
        if (!good)
            return row;
        if (is_float32)
            ((float *)values)[row] = (float)value;
        else
            ((double *)values)[row] = value;
    }
    return n_rows;
}

struct gpuc_bad_value gpuc_feature_values_read(const struct gpuc_feature_reader *reader,
                                               const struct gpuc_table *table,
                                               void *values, size_t stride)
{
    struct gpuc_bad_value bad = {.row = SIZE_MAX};
    size_t column_size = stride * gpuc_number_size(reader->number);
    for (size_t feature = 0; feature < reader->info->n_features; feature++) {
        /* A bad row before the first one found so far comes before it in the input; one
         * in the same row does if its column does. */
        size_t n_rows = bad.row < table->n_rows ? bad.row + 1 : table->n_rows;
        size_t row = read_column(reader, feature, table, n_rows,
                                 (char *)values + feature * column_size);
        const uint32_t *columns = reader->map->feature_columns;
        if (row < n_rows && (row < bad.row || columns[feature] < columns[bad.feature]))
            bad = (struct gpuc_bad_value){.row = row, .feature = feature};
    }
    return bad;
}

enum gpuc_status gpuc_feature_values_fail(const struct gpuc_feature_reader *reader,
                                          const struct gpuc_table *table,
                                          const struct gpuc_bad_value *bad,
                                          const char *input, uint64_t line,
                                          struct gpuc_error *error)
{
    const struct gpuc_text_list *names = &reader->map->names;
    uint32_t column = reader->map->feature_columns[bad->feature];
    const struct gpuc_field *field = gpuc_table_field(table, column, bad->row);
    size_t size = field->size < VALUE_BYTES_SHOWN ? field->size : VALUE_BYTES_SHOWN;
    /* Not to end inside a character. */
    while (size < field->size && size > 0 &&
           (table->text[field->offset + size] & 0xc0) == 0x80)
        size--;
    return gpuc_fail_at(
        error, GPUC_EDATA, input, line, "column '%.*s': '%.*s%s' %s",
        (int)names->items[column].size, gpuc_text_list_at(names, column), (int)size,
        (const char *)table->text + field->offset, size < field->size ? "..." : "",
        reader->info->features[bad->feature].has_table
            ? "is not among the categories that the model was trained with (--unseen "
              "missing takes it as missing)"
            : "is not a number (--missing TOKENS says what stands for a missing value)");
}
