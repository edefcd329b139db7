/* SPDX-License-Identifier: Apache-2.0 */
/* Scorers: which columns they take, what is an error, what they cost, and many at once.
 */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "jobs/forest_runs.h"
#include "support/cmocka_all.h"
#include "support/live_blocks.h"
#include "support/random.h"

#define MODELS GPUC_TEST_DATA "/golden/models/"

enum { N_FEATURES = 10, N_CLASSES = 3, N_ROWS = 5000, N_SCORERS = 4 };

static struct gpuc_model *numbers;    /* 3 classes, features x0 to x9 */
static struct gpuc_model *nameless;   /* the same features without names */
static struct gpuc_model *categories; /* tables for x1 and x4; unseen ones are errors */
static struct gpuc_engine *scalar, *fastest;
static float values[N_FEATURES][N_ROWS];
static struct gpuc_column columns[N_FEATURES];
static const char *const names[] = {"x0", "x1", "x2", "x3", "x4",
                                    "x5", "x6", "x7", "x8", "x9"};

static int open_all(void **state)
{
    struct test_random random = {5};
    (void)state;
    numbers = forest_open_model(MODELS "xgb_softmax3/model.ubj", NULL);
    nameless = forest_open_model(MODELS "xgb_no_names/model.ubj", NULL);
    categories = forest_open_model(MODELS "xgb_cat_strings/model.json", NULL);
    scalar = forest_open_engine("scalar");
    fastest = forest_open_engine("cpu");
    for (size_t f = 0; f < N_FEATURES; f++) {
        for (size_t row = 0; row < N_ROWS; row++)
            values[f][row] = (float)test_random_below(&random, 2000) / 400 - 2.5f;
        columns[f] = (struct gpuc_column){.type = GPUC_TYPE_FLOAT32, .data = values[f]};
    }
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    gpuc_model_free(numbers);
    gpuc_model_free(nameless);
    gpuc_model_free(categories);
    gpuc_engine_close(scalar);
    gpuc_engine_close(fastest);
    return 0;
}

static struct gpuc_scorer *open_scorer(const struct gpuc_model *model,
                                       struct gpuc_engine *engine,
                                       const struct gpuc_scorer_options *options)
{
    struct gpuc_scorer *scorer = NULL;
    struct gpuc_error error;
    if (gpuc_scorer_open(model, engine, options, &scorer, &error) != GPUC_OK)
        fail_msg("%s", error.message);
    return scorer;
}

/* ---- opening ---------------------------------------------------------------------- */

static void refuse(const struct gpuc_model *model,
                   const struct gpuc_scorer_options *options, enum gpuc_status expected,
                   const char *message)
{
    struct gpuc_scorer *scorer = (struct gpuc_scorer *)&columns;
    struct gpuc_error error;
    assert_int_equal(gpuc_scorer_open(model, scalar, options, &scorer, &error), expected);
    assert_string_equal(error.message, message);
    assert_ptr_equal(scorer, &columns);
    assert_int_equal(gpuc_scorer_open(model, scalar, options, &scorer, NULL), expected);
}

static void test_refused(void **state)
{
    static const char *const twice[] = {"x0", "x1", "x2", "x3", "x4", "x5",
                                        "x6", "x7", "x8", "x9", "x3"};
    struct gpuc_model *blackbox = forest_open_model("blackbox", NULL);
    (void)state;
    refuse(blackbox, NULL, GPUC_EUSAGE,
           "the black box looks at its whole input before the first row: run a job, with "
           "`read` and `write` for what is in memory");
    gpuc_model_free(blackbox);
    refuse(numbers, &(struct gpuc_scorer_options){.names = names, .n_columns = 8},
           GPUC_EDATA,
           "<columns>: the header lacks 2 of the model's 10 features: 'x8', 'x9'");
    refuse(numbers, &(struct gpuc_scorer_options){.names = twice, .n_columns = 11},
           GPUC_EDATA, "<columns>: the header has the feature 'x3' 2 times");
    refuse(nameless, &(struct gpuc_scorer_options){.n_columns = 11}, GPUC_EDATA,
           "<columns>: 11 columns for the model's 10 features, which go by position: "
           "name those that are no features with --ignore");
    refuse(numbers, &(struct gpuc_scorer_options){.outputs = "label,pred"}, GPUC_EUSAGE,
           "unknown output column 'pred': this model gives label,proba,margin,leaf");
    refuse(numbers, &(struct gpuc_scorer_options){.unseen = "maybe"}, GPUC_EUSAGE,
           "an unseen category is an 'error' or 'missing', not 'maybe'");
}

