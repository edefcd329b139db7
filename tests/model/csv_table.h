/* SPDX-License-Identifier: Apache-2.0 */
/* A golden CSV file as texts: RFC 4180 with a header, read in the most obvious way. */
#ifndef GPUC_TEST_CSV_TABLE_H
#define GPUC_TEST_CSV_TABLE_H

#include "support/cases.h"

struct test_csv_table {
    struct test_file file;
    char **fields; /* n_columns names, then the rows' fields; slices of the file */
    size_t n_columns;
    size_t n_rows; /* without the header */
};

/* Fails the test if the file is not there or not a table. */
struct test_csv_table test_csv_table_read(const char *path);
void test_csv_table_free(struct test_csv_table *table);

const char *test_csv_name(const struct test_csv_table *table, size_t column);
const char *test_csv_field(const struct test_csv_table *table, size_t row, size_t column);

/* The column with the name; SIZE_MAX: there is none. */
size_t test_csv_column(const struct test_csv_table *table, const char *name);

#endif
