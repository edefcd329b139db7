/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows in memory, classified without a file: a scorer is one session of an engine with
 * the rules of values and the room that a worker of a job has, which it keeps from call
 * to call. Nothing is allocated after it is open.
 */
#include "base/cores.h"
#include "features/column_map.h"
#include "features/column_values.h"
#include "jobs/forest_room.h"
#include "jobs/job.h"

struct gpuc_scorer {
    struct gpuc_column_map map;
    struct gpuc_value_rules rules;
    struct gpuc_forest_outputs outputs;
    struct gpuc_session *session;
    struct gpuc_forest_room room;
    struct gpuc_scorer_shape shape;
    uint64_t n_rows; /* that it has classified so far */
};

static const struct gpuc_model *model_of(const struct gpuc_scorer *scorer)
{
    return scorer->session->model;
}

static enum gpuc_status match_columns(struct gpuc_scorer *scorer,
                                      const struct gpuc_model *model,
                                      const struct gpuc_scorer_options *options,
                                      struct gpuc_error *error)
{
    const struct gpuc_column_options column_options = {.has_header =
                                                           options->names != NULL,
                                                       .ignore = options->ignore,
                                                       .columns = "none"};
    size_t n_columns = options->n_columns;
    struct gpuc_text_list names = {0};
    enum gpuc_status status = GPUC_OK;
    if (n_columns == 0 && options->names == NULL)
        n_columns = model->info.n_features;
    for (size_t i = 0; i < n_columns; i++) {
        const char *name = options->names != NULL ? options->names[i] : "";
        GPUC_TRY(gpuc_text_list_append(&names, name, strlen(name), error));
    }
    GPUC_TRY(gpuc_column_map_init(&scorer->map, &names, &model->info, &column_options,
                                  "<columns>", error));
    scorer->shape.n_columns = n_columns;
out:
    gpuc_text_list_done(&names);
    return status;
}

static size_t width_of(const struct gpuc_scorer *scorer, enum gpuc_forest_output output)
{
    return scorer->outputs.has[output]
               ? gpuc_forest_output_width(&scorer->outputs, model_of(scorer), output)
               : 0;
}

static void set_shape(struct gpuc_scorer *scorer, uint32_t batch_rows)
{
    struct gpuc_scorer_shape *shape = &scorer->shape;
    shape->number =
        scorer->rules.number == GPUC_FLOAT32 ? GPUC_TYPE_FLOAT32 : GPUC_TYPE_FLOAT64;
    shape->n_margins = width_of(scorer, GPUC_FOREST_MARGIN);
    shape->n_values =
        width_of(scorer, GPUC_FOREST_PRED) + width_of(scorer, GPUC_FOREST_PROBA);
    shape->n_labels = width_of(scorer, GPUC_FOREST_LABEL);
    shape->n_leaves = width_of(scorer, GPUC_FOREST_LEAF);
    shape->batch_rows = batch_rows;
}

/* Takes a session of the engine, and room for as many rows as it wants at once. */
static enum gpuc_status take_seat(struct gpuc_scorer *scorer,
                                  const struct gpuc_model *model,
                                  struct gpuc_engine *engine, uint32_t wanted_rows,
                                  struct gpuc_error *error)
{
    const struct gpuc_row_width width = {
        .n_fields = scorer->shape.n_columns,
        .n_bytes = gpuc_forest_room_row_bytes(model, &scorer->outputs)};
    enum gpuc_status status;
    GPUC_TRY(engine->ops->attach(engine, model, &scorer->session, error));
    uint32_t batch_rows = gpuc_choose_batch_rows(scorer->session, wanted_rows, &width);
    GPUC_TRY(
        gpuc_forest_room_init(&scorer->room, model, &scorer->outputs, batch_rows, error));
    set_shape(scorer, batch_rows);
out:
    return status;
}

enum gpuc_status gpuc_scorer_open(const struct gpuc_model *model,
                                  struct gpuc_engine *engine,
                                  const struct gpuc_scorer_options *options,
                                  struct gpuc_scorer **ret_scorer,
                                  struct gpuc_error *error)
{
    const struct gpuc_scorer_options defaults = {0};
    struct gpuc_scorer *scorer = NULL;
    enum gpuc_status status = GPUC_OK;
    if (options == NULL)
        options = &defaults;
    if (model->kind != GPUC_MODEL_FOREST)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "the black box looks at its whole input before the first row: "
                         "run a job, with `read` and `write` for what is in memory");
    scorer = gpuc_alloc(1, sizeof *scorer);
    if (scorer == NULL)
        return gpuc_fail_memory(error, sizeof *scorer, "a scorer");
    GPUC_TRY(gpuc_forest_outputs_read(
        &(struct gpuc_job_options){.output_columns = options->outputs,
                                   .has_threshold = options->has_threshold,
                                   .threshold = options->threshold},
        model, &scorer->outputs, error));
    GPUC_TRY(
        gpuc_value_rules_init(&scorer->rules, model,
                              &(struct gpuc_value_options){.missing = options->missing,
                                                           .unseen = options->unseen},
                              error));
    GPUC_TRY(match_columns(scorer, model, options, error));
    GPUC_TRY(take_seat(scorer, model, engine, options->batch_rows, error));
    *ret_scorer = scorer;
