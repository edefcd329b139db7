/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/column_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* Values before the first row, at most, and what stands where no value is. */
enum { FIRST_MAX = 11, JUNK = 77 };

/* A column of the table on its way into memory. */
struct making {
    const struct test_csv_table *table;
    size_t column;
    size_t variant;
    bool by_bits; /* missing values are so by their bits, not by NaN or an empty text */
    struct gpuc_column *to;
};

static const char *field(const struct making *making, size_t row)
{
    return test_csv_field(making->table, row, making->column);
}

/* Fields that are empty, and so missing; "NaN" and the like are numbers. */
static bool is_empty(const struct making *making, size_t row)
{
    return field(making, row)[0] == '\0';
}

/* Whether all fields are numbers or empty; *ret_integers: none has anything but digits
 * and a sign, or would lose it, as -0. */
static bool are_numbers(const struct making *making, bool *ret_integers)
{
    *ret_integers = true;
    for (size_t row = 0; row < making->table->n_rows; row++) {
        const char *text = field(making, row);
        char *end;
        double value = strtod(text, &end);
        if (*end != '\0' || (end == text && !is_empty(making, row)))
            return false;
        if (text[strspn(text, "-0123456789")] != '\0' || fabs(value) > INT32_MAX ||
            (value == 0 && signbit(value)))
            *ret_integers = false;
    }
    return true;
}

static size_t type_size(enum gpuc_type type)
{
    return type == GPUC_TYPE_FLOAT32 || type == GPUC_TYPE_INT32 ? 4 : 8;
}

static void *room(size_t n, size_t size)
{
    void *bytes = calloc(n + 1, size);
    assert_non_null(bytes);
    return bytes;
}

static void put_number(struct gpuc_column *column, size_t i, double value)
{
    void *data = (void *)(uintptr_t)column->data;
    if (column->type == GPUC_TYPE_FLOAT32)
        ((float *)data)[i] = (float)value;
    else if (column->type == GPUC_TYPE_FLOAT64)
        ((double *)data)[i] = value;
    else if (column->type == GPUC_TYPE_INT32)
        ((int32_t *)data)[i] = (int32_t)value;
    else
        ((int64_t *)data)[i] = (int64_t)value;
}

static void make_numbers(const struct making *making)
{
    struct gpuc_column *to = making->to;
    size_t n_rows = making->table->n_rows;
    to->data = room(to->first + n_rows, type_size(to->type));
    for (size_t i = 0; i < to->first; i++)
        put_number(to, i, JUNK);
    for (size_t row = 0; row < n_rows; row++) {
        double value = strtod(field(making, row), NULL);
        if (is_empty(making, row))
            value = making->by_bits ? (double)JUNK : (double)NAN;
        put_number(to, to->first + row, value);
    }
}

static void put_offset(struct gpuc_column *column, size_t i, size_t offset)
{
    void *offsets = (void *)(uintptr_t)column->offsets;
    if (column->type == GPUC_TYPE_TEXT32)
        ((int32_t *)offsets)[i] = (int32_t)offset;
    else
        ((int64_t *)offsets)[i] = (int64_t)offset;
}

/* Back to back and without NULs, behind a text of the rows that are not asked for. */
static void make_texts(const struct making *making)
{
    struct gpuc_column *to = making->to;
    size_t n_rows = making->table->n_rows, size = to->first;
    char *bytes = room(making->table->file.size + 2 * FIRST_MAX + 4 * n_rows, 1);
    memset(bytes, 'j', to->first);
    to->data = bytes;
    to->offsets = room(to->first + n_rows + 1, 8);
    for (size_t i = 0; i < to->first; i++)
        put_offset(to, i, i);
    for (size_t row = 0; row < n_rows; row++) {
        const char *text =
            is_empty(making, row) && making->by_bits ? "junk" : field(making, row);
        put_offset(to, to->first + row, size);
        memcpy(bytes + size, text, strlen(text));
        size += strlen(text);
    }
    put_offset(to, to->first + n_rows, size);
}

static void make_validity(const struct making *making)
{
    struct gpuc_column *to = making->to;
    uint8_t *bits = room(to->first + making->table->n_rows, 1);
    for (size_t row = 0; row < making->table->n_rows; row++) {
        size_t i = to->first + row;
        bits[i / 8] |= (uint8_t)(!is_empty(making, row) << i % 8);
    }
    to->validity = bits;
}

static enum gpuc_type choose_type(const struct making *making, bool is_float32,
                                  bool is_text)
{
    enum gpuc_type types[6] = {GPUC_TYPE_TEXT32, GPUC_TYPE_TEXT64};
    size_t n = 2;
    bool are_integers;
    if (!is_text && are_numbers(making, &are_integers)) {
        types[n++] = GPUC_TYPE_FLOAT64;
        if (is_float32)
            types[n++] = GPUC_TYPE_FLOAT32;
        if (are_integers && making->by_bits) {
            types[n++] = GPUC_TYPE_INT32;
            types[n++] = GPUC_TYPE_INT64;
        }
    }
    return types[(making->column + making->variant) % n];
}

struct column_table column_table_make(const struct test_csv_table *table, size_t variant,
                                      bool is_float32, const bool *is_text)
{
    struct column_table made = {.columns = room(table->n_columns, sizeof *made.columns),
                                .names = room(table->n_columns, sizeof *made.names),
                                .n_columns = table->n_columns};
    for (size_t i = 0; i < table->n_columns; i++) {
        struct making making = {table, i, variant, (variant + i) % 2 == 0,
                                &made.columns[i]};
        made.names[i] = test_csv_name(table, i);
        making.to->type = choose_type(&making, is_float32, is_text[i]);
        making.to->first = (variant + i) * 5 % (FIRST_MAX + 1);
        if (making.to->type == GPUC_TYPE_TEXT32 || making.to->type == GPUC_TYPE_TEXT64)
            make_texts(&making);
        else
            make_numbers(&making);
        if (making.by_bits)
            make_validity(&making);
        made.n_types[making.to->type]++;
    }
    return made;
}

void column_table_free(struct column_table *table)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        free((void *)(uintptr_t)table->columns[i].data);
        free((void *)(uintptr_t)table->columns[i].offsets);
        free((void *)(uintptr_t)table->columns[i].validity);
    }
    free(table->columns);
    free(table->names);
}
