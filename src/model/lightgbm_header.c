/* SPDX-License-Identifier: Apache-2.0 */
#include "model/lightgbm_header.h"

#include "model/forest_builder.h"

enum key {
    KEY_VERSION,
    KEY_NUM_CLASS,
    KEY_NUM_TREE_PER_ITERATION,
    KEY_MAX_FEATURE_IDX,
    KEY_OBJECTIVE,
    KEY_AVERAGE_OUTPUT,
    KEY_FEATURE_NAMES,
    KEY_FEATURE_INFOS,
    KEY_TREE_SIZES,
    N_KEYS
};

static const char *const keys[N_KEYS] = {
    [KEY_VERSION] = "version",
    [KEY_NUM_CLASS] = "num_class",
    [KEY_NUM_TREE_PER_ITERATION] = "num_tree_per_iteration",
    [KEY_MAX_FEATURE_IDX] = "max_feature_idx",
    [KEY_OBJECTIVE] = "objective",
    [KEY_AVERAGE_OUTPUT] = "average_output",
    [KEY_FEATURE_NAMES] = "feature_names",
    [KEY_FEATURE_INFOS] = "feature_infos",
    [KEY_TREE_SIZES] = "tree_sizes",
};

static enum gpuc_status keep_lines(struct gpuc_lightgbm_text *text,
                                   const struct gpuc_lightgbm_lines *lines,
                                   struct gpuc_error *error)
{
    struct gpuc_lightgbm_line line;
    const uint8_t *at = text->at;
    enum gpuc_status status = GPUC_OK;

    if (!gpuc_lightgbm_next_line(text, &line) || !gpuc_lightgbm_line_is(&line, "tree"))
        return gpuc_lightgbm_fail(text, at, error, "the first line is not 'tree'");
    while (status == GPUC_OK) {
        at = text->at;
        if (!gpuc_lightgbm_next_line(text, &line))
            return gpuc_lightgbm_fail(text, at, error,
                                      "the file ends before its first tree");
        if (gpuc_lightgbm_key_is(&line, "Tree") ||
            gpuc_lightgbm_line_is(&line, "end of trees"))
            break;
        status = gpuc_lightgbm_keep_line(lines, &line, error);
    }
    text->at = at;
    return status;
}

static enum gpuc_status read_version(const struct gpuc_lightgbm_lines *lines,
                                     uint32_t *ret_version, struct gpuc_error *error)
{
    const struct gpuc_lightgbm_line *line = &lines->lines[KEY_VERSION];
    struct gpuc_lightgbm_fields fields;
    enum gpuc_status status;

    GPUC_TRY(gpuc_lightgbm_open_fields(lines, KEY_VERSION, NULL, &fields, error));
    if (line->value_size != 2 || line->value[0] != 'v' || line->value[1] < '2' ||
        line->value[1] > '4')
        return gpuc_lightgbm_fail_field(&fields, line->value, error,
                                        "it is none of v2, v3 and v4");
    *ret_version = (uint32_t)(line->value[1] - '0');
out:
    return status;
}

enum gpuc_status gpuc_lightgbm_read_header(struct gpuc_lightgbm_text *text,
                                           struct gpuc_lightgbm_header *ret_header,
                                           struct gpuc_error *error)
{
    struct gpuc_lightgbm_line kept[N_KEYS] = {{.text = NULL}};
    const struct gpuc_lightgbm_lines lines = {
        .text = text, .keys = keys, .n_keys = N_KEYS, .lines = kept};
    enum gpuc_status status;
    int64_t n_outputs, last_feature;
    uint32_t version = 0;

    GPUC_TRY(keep_lines(text, &lines, error));
    GPUC_TRY(read_version(&lines, &version, error));
    /* Files of early versions may lack the trees of an iteration: there is one a class.
     */
    GPUC_TRY(gpuc_lightgbm_read_integer(&lines, KEY_NUM_CLASS, 1, GPUC_OUTPUTS_MAX,
                                        &n_outputs, error));
    if (kept[KEY_NUM_TREE_PER_ITERATION].text != NULL)
        GPUC_TRY(gpuc_lightgbm_read_integer(&lines, KEY_NUM_TREE_PER_ITERATION, 1,
                                            GPUC_OUTPUTS_MAX, &n_outputs, error));
    GPUC_TRY(gpuc_lightgbm_read_integer(&lines, KEY_MAX_FEATURE_IDX, 0,
                                        GPUC_FEATURES_MAX - 1, &last_feature, error));
    *ret_header = (struct gpuc_lightgbm_header){.version = version,
                                                .n_features = (uint32_t)last_feature + 1,
                                                .n_outputs = (uint32_t)n_outputs,
                                                .average_output =
                                                    kept[KEY_AVERAGE_OUTPUT].text != NULL,
                                                .objective = kept[KEY_OBJECTIVE],
                                                .feature_names = kept[KEY_FEATURE_NAMES],
                                                .feature_infos = kept[KEY_FEATURE_INFOS],
                                                .tree_sizes = kept[KEY_TREE_SIZES]};
out:
    return status;
}

/* The fields of a line with one field a feature. */
static enum gpuc_status open_features(const struct gpuc_lightgbm_text *text,
                                      const struct gpuc_lightgbm_line *line, enum key key,
                                      uint32_t n_features,
                                      struct gpuc_lightgbm_fields *ret_fields,
                                      struct gpuc_error *error)
{
    if (line->text == NULL)
        return gpuc_lightgbm_fail(text, text->begin, error, "there is no line '%s'",
                                  keys[key]);
    *ret_fields = gpuc_lightgbm_fields_of(text, line, keys[key], NULL);
    size_t n_fields = gpuc_lightgbm_count_fields(ret_fields);
    if (n_fields != n_features)
        return gpuc_lightgbm_fail_field(ret_fields, line->value, error,
                                        "there are %zu values for %u features", n_fields,
                                        (unsigned)n_features);
    return GPUC_OK;
}

enum gpuc_status gpuc_lightgbm_read_features(const struct gpuc_lightgbm_text *text,
                                             const struct gpuc_lightgbm_header *header,
                                             struct gpuc_model_info *info,
                                             struct gpuc_error *error)
{
    struct gpuc_lightgbm_fields names, infos;
    enum gpuc_status status;
    const uint8_t *field;
    size_t size;

    GPUC_TRY(open_features(text, &header->feature_names, KEY_FEATURE_NAMES,
                           header->n_features, &names, error));
    GPUC_TRY(open_features(text, &header->feature_infos, KEY_FEATURE_INFOS,
                           header->n_features, &infos, error));
    GPUC_TRY(gpuc_info_set_features(info, header->n_features, error));
    info->has_names = true;
    info->blanks_are_underscores = true;
    for (size_t i = 0; i < header->n_features; i++) {
        struct gpuc_info_feature *feature = &info->features[i];
        gpuc_lightgbm_next_field(&names, &field, &size);
        GPUC_TRY(gpuc_info_add_text(info, field, size, &feature->name, error));
        /* Numbers have a range "[min:max]", categories a list "3:0:1"; "none" was of no
         * use in the training data. */
        gpuc_lightgbm_next_field(&infos, &field, &size);
        feature->is_category =
            field[0] != '[' && !(size == 4 && memcmp(field, "none", 4) == 0);
    }
out:
    return status;
}
