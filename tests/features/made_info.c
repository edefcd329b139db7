/* SPDX-License-Identifier: Apache-2.0 */
#include "features/made_info.h"

#include <string.h>

#include "support/cmocka_all.h"

struct gpuc_model_info made_info(const char *const *names, size_t n_features)
{
    struct gpuc_model_info info = {.has_names = names != NULL, .best_iteration = -1};
    for (n_features = names != NULL ? 0 : n_features;
         names != NULL && names[n_features] != NULL;)
        n_features++;
    assert_int_equal(gpuc_info_set_features(&info, n_features, NULL), GPUC_OK);
    for (size_t f = 0; names != NULL && f < n_features; f++)
        assert_int_equal(gpuc_info_add_text(&info, names[f], strlen(names[f]),
                                            &info.features[f].name, NULL),
                         GPUC_OK);
    return info;
}

static void add(struct gpuc_model_info *info, size_t feature,
                const struct gpuc_category *category)
{
    info->features[feature].is_category = true;
    info->features[feature].has_table = true;
    assert_int_equal(gpuc_info_add_category(info, feature, category, NULL), GPUC_OK);
}

void made_text_category(struct gpuc_model_info *info, size_t feature, const char *text)
{
    struct gpuc_category category = {.kind = GPUC_CATEGORY_TEXT};
    assert_int_equal(gpuc_info_add_text(info, text, strlen(text), &category.text, NULL),
                     GPUC_OK);
    add(info, feature, &category);
}

void made_number_category(struct gpuc_model_info *info, size_t feature, double number)
{
    add(info, feature,
        &(struct gpuc_category){.kind = GPUC_CATEGORY_NUMBER, .number = number});
}

void made_bool_category(struct gpuc_model_info *info, size_t feature, bool value)
{
    add(info, feature,
        &(struct gpuc_category){.kind = GPUC_CATEGORY_BOOL, .number = value});
}

struct gpuc_text_list made_header(const char *names)
{
    struct gpuc_text_list header = {0};
    while (*names != '\0') {
        size_t size = strcspn(names, "|");
        assert_int_equal(gpuc_text_list_append(&header, names, size, NULL), GPUC_OK);
        names += size + 1;
    }
    return header;
}
