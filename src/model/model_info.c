/* SPDX-License-Identifier: Apache-2.0 */
#include "model/model_info.h"

enum gpuc_status gpuc_info_add_text(struct gpuc_model_info *info, const void *bytes,
                                    size_t size, struct gpuc_info_text *ret_text,
                                    struct gpuc_error *error)
{
    if (size > UINT32_MAX - info->texts.size)
        return gpuc_fail(error, GPUC_EMODEL, "the names in the model take over 4 GiB");
    struct gpuc_info_text text = {.offset = (uint32_t)info->texts.size,
                                  .size = (uint32_t)size};
    enum gpuc_status status = gpuc_bytes_append(&info->texts, bytes, size, error);
    if (status == GPUC_OK)
        *ret_text = text;
    return status;
}

enum gpuc_status gpuc_info_set_features(struct gpuc_model_info *info, size_t n_features,
                                        struct gpuc_error *error)
{
    void *features = info->features;
    enum gpuc_status status =
        gpuc_grow(&features, &info->feature_capacity, n_features, sizeof *info->features,
                  "the features of the model", error);
    info->features = features;
    if (status != GPUC_OK)
        return status;
    memset(info->features, 0, n_features * sizeof *info->features);
    info->n_features = n_features;
    return GPUC_OK;
}

enum gpuc_status gpuc_info_add_category(struct gpuc_model_info *info, size_t feature,
                                        const struct gpuc_category *category,
                                        struct gpuc_error *error)
{
    void *categories = info->categories;
    struct gpuc_info_feature *owner = &info->features[feature];
    if (info->n_categories == UINT32_MAX)
        return gpuc_fail(error, GPUC_EMODEL, "the model has over 2^32 categories");
    enum gpuc_status status =
        gpuc_grow(&categories, &info->category_capacity, info->n_categories + 1,
                  sizeof *info->categories, "the categories of the model", error);
    info->categories = categories;
    if (status != GPUC_OK)
        return status;
    if (owner->n_categories == 0)
        owner->first_category = (uint32_t)info->n_categories;
    info->categories[info->n_categories++] = *category;
    owner->n_categories++;
    return GPUC_OK;
}

void gpuc_model_info_done(struct gpuc_model_info *info)
{
    gpuc_bytes_done(&info->texts);
    gpuc_free(info->features);
    gpuc_free(info->categories);
    *info = (struct gpuc_model_info){0};
}