static void test_shape(void **state)
{
    struct gpuc_scorer *scorer = open_scorer(
        numbers, scalar,
        &(struct gpuc_scorer_options){.outputs = "margin,leaf", .batch_rows = 100});
    const struct gpuc_scorer_shape *shape = gpuc_scorer_shape(scorer);
    (void)state;
    assert_int_equal(shape->n_columns, N_FEATURES);
    assert_int_equal(shape->number, GPUC_TYPE_FLOAT32);
    assert_int_equal(shape->n_margins, N_CLASSES);
    assert_int_equal(shape->n_values, 0);
    assert_int_equal(shape->n_labels, 0);
    assert_int_equal(shape->n_leaves, 45);
    assert_int_equal(shape->batch_rows, 100);
    gpuc_scorer_close(scorer);
    scorer = open_scorer(numbers, scalar, NULL);
    shape = gpuc_scorer_shape(scorer);
    assert_int_equal(shape->n_margins, 0);
    assert_int_equal(shape->n_values, N_CLASSES);
    assert_int_equal(shape->n_labels, 1);
    assert_int_equal(shape->n_leaves, 0);
    gpuc_scorer_close(scorer);
    gpuc_scorer_close(NULL);
    assert_int_equal(gpuc_scorers_wanted(scalar, 7), 7);
    assert_true(gpuc_scorers_wanted(scalar, 0) >= 1);
}

/* ---- calls ------------------------------------------------------------------------ */

static void fail_run(struct gpuc_scorer *scorer, const struct gpuc_column *given,
                     const struct gpuc_results *results, enum gpuc_status expected,
                     const char *message)
{
    struct gpuc_error error = {.line = 99};
    assert_int_equal(gpuc_scorer_run(scorer, given, 3, results, &error), expected);
    assert_string_equal(error.message, message);
    if (expected == GPUC_EUSAGE)
        assert_int_equal(error.line, 0);
}

static void test_usage(void **state)
{
    struct gpuc_scorer *scorer = open_scorer(numbers, scalar, NULL);
    struct gpuc_column given[N_FEATURES];
    uint32_t labels[3];
    struct gpuc_results results = {.labels = labels};
    (void)state;
    memcpy(given, columns, sizeof given);
    given[4].type = GPUC_TYPE_NONE;
    fail_run(scorer, given, &results, GPUC_EUSAGE,
             "column '5': it has no type, and is a feature");
    given[4] = (struct gpuc_column){.type = GPUC_TYPE_TEXT32, .data = ""};
    fail_run(scorer, given, &results, GPUC_EUSAGE, "column '5': `offsets` is NULL");
    results.margins = labels;
    fail_run(scorer, columns, &results, GPUC_EUSAGE,
             "results: the scorer was opened without margins in `outputs`");
    results.margins = NULL;
    results.leaves = labels;
    fail_run(scorer, columns, &results, GPUC_EUSAGE,
             "results: the scorer was opened without leaves in `outputs`");
    results.leaves = NULL;
    results.number = GPUC_TYPE_INT32;
    fail_run(scorer, columns, &results, GPUC_EUSAGE,
             "results: `number` is neither the model's type nor float64");
    results.number = GPUC_TYPE_NONE;
    results.stride = 2;
    fail_run(scorer, columns, &results, GPUC_EUSAGE,
             "results: a stride of 2 is too short for 3 rows");
    /* No rows are fine, and so are results that nobody wants. */
    assert_int_equal(gpuc_scorer_run(scorer, NULL, 0, &results, NULL), GPUC_OK);
    results = (struct gpuc_results){.labels = NULL};
    assert_int_equal(gpuc_scorer_run(scorer, columns, N_ROWS, &results, NULL), GPUC_OK);
    gpuc_scorer_close(scorer);
}

