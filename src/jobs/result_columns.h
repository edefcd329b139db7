/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The result columns of a row's text. What writes a column is chosen once, when a worker
 * gets its room, so that a row is a walk over a table, whatever was asked for.
 */
#ifndef GPUC_RESULT_COLUMNS_H
#define GPUC_RESULT_COLUMNS_H

#include "base/text_list.h"
#include "csv/dialect.h"
#include "csv/number_format.h"
#include "jobs/forest_room.h"

/* How results are written, the same for all workers. */
struct gpuc_result_style {
    struct gpuc_number_format numbers; /* without a style: as short as can be */
    bool is_json;                      /* else CSV */
    /* Of each class, as it stands in the output; no items: classes are numbers. Readable
     * as gpuc_copy_short() wants it. */
    struct gpuc_text_list class_texts;
};

/* One column. */
struct gpuc_result_column {
    /* Writes the value of a row, and returns the end of what it wrote. */
    uint8_t *(*put)(uint8_t *to, const struct gpuc_result_column *result, size_t row);
    const void *values; /* of the column, in a worker's room */
    const void *look;   /* what `put` needs beside: texts of classes, a format, leaves */
};

struct gpuc_result_columns {
    struct gpuc_result_column *items; /* the outputs' columns in order */
    size_t n_items;
    size_t size_max; /* bytes that `put` of all columns can write, and one for each */
};

/* Reads from a job's options how results are written; GPUC_EUSAGE. */
enum gpuc_status gpuc_result_style_read(struct gpuc_result_style *style,
                                        const struct gpuc_job_options *options,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Settles how classes are written. `names`: of each, or none; `dialect`: of a CSV. */
enum gpuc_status gpuc_result_style_classes(struct gpuc_result_style *style,
                                           const struct gpuc_text_list *names,
                                           const struct gpuc_dialect *dialect,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_result_style_done(struct gpuc_result_style *style);

/* Chooses what writes the columns of a worker's room. The model, the style and the room
 * are kept hold of. */
enum gpuc_status gpuc_result_columns_init(struct gpuc_result_columns *results,
                                          const struct gpuc_model *model,
                                          const struct gpuc_forest_outputs *outputs,
                                          const struct gpuc_result_style *style,
                                          const struct gpuc_forest_room *room,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/* Frees the contents. */
void gpuc_result_columns_done(struct gpuc_result_columns *results);

#endif
