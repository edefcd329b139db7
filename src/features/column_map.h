/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which column of the input is which feature of the model, and which columns the output
 * passes through.
 *
 * Features are matched by name where the model has names: order is free, further columns
 * are allowed, an absent one is an error. Else the columns that are not ignored are the
 * features, in order, and there must be exactly as many. Names that a trainer made up
 * (Column_0, f0) count as none where the header lacks one of them.
 */
#ifndef GPUC_COLUMN_MAP_H
#define GPUC_COLUMN_MAP_H

#include "base/text_list.h"
#include "model/model_info.h"

struct gpuc_column_options {
    bool has_header;
    uint64_t line;       /* of the header or the first row, for messages */
    const char *ignore;  /* --ignore; NULL: none */
    const char *columns; /* --columns: a list, "all" or "none"; NULL: all */
};

/* Columns that stand beside each other in the input and in the output. */
struct gpuc_column_run {
    uint32_t first;
    uint32_t last;
};

struct gpuc_column_map {
    struct gpuc_text_list names; /* of the input's columns; "1", "2".. without a header */
    uint32_t *feature_columns;   /* the column of each feature */
    uint32_t *passed;            /* the columns to pass through, in the output's order */
    size_t n_passed;
    struct gpuc_column_run *runs; /* the same columns */
    size_t n_runs;
};

/*
 * `names`: of the input's columns as the header has them, or as many of any text without
 * one; copied. `input`: its name, for messages. Fails with GPUC_EDATA where the header
 * does not fit the model, GPUC_EUSAGE where an option names no column.
 */
enum gpuc_status gpuc_column_map_init(struct gpuc_column_map *map,
                                      const struct gpuc_text_list *names,
                                      const struct gpuc_model_info *info,
                                      const struct gpuc_column_options *options,
                                      const char *input, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Frees the contents, also after a failed init. */
void gpuc_column_map_done(struct gpuc_column_map *map);

#endif