/* Columns by name, in another order, beside one that is no feature. */
static void test_order(void **state)
{
    const char *shuffled_names[N_FEATURES + 1];
    struct gpuc_column shuffled[N_FEATURES + 1] = {{.type = GPUC_TYPE_NONE}};
    static uint32_t labels[2][N_ROWS];
    (void)state;
    shuffled_names[0] = "name";
    for (size_t i = 0; i < N_FEATURES; i++) {
        shuffled_names[i + 1] = names[(i * 7 + 3) % N_FEATURES];
        shuffled[i + 1] = columns[(i * 7 + 3) % N_FEATURES];
    }
    struct gpuc_scorer *by_name =
        open_scorer(numbers, scalar,
                    &(struct gpuc_scorer_options){.names = shuffled_names,
                                                  .n_columns = N_FEATURES + 1});
    struct gpuc_scorer *by_position = open_scorer(numbers, scalar, NULL);
    struct gpuc_results results = {.labels = labels[0]};
    assert_int_equal(gpuc_scorer_run(by_name, shuffled, N_ROWS, &results, NULL), GPUC_OK);
    results.labels = labels[1];
    assert_int_equal(gpuc_scorer_run(by_position, columns, N_ROWS, &results, NULL),
                     GPUC_OK);
    assert_memory_equal(labels[0], labels[1], sizeof labels[0]);
    gpuc_scorer_close(by_name);
    gpuc_scorer_close(by_position);

    struct gpuc_column behind[N_FEATURES + 1];
    memcpy(behind + 1, columns, sizeof columns);
    behind[0] = shuffled[0];
    struct gpuc_scorer *scorer = open_scorer(
        nameless, scalar,
        &(struct gpuc_scorer_options){.n_columns = N_FEATURES + 1, .ignore = "1"});
    assert_int_equal(gpuc_scorer_run(scorer, behind, N_ROWS, &results, NULL), GPUC_OK);
    gpuc_scorer_close(scorer);
}

/* The first bad value is told, by row and then by column, wherever batches end. */
static void test_bad_values(void **state)
{
    static const char text[] = "1 2x3 4-9";
    static const int32_t offsets[3][5] = {
        {0, 2, 2, 5, 6}, {0, 2, 3, 4, 5}, {0, 2, 2, 9, 9}};
    struct gpuc_column given[N_FEATURES];
    uint32_t labels[4];
    (void)state;
    memcpy(given, columns, sizeof given);
    for (size_t i = 0; i < 3; i++)
        given[3 * i + 1] = (struct gpuc_column){
            .type = GPUC_TYPE_TEXT32, .data = text, .offsets = offsets[i]};
    for (uint32_t batch_rows = 1; batch_rows <= 4; batch_rows++) {
        struct gpuc_scorer *scorer = open_scorer(
            numbers, scalar,
            &(struct gpuc_scorer_options){
                .names = names, .n_columns = N_FEATURES, .batch_rows = batch_rows});
        const struct gpuc_results results = {.labels = labels};
        struct gpuc_error error;
        assert_int_equal(gpuc_scorer_run(scorer, given, 2, &results, &error), GPUC_OK);
        assert_int_equal(gpuc_scorer_run(scorer, given, 4, &results, &error), GPUC_EDATA);
        assert_string_equal(error.message,
                            "<columns>:3: column 'x1': '2x3' is not a number "
                            "(--missing TOKENS says what stands for a missing value)");
        assert_int_equal(error.line, 3);
        gpuc_scorer_close(scorer);
    }
}

