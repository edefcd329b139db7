/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/forest_names.h"

#include <stdio.h>

#include "base/closest_name.h"
#include "csv/utf8.h"

/* A name that the caller made up. */
static enum gpuc_status check_name(const struct gpuc_forest_naming *naming,
                                   const char *option, const char *name, size_t size,
                                   struct gpuc_error *error)
{
    const struct gpuc_dialect *dialect = naming->dialect;
    if (size == 0)
        return gpuc_fail(error, GPUC_EUSAGE, "%s: a name is empty", option);
    if (gpuc_utf8_valid_prefix((const uint8_t *)name, size) != size)
        return gpuc_fail(error, GPUC_EUSAGE, "%s: a name is not UTF-8", option);
    if (dialect == NULL || !dialect->no_quote)
        return GPUC_OK;
    bool needs_quotes = dialect->comment != 0 && (uint8_t)name[0] == dialect->comment;
    for (size_t i = 0; i < size; i++)
        needs_quotes = needs_quotes || (uint8_t)name[i] == dialect->delimiter ||
                       name[i] == '\n' || name[i] == '\r';
    if (needs_quotes)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: '%.*s' could not be told from other fields without quotes",
                         option, (int)size, name);
    return GPUC_OK;
}

static enum gpuc_status check_class_names(const struct gpuc_forest_naming *naming,
                                          size_t n_classes, const char *what,
                                          struct gpuc_error *error)
{
    const struct gpuc_text_list *classes = &naming->classes;
    size_t place;
    enum gpuc_status status = GPUC_OK;
    if (classes->n_items != n_classes)
        return gpuc_fail(
            error, GPUC_EUSAGE, "--class-names: %zu name%s for the model's %zu %s",
            classes->n_items, classes->n_items == 1 ? "" : "s", n_classes, what);
    for (size_t i = 0; i < n_classes; i++)
        GPUC_TRY(check_name(naming, "--class-names", gpuc_text_list_at(classes, i),
                            classes->items[i].size, error));
    GPUC_TRY(gpuc_text_list_duplicate(classes, &place, error));
    if (place != SIZE_MAX)
        return gpuc_fail(
            error, GPUC_EUSAGE,
            "--class-names: '%.*s' is named twice: classes need names of their own",
            (int)classes->items[place].size, gpuc_text_list_at(classes, place));
out:
    return status;
}

enum gpuc_status gpuc_forest_class_names_read(struct gpuc_forest_naming *naming,
                                              const struct gpuc_model *model,
                                              struct gpuc_error *error)
{
    const char *list = naming->options->class_names;
    enum gpuc_status status;
    if (list == NULL)
        return GPUC_OK;
    if (model->link.task == GPUC_TASK_VALUE)
        return gpuc_fail(
            error, GPUC_EUSAGE,
            "--class-names: this model gives values, it has no classes: leave it out");
    GPUC_TRY(gpuc_text_list_read(&naming->classes, list, "--class-names", error));
    bool is_binary = model->link.task == GPUC_TASK_BINARY;
    bool is_multilabel = model->link.task == GPUC_TASK_MULTILABEL;
    status = check_class_names(naming, is_binary ? 2 : model->link.n_outputs,
                               is_multilabel ? "labels" : "classes", error);
out:
    return status;
}

/* Whether each class has a column of an output. */
static bool is_by_class(const struct gpuc_model *model, enum gpuc_forest_output output)
{
    return model->link.task != GPUC_TASK_BINARY && output != GPUC_FOREST_LEAF;
}

/* Appends the name of column k of an output that has `width` of them. */
static enum gpuc_status append_name(const struct gpuc_forest_naming *naming,
                                    const struct gpuc_model *model,
                                    enum gpuc_forest_output output, size_t k,
                                    size_t width, struct gpuc_bytes *name,
                                    struct gpuc_error *error)
{
    const char *stem = gpuc_forest_output_name(output);
    char suffix[40] = "";
    enum gpuc_status status;
    GPUC_TRY(gpuc_bytes_append(name, stem, strlen(stem), error));
    if (output == GPUC_FOREST_TOP)
        snprintf(suffix, sizeof suffix, "_%zu%s", k / 2 + 1, k % 2 > 0 ? "_proba" : "");
    else if (width > 1 && naming->classes.n_items == width && is_by_class(model, output))
        snprintf(suffix, sizeof suffix, "_");
    else if (width > 1 || output == GPUC_FOREST_LEAF)
        snprintf(suffix, sizeof suffix, "_%zu", k);
    GPUC_TRY(gpuc_bytes_append(name, suffix, strlen(suffix), error));
    if (strcmp(suffix, "_") == 0)
        GPUC_TRY(gpuc_bytes_append(name, gpuc_text_list_at(&naming->classes, k),
                                   naming->classes.items[k].size, error));
out:
    return status;
}

