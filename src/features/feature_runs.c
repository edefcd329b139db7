/* SPDX-License-Identifier: Apache-2.0 */
#include "features/feature_runs.h"

#include "base/memory.h"

/* Lists the features in the order of their columns: `of_column` is room for one a column.
 */
static void sort_features(struct gpuc_feature_runs *runs,
                          const struct gpuc_column_map *map, size_t n_features,
                          uint32_t *of_column)
{
    size_t n_columns = map->names.n_items;
    size_t n_sorted = 0;
    for (size_t c = 0; c < n_columns; c++)
        of_column[c] = UINT32_MAX;
    for (size_t f = 0; f < n_features; f++)
        of_column[map->feature_columns[f]] = (uint32_t)f;
    for (size_t c = 0; c < n_columns; c++)
        if (of_column[c] != UINT32_MAX)
            runs->features[n_sorted++] = of_column[c];
}

enum gpuc_status gpuc_feature_runs_init(struct gpuc_feature_runs *runs,
                                        const struct gpuc_column_map *map,
                                        const struct gpuc_model_info *info,
                                        bool any_number, struct gpuc_error *error)
{
    size_t n_features = info->n_features;
    uint32_t *of_column = gpuc_alloc(map->names.n_items, sizeof *of_column);
    *runs = (struct gpuc_feature_runs){.read = gpuc_number_run_best()};
    runs->features = gpuc_alloc(n_features, sizeof *runs->features);
    runs->items = gpuc_alloc(n_features, sizeof *runs->items);
    if (of_column == NULL || runs->features == NULL || runs->items == NULL) {
        gpuc_free(of_column);
        return gpuc_fail_memory(error, n_features * sizeof *runs->items, "columns");
    }
    sort_features(runs, map, n_features, of_column);
    gpuc_free(of_column);
    for (size_t i = 0; i < n_features; i++) {
        uint32_t feature = runs->features[i];
        uint32_t column = map->feature_columns[feature];
        bool is_plain = !info->features[feature].has_table && !any_number;
        struct gpuc_feature_run *last = runs->items + runs->n_items - 1;
        if (runs->n_items > 0 && last->is_plain && is_plain &&
            last->n_columns < GPUC_NUMBER_RUN_MAX &&
            last->first_column + last->n_columns == column)
            last->n_columns++;
        else
            runs->items[runs->n_items++] =
                (struct gpuc_feature_run){.first_column = column,
                                          .n_columns = 1,
                                          .features = runs->features + i,
                                          .is_plain = is_plain};
    }
    return GPUC_OK;
}

void gpuc_feature_runs_done(struct gpuc_feature_runs *runs)
{
    gpuc_free(runs->features);
    gpuc_free(runs->items);
    *runs = (struct gpuc_feature_runs){0};
}