static void test_rules(void **state)
{
    static const char text[] = "?Tulip";
    static const int32_t offsets[] = {0, 1, 6, 6};
    struct gpuc_column given[N_FEATURES];
    float margins[2][3];
    struct gpuc_results results = {.margins = margins[0]};
    struct gpuc_scorer_options options = {.outputs = "margin"};
    (void)state;
    memcpy(given, columns, sizeof given);
    given[1] = given[4] =
        (struct gpuc_column){.type = GPUC_TYPE_TEXT32, .data = text, .offsets = offsets};
    struct gpuc_scorer *scorer = open_scorer(categories, scalar, &options);
    fail_run(
        scorer, given, &results, GPUC_EDATA,
        "<columns>:1: column '2': '?' is not among the categories that the model was "
        "trained with (--unseen missing takes it as missing)");
    gpuc_scorer_close(scorer);
    options.missing = "?";
    scorer = open_scorer(categories, scalar, &options);
    fail_run(
        scorer, given, &results, GPUC_EDATA,
        "<columns>:2: column '2': 'Tulip' is not among the categories that the model "
        "was trained with (--unseen missing takes it as missing)");
    gpuc_scorer_close(scorer);
    options.unseen = "missing";
    scorer = open_scorer(categories, scalar, &options);
    assert_int_equal(gpuc_scorer_run(scorer, given, 3, &results, NULL), GPUC_OK);
    /* All three rows have no category. */
    static const uint8_t none[] = {0};
    given[1].validity = given[4].validity = none;
    results.margins = margins[1];
    assert_int_equal(gpuc_scorer_run(scorer, given, 3, &results, NULL), GPUC_OK);
    assert_memory_equal(margins[0], margins[1], sizeof margins[0]);
    gpuc_scorer_close(scorer);
}

static void test_threshold(void **state)
{
    static float probas[N_ROWS];
    static uint32_t labels[N_ROWS];
    const struct gpuc_results results = {.values = probas, .labels = labels};
    size_t n_above = 0;
    (void)state;
    struct gpuc_scorer *scorer = open_scorer(
        nameless, scalar,
        &(struct gpuc_scorer_options){.has_threshold = true, .threshold = 0.25});
    assert_int_equal(gpuc_scorer_run(scorer, columns, N_ROWS, &results, NULL), GPUC_OK);
    for (size_t row = 0; row < N_ROWS; row++) {
        assert_int_equal(labels[row], probas[row] >= 0.25f);
        n_above += probas[row] >= 0.25f && probas[row] <= 0.5f;
    }
    assert_true(n_above > 0);
    gpuc_scorer_close(scorer);
}

/* ---- cost and threads ------------------------------------------------------------- */

static void test_allocations(void **state)
{
    static float results[2 * N_CLASSES + 46][N_ROWS];
    const struct gpuc_results all = {.margins = results[0],
                                     .values = results[N_CLASSES],
                                     .labels = (uint32_t *)results[2 * N_CLASSES],
                                     .leaves = (uint32_t *)results[2 * N_CLASSES + 1]};
    long n_live = test_live_blocks();
    struct gpuc_job_report report;
    (void)state;
    struct gpuc_scorer *scorer =
        open_scorer(numbers, fastest,
                    &(struct gpuc_scorer_options){.outputs = "margin,proba,label,leaf"});
    long n_made = test_made_blocks();
    for (size_t n_rows = 1; n_rows <= N_ROWS; n_rows += n_rows / 2 + 1)
        assert_int_equal(gpuc_scorer_run(scorer, columns, n_rows, &all, NULL), GPUC_OK);
    assert_int_equal(test_made_blocks(), n_made);
    gpuc_scorer_report(scorer, &report);
    assert_int_equal(report.n_shares, 1);
    assert_string_equal(report.shares[0].name, gpuc_engine_device(fastest)->name);
    assert_int_equal(report.shares[0].rows, report.rows);
    assert_string_equal(report.warning, "");
    gpuc_scorer_close(scorer);
    assert_int_equal(test_live_blocks(), n_live);
}