enum gpuc_status gpuc_forest_result_names(const struct gpuc_forest_naming *naming,
                                          const struct gpuc_model *model,
                                          const struct gpuc_forest_outputs *outputs,
                                          struct gpuc_text_list *names,
                                          struct gpuc_error *error)
{
    const char *prefix = naming->options->prefix;
    struct gpuc_bytes name = {0};
    enum gpuc_status status = GPUC_OK;
    if (prefix != NULL)
        GPUC_TRY(check_name(naming, "--prefix", prefix, strlen(prefix), error));
    for (size_t i = 0; i < outputs->n_items; i++) {
        enum gpuc_forest_output output = outputs->items[i];
        size_t width = gpuc_forest_output_width(outputs, model, output);
        for (size_t k = 0; k < width; k++) {
            name.size = 0;
            if (prefix != NULL)
                GPUC_TRY(gpuc_bytes_append(&name, prefix, strlen(prefix), error));
            GPUC_TRY(append_name(naming, model, output, k, width, &name, error));
            GPUC_TRY(gpuc_text_list_append(names, name.data, name.size, error));
        }
    }
out:
    gpuc_bytes_done(&name);
    return status;
}

/* One item of --rename: which column, and what of the item is its new name. */
struct renaming {
    size_t column;
    const char *name;
    size_t size;
};

/* An old name may hold what separates it from the new one: the first column that the item
 * can mean is taken. */
static enum gpuc_status read_renaming(const struct gpuc_forest_naming *naming,
                                      const struct gpuc_text_list *names,
                                      const char *item, size_t size,
                                      struct renaming *ret_renaming,
                                      struct gpuc_error *error)
{
    const char *sign = memchr(item, '=', size);
    const char *end = item + size;
    if (sign == NULL)
        return gpuc_fail(error, GPUC_EUSAGE, "--rename takes old=new, not '%.*s'",
                         (int)size, item);
    char hint[GPUC_CLOSEST_HINT_SIZE];
    int old_size = (int)(sign - item);
    for (; sign != NULL; sign = memchr(sign + 1, '=', (size_t)(end - sign) - 1)) {
        size_t column = gpuc_text_list_find(names, item, (size_t)(sign - item));
        if (column == SIZE_MAX)
            continue;
        *ret_renaming = (struct renaming){column, sign + 1, (size_t)(end - sign) - 1};
        return check_name(naming, "--rename", sign + 1, ret_renaming->size, error);
    }
    return gpuc_fail(error, GPUC_EUSAGE, "--rename: the output has no column '%.*s'%s",
                     old_size, item,
                     gpuc_closest_item_hint(names, item, (size_t)old_size, hint));
}

static enum gpuc_status read_renamings(const struct gpuc_forest_naming *naming,
                                       const struct gpuc_text_list *names,
                                       const struct gpuc_text_list *items,
                                       struct renaming *renamings,
                                       struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < items->n_items; i++) {
        GPUC_TRY(read_renaming(naming, names, gpuc_text_list_at(items, i),
                               items->items[i].size, &renamings[i], error));
        size_t column = renamings[i].column;
        for (size_t k = 0; k < i; k++)
            if (renamings[k].column == column)
                return gpuc_fail(
                    error, GPUC_EUSAGE, "--rename: the column '%.*s' gets two names",
                    (int)names->items[column].size, gpuc_text_list_at(names, column));
    }
out:
    return status;
}

/* Appends names, those of some columns replaced; all of them are found before. */
static enum gpuc_status rename_columns(const struct gpuc_forest_naming *naming,
                                       const struct gpuc_text_list *old,
                                       struct gpuc_text_list *names,
                                       struct gpuc_error *error)
{
    struct gpuc_text_list items = {0};
    struct renaming *renamings = NULL;
    enum gpuc_status status;
    GPUC_TRY(gpuc_text_list_read(&items, naming->options->rename, "--rename", error));
    renamings = gpuc_alloc(items.n_items, sizeof *renamings);
    if (renamings == NULL) {
        status = gpuc_fail_memory(error, items.n_items * sizeof *renamings, "names");
        goto out;
    }
    GPUC_TRY(read_renamings(naming, old, &items, renamings, error));
    for (size_t i = 0; i < old->n_items; i++) {
        struct renaming kept = {i, gpuc_text_list_at(old, i), old->items[i].size};
        for (size_t k = 0; k < items.n_items; k++)
            if (renamings[k].column == i)
                kept = renamings[k];
        GPUC_TRY(gpuc_text_list_append(names, kept.name, kept.size, error));
    }
out:
    gpuc_free(renamings);
    gpuc_text_list_done(&items);
    return status;
}

enum gpuc_status gpuc_forest_column_names(const struct gpuc_forest_naming *naming,
                                          const struct gpuc_model *model,
                                          const struct gpuc_column_map *map,
                                          const struct gpuc_forest_outputs *outputs,
                                          struct gpuc_text_list *names,
                                          struct gpuc_error *error)
{
    bool any_renamed = naming->options->rename != NULL;
    struct gpuc_text_list old = {0};
    struct gpuc_text_list *list = any_renamed ? &old : names;
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < map->n_passed; i++)
        GPUC_TRY(gpuc_text_list_append(list,
                                       gpuc_text_list_at(&map->names, map->passed[i]),
                                       map->names.items[map->passed[i]].size, error));
    GPUC_TRY(gpuc_forest_result_names(naming, model, outputs, list, error));
    if (any_renamed)
        GPUC_TRY(rename_columns(naming, &old, names, error));
out:
    gpuc_text_list_done(&old);
    return status;
}