out:
    if (status != GPUC_OK)
        gpuc_scorer_close(scorer);
    return status;
}

void gpuc_scorer_close(struct gpuc_scorer *scorer)
{
    if (scorer == NULL)
        return;
    if (scorer->session != NULL)
        scorer->session->engine->ops->detach(scorer->session);
    gpuc_forest_room_done(&scorer->room);
    gpuc_value_rules_done(&scorer->rules);
    gpuc_column_map_done(&scorer->map);
    gpuc_free(scorer);
}

const struct gpuc_scorer_shape *gpuc_scorer_shape(const struct gpuc_scorer *scorer)
{
    return &scorer->shape;
}

uint32_t gpuc_scorers_wanted(const struct gpuc_engine *engine, uint32_t n_threads)
{
    return engine->ops->n_sessions(engine,
                                   n_threads > 0 ? n_threads : gpuc_count_cores());
}

void gpuc_scorer_report(const struct gpuc_scorer *scorer,
                        struct gpuc_job_report *ret_report)
{
    *ret_report = (struct gpuc_job_report){
        .rows = scorer->n_rows, .n_threads = 1, .batch_rows = scorer->shape.batch_rows};
    scorer->session->engine->ops->report(scorer->session, ret_report);
}

/* ---- a call ----------------------------------------------------------------------- */

static enum gpuc_status fail_column(const struct gpuc_scorer *scorer, size_t column,
                                    const char *fault, struct gpuc_error *error)
{
    const struct gpuc_text_list *names = &scorer->map.names;
    return gpuc_fail(error, GPUC_EUSAGE, "column '%.*s': %s",
                     (int)names->items[column].size, gpuc_text_list_at(names, column),
                     fault);
}

static enum gpuc_status check_columns(const struct gpuc_scorer *scorer,
                                      const struct gpuc_column *columns,
                                      struct gpuc_error *error)
{
    for (size_t f = 0; f < scorer->rules.info->n_features; f++) {
        uint32_t column = scorer->map.feature_columns[f];
        const char *fault = gpuc_column_fault(&columns[column]);
        if (fault != NULL)
            return fail_column(scorer, column, fault, error);
    }
    return GPUC_OK;
}

static enum gpuc_status check_results(const struct gpuc_scorer *scorer,
                                      const struct gpuc_results *results, size_t n_rows,
                                      struct gpuc_error *error)
{
    const struct gpuc_scorer_shape *shape = &scorer->shape;
    const struct {
        const char *name;
        bool is_wanted;
        size_t n_columns;
    } parts[] = {{"margins", results->margins != NULL, shape->n_margins},
                 {"values", results->values != NULL, shape->n_values},
                 {"labels", results->labels != NULL, shape->n_labels},
                 {"leaves", results->leaves != NULL, shape->n_leaves}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].is_wanted && parts[i].n_columns == 0)
            return gpuc_fail(error, GPUC_EUSAGE,
                             "results: the scorer was opened without %s in `outputs`",
                             parts[i].name);
    if (results->number != GPUC_TYPE_NONE && results->number != GPUC_TYPE_FLOAT64 &&
        results->number != shape->number)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "results: `number` is neither the model's type nor float64");
    if (results->stride != 0 && results->stride < n_rows)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "results: a stride of %zu is too short for %zu rows",
                         results->stride, n_rows);
    return GPUC_OK;
}

/* A bad value, the first one in the order of rows, then of columns. */
struct bad_value {
    size_t row; /* SIZE_MAX: there is none */
    size_t feature;
    uint32_t column;
};

