/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the text of a category to the code that the model knows it by, for all features of
 * a model that have a table. Immutable after init; any number of threads may look up.
 */
#ifndef GPUC_CATEGORY_TABLES_H
#define GPUC_CATEGORY_TABLES_H

#include "base/text_map.h"
#include "model/model_info.h"

/* A category that is a number, and its code. */
struct gpuc_number_category {
    double number;
    uint32_t code;
};

struct gpuc_category_table {
    struct gpuc_text_map texts;           /* count: the code */
    struct gpuc_number_category *numbers; /* ascending */
    size_t n_numbers;
    int64_t bool_codes[2]; /* of false and true; -1: the table has it not */
};

struct gpuc_category_tables {
    struct gpuc_category_table *items; /* one a feature, empty where it has no table */
    size_t n_items;
};

/* GPUC_EMODEL where a table holds a category twice. On failure nothing needs freeing. */
enum gpuc_status gpuc_category_tables_init(struct gpuc_category_tables *tables,
                                           const struct gpuc_model_info *info,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * The code of a text: of the category with exactly this text, else of the number that it
 * reads as, else of the boolean that it names; -1 if the table has none of these.
 */
int64_t gpuc_category_find(const struct gpuc_category_table *table, const uint8_t *text,
                           size_t size);

/* The code of the category that is this number, which is not NaN; -1: none is. */
int64_t gpuc_category_find_number(const struct gpuc_category_table *table, double number);

/*
 * Reads the words that pandas reads as booleans: True TRUE true False FALSE false.
 * Returns 1 or 0, or -1 for any other text.
 */
int gpuc_bool_word(const uint8_t *text, size_t size);

/* Frees the contents. */
void gpuc_category_tables_done(struct gpuc_category_tables *tables);

#endif
