/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/forest_room.h"

#include "base/stride.h"

size_t gpuc_forest_room_row_bytes(const struct gpuc_model *model,
                                  const struct gpuc_forest_outputs *outputs)
{
    const struct gpuc_forest *forest = model->forest;
    size_t n_numbers = (size_t)forest->n_features + 2 * (size_t)forest->n_outputs;
    size_t n_leaves = outputs->has[GPUC_FOREST_LEAF] ? forest->n_trees : 0;
    n_numbers += outputs->n_top;
    return n_numbers * gpuc_number_size((enum gpuc_number)forest->number) +
           (forest->n_outputs + n_leaves + outputs->n_top) * sizeof(uint32_t);
}

enum gpuc_status gpuc_forest_room_init(struct gpuc_forest_room *room,
                                       const struct gpuc_model *model,
                                       const struct gpuc_forest_outputs *outputs,
                                       size_t n_rows, struct gpuc_error *error)
{
    const struct gpuc_forest *forest = model->forest;
    size_t size = gpuc_number_size((enum gpuc_number)forest->number);
    size_t stride = gpuc_stride(n_rows);
    const bool *has = outputs->has;
    bool any_linked = has[GPUC_FOREST_PRED] || has[GPUC_FOREST_PROBA] ||
                      has[GPUC_FOREST_LABEL] || has[GPUC_FOREST_TOP];

    *room = (struct gpuc_forest_room){.stride = stride,
                                      .n_top = outputs->n_top,
                                      .has_threshold = outputs->has_threshold,
                                      .threshold = outputs->threshold};
    room->values = gpuc_alloc(forest->n_features * stride, size);
    room->margins = gpuc_alloc(forest->n_outputs * stride, size);
    if (any_linked)
        room->linked = gpuc_alloc(forest->n_outputs * stride, size);
    if (has[GPUC_FOREST_LABEL])
        room->labels = gpuc_alloc(forest->n_outputs * stride, sizeof(uint32_t));
    if (has[GPUC_FOREST_LEAF])
        room->leaves = gpuc_alloc(forest->n_trees * stride, sizeof(uint32_t));
    if (has[GPUC_FOREST_TOP]) {
        room->top_classes = gpuc_alloc(room->n_top * stride, sizeof(uint32_t));
        room->top_values = gpuc_alloc(room->n_top * stride, size);
    }
    if (room->values == NULL || room->margins == NULL ||
        (any_linked && room->linked == NULL) ||
        (has[GPUC_FOREST_LABEL] && room->labels == NULL) ||
        (has[GPUC_FOREST_LEAF] && room->leaves == NULL) ||
        (has[GPUC_FOREST_TOP] && (room->top_classes == NULL || room->top_values == NULL)))
        return gpuc_fail_memory(error,
                                gpuc_forest_room_row_bytes(model, outputs) * stride,
                                "the rows of a batch");
    return GPUC_OK;
}

void gpuc_forest_room_done(struct gpuc_forest_room *room)
{
    gpuc_free(room->values);
    gpuc_free(room->margins);
    gpuc_free(room->linked);
    gpuc_free(room->labels);
    gpuc_free(room->leaves);
    gpuc_free(room->top_classes);
    gpuc_free(room->top_values);
    *room = (struct gpuc_forest_room){0};
}

enum gpuc_status gpuc_forest_room_classify(const struct gpuc_forest_room *room,
                                           struct gpuc_session *session, size_t n_rows,
                                           struct gpuc_error *error)
{
    const struct gpuc_work work = {
        .features = {.values = room->values, .stride = room->stride, .n_rows = n_rows},
        .forest = {
            .margins = room->margins, .leaves = room->leaves, .stride = room->stride}};
    enum gpuc_status status = session->engine->ops->classify(session, &work, error);
    if (status != GPUC_OK || room->linked == NULL)
        return status;
    gpuc_link_apply(&session->model->link,
                    &(struct gpuc_link_rows){
                        .margins = room->margins,
                        .values = room->linked,
                        .labels = room->labels,
                        .threshold = room->has_threshold ? &room->threshold : NULL,
                        .n_top = room->n_top,
                        .top_classes = room->top_classes,
                        .top_values = room->top_values,
                        .stride = room->stride,
                        .n_rows = n_rows});
    return GPUC_OK;
}
