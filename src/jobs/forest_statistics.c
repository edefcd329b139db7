/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/forest_statistics.h"

/* Whether linked values are probabilities by their formula. */
static bool gives_probabilities(const struct gpuc_link *link)
{
    switch ((enum gpuc_link_kind)link->kind) {
    case GPUC_LINK_XGBOOST_SIGMOID:
    case GPUC_LINK_XGBOOST_SOFTMAX:
    case GPUC_LINK_SIGMOID:
    case GPUC_LINK_SOFTMAX:
        return true;
    case GPUC_LINK_IDENTITY:
    case GPUC_LINK_EXP:
    case GPUC_LINK_STEP:
    case GPUC_LINK_LOG1P_EXP:
    case GPUC_LINK_SIGNED_SQUARE:
        break;
    }
    return false;
}

enum gpuc_status gpuc_forest_statistics_begin(struct gpuc_forest_job *job,
                                              struct gpuc_error *error)
{
    struct gpuc_tally_shape *shape = &job->base.tally_shape;
    const struct gpuc_model *model = job->base.model;
    const bool *has = job->outputs.has;
    size_t n_outputs = model->forest->n_outputs;
    if (job->base.options->statistics == NULL)
        return GPUC_OK;
    shape->n_features = model->forest->n_features;
    shape->is_multilabel = model->link.task == GPUC_TASK_MULTILABEL;
    if (has[GPUC_FOREST_LABEL])
        shape->n_labels = n_outputs > 1 ? n_outputs : 2;
    if (has[GPUC_FOREST_PROBA] || has[GPUC_FOREST_PRED])
        shape->groups[shape->n_groups++] = (struct gpuc_score_group){
            .name = has[GPUC_FOREST_PROBA] ? "proba" : "pred",
            .n_columns = n_outputs,
            .is_probability = gives_probabilities(&model->link)};
    if (has[GPUC_FOREST_MARGIN])
        shape->groups[shape->n_groups++] =
            (struct gpuc_score_group){.name = "margin", .n_columns = n_outputs};
    return gpuc_tally_begin(shape, &job->base.tally, error);
}

void gpuc_forest_statistics_add(const struct gpuc_forest_job *job,
                                const struct gpuc_forest_room *room, size_t n_rows,
                                struct gpuc_bytes *tally)
{
    const struct gpuc_tally_shape *shape = &job->base.tally_shape;
    const bool *has = job->outputs.has;
    struct gpuc_tally_rows rows = {.number =
                                       (enum gpuc_number)job->base.model->forest->number,
                                   .stride = room->stride,
                                   .n_rows = n_rows};
    size_t group = 0;
    rows.values = room->values;
    gpuc_tally_features(shape, tally, &rows);
    if (has[GPUC_FOREST_LABEL])
        gpuc_tally_labels(shape, tally, room->labels, room->stride, n_rows);
    rows.values = room->linked;
    if (has[GPUC_FOREST_PROBA] || has[GPUC_FOREST_PRED])
        gpuc_tally_scores(shape, tally, group++, &rows);
    rows.values = room->margins;
    if (has[GPUC_FOREST_MARGIN])
        gpuc_tally_scores(shape, tally, group, &rows);
}

enum gpuc_status gpuc_forest_statistics_end(const struct gpuc_forest_job *job,
                                            struct gpuc_error *error)
{
    const struct gpuc_text_list *names = &job->map.names;
    struct gpuc_job_statistics *statistics = job->base.options->statistics;
    enum gpuc_status status;
    if (statistics == NULL)
        return GPUC_OK;
    GPUC_TRY(
        gpuc_tally_finish(&job->base.tally_shape, &job->base.tally, statistics, error));
    for (size_t i = 0; i < statistics->n_features; i++) {
        uint32_t column = job->map.feature_columns[i];
        size_t size = names->items[column].size;
        char *name = gpuc_alloc(size + 1, 1);
        if (name == NULL) {
            gpuc_job_statistics_done(statistics);
            return gpuc_fail_memory(error, size + 1, "statistics");
        }
        memcpy(name, gpuc_text_list_at(names, column), size);
        statistics->features[i].name = name;
    }
out:
    return status;
}
