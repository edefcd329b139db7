/* SPDX-License-Identifier: Apache-2.0 */
#include "features/category_tables.h"

#include <stdlib.h>

#include "csv/number.h"

static int compare_numbers(const void *a, const void *b)
{
    double x = ((const struct gpuc_number_category *)a)->number;
    double y = ((const struct gpuc_number_category *)b)->number;
    return (x > y) - (x < y);
}

static enum gpuc_status add_text(struct gpuc_category_table *table,
                                 const struct gpuc_model_info *info,
                                 const struct gpuc_category *category, uint32_t code,
                                 struct gpuc_error *error)
{
    struct gpuc_text_count *entry;
    enum gpuc_status status = gpuc_text_map_get(
        &table->texts, (const uint8_t *)gpuc_info_text(info, category->text),
        category->text.size, &entry, error);
    if (status != GPUC_OK)
        return status;
    if (entry->uses++ > 0)
        return gpuc_fail(error, GPUC_EMODEL, "the model lists the category '%.*s' twice",
                         (int)category->text.size, gpuc_info_text(info, category->text));
    entry->count = code;
    return GPUC_OK;
}

static enum gpuc_status fill_table(struct gpuc_category_table *table,
                                   const struct gpuc_model_info *info,
                                   const struct gpuc_info_feature *feature,
                                   struct gpuc_error *error)
{
    table->numbers = gpuc_alloc(feature->n_categories, sizeof *table->numbers);
    if (table->numbers == NULL)
        return gpuc_fail_memory(error, feature->n_categories * sizeof *table->numbers,
                                "categories");
    for (uint32_t code = 0; code < feature->n_categories; code++) {
        const struct gpuc_category *category =
            &info->categories[feature->first_category + code];
        if (category->kind == GPUC_CATEGORY_BOOL) {
            table->bool_codes[category->number != 0] = code;
        } else if (category->kind == GPUC_CATEGORY_NUMBER) {
            struct gpuc_number_category *entry = &table->numbers[table->n_numbers++];
            entry->number = category->number;
            entry->code = code;
        } else {
            enum gpuc_status status = add_text(table, info, category, code, error);
            if (status != GPUC_OK)
                return status;
        }
    }
    qsort(table->numbers, table->n_numbers, sizeof *table->numbers, compare_numbers);
    for (size_t i = 1; i < table->n_numbers; i++)
        if (table->numbers[i - 1].number == table->numbers[i].number)
            return gpuc_fail(error, GPUC_EMODEL,
                             "the model lists a category that is a number twice");
    return GPUC_OK;
}

enum gpuc_status gpuc_category_tables_init(struct gpuc_category_tables *tables,
                                           const struct gpuc_model_info *info,
                                           struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    *tables = (struct gpuc_category_tables){.n_items = info->n_features};
    tables->items = gpuc_alloc(info->n_features, sizeof *tables->items);
    if (tables->items == NULL)
        return gpuc_fail_memory(error, info->n_features * sizeof *tables->items,
                                "categories");
    for (size_t f = 0; f < info->n_features && status == GPUC_OK; f++) {
        tables->items[f].bool_codes[0] = -1;
        tables->items[f].bool_codes[1] = -1;
        if (info->features[f].has_table)
            status = fill_table(&tables->items[f], info, &info->features[f], error);
    }
    if (status != GPUC_OK)
        gpuc_category_tables_done(tables);
    return status;
}

int64_t gpuc_category_find_number(const struct gpuc_category_table *table, double number)
{
    struct gpuc_number_category key = {.number = number};
    const struct gpuc_number_category *found =
        bsearch(&key, table->numbers, table->n_numbers, sizeof key, compare_numbers);
    return found != NULL ? (int64_t)found->code : -1;
}

int64_t gpuc_category_find(const struct gpuc_category_table *table, const uint8_t *text,
                           size_t size)
{
    double number;
    const struct gpuc_text_count *entry = gpuc_text_map_find(&table->texts, text, size);
    if (entry != NULL)
        return (int64_t)entry->count;
    if (table->n_numbers > 0 && gpuc_number_read(text, size, &number) && number == number)
        return gpuc_category_find_number(table, number);
    int word = gpuc_bool_word(text, size);
    return word >= 0 ? table->bool_codes[word] : -1;
}

int gpuc_bool_word(const uint8_t *text, size_t size)
{
    static const char *const words[2][3] = {{"False", "FALSE", "false"},
                                            {"True", "TRUE", "true"}};
    if (size != 4 && size != 5)
        return -1;
    int value = size == 4;
    for (size_t i = 0; i < 3; i++)
        if (memcmp(words[value][i], text, size) == 0)
            return value;
    return -1;
}

void gpuc_category_tables_done(struct gpuc_category_tables *tables)
{
    for (size_t f = 0; tables->items != NULL && f < tables->n_items; f++) {
        gpuc_text_map_done(&tables->items[f].texts);
        gpuc_free(tables->items[f].numbers);
    }
    gpuc_free(tables->items);
    *tables = (struct gpuc_category_tables){0};
}
