/* SPDX-License-Identifier: Apache-2.0 */
/* What the classes and the columns of the output are called. */
#ifndef GPUC_FOREST_NAMES_H
#define GPUC_FOREST_NAMES_H

#include "base/text_list.h"
#include "csv/dialect.h"
#include "features/column_map.h"
#include "jobs/forest_outputs.h"

/*
 * How the options want names. `dialect`: of a CSV output, whose names must be writable in
 * it; NULL: the output can hold any text.
 */
struct gpuc_forest_naming {
    const struct gpuc_job_options *options;
    const struct gpuc_dialect *dialect;
    struct gpuc_text_list classes; /* of gpuc_forest_class_names_read() */
};

/* Reads and checks the names of classes, before anything is opened; none stay none. */
enum gpuc_status gpuc_forest_class_names_read(struct gpuc_forest_naming *naming,
                                              const struct gpuc_model *model,
                                              struct gpuc_error *error) GPUC_MUST_CHECK;

/* Appends the names that the columns of outputs have before any is renamed. */
enum gpuc_status gpuc_forest_result_names(const struct gpuc_forest_naming *naming,
                                          const struct gpuc_model *model,
                                          const struct gpuc_forest_outputs *outputs,
                                          struct gpuc_text_list *names,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Appends the names of all columns of the output, in order: the map's that pass through,
 * then the results', some of both renamed. GPUC_EUSAGE where an option names no column.
 */
enum gpuc_status gpuc_forest_column_names(const struct gpuc_forest_naming *naming,
                                          const struct gpuc_model *model,
                                          const struct gpuc_column_map *map,
                                          const struct gpuc_forest_outputs *outputs,
                                          struct gpuc_text_list *names,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