static enum gpuc_status fail_value(const struct gpuc_scorer *scorer,
                                   const struct gpuc_column *columns,
                                   const struct bad_value *bad, struct gpuc_error *error)
{
    const struct gpuc_text_list *names = &scorer->map.names;
    const struct gpuc_shown_text shown =
        gpuc_column_show(&columns[bad->column], bad->row);
    struct gpuc_error reason;
    gpuc_value_fail(&scorer->rules, bad->feature, &shown, &reason);
    return gpuc_fail_at(error, GPUC_EDATA, "<columns>", bad->row + 1,
                        "column '%.*s': %s %s", (int)names->items[bad->column].size,
                        gpuc_text_list_at(names, bad->column), reason.message,
                        gpuc_value_advice(&scorer->rules, bad->feature));
}

static enum gpuc_status read_features(const struct gpuc_scorer *scorer,
                                      const struct gpuc_column *columns,
                                      struct gpuc_span which, struct gpuc_error *error)
{
    const size_t column_size =
        scorer->room.stride * gpuc_number_size(scorer->rules.number);
    struct bad_value first = {.row = SIZE_MAX};
    for (size_t f = 0; f < scorer->rules.info->n_features; f++) {
        struct bad_value bad = {.feature = f, .column = scorer->map.feature_columns[f]};
        gpuc_column_values_read(&scorer->rules, f, &columns[bad.column], which,
                                (char *)scorer->room.values + f * column_size, &bad.row);
        if (bad.row < first.row ||
            (bad.row != SIZE_MAX && bad.row == first.row && bad.column < first.column))
            first = bad;
    }
    return first.row == SIZE_MAX ? GPUC_OK : fail_value(scorer, columns, &first, error);
}

/* The caller's memory for some rows of a call. */
struct target {
    size_t first;  /* of them */
    size_t n_rows; /* from there on */
    size_t stride;
};

/* Hands out columns of numbers; `is_wide`: float32 as float64. */
static void put_numbers(const struct gpuc_scorer *scorer, const void *from, size_t width,
                        bool is_wide, const struct target *target, void *to)
{
    size_t size = gpuc_number_size(scorer->rules.number);
    for (size_t k = 0; to != NULL && k < width; k++) {
        const char *column = (const char *)from + k * scorer->room.stride * size;
        size_t place = k * target->stride + target->first;
        if (!is_wide)
            memcpy((char *)to + place * size, column, target->n_rows * size);
        for (size_t i = 0; is_wide && i < target->n_rows; i++)
            ((double *)to)[place + i] = (double)((const float *)(const void *)column)[i];
    }
}

static void put_results(const struct gpuc_scorer *scorer,
                        const struct gpuc_results *results, const struct target *target)
{
    const struct gpuc_scorer_shape *shape = &scorer->shape;
    const struct gpuc_forest_room *room = &scorer->room;
    bool is_wide =
        scorer->rules.number == GPUC_FLOAT32 && results->number == GPUC_TYPE_FLOAT64;
    put_numbers(scorer, room->margins, shape->n_margins, is_wide, target,
                results->margins);
    put_numbers(scorer, room->linked, shape->n_values, is_wide, target, results->values);
    for (size_t k = 0; results->labels != NULL && k < shape->n_labels; k++)
        memcpy(results->labels + k * target->stride + target->first,
               room->labels + k * room->stride, target->n_rows * sizeof *room->labels);
    for (size_t t = 0; results->leaves != NULL && t < shape->n_leaves; t++) {
        uint32_t *to = results->leaves + t * target->stride + target->first;
        for (size_t i = 0; i < target->n_rows; i++)
            to[i] = gpuc_forest_leaf_number(model_of(scorer)->forest, t,
                                            room->leaves[t * room->stride + i]);
    }
}

enum gpuc_status gpuc_scorer_run(struct gpuc_scorer *scorer,
                                 const struct gpuc_column *columns, size_t n_rows,
                                 const struct gpuc_results *results,
                                 struct gpuc_error *error)
{
    size_t stride = results->stride > 0 ? results->stride : n_rows;
    enum gpuc_status status;
    GPUC_TRY(check_results(scorer, results, n_rows, error));
    if (n_rows > 0)
        GPUC_TRY(check_columns(scorer, columns, error));
    for (size_t first = 0; first < n_rows;) {
        size_t n_left = n_rows - first, n_most = scorer->shape.batch_rows;
        const struct target target = {first, n_left < n_most ? n_left : n_most, stride};
        first += target.n_rows;
        GPUC_TRY(read_features(scorer, columns, (struct gpuc_span){target.first, first},
                               error));
        GPUC_TRY(gpuc_forest_room_classify(&scorer->room, scorer->session, target.n_rows,
                                           error));
        put_results(scorer, results, &target);
        scorer->n_rows += target.n_rows;
    }
out:
    return status;
}
