/* SPDX-License-Identifier: Apache-2.0 */
#include "csv_table.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* Ends the field at `at` with a NUL, its quotes taken away; returns what follows it. */
static char *cut_field(char *at, char **ret_field, char *ret_end)
{
    char *to = at;
    *ret_field = at;
    if (*at == '"') {
        at++;
        while (*at != '"' || *++at == '"')
            *to++ = *at++;
    } else {
        while (*at != ',' && *at != '\n')
            *to++ = *at++;
    }
    *ret_end = *at;
    assert_true(*ret_end == ',' || *ret_end == '\n');
    *to = '\0';
    return at + 1;
}

struct test_csv_table test_csv_table_read(const char *path)
{
    struct test_csv_table table = {.file = test_read_file(path)};
    if (table.file.bytes == NULL)
        fail_msg("cannot open %s", path);
    char *at = (char *)table.file.bytes;
    size_t n_fields = 0;

    /* Every field ends with a comma or line feed, so there are at most so many. */
    table.fields = malloc((table.file.size + 1) * sizeof *table.fields);
    assert_non_null(table.fields);
    while (at < (char *)table.file.bytes + table.file.size) {
        char end;
        at = cut_field(at, &table.fields[n_fields++], &end);
        if (end != '\n')
            continue;
        if (table.n_columns == 0)
            table.n_columns = n_fields;
        else
            assert_int_equal(n_fields % table.n_columns, 0);
    }
    if (table.n_columns == 0)
        fail_msg("%s has no header", path);
    else
        table.n_rows = n_fields / table.n_columns - 1;
    return table;
}

void test_csv_table_free(struct test_csv_table *table)
{
    free(table->file.bytes);
    free(table->fields);
}

const char *test_csv_name(const struct test_csv_table *table, size_t column)
{
    assert_true(column < table->n_columns);
    return table->fields[column];
}

const char *test_csv_field(const struct test_csv_table *table, size_t row, size_t column)
{
    assert_true(row < table->n_rows && column < table->n_columns);
    return table->fields[(row + 1) * table->n_columns + column];
}

size_t test_csv_column(const struct test_csv_table *table, const char *name)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (strcmp(table->fields[i], name) == 0)
            return i;
    return SIZE_MAX;
}
