/* SPDX-License-Identifier: Apache-2.0 */
#include "host/self_test_forest.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "model/forest_builder.h"

enum {
    N_FEATURES = 6, /* the last one of categories, in every other tree */
    N_CATEGORIES = 40,
    N_OUTPUTS = 2,
    N_DEPTHS = 7, /* trees of depth 0 to 6 */
    N_TREES = 2 * N_DEPTHS,
    N_ROWS = 130, /* more than two vectors of anything, and no multiple */
    STRIDE = 192
};

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* A node of a full tree, whose children are 2 * i + 1 and 2 * i + 2. */
static void fill_node(struct gpuc_raw_tree *tree, size_t i, bool may_be_category,
                      uint32_t *state)
{
    struct gpuc_raw_node *node = &tree->nodes[i];
    int64_t n_nodes = (int64_t)tree->n_nodes;
    int64_t left = 2 * (int64_t)i + 1;

    *node = (struct gpuc_raw_node){
        .threshold = (int)(next_random(state) % 64) * 0.125 - 4,
        .left = left < n_nodes ? left : ~(left - n_nodes),
        .right = left + 1 < n_nodes ? left + 1 : ~(left + 1 - n_nodes),
        .feature = next_random(state) % N_FEATURES,
        .default_left = next_random(state) % 2 == 0,
        .missing_rule = GPUC_MISSING_NAN,
        .number = (uint32_t)i,
    };
    if (node->feature < N_FEATURES - 1)
        return;
    node->feature -= !may_be_category;
    node->is_category = may_be_category;
    node->listed_right = next_random(state) % 2 == 0;
    node->first_listed = next_random(state) % (N_CATEGORIES / 2);
    node->n_listed = 1 + next_random(state) % (N_CATEGORIES / 2);
}

static enum gpuc_status add_tree(struct gpuc_forest_builder *builder, uint32_t number,
                                 uint32_t *state, struct gpuc_error *error)
{
    struct gpuc_raw_tree *tree = &builder->tree;
    size_t n_leaves = (size_t)1 << number % N_DEPTHS;
    enum gpuc_status status;

    gpuc_raw_tree_reset(tree, number, number / 2 % N_OUTPUTS);
    GPUC_TRY(gpuc_raw_tree_set_nodes(tree, n_leaves - 1, error));
    GPUC_TRY(gpuc_raw_tree_set_leaves(tree, n_leaves, 1, error));
    GPUC_TRY(gpuc_raw_tree_set_categories(tree, N_CATEGORIES, error));
    for (uint32_t c = 0; c < N_CATEGORIES; c++)
        tree->categories[c] = c;
    for (size_t i = 0; i < tree->n_nodes; i++)
        fill_node(tree, i, number % 2 == 0, state);
    for (size_t i = 0; i < n_leaves; i++) {
        tree->leaves[i] = (struct gpuc_raw_leaf){.number = (uint32_t)i};
        /* Few bits, and exponents so far apart that most sums must be rounded. */
        tree->leaf_values[i] = ldexp((double)(next_random(state) % 65536) - 32768,
                                     -(int)(next_random(state) % 60));
    }
    GPUC_TRY(gpuc_forest_builder_add_tree(builder, error));
out:
    return status;
}

static enum gpuc_status make_forest(enum gpuc_number number,
                                    struct gpuc_forest **ret_forest,
                                    struct gpuc_error *error)
{
    const struct gpuc_forest_shape shape = {
        .number = number,
        .n_features = N_FEATURES,
        .n_outputs = N_OUTPUTS,
        .leaf_size = 1,
        .less_equal = number == GPUC_FLOAT64,
        .flush_tiny = number == GPUC_FLOAT64,
        .truncate_first = number == GPUC_FLOAT64,
        .name = "self-test",
    };
    struct gpuc_forest_builder builder;
    uint32_t state = 1;
    enum gpuc_status status = gpuc_forest_builder_init(&builder, &shape, error);

    if (status != GPUC_OK)
        return status;
    builder.start_margins[1] = 0.5;
    for (uint32_t t = 0; t < N_TREES; t++)
        GPUC_TRY(add_tree(&builder, t, &state, error));
    GPUC_TRY(gpuc_forest_builder_finish(&builder, ret_forest, error));
out:
    gpuc_forest_builder_done(&builder);
    return status;
}

/* What a row may hold: thresholds and what lies between, missing, special values. */
static double random_value(size_t feature, uint32_t *state)
{
    static const double special[] = {NAN, NAN, 0.0, -0.0, INFINITY, -INFINITY, 1e-40};
    uint32_t draw = next_random(state) % 32;

    if (draw < sizeof special / sizeof special[0])
        return special[draw];
    if (feature == N_FEATURES - 1)
        return (int)(next_random(state) % (N_CATEGORIES + 10)) - 3;
    return (int)(next_random(state) % 160) * 0.0625 - 5;
}

