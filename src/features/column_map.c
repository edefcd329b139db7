/* SPDX-License-Identifier: Apache-2.0 */
#include "features/column_map.h"

#include <stdio.h>

#include "base/closest_name.h"
#include "base/text_map.h"

/* What a message lists at most. */
enum { NAMES_SHOWN = 5, NAME_BYTES_SHOWN = 60 };

/* Everything that init needs at once. */
struct matching {
    struct gpuc_column_map *map;
    const struct gpuc_model_info *info;
    const struct gpuc_column_options *options;
    const char *input;
    struct gpuc_text_map
        index;   /* names: count is the first column, uses how many have it */
    bool *taken; /* a column: it is no feature, or another has it */
};

static enum gpuc_status copy_names(struct matching *m, const struct gpuc_text_list *names,
                                   struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < names->n_items && status == GPUC_OK; i++) {
        char number[24];
        int size = snprintf(number, sizeof number, "%zu", i + 1);
        if (m->options->has_header)
            status = gpuc_text_list_append(&m->map->names, gpuc_text_list_at(names, i),
                                           names->items[i].size, error);
        else
            status = gpuc_text_list_append(&m->map->names, number, (size_t)size, error);
    }
    return status;
}

/* Indexes the names; `as_underscores`: with _ for each blank, as the model has them. */
static enum gpuc_status index_names(struct matching *m, bool as_underscores,
                                    struct gpuc_error *error)
{
    const struct gpuc_text_list *names = &m->map->names;
    struct gpuc_bytes key = {0};
    enum gpuc_status status = GPUC_OK;

    gpuc_text_map_done(&m->index);
    for (size_t i = 0; i < names->n_items; i++) {
        struct gpuc_text_count *entry;
        key.size = 0;
        GPUC_TRY(gpuc_bytes_append(&key, gpuc_text_list_at(names, i),
                                   names->items[i].size, error));
        for (size_t k = 0; as_underscores && k < key.size; k++)
            if (key.data[k] == ' ')
                key.data[k] = '_';
        GPUC_TRY(gpuc_text_map_get(&m->index, key.data, key.size, &entry, error));
        if (entry->uses++ == 0)
            entry->count = i;
    }
out:
    gpuc_bytes_done(&key);
    return status;
}

/* The column of a name that an option holds. */
static enum gpuc_status find_column(const struct matching *m, const char *option,
                                    const char *name, size_t size, uint32_t *ret_column,
                                    struct gpuc_error *error)
{
    const struct gpuc_text_count *entry =
        gpuc_text_map_find(&m->index, (const uint8_t *)name, size);
    char hint[GPUC_CLOSEST_HINT_SIZE];
    if (entry == NULL && m->options->has_header)
        return gpuc_fail(error, GPUC_EUSAGE, "%s: %s has no column '%.*s'%s", option,
                         m->input, (int)size, name,
                         gpuc_closest_item_hint(&m->map->names, name, size, hint));
    if (entry == NULL)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: %s has no column '%.*s'; without a header, columns go by "
                         "number, 1 to %zu",
                         option, m->input, (int)size, name, m->map->names.n_items);
    *ret_column = (uint32_t)entry->count;
    return GPUC_OK;
}

static enum gpuc_status mark_ignored(struct matching *m, struct gpuc_error *error)
{
    struct gpuc_text_list list = {0};
    enum gpuc_status status = GPUC_OK;
    if (m->options->ignore == NULL)
        return GPUC_OK;
    GPUC_TRY(gpuc_text_list_read(&list, m->options->ignore, "--ignore", error));
    for (size_t i = 0; i < list.n_items; i++) {
        uint32_t column = 0;
        GPUC_TRY(find_column(m, "--ignore", gpuc_text_list_at(&list, i),
                             list.items[i].size, &column, error));
        m->taken[column] = true;
    }
out:
    gpuc_text_list_done(&list);
    return status;
}

/* "Column_3" for feature 3 (LightGBM), or "f3". */
static bool is_made_up(const struct gpuc_model_info *info, size_t feature)
{
    char name[2][32];
    struct gpuc_info_text text = info->features[feature].name;
    snprintf(name[0], sizeof name[0], "Column_%zu", feature);
    snprintf(name[1], sizeof name[1], "f%zu", feature);
    for (size_t k = 0; k < 2; k++)
        if (strlen(name[k]) == text.size &&
            memcmp(name[k], gpuc_info_text(info, text), text.size) == 0)
            return true;
    return false;
}

