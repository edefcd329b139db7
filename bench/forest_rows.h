/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows for the forest bench as workers have them in memory: batches of parsed feature
 * columns, with room for margins beside them.
 */
#ifndef GPUC_BENCH_FOREST_ROWS_H
#define GPUC_BENCH_FOREST_ROWS_H

#include "engine.h"

struct forest_batch {
    void *values; /* the batch's own, as are the margins */
    struct gpuc_feature_rows features;
    struct gpuc_forest_results results;
};

struct forest_rows {
    struct forest_batch *batches;
    size_t n_batches;
    size_t n_rows;
};

struct forest_rows_options {
    const char *csv;      /* a file with a header and numbers; NULL: rows are generated */
    size_t n_rows;        /* of a CSV file: at most so many, 0: all */
    size_t batch_rows;    /* of a batch at most */
    size_t n_parts;       /* the number of batches is a multiple of this */
    double missing_share; /* of generated values, 0 to 1 */
};

/*
 * Makes the rows for a forest. The features are the last columns of a CSV file; an empty
 * field is missing. Generated values are those of host/rows/forest_values.h, the same on
 * every machine.
 * Whatever the result, forest_rows_done() frees.
 */
enum gpuc_status forest_rows_init(struct forest_rows *rows,
                                  const struct forest_rows_options *options,
                                  const struct gpuc_forest *forest,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

void forest_rows_done(struct forest_rows *rows);

/* FNV-1a of all margins, row by row; whatever the batches are. */
uint64_t forest_rows_checksum(const struct forest_rows *rows,
                              const struct gpuc_forest *forest);

/* Fills all margins with bytes that no pass leaves behind. */
void forest_rows_spoil(struct forest_rows *rows, const struct gpuc_forest *forest);

/* Writes all margins, row by row, as the machine has them in memory. */
enum gpuc_status forest_rows_write(const struct forest_rows *rows,
                                   const struct gpuc_forest *forest, const char *path,
                                   struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
