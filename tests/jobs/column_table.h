/* SPDX-License-Identifier: Apache-2.0 */
/* A table of texts as columns in memory, of every type that holds what a column says. */
#ifndef GPUC_TEST_COLUMN_TABLE_H
#define GPUC_TEST_COLUMN_TABLE_H

#include "gpuclassify.h"
#include "model/csv_table.h"

struct column_table {
    struct gpuc_column *columns;
    const char **names;
    size_t n_columns;
    size_t n_types[GPUC_TYPE_TEXT64 + 1]; /* columns of each type */
};

/*
 * Makes the columns; `variant` chooses among the types that give the same values, where
 * the columns begin in their arrays, and how they say that a value is missing.
 * `is_float32`: the model takes float32, so that float32 says the same. `is_text`: by
 * column, where only texts say what is meant.
 */
struct column_table column_table_make(const struct test_csv_table *table, size_t variant,
                                      bool is_float32, const bool *is_text);

void column_table_free(struct column_table *table);

#endif