/* Every request for memory of an opening fails, one after the other. */
static void test_memory(void **state)
{
    const struct gpuc_scorer_options options = {.names = names,
                                                .n_columns = N_FEATURES,
                                                .outputs = "margin,proba,leaf",
                                                .missing = "NA,-9"};
    size_t n_failures = 0;
    (void)state;
    for (long n_before = 0;; n_before++) {
        struct gpuc_scorer *scorer = NULL;
        long n_live = test_live_blocks();
        gpuc_memory_fail_after(n_before, n_before % 2 == 1);
        enum gpuc_status status =
            gpuc_scorer_open(categories, fastest, &options, &scorer, NULL);
        bool failed = gpuc_memory_fail_after(-1, false) > n_before;
        assert_int_equal(status, failed ? GPUC_ENOMEM : GPUC_OK);
        assert_int_equal(scorer != NULL, status == GPUC_OK);
        gpuc_scorer_close(scorer);
        assert_int_equal(test_live_blocks(), n_live);
        if (!failed)
            break;
        n_failures++;
    }
    assert_true(n_failures > 10);
}

/* A part of the rows, by a scorer of its own. */
struct part {
    pthread_t thread;
    struct gpuc_scorer *scorer;
    size_t first;
    size_t n_rows;
    float *probas;
    enum gpuc_status status;
};

static void *run_part(void *argument)
{
    struct part *part = argument;
    struct gpuc_column given[N_FEATURES];
    memcpy(given, columns, sizeof given);
    for (size_t f = 0; f < N_FEATURES; f++)
        given[f].first = part->first;
    const struct gpuc_results results = {.values = part->probas + part->first,
                                         .stride = N_ROWS};
    for (size_t i = 0; i < 20 && part->status == GPUC_OK; i++)
        part->status = gpuc_scorer_run(part->scorer, given, part->n_rows, &results, NULL);
    return NULL;
}

static void test_threads(void **state)
{
    static float expected[N_CLASSES][N_ROWS], probas[N_CLASSES][N_ROWS];
    struct part parts[N_SCORERS];
    struct part whole = {.scorer = open_scorer(numbers, scalar, NULL),
                         .n_rows = N_ROWS,
                         .probas = expected[0]};
    (void)state;
    run_part(&whole);
    assert_int_equal(whole.status, GPUC_OK);
    gpuc_scorer_close(whole.scorer);
    for (size_t i = 0; i < N_SCORERS; i++) {
        size_t first = i * (N_ROWS / N_SCORERS);
        parts[i] = (struct part){.scorer = open_scorer(numbers, fastest, NULL),
                                 .first = first,
                                 .n_rows = N_ROWS / N_SCORERS,
                                 .probas = probas[0]};
    }
    for (size_t i = 0; i < N_SCORERS; i++)
        assert_int_equal(pthread_create(&parts[i].thread, NULL, run_part, &parts[i]), 0);
    for (size_t i = 0; i < N_SCORERS; i++) {
        pthread_join(parts[i].thread, NULL);
        assert_int_equal(parts[i].status, GPUC_OK);
        gpuc_scorer_close(parts[i].scorer);
    }
    assert_memory_equal(probas, expected, sizeof probas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),     cmocka_unit_test(test_shape),
        cmocka_unit_test(test_usage),       cmocka_unit_test(test_order),
        cmocka_unit_test(test_bad_values),  cmocka_unit_test(test_rules),
        cmocka_unit_test(test_allocations), cmocka_unit_test(test_memory),
        cmocka_unit_test(test_threads),     cmocka_unit_test(test_threshold),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