/* Matches by name what the header has; counts what it lacks. */
static size_t match_names(struct matching *m, bool *ret_all_made_up)
{
    size_t n_absent = 0;
    *ret_all_made_up = true;
    for (size_t f = 0; f < m->info->n_features; f++) {
        struct gpuc_info_text name = m->info->features[f].name;
        const struct gpuc_text_count *entry = gpuc_text_map_find(
            &m->index, (const uint8_t *)gpuc_info_text(m->info, name), name.size);
        m->map->feature_columns[f] = entry != NULL ? (uint32_t)entry->count : UINT32_MAX;
        n_absent += entry == NULL;
        *ret_all_made_up = *ret_all_made_up && is_made_up(m->info, f);
    }
    return n_absent;
}

/* The column that may stand for the first feature that is absent, among those that are
 * no features. */
static void find_hint(const struct matching *m, char *hint)
{
    struct gpuc_closest_name closest;
    const uint32_t *columns = m->map->feature_columns;
    size_t absent = 0;
    for (size_t f = 0; f < m->info->n_features; f++)
        if (columns[f] != UINT32_MAX)
            m->taken[columns[f]] = true;
    while (columns[absent] != UINT32_MAX)
        absent++;
    struct gpuc_info_text name = m->info->features[absent].name;
    gpuc_closest_name_init(&closest, gpuc_info_text(m->info, name), name.size);
    for (size_t i = 0; i < m->map->names.n_items; i++)
        if (!m->taken[i])
            gpuc_closest_name_offer(&closest, gpuc_text_list_at(&m->map->names, i),
                                    m->map->names.items[i].size);
    gpuc_closest_name_hint(&closest, hint);
}

static enum gpuc_status fail_absent(const struct matching *m, size_t n_absent,
                                    struct gpuc_error *error)
{
    char hint[GPUC_CLOSEST_HINT_SIZE];
    char list[NAMES_SHOWN * (NAME_BYTES_SHOWN + 8) + 8];
    size_t size = 0, n_shown = 0;
    for (size_t f = 0; f < m->info->n_features && n_shown < NAMES_SHOWN; f++) {
        struct gpuc_info_text name = m->info->features[f].name;
        if (m->map->feature_columns[f] != UINT32_MAX)
            continue;
        size += (size_t)snprintf(
            list + size, sizeof list - size, "%s'%.*s'", n_shown > 0 ? ", " : "",
            name.size < NAME_BYTES_SHOWN ? (int)name.size : NAME_BYTES_SHOWN,
            gpuc_info_text(m->info, name));
        n_shown++;
    }
    find_hint(m, hint);
    bool is_one = m->map->names.n_items == 1 && m->info->n_features > 1;
    return gpuc_fail_at(
        error, GPUC_EDATA, m->input, m->options->line,
        "the header lacks %zu of the model's %zu features: %s%s%s", n_absent,
        m->info->n_features, list, n_absent > n_shown ? ", ..." : "",
        is_one ? " (it is one column: --delimiter says what separates columns)" : hint);
}

/* Each feature's name must stand in the header once, on a column that is not ignored. */
static enum gpuc_status check_names(const struct matching *m, struct gpuc_error *error)
{
    for (size_t f = 0; f < m->info->n_features; f++) {
        struct gpuc_info_text name = m->info->features[f].name;
        const char *text = gpuc_info_text(m->info, name);
        const struct gpuc_text_count *entry =
            gpuc_text_map_find(&m->index, (const uint8_t *)text, name.size);
        if (entry != NULL && entry->uses > 1)
            return gpuc_fail_at(error, GPUC_EDATA, m->input, m->options->line,
                                "the header has the feature '%.*s' %u times",
                                (int)name.size, text, (unsigned)entry->uses);
        if (entry != NULL && m->taken[entry->count])
            return gpuc_fail(error, GPUC_EUSAGE,
                             "--ignore: '%.*s' is a feature of the model: leave it out",
                             (int)name.size, text);
    }
    return GPUC_OK;
}

static enum gpuc_status match_positions(struct matching *m, struct gpuc_error *error)
{
    size_t n_found = 0;
    for (size_t i = 0; i < m->map->names.n_items; i++) {
        if (m->taken[i])
            continue;
        if (n_found < m->info->n_features)
            m->map->feature_columns[n_found] = (uint32_t)i;
        n_found++;
    }
    if (n_found == m->info->n_features)
        return GPUC_OK;
    return gpuc_fail_at(error, GPUC_EDATA, m->input, m->options->line,
                        "%zu columns for the model's %zu features, which go by position: "
                        "%s",
                        n_found, m->info->n_features,
                        n_found > m->info->n_features
                            ? "name those that are no features with --ignore"
                            : "some are absent, or the delimiter is another one");
}

