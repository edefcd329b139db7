/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a forest job that are written: those for which all comparisons of --filter
 * hold, each with a result column, whether the output has it or not. */
#ifndef GPUC_FOREST_FILTER_H
#define GPUC_FOREST_FILTER_H

#include "csv/rows.h"
#include "jobs/comparisons.h"
#include "jobs/forest_names.h"
#include "jobs/forest_room.h"

struct gpuc_filter_column {
    enum gpuc_forest_output output;
    size_t number; /* of the output's columns */
};

struct gpuc_forest_filter {
    struct gpuc_comparisons comparisons; /* none: all rows are written */
    struct gpuc_filter_column columns[GPUC_COMPARISONS_MAX]; /* one a comparison */
};

/*
 * Reads the filter of the naming's options, and has outputs made that it looks at.
 * Columns go by their names in a header, not renamed, or by number as if there were no
 * names of classes and no prefix; classes by name, where they have names, or by number.
 * GPUC_EUSAGE for what the model does not give.
 */
enum gpuc_status gpuc_forest_filter_read(struct gpuc_forest_filter *filter,
                                         const struct gpuc_forest_naming *naming,
                                         const struct gpuc_model *model,
                                         struct gpuc_forest_outputs *outputs,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Moves the rows that are to be written to the front of `which` and what was made of them
 * to the front of the room's columns; returns the rows that stay. `picked`: room for a
 * number of each row.
 */
struct gpuc_span gpuc_forest_filter_rows(const struct gpuc_forest_filter *filter,
                                         const struct gpuc_model *model,
                                         const struct gpuc_forest_room *room,
                                         uint32_t *picked, struct gpuc_rows *rows,
                                         struct gpuc_span which);

#endif
