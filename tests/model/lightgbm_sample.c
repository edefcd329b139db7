/* SPDX-License-Identifier: Apache-2.0 */
#include "lightgbm_sample.h"

#include <stdlib.h>
#include <string.h>

#include "csv/table.h"
#include "support/cmocka_all.h"

const char test_lightgbm_sample[] = "tree\n"
                                    "version=v4\n"
                                    "num_class=1\n"
                                    "num_tree_per_iteration=1\n"
                                    "label_index=0\n"
                                    "max_feature_idx=2\n"
                                    "objective=binary sigmoid:2\n"
                                    "feature_names=a b c\n"
                                    "feature_infos=[-1:1] [0:9] 3:0:40\n"
                                    "tree_sizes=310 330 120\n"
                                    "\n"
                                    "Tree=0\n"
                                    "num_leaves=5\n"
                                    "num_cat=2\n"
                                    "split_feature=0 2 1 2\n"
                                    "split_gain=4 3 2 1\n"
                                    "threshold=0.5 0 -2.5 1\n"
                                    "decision_type=10 1 6 9\n"
                                    "left_child=1 -1 3 -3\n"
                                    "right_child=2 -2 -4 -5\n"
                                    "leaf_value=0.25 -0.5 1 2 -4\n"
                                    "leaf_weight=1 1 1 1 1\n"
                                    "leaf_count=1 1 1 1 1\n"
                                    "internal_value=0 0 0 0\n"
                                    "internal_weight=0 0 0 0\n"
                                    "internal_count=5 2 3 2\n"
                                    "cat_boundaries=0 1 3\n"
                                    "cat_threshold=9 0 256\n"
                                    "is_linear=0\n"
                                    "shrinkage=1\n"
                                    "\n\n"
                                    "Tree=1\n"
                                    "num_leaves=2\n"
                                    "num_cat=0\n"
                                    "split_feature=1\n"
                                    "split_gain=1\n"
                                    "threshold=3\n"
                                    "decision_type=0\n"
                                    "left_child=-1\n"
                                    "right_child=-2\n"
                                    "leaf_value=0.125 -0.125\n"
                                    "is_linear=1\n"
                                    "leaf_const=10 20\n"
                                    "num_features=2 0\n"
                                    "leaf_features=0 1  \n"
                                    "leaf_coeff=0.5 -1.5  \n"
                                    "shrinkage=0.1\n"
                                    "\n\n"
                                    "Tree=2\n"
                                    "num_leaves=1\n"
                                    "num_cat=0\n"
                                    "split_feature=\n"
                                    "leaf_value=1000\n"
                                    "is_linear=0\n"
                                    "shrinkage=1\n"
                                    "\n\n"
                                    "end of trees\n"
                                    "\n"
                                    "feature_importances:\n"
                                    "a=1\n"
                                    "\n"
                                    "parameters:\n"
                                    "[boosting: gbdt]\n"
                                    "[categorical_feature: 2]\n"
                                    "\n"
                                    "end of parameters\n"
                                    "\n"
                                    "pandas_categorical:null\n";

enum gpuc_status test_lightgbm_load_text(const char *text, size_t size,
                                         const struct gpuc_iterations *iterations,
                                         struct gpuc_model *ret_model,
                                         struct gpuc_error *error)
{
    uint8_t *bytes = calloc(size + GPUC_TEXT_SLACK, 1);
    assert_non_null(bytes);
    memcpy(bytes, text, size);
    const struct gpuc_model_file file = {
        .name = "sample.txt", .bytes = bytes, .size = size};

    *ret_model = (struct gpuc_model){.kind = GPUC_MODEL_FOREST};
    *error = (struct gpuc_error){.message = ""};
    enum gpuc_status status =
        gpuc_loader_lightgbm.load(&file, iterations, ret_model, error);
    free(bytes);
    return status;
}

enum gpuc_status test_lightgbm_load(const char *from, const char *to,
                                    struct gpuc_model *ret_model,
                                    struct gpuc_error *error)
{
    static const struct gpuc_iterations all = {.kind = GPUC_ITERATIONS_ALL};
    size_t size = strlen(test_lightgbm_sample);
    if (from == NULL)
        return test_lightgbm_load_text(test_lightgbm_sample, size, &all, ret_model,
                                       error);
    const char *at = strstr(test_lightgbm_sample, from);
    if (at == NULL) {
        fail_msg("'%s' is not in the sample", from);
        return GPUC_EUSAGE;
    }
    size_t before = (size_t)(at - test_lightgbm_sample);
    size_t after = size - before - strlen(from);
    char *text = malloc(size + strlen(to) + 1);
    assert_non_null(text);
    memcpy(text, test_lightgbm_sample, before);
    memcpy(text + before, to, strlen(to));
    memcpy(text + before + strlen(to), at + strlen(from), after);
    enum gpuc_status status = test_lightgbm_load_text(text, before + strlen(to) + after,
                                                      &all, ret_model, error);
    free(text);
    return status;
}