static enum gpuc_status match_features(struct matching *m, struct gpuc_error *error)
{
    bool all_made_up;
    if (!m->info->has_names || !m->options->has_header)
        return match_positions(m, error);
    enum gpuc_status status = index_names(m, m->info->blanks_are_underscores, error);
    if (status != GPUC_OK)
        return status;
    size_t n_absent = match_names(m, &all_made_up);
    if (n_absent > 0 && all_made_up)
        return match_positions(m, error);
    return n_absent > 0 ? fail_absent(m, n_absent, error) : check_names(m, error);
}

/* Joins columns that pass through side by side. */
static enum gpuc_status find_runs(struct gpuc_column_map *map, struct gpuc_error *error)
{
    map->runs = gpuc_alloc(map->n_passed, sizeof *map->runs);
    if (map->runs == NULL)
        return gpuc_fail_memory(error, map->n_passed * sizeof *map->runs, "columns");
    for (size_t i = 0; i < map->n_passed; i++) {
        uint32_t column = map->passed[i];
        if (map->n_runs > 0 && map->runs[map->n_runs - 1].last + 1 == column)
            map->runs[map->n_runs - 1].last = column;
        else
            map->runs[map->n_runs++] = (struct gpuc_column_run){column, column};
    }
    return GPUC_OK;
}

/* Fills the list of columns that are passed through. */
static enum gpuc_status choose_passed(struct matching *m, struct gpuc_error *error)
{
    const char *columns = m->options->columns;
    struct gpuc_column_map *map = m->map;
    struct gpuc_text_list list = {0};
    enum gpuc_status status = GPUC_OK;
    if (columns != NULL && strcmp(columns, "none") == 0)
        return GPUC_OK;
    bool all = columns == NULL || strcmp(columns, "all") == 0;
    if (!all)
        GPUC_TRY(gpuc_text_list_read(&list, columns, "--columns", error));
    size_t n_passed = all ? map->names.n_items : list.n_items;
    map->passed = gpuc_alloc(n_passed, sizeof *map->passed);
    if (map->passed == NULL) {
        status = gpuc_fail_memory(error, n_passed * sizeof *map->passed, "columns");
        goto out;
    }
    for (size_t i = 0; i < n_passed; i++) {
        map->passed[i] = (uint32_t)i;
        if (!all)
            GPUC_TRY(find_column(m, "--columns", gpuc_text_list_at(&list, i),
                                 list.items[i].size, &map->passed[i], error));
    }
    map->n_passed = n_passed;
    status = find_runs(map, error);
out:
    gpuc_text_list_done(&list);
    return status;
}

enum gpuc_status gpuc_column_map_init(struct gpuc_column_map *map,
                                      const struct gpuc_text_list *names,
                                      const struct gpuc_model_info *info,
                                      const struct gpuc_column_options *options,
                                      const char *input, struct gpuc_error *error)
{
    struct matching m = {.map = map, .info = info, .options = options, .input = input};
    enum gpuc_status status;
    *map = (struct gpuc_column_map){0};
    map->feature_columns = gpuc_alloc(info->n_features, sizeof *map->feature_columns);
    m.taken = gpuc_alloc(names->n_items, sizeof *m.taken);
    if (map->feature_columns == NULL || m.taken == NULL) {
        status = gpuc_fail_memory(error, info->n_features * sizeof *map->feature_columns,
                                  "columns");
        goto out;
    }
    GPUC_TRY(copy_names(&m, names, error));
    GPUC_TRY(index_names(&m, false, error));
    GPUC_TRY(mark_ignored(&m, error));
    GPUC_TRY(choose_passed(&m, error));
    GPUC_TRY(match_features(&m, error));
out:
    gpuc_text_map_done(&m.index);
    gpuc_free(m.taken);
    return status;
}

void gpuc_column_map_done(struct gpuc_column_map *map)
{
    gpuc_text_list_done(&map->names);
    gpuc_free(map->feature_columns);
    gpuc_free(map->passed);
    gpuc_free(map->runs);
    *map = (struct gpuc_column_map){0};
}
