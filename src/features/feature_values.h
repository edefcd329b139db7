/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the fields of rows to the features of these rows: numbers in the model's number
 * type, categories as their codes, missing values as NaN.
 *
 * Text becomes the nearest float64 first, which is then rounded to float32 where the
 * model takes float32, as the trainers' own readers do.
 */
#ifndef GPUC_FEATURE_VALUES_H
#define GPUC_FEATURE_VALUES_H

#include "csv/rows.h"
#include "features/feature_runs.h"
#include "features/value_rules.h"

/* What fields are read by. Immutable; shared by all threads. */
struct gpuc_feature_reader {
    const struct gpuc_dialect *dialect;
    const struct gpuc_column_map *map;
    struct gpuc_feature_runs runs; /* of that map */
    struct gpuc_value_rules rules;
};

/* A field that is no value of its feature. */
struct gpuc_bad_value {
    size_t row; /* SIZE_MAX: there is none */
    size_t feature;
};

/* Where values go: column-major (see struct gpuc_feature_rows), with room of their
 * own for each thread. */
struct gpuc_feature_values {
    void *values;
    size_t stride;              /* elements from one feature to the next */
    struct gpuc_bytes *scratch; /* for fields with doubled quotes */
};

/*
 * Fills the values of rows [which.begin, which.end), which have all columns and no fault.
 * GPUC_NUMBER_PADDING bytes must be readable before the text of the first.
 * Where fields are bad, the first one in the order of the input is told, and the values
 * are of no use. Fails with GPUC_ENOMEM only.
 */
enum gpuc_status gpuc_feature_values_read(const struct gpuc_feature_reader *reader,
                                          const struct gpuc_rows *rows,
                                          struct gpuc_span which,
                                          const struct gpuc_feature_values *values,
                                          struct gpuc_bad_value *ret_bad,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Fills the values of one row of any number of fields: what it lacks and what is no value
 * are missing. Its place is the first of `values`.
 */
enum gpuc_status gpuc_feature_values_mend(const struct gpuc_feature_reader *reader,
                                          const struct gpuc_rows *rows, size_t row,
                                          const struct gpuc_feature_values *values,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/* Says what is wrong with a bad value: "'x' is not a number". Returns GPUC_EDATA. */
enum gpuc_status gpuc_feature_values_reason(const struct gpuc_feature_reader *reader,
                                            const struct gpuc_rows *rows,
                                            const struct gpuc_bad_value *bad,
                                            struct gpuc_error *error);

/* Says what is wrong with a bad value on a line, and what to do. Returns GPUC_EDATA. */
enum gpuc_status gpuc_feature_values_fail(const struct gpuc_feature_reader *reader,
                                          const struct gpuc_rows *rows,
                                          const struct gpuc_bad_value *bad,
                                          const char *input, uint64_t line,
                                          struct gpuc_error *error);

#endif
