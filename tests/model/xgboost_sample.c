/* SPDX-License-Identifier: Apache-2.0 */
#include "xgboost_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/table.h"
#include "support/cmocka_all.h"

const char test_xgboost_sample[TEST_XGBOOST_SAMPLE_SIZE + 1] =
    "{\"learner\":{\"attributes\":{\"best_iteration\":\"1\",\"note\":\"x\"},"
    "\"feature_names\":[\"a\",\"b\"],\"feature_types\":[\"float\",\"c\"],"
    "\"gradient_booster\":{\"model\":{\"cats\":{\"enc\":["
    "{\"offsets\":[],\"values\":[]},"
    "{\"offsets\":[0,1,3],\"values\":[120,-61,-92]}],"
    "\"feature_segments\":[0,0,2],\"sorted_idx\":[0,1]},"
    "\"gbtree_model_param\":{\"num_parallel_tree\":\"1\",\"num_trees\":\"2\"},"
    "\"iteration_indptr\":[0,1,2],\"tree_info\":[0,0],\"trees\":["
    "{\"base_weights\":[1,2,3,4,5],\"categories\":[],\"categories_nodes\":[],"
    "\"categories_segments\":[],\"categories_sizes\":[],\"default_left\":[0,1,0,0,0],"
    "\"id\":0,\"left_children\":[1,-1,3,-1,-1],\"right_children\":[2,-1,4,-1,-1],"
    "\"split_conditions\":[5E-1,1E0,2.5E0,-2E0,3E0],\"split_indices\":[0,0,1,0,0],"
    "\"split_type\":[0,0,0,0,0],\"tree_param\":{\"num_deleted\":\"0\","
    "\"num_feature\":\"2\",\"num_nodes\":\"5\",\"size_leaf_vector\":\"1\"}},"
    "{\"base_weights\":[0,0,0],\"categories\":[1],\"categories_nodes\":[0],"
    "\"categories_segments\":[0],\"categories_sizes\":[1],\"default_left\":[1,0,0],"
    "\"id\":1,\"left_children\":[1,-1,-1],\"right_children\":[2,-1,-1],"
    "\"split_conditions\":[0E0,4E0,5E0],\"split_indices\":[1,0,0],"
    "\"split_type\":[1,0,0],\"tree_param\":{\"num_deleted\":\"0\","
    "\"num_feature\":\"2\",\"num_nodes\":\"3\",\"size_leaf_vector\":\"0\"}}]},"
    "\"name\":\"gbtree\"},"
    "\"learner_model_param\":{\"base_score\":\"[2.5E-1]\",\"boost_from_average\":\"1\","
    "\"num_class\":\"0\",\"num_feature\":\"2\",\"num_target\":\"1\"},"
    "\"objective\":{\"name\":\"binary:logistic\"}},\"version\":[3,2,0]}";

char *test_xgboost_changed(const char *from, const char *to)
{
    const char *place = from != NULL ? strstr(test_xgboost_sample, from) : NULL;
    if (from != NULL && place == NULL)
        fail_msg("nowhere: %s", from);
    const size_t before = from != NULL ? (size_t)(place - test_xgboost_sample) : 0;
    const size_t size =
        sizeof test_xgboost_sample + (from != NULL ? strlen(to) - strlen(from) : 0);
    char *text = malloc(size);
    assert_non_null(text);
    snprintf(text, size, "%.*s%s%s", (int)before, test_xgboost_sample,
             from != NULL ? to : "",
             from != NULL ? place + strlen(from) : test_xgboost_sample);
    return text;
}

enum gpuc_status test_xgboost_load_bytes(const struct gpuc_loader *loader,
                                         const void *bytes, size_t size,
                                         const struct gpuc_iterations *iterations,
                                         struct gpuc_model *ret_model,
                                         struct gpuc_error *error)
{
    uint8_t *copy = calloc(size + GPUC_TEXT_SLACK, 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    const struct gpuc_model_file file = {.name = "m.json", .bytes = copy, .size = size};
    *ret_model = (struct gpuc_model){.kind = GPUC_MODEL_FOREST};
    *error = (struct gpuc_error){.message = ""};
    const enum gpuc_status status = loader->load(&file, iterations, ret_model, error);
    free(copy);
    return status;
}

enum gpuc_status test_xgboost_load(const char *from, const char *to,
                                   struct gpuc_model *ret_model, struct gpuc_error *error)
{
    const struct gpuc_iterations best = {.kind = GPUC_ITERATIONS_BEST};
    char *text = test_xgboost_changed(from, to);
    const enum gpuc_status status = test_xgboost_load_bytes(
        &gpuc_loader_xgboost_json, text, strlen(text), &best, ret_model, error);
    free(text);
    return status;
}
