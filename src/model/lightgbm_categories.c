/* SPDX-License-Identifier: Apache-2.0 */
#include "model/lightgbm_categories.h"

#include <math.h>

#include "model/document.h"

enum { MANTISSA_BITS = 53 }; /* of float64 */

/* What reads the lists, one after the other. */
struct lists {
    struct gpuc_model_info *info;
    size_t n_read;
    size_t feature; /* of the list under way */
};

/* Marks the features of the parameter `categorical_feature`, as in "1,4,8". */
static void mark_categories(const struct gpuc_lightgbm_line *line,
                            struct gpuc_model_info *info)
{
    const uint8_t *at = line->value;
    const uint8_t *end = at != NULL ? at + line->value_size : NULL;

    while (at < end) {
        const uint8_t *begin = at;
        while (at < end && *at != ',')
            at++;
        int64_t feature;
        struct gpuc_text number = {begin, (size_t)(at - begin)};
        if (gpuc_text_integer(number, &feature) && feature >= 0 &&
            (uint64_t)feature < info->n_features)
            info->features[feature].is_category = true;
        at += at < end;
    }
}

static enum gpuc_status read_number(const struct gpuc_document *document,
                                    double *ret_number, struct gpuc_error *error)
{
    int64_t integer = 0;

    if (document->is_integer && (!gpuc_text_integer(document->text, &integer) ||
                                 integer > INT64_C(1) << MANTISSA_BITS ||
                                 integer < -(INT64_C(1) << MANTISSA_BITS)))
        return gpuc_document_fail(document, error, "the category takes over %d bits",
                                  MANTISSA_BITS);
    if (!gpuc_text_real(document->text, ret_number) || isnan(*ret_number))
        return gpuc_document_fail(document, error, "the category is not a number");
    return GPUC_OK;
}

static enum gpuc_status read_category(struct gpuc_document *document, void *record,
                                      struct gpuc_error *error)
{
    struct lists *lists = record;
    struct gpuc_category category = {.kind = GPUC_CATEGORY_TEXT};
    enum gpuc_status status;

    GPUC_TRY(gpuc_document_next(document, error));
    if (document->token == GPUC_TOKEN_STRING) {
        GPUC_TRY(gpuc_info_add_text(lists->info, document->text.bytes,
                                    document->text.size, &category.text, error));
    } else if (document->token == GPUC_TOKEN_NUMBER) {
        category.kind = GPUC_CATEGORY_NUMBER;
        GPUC_TRY(read_number(document, &category.number, error));
    } else if (document->token == GPUC_TOKEN_BOOL) {
        category.kind = GPUC_CATEGORY_BOOL;
        category.number = document->boolean;
    } else {
        return gpuc_document_fail(document, error,
                                  "a category must be a text, a number or a boolean");
    }
    GPUC_TRY(gpuc_info_add_category(lists->info, lists->feature, &category, error));
out:
    return status;
}

/* Reads a list of categories to the next feature that is categorical. */
static enum gpuc_status read_list(struct gpuc_document *document, void *record,
                                  struct gpuc_error *error)
{
    struct lists *lists = record;
    struct gpuc_info_feature *features = lists->info->features;

    while (!features[lists->feature].is_category || features[lists->feature].has_table)
        lists->feature++;
    features[lists->feature].has_table = true;
    return gpuc_document_read_array(document, lists, read_category, error);
}

static enum gpuc_status count_list(struct gpuc_document *document, void *record,
                                   struct gpuc_error *error)
{
    ++*(size_t *)record;
    return gpuc_document_skip(document, error);
}

static enum gpuc_status check_n_lists(const struct gpuc_document *document,
                                      const struct gpuc_model_info *info, size_t n_lists,
                                      struct gpuc_error *error)
{
    size_t n_categorical = 0;

    for (size_t i = 0; i < info->n_features; i++)
        n_categorical += info->features[i].is_category;
    if (n_lists == n_categorical)
        return GPUC_OK;
    return gpuc_document_fail(
        document, error,
        "%zu lists of categories for %zu categorical features; which columns had the "
        "type `category` cannot be told (ordered ones, or categories given as numbers?)",
        n_lists, n_categorical);
}

/* Reads the JSON value at the document's place, which is `begin`. */
static enum gpuc_status read_tables(struct gpuc_document *document,
                                    const struct gpuc_document_place *begin,
                                    struct gpuc_model_info *info,
                                    struct gpuc_error *error)
{
    struct lists lists = {.info = info};
    size_t n_lists = 0;
    enum gpuc_status status;

    GPUC_TRY(gpuc_document_next(document, error));
    if (document->token != GPUC_TOKEN_NULL) {
        gpuc_document_return(document, begin);
        GPUC_TRY(gpuc_document_read_array(document, &n_lists, count_list, error));
        /* A table without columns of categories has no lists, whatever the trees do. */
        if (n_lists > 0)
            GPUC_TRY(check_n_lists(document, info, n_lists, error));
        gpuc_document_return(document, begin);
        GPUC_TRY(gpuc_document_read_array(document, &lists, read_list, error));
    }
    GPUC_TRY(gpuc_document_end(document, error));
out:
    return status;
}

enum gpuc_status gpuc_lightgbm_read_categories(const struct gpuc_lightgbm_text *text,
                                               const struct gpuc_lightgbm_tail *tail,
                                               struct gpuc_model_info *info,
                                               struct gpuc_error *error)
{
    const struct gpuc_model_file file = {.name = text->name,
                                         .bytes = text->begin,
                                         .size = (size_t)(text->end - text->begin)};
    struct gpuc_document document;

    mark_categories(&tail->categorical_features, info);
    if (tail->pandas_categories.text == NULL)
        return GPUC_OK;
    gpuc_document_open(&document, &gpuc_json, &file);
    document.field = "pandas_categorical";
    document.place.at = (size_t)(tail->pandas_categories.value - text->begin);
    const struct gpuc_document_place begin = document.place;
    enum gpuc_status status = read_tables(&document, &begin, info, error);
    gpuc_document_close(&document);
    return status;
}
