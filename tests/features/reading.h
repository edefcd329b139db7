/* SPDX-License-Identifier: Apache-2.0 */
/* Texts through the reader of features, for tests. */
#ifndef GPUC_TEST_READING_H
#define GPUC_TEST_READING_H

#include "csv/parsing.h"
#include "features/feature_values.h"
#include "features/made_info.h"

enum { STRIDE = 64, N_FEATURES_MAX = 4, TEXT_SIZE = 400 };

/* A reader of features, and a text that it reads. */
struct reading {
    struct gpuc_model_info info;
    struct gpuc_column_map map;
    struct gpuc_feature_reader reader;
    struct parsing parsing;
    struct gpuc_bytes scratch;
    void *values; /* room for both types */
};

/* A reader of the features of `info`, which it takes over; feature f is in columns[f], or
 * in column f. */
void reading_begin(struct reading *reading, struct gpuc_model_info info,
                   const uint32_t *columns, const char *missing);

void reading_end(struct reading *reading);

void reading_find_rows(struct reading *reading, const char *text);

/* Reads rows [first, last) of those that were found. */
struct gpuc_bad_value reading_read_rows(struct reading *reading, size_t first,
                                        size_t last);

/* Finds the rows of a text and reads them all. */
struct gpuc_bad_value reading_read_text(struct reading *reading, const char *text);

/* The only feature's value of one field; false: it is none. */
bool read_field(struct reading *reading, const char *field, double *ret_value);

/* A field and what it is; `what`: "bad", "missing" or a number in C's notation. */
struct field {
    const char *text;
    const char *what;
};

/* Checks fields; or, with `are_lines`, whole rows that begin with one. */
void check_fields(struct reading *reading, const struct field *fields, size_t n,
                  bool are_lines);

#define CHECK_FIELDS(reading, fields)                                                    \
  check_fields((reading), (fields), sizeof(fields) / sizeof(fields)[0], false)
#define CHECK_LINES(reading, fields)                                                     \
  check_fields((reading), (fields), sizeof(fields) / sizeof(fields)[0], true)

#endif
