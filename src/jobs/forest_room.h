/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Room for the rows that one session of a model with features classifies at once, and the
 * classifying: from feature values to margins, leaves, linked values and labels. All
 * column-major with one stride. One thread at a time.
 */
#ifndef GPUC_FOREST_ROOM_H
#define GPUC_FOREST_ROOM_H

#include "engine.h"
#include "jobs/forest_outputs.h"

struct gpuc_forest_room {
    size_t stride;         /* of all columns */
    void *values;          /* n_features columns of the number type */
    void *margins;         /* n_outputs columns of the number type */
    void *linked;          /* likewise; NULL: not wanted */
    uint32_t *labels;      /* NULL: not wanted */
    uint32_t *leaves;      /* n_trees columns; NULL: not wanted */
    uint32_t *top_classes; /* n_top columns; NULL: not wanted */
    void *top_values;      /* as many columns of the number type; NULL: not wanted */
    size_t n_top;
    bool has_threshold;
    double threshold; /* of labels */
};

/* Bytes that a row takes. */
size_t gpuc_forest_room_row_bytes(const struct gpuc_model *model,
                                  const struct gpuc_forest_outputs *outputs);

/* Makes room for n_rows rows and what is wanted of them. */
enum gpuc_status gpuc_forest_room_init(struct gpuc_forest_room *room,
                                       const struct gpuc_model *model,
                                       const struct gpuc_forest_outputs *outputs,
                                       size_t n_rows, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Frees the contents, also after a failed init. */
void gpuc_forest_room_done(struct gpuc_forest_room *room);

/* Classifies the first n_rows rows, whose values are there, with a session of the room's
 * model. */
enum gpuc_status gpuc_forest_room_classify(const struct gpuc_forest_room *room,
                                           struct gpuc_session *session, size_t n_rows,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
