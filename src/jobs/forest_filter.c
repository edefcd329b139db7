/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/forest_filter.h"

#include <stdio.h>

#include "base/closest_name.h"

/* The columns that can be compared. */
struct columns {
    const struct gpuc_model *model;
    const struct gpuc_forest_naming *naming;
    struct gpuc_forest_outputs outputs; /* all that the model gives */
    struct gpuc_text_list names;        /* as a header has them */
    struct gpuc_text_list plain_names;  /* classes as numbers, without a prefix */
};

static enum gpuc_status list_columns(struct columns *columns, struct gpuc_error *error)
{
    const struct gpuc_model *model = columns->model;
    char list[80];
    const struct gpuc_job_options all = {.output_columns = list,
                                         .n_top = columns->naming->options->n_top};
    const struct gpuc_forest_naming plain = {.options = &all};
    enum gpuc_status status;
    gpuc_forest_outputs_all(model, list, sizeof list);
    size_t size = strlen(list);
    snprintf(list + size, sizeof list - size, "%s%s", all.n_top > 0 ? ",top" : "",
             model->forest->n_trees > 0 ? ",leaf" : "");
    GPUC_TRY(gpuc_forest_outputs_read(&all, model, &columns->outputs, error));
    GPUC_TRY(gpuc_forest_result_names(columns->naming, model, &columns->outputs,
                                      &columns->names, error));
    GPUC_TRY(gpuc_forest_result_names(&plain, model, &columns->outputs,
                                      &columns->plain_names, error));
out:
    return status;
}

static void columns_done(struct columns *columns)
{
    gpuc_text_list_done(&columns->names);
    gpuc_text_list_done(&columns->plain_names);
}

static enum gpuc_status fail_name(const struct gpuc_comparison *comparison,
                                  const struct gpuc_text_list *names,
                                  struct gpuc_error *error)
{
    enum { NAMES_SHOWN = 12 };
    char list[400] = "", hint[GPUC_CLOSEST_HINT_SIZE];
    size_t used = 0;
    struct gpuc_closest_name closest;
    gpuc_closest_name_init(&closest, comparison->name, comparison->name_size);
    for (size_t i = 0; i < names->n_items; i++) {
        const char *name = gpuc_text_list_at(names, i);
        size_t size = names->items[i].size;
        gpuc_closest_name_offer(&closest, name, size);
        if (i < NAMES_SHOWN && used + size + 3 < sizeof list)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%.*s",
                                     i > 0 ? ", " : "", (int)size, name);
    }
    return gpuc_fail(error, GPUC_EUSAGE,
                     "--filter: no result column '%.*s'%s (this model gives %s%s)",
                     (int)comparison->name_size, comparison->name,
                     gpuc_closest_name_hint(&closest, hint), list,
                     names->n_items > NAMES_SHOWN ? ", ..." : "");
}

/* Finds the column of a comparison. */
static enum gpuc_status find_column(const struct columns *columns,
                                    const struct gpuc_comparison *comparison,
                                    struct gpuc_filter_column *ret_column,
                                    struct gpuc_error *error)
{
    const struct gpuc_forest_outputs *outputs = &columns->outputs;
    size_t size = comparison->name_size, k = 0, width;
    size_t place = gpuc_text_list_find(&columns->names, comparison->name, size);
    if (place == SIZE_MAX)
        place = gpuc_text_list_find(&columns->plain_names, comparison->name, size);
    if (place == SIZE_MAX)
        return fail_name(comparison, &columns->names, error);
    while (place >= (width = gpuc_forest_output_width(outputs, columns->model,
                                                      outputs->items[k]))) {
        place -= width;
        k++;
    }
    *ret_column = (struct gpuc_filter_column){outputs->items[k], place};
    return GPUC_OK;
}

/* Whether a column has classes, which may have names. */
static bool has_classes(const struct columns *columns,
                        const struct gpuc_filter_column *column)
{
    if (column->output == GPUC_FOREST_TOP)
        return column->number % 2 == 0;
    return column->output == GPUC_FOREST_LABEL &&
           columns->model->link.task != GPUC_TASK_MULTILABEL;
}

/* Settles what values of its column a comparison is with. */
static enum gpuc_status fit(const struct columns *columns,
                            const struct gpuc_filter_column *column,
                            struct gpuc_comparison *comparison, struct gpuc_error *error)
{
    size_t class = has_classes(columns, column)
                       ? gpuc_text_list_find(&columns->naming->classes, comparison->value,
                                             comparison->value_size)
                       : SIZE_MAX;
    bool is_integer = has_classes(columns, column) ||
                      column->output == GPUC_FOREST_LABEL ||
                      column->output == GPUC_FOREST_LEAF;
    if (class != SIZE_MAX && comparison->is_equality)
        comparison->number = (double)class;
    else if (!comparison->is_number)
        return gpuc_fail(error, GPUC_EUSAGE, "--filter: '%.*s' is no number%s",
                         (int)comparison->value_size, comparison->value,
                         has_classes(columns, column)
                             ? ", and no class of --class-names is called so"
                             : "");
    else if (!is_integer)
        gpuc_comparison_fit(comparison, (enum gpuc_number)columns->model->forest->number);
    return GPUC_OK;
}

