/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the columns that a program has in memory to the features of their rows, by the
 * same rules as from the fields of a CSV file.
 *
 * A number becomes the nearest float64 first, then float32 where the model takes float32,
 * as text does.
 */
#ifndef GPUC_COLUMN_VALUES_H
#define GPUC_COLUMN_VALUES_H

#include "csv/rows.h"
#include "features/value_rules.h"

/* What is wrong with how a column is given; NULL: nothing. For columns that are a
 * feature. */
const char *gpuc_column_fault(const struct gpuc_column *column);

/*
 * Fills `to`, which holds numbers of the model's type, with the values that a feature has
 * in rows [which.begin, which.end) of a column without fault. *ret_bad: the first of
 * these rows whose value is none, from which on `to` is of no use; SIZE_MAX: there is
 * none.
 */
void gpuc_column_values_read(const struct gpuc_value_rules *rules, size_t feature,
                             const struct gpuc_column *column, struct gpuc_span which,
                             void *to, size_t *ret_bad);

/* What a bad value of a column is shown as. */
struct gpuc_shown_text gpuc_column_show(const struct gpuc_column *column, size_t row);

#endif