/* Features and both engines' results, for one forest. */
struct trial {
    struct gpuc_forest *forest;
    void *values;
    struct gpuc_forest_results results;
    struct gpuc_forest_results expected;
};

static enum gpuc_status make_results(const struct gpuc_forest *forest,
                                     struct gpuc_forest_results *ret_results,
                                     struct gpuc_error *error)
{
    size_t margins_size = N_OUTPUTS * STRIDE * gpuc_number_size(forest->number);
    size_t leaves_size = N_TREES * STRIDE * sizeof(uint32_t);
    struct gpuc_forest_results results = {gpuc_alloc(1, margins_size),
                                          gpuc_alloc(1, leaves_size), STRIDE};
    *ret_results = results;
    if (results.margins == NULL || results.leaves == NULL)
        return gpuc_fail_memory(error, margins_size + leaves_size, "a self-test");
    /* What an engine leaves out must not look right. */
    memset(results.margins, 0xff, margins_size);
    memset(results.leaves, 0xff, leaves_size);
    return GPUC_OK;
}

static enum gpuc_status make_trial(enum gpuc_number number, struct trial *trial,
                                   struct gpuc_error *error)
{
    uint32_t state = 2;
    enum gpuc_status status;

    GPUC_TRY(make_forest(number, &trial->forest, error));
    GPUC_TRY(make_results(trial->forest, &trial->results, error));
    GPUC_TRY(make_results(trial->forest, &trial->expected, error));
    trial->values = gpuc_alloc((size_t)N_FEATURES * STRIDE, gpuc_number_size(number));
    if (trial->values == NULL)
        return gpuc_fail_memory(error, (size_t)N_FEATURES * STRIDE, "a self-test");
    for (size_t i = 0; i < (size_t)N_FEATURES * STRIDE; i++) {
        double value = random_value(i / STRIDE, &state);
        if (number == GPUC_FLOAT32)
            ((float *)trial->values)[i] = (float)value;
        else
            ((double *)trial->values)[i] = value;
    }
out:
    return status;
}

static void free_trial(struct trial *trial)
{
    gpuc_free(trial->forest);
    gpuc_free(trial->values);
    gpuc_free(trial->results.margins);
    gpuc_free(trial->results.leaves);
    gpuc_free(trial->expected.margins);
    gpuc_free(trial->expected.leaves);
}

static enum gpuc_status answer(struct gpuc_engine *engine, const struct trial *trial,
                               const struct gpuc_forest_results *results,
                               struct gpuc_error *error)
{
    const struct gpuc_model model = {.kind = GPUC_MODEL_FOREST, .forest = trial->forest};
    const struct gpuc_work work = {.features = {trial->values, STRIDE, N_ROWS},
                                   .forest = *results};
    struct gpuc_session *session = NULL;
    enum gpuc_status status;

    GPUC_TRY(engine->ops->attach(engine, &model, &session, error));
    GPUC_TRY(engine->ops->classify(session, &work, error));
out:
    engine->ops->detach(session);
    return status;
}

static enum gpuc_status compare(const struct trial *trial, struct gpuc_error *error)
{
    enum gpuc_number number = (enum gpuc_number)trial->forest->number;
    const char *type = number == GPUC_FLOAT32 ? "float32" : "float64";
    size_t size = gpuc_number_size(number);

    for (size_t row = 0; row < N_ROWS; row++) {
        for (size_t t = 0; t < N_TREES; t++) {
            size_t at = t * STRIDE + row;
            if (trial->results.leaves[at] != trial->expected.leaves[at])
                return gpuc_fail(error, GPUC_EDEVICE,
                                 "self-test failed: wrong leaf of row %zu in tree %zu "
                                 "(%s forest)",
                                 row, t, type);
        }
        for (size_t k = 0; k < N_OUTPUTS; k++) {
            size_t at = (k * STRIDE + row) * size;
            if (memcmp((char *)trial->results.margins + at,
                       (char *)trial->expected.margins + at, size) != 0)
                return gpuc_fail(error, GPUC_EDEVICE,
                                 "self-test failed: wrong margin %zu of row %zu (%s "
                                 "forest)",
                                 k, row, type);
        }
    }
    return GPUC_OK;
}

enum gpuc_status gpuc_self_test_forest(enum gpuc_number number,
                                       struct gpuc_engine *engine,
                                       struct gpuc_engine *reference,
                                       struct gpuc_error *error)
{
    struct trial trial = {0};
    enum gpuc_status status;

    GPUC_TRY(make_trial(number, &trial, error));
    GPUC_TRY(answer(engine, &trial, &trial.results, error));
    GPUC_TRY(answer(reference, &trial, &trial.expected, error));
    GPUC_TRY(compare(&trial, error));
out:
    free_trial(&trial);
    return status;
}
