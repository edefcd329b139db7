/* SPDX-License-Identifier: Apache-2.0 */
#include "features/column_values.h"

#include <math.h>

#include "csv/double_text.h"

const char *gpuc_column_fault(const struct gpuc_column *column)
{
    switch (column->type) {
    case GPUC_TYPE_FLOAT32:
    case GPUC_TYPE_FLOAT64:
    case GPUC_TYPE_INT32:
    case GPUC_TYPE_INT64:
        return column->data == NULL ? "`data` is NULL" : NULL;
    case GPUC_TYPE_TEXT32:
    case GPUC_TYPE_TEXT64:
        return column->offsets == NULL ? "`offsets` is NULL" : NULL;
    case GPUC_TYPE_NONE:
        return "it has no type, and is a feature";
    }
    return "its type is unknown";
}

static bool is_text(const struct gpuc_column *column)
{
    return column->type == GPUC_TYPE_TEXT32 || column->type == GPUC_TYPE_TEXT64;
}

static bool is_there(const struct gpuc_column *column, size_t row)
{
    size_t i = column->first + row;
    return column->validity == NULL || (column->validity[i / 8] >> i % 8 & 1) != 0;
}

/* A text; one that ends before it begins is empty. */
static const uint8_t *text_at(const struct gpuc_column *column, size_t row,
                              size_t *ret_size)
{
    const size_t i = column->first + row;
    const uint8_t *texts = column->data;
    int64_t begin, end;
    if (column->type == GPUC_TYPE_TEXT32) {
        begin = ((const int32_t *)column->offsets)[i];
        end = ((const int32_t *)column->offsets)[i + 1];
    } else {
        begin = ((const int64_t *)column->offsets)[i];
        end = ((const int64_t *)column->offsets)[i + 1];
    }
    *ret_size = begin < end ? (size_t)(end - begin) : 0;
    return *ret_size > 0 ? texts + begin : (const uint8_t *)"";
}

static double number_at(const struct gpuc_column *column, size_t row)
{
    const size_t i = column->first + row;
    switch (column->type) {
    case GPUC_TYPE_FLOAT32:
        return (double)((const float *)column->data)[i];
    case GPUC_TYPE_FLOAT64:
        return ((const double *)column->data)[i];
    case GPUC_TYPE_INT32:
        return (double)((const int32_t *)column->data)[i];
    case GPUC_TYPE_INT64:
        return (double)((const int64_t *)column->data)[i];
    case GPUC_TYPE_TEXT32:
    case GPUC_TYPE_TEXT64:
    case GPUC_TYPE_NONE:
        break;
    }
    return (double)NAN;
}

static void put(enum gpuc_number number, void *to, size_t i, double value)
{
    if (number == GPUC_FLOAT32)
        ((float *)to)[i] = (float)value;
    else
        ((double *)to)[i] = value;
}

/* Values that must be looked at one by one: texts, and categories with a table. */
static void read_each(const struct gpuc_value_rules *rules, size_t feature,
                      const struct gpuc_column *column, struct gpuc_span which, void *to,
                      size_t *ret_bad)
{
    bool are_texts = is_text(column);
    for (size_t row = which.begin; row < which.end; row++) {
        double value = (double)NAN;
        bool is_good = true;
        if (is_there(column, row) && are_texts) {
            size_t size;
            const uint8_t *text = text_at(column, row, &size);
            is_good = gpuc_value_of_text(rules, feature, text, size, &value);
        } else if (is_there(column, row)) {
            is_good = gpuc_value_of_category_number(rules, feature,
                                                    number_at(column, row), &value);
        }
        if (!is_good) {
            *ret_bad = row;
            return;
        }
        put(rules->number, to, row - which.begin, value);
    }
}

#define CONVERT(from_type, to_type)                                                      \
  do {                                                                                   \
    const from_type *from_ = (const from_type *)column->data + column->first;            \
    for (size_t i = which.begin; i < which.end; i++)                                     \
      ((to_type *)to)[i - which.begin] = (to_type)(double)from_[i];                      \
  } while (0)

/* Numbers that are taken as they are. */
#define CONVERT_ALL(to_type)                                                             \
  do {                                                                                   \
    if (column->type == GPUC_TYPE_FLOAT32)                                               \
      CONVERT(float, to_type);                                                           \
    else if (column->type == GPUC_TYPE_FLOAT64)                                          \
      CONVERT(double, to_type);                                                          \
    else if (column->type == GPUC_TYPE_INT32)                                            \
      CONVERT(int32_t, to_type);                                                         \
    else                                                                                 \
      CONVERT(int64_t, to_type);                                                         \
  } while (0)

static void read_numbers(enum gpuc_number number, const struct gpuc_column *column,
                         struct gpuc_span which, void *to)
{
    if (number == GPUC_FLOAT32)
        CONVERT_ALL(float);
    else
        CONVERT_ALL(double);
    for (size_t row = which.begin; column->validity != NULL && row < which.end; row++)
        if (!is_there(column, row))
            put(number, to, row - which.begin, (double)NAN);
}

void gpuc_column_values_read(const struct gpuc_value_rules *rules, size_t feature,
                             const struct gpuc_column *column, struct gpuc_span which,
                             void *to, size_t *ret_bad)
{
    *ret_bad = SIZE_MAX;
    if (is_text(column) || rules->info->features[feature].has_table)
        read_each(rules, feature, column, which, to, ret_bad);
    else
        read_numbers(rules->number, column, which, to);
}

struct gpuc_shown_text gpuc_column_show(const struct gpuc_column *column, size_t row)
{
    char number[GPUC_DOUBLE_TEXT_SIZE];
    size_t size;
    if (is_text(column)) {
        const uint8_t *text = text_at(column, row, &size);
        return gpuc_show_text(text, size);
    }
    size = gpuc_double_text(number_at(column, row), number);
    return gpuc_show_text((const uint8_t *)number, size);
}