enum gpuc_status gpuc_forest_filter_read(struct gpuc_forest_filter *filter,
                                         const struct gpuc_forest_naming *naming,
                                         const struct gpuc_model *model,
                                         struct gpuc_forest_outputs *outputs,
                                         struct gpuc_error *error)
{
    struct gpuc_comparisons *comparisons = &filter->comparisons;
    struct columns columns = {.model = model, .naming = naming};
    enum gpuc_status status;
    GPUC_TRY(gpuc_comparisons_read(naming->options->filter, comparisons, error));
    if (comparisons->n_items == 0)
        goto out;
    GPUC_TRY(list_columns(&columns, error));
    for (size_t i = 0; i < comparisons->n_items; i++) {
        struct gpuc_filter_column *column = &filter->columns[i];
        GPUC_TRY(find_column(&columns, &comparisons->items[i], column, error));
        GPUC_TRY(fit(&columns, column, &comparisons->items[i], error));
        outputs->has[column->output] = true;
    }
out:
    columns_done(&columns);
    return status;
}

/* ---- rows ------------------------------------------------------------------------ */

static double number_at(const struct gpuc_model *model, const void *numbers, size_t place)
{
    return model->forest->number == GPUC_FLOAT32 ? (double)((const float *)numbers)[place]
                                                 : ((const double *)numbers)[place];
}

/* What a row of the room has in a column. */
static double value_of(const struct gpuc_filter_column *column,
                       const struct gpuc_model *model,
                       const struct gpuc_forest_room *room, size_t row)
{
    const struct gpuc_forest *forest = model->forest;
    size_t place = column->number * room->stride + row;
    size_t top_place = column->number / 2 * room->stride + row;
    switch (column->output) {
    case GPUC_FOREST_PRED:
    case GPUC_FOREST_PROBA:
        return number_at(model, room->linked, place);
    case GPUC_FOREST_MARGIN:
        return number_at(model, room->margins, place);
    case GPUC_FOREST_LABEL:
        return room->labels[place];
    case GPUC_FOREST_TOP:
        return column->number % 2 == 0 ? room->top_classes[top_place]
                                       : number_at(model, room->top_values, top_place);
    case GPUC_FOREST_LEAF:
        return gpuc_forest_leaf_numbers(
            forest)[gpuc_forest_trees(forest)[column->number].first_leaf +
                    room->leaves[place]];
    case GPUC_FOREST_N_OUTPUTS:
        break;
    }
    return 0;
}

/* Rows that are to move to the front of columns. */
struct picked {
    const uint32_t *rows; /* in order */
    size_t n_rows;
    size_t stride; /* of columns */
};

/* Moves what columns of 4 or 8 bytes have of the picked rows to their front. */
static void move_columns(void *columns, size_t n_columns, size_t size,
                         const struct picked *picked)
{
    for (size_t k = 0; columns != NULL && k < n_columns; k++) {
        char *column = (char *)columns + k * picked->stride * size;
        for (size_t i = 0; i < picked->n_rows; i++)
            memcpy(column + i * size, column + picked->rows[i] * size, size);
    }
}

/* Moves all that was made of the rows. */
static void move_results(const struct gpuc_forest_room *room,
                         const struct gpuc_model *model, const struct picked *picked)
{
    const struct gpuc_forest *forest = model->forest;
    const size_t size = gpuc_number_size((enum gpuc_number)forest->number);
    const size_t n_labels =
        model->link.task == GPUC_TASK_MULTILABEL ? forest->n_outputs : 1;
    move_columns(room->margins, forest->n_outputs, size, picked);
    move_columns(room->linked, forest->n_outputs, size, picked);
    move_columns(room->labels, n_labels, sizeof *room->labels, picked);
    move_columns(room->leaves, forest->n_trees, sizeof *room->leaves, picked);
    move_columns(room->top_classes, room->n_top, sizeof *room->top_classes, picked);
    move_columns(room->top_values, room->n_top, size, picked);
}

struct gpuc_span gpuc_forest_filter_rows(const struct gpuc_forest_filter *filter,
                                         const struct gpuc_model *model,
                                         const struct gpuc_forest_room *room,
                                         uint32_t *picked, struct gpuc_rows *rows,
                                         struct gpuc_span which)
{
    size_t n_picked = which.end - which.begin;
    for (size_t row = 0; row < n_picked; row++)
        picked[row] = (uint32_t)row;
    for (size_t i = 0; i < filter->comparisons.n_items; i++) {
        const struct gpuc_comparison *comparison = &filter->comparisons.items[i];
        size_t n_before = n_picked;
        n_picked = 0;
        for (size_t k = 0; k < n_before; k++) {
            double value = value_of(&filter->columns[i], model, room, picked[k]);
            picked[n_picked] = picked[k];
            n_picked += gpuc_comparison_holds(comparison, value);
        }
    }
    for (size_t i = 0; i < n_picked; i++)
        rows->items[which.begin + i] = rows->items[which.begin + picked[i]];
    move_results(
        room, model,
        &(struct picked){.rows = picked, .n_rows = n_picked, .stride = room->stride});
    return (struct gpuc_span){which.begin, which.begin + n_picked};
}
