/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every golden model through whole jobs: the scalar engine gives what the trainer's
 * library gave, and every engine, thread count and batch size the scalar engine's bytes.
 * Called as `test_forest_golden DEVICE` it runs each model on that device, in few shapes.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jobs/forest_runs.h"
#include "model/golden_models.h"
#include "support/cmocka_all.h"
#include "support/wanted_device.h"

static const uint32_t thread_counts[] = {1, 2, 3};
static const uint32_t batch_sizes[] = {1, 63, 64, 65, 1000, 65536};
enum { N_SHAPES = 18, N_COLUMNS_MAX = 256 };

/* One of each kind of arithmetic: these run in every shape, the others in a few. */
static const char *const thorough[] = {
    "xgb_binary_d6_100",   "xgb_cat_strings",
    "xgb_gblinear",        "xgb_multitarget_vector_leaf",
    "lgb_cat_pandas_ints", "lgb_linear_tree",
    "lgb_rf_multi"};

/* Results that a case expects, and the columns of the expected table they are in. */
struct wanted {
    char outputs[64]; /* as --output takes them */
    size_t columns[N_COLUMNS_MAX];
    size_t n_columns;
};

/* The name of the output of a column, as "label" of "label_2"; NULL: none of ours. */
static const char *output_of(const char *column)
{
    static const char *const names[] = {"margin", "proba", "label", "pred", "leaf"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t size = strlen(names[i]);
        if (strncmp(column, names[i], size) == 0 &&
            (column[size] == '\0' ||
             (column[size] == '_' && column[size + 1] >= '0' && column[size + 1] <= '9')))
            return names[i];
    }
    return NULL;
}

static struct wanted find_wanted(const struct test_golden_case *item)
{
    struct wanted wanted = {.outputs = ""};
    for (size_t i = 1; i < item->expected.n_columns; i++) {
        const char *output = output_of(test_csv_name(&item->expected, i));
        if (output == NULL)
            continue;
        assert_true(wanted.n_columns < N_COLUMNS_MAX);
        wanted.columns[wanted.n_columns++] = i;
        if (strstr(wanted.outputs, output) == NULL) {
            char *end = wanted.outputs + strlen(wanted.outputs);
            stpcpy(stpcpy(end, end != wanted.outputs ? "," : ""), output);
        }
    }
    return wanted;
}

/* Steps between two float64 or two float32; NaN and NaN are 0 apart. */
static uint64_t steps_apart(double a, double b, bool is_float32)
{
    int64_t places[2];
    const double values[2] = {a, b};
    if (a == b || (isnan(a) && isnan(b)))
        return 0;
    if (isnan(a) || isnan(b))
        return UINT64_MAX;
    for (size_t i = 0; i < 2; i++) {
        int32_t word;
        memcpy(&word, &(float){(float)values[i]}, sizeof word);
        memcpy(&places[i], &values[i], sizeof places[i]);
        if (is_float32)
            places[i] = word;
        if (places[i] < 0)
            places[i] = (is_float32 ? INT32_MIN : INT64_MIN) - places[i];
    }
    return places[0] > places[1] ? (uint64_t)places[0] - (uint64_t)places[1]
                                 : (uint64_t)places[1] - (uint64_t)places[0];
}

/* The number at *at in the type of the case; moves *at behind what follows it. */
static double next_number(char **at, bool is_float32)
{
    char *end;
    double value = is_float32 ? (double)strtof(*at, &end) : strtod(*at, &end);
    assert_true(end > *at && (*end == ',' || *end == '\n'));
    *at = end + 1;
    return value;
}

/* Margins, leaves and labels are those of the library; probabilities and predictions may
 * be one step off, because its exp and log are not rounded correctly. */
static void check_rows(const struct test_golden_case *item, const struct wanted *wanted,
                       const struct forest_output *output)
{
    bool is_float32 = item->name[0] == 'x';
    size_t n_off = 0;
    char *at = output->bytes;

    assert_memory_equal(at, "id,", 3);
    at += 3;
    for (size_t i = 0; i < wanted->n_columns; i++) {
        const char *name = test_csv_name(&item->expected, wanted->columns[i]);
        assert_memory_equal(at, name, strlen(name));
        at += strlen(name);
        assert_int_equal(*at++, i + 1 < wanted->n_columns ? ',' : '\n');
    }
    for (size_t row = 0; row < item->expected.n_rows; row++) {
        const char *id = test_csv_field(&item->expected, row, 0);
        assert_memory_equal(at, id, strlen(id));
        at += strlen(id) + 1;
        for (size_t i = 0; i < wanted->n_columns; i++) {
            char *text = (char[64]){""};
            const char *name = test_csv_name(&item->expected, wanted->columns[i]);
            snprintf(text, 64, "%s,",
                     test_csv_field(&item->expected, row, wanted->columns[i]));
            double expected = next_number(&text, is_float32);
            double value = next_number(&at, is_float32);
            uint64_t off = steps_apart(value, expected, is_float32);
            n_off += off > 0;
            if (off > (name[0] == 'p'))
                fail_msg("%s, row %zu, %s: %.17g instead of %.17g", item->name, row + 1,
                         name, value, expected);
        }
    }
    assert_ptr_equal(at, output->bytes + output->size);
    if (n_off > 0)
        print_message("%s: %zu of %zu numbers one step off\n", item->name, n_off,
                      item->expected.n_rows * wanted->n_columns);
}

/* ---- engines -------------------------------------------------------------------- */

static struct gpuc_engine *engines[64];
static size_t n_engines;
static size_t n_runs;
static size_t n_cases;

static int open_engines(void **state)
{
    static struct gpuc_device_list list;
    (void)state;
    if (test_wanted_name() != NULL) {
        engines[n_engines++] = test_wanted_engine();
        engines[n_engines++] = forest_open_engine("scalar");
        return 0;
    }
    assert_int_equal(gpuc_devices_list(&list, NULL), GPUC_OK);
    for (size_t i = 0; i < list.n_devices; i++)
        if (list.devices[i].usable)
            engines[n_engines++] = forest_open_engine(list.devices[i].name);
        else
            print_message("%s: SKIPPED, %s\n", list.devices[i].name,
                          list.devices[i].reason);
    return 0;
}

static int close_engines(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_engines; i++)
        gpuc_engine_close(engines[i]);
    return 0;
}

static bool is_thorough(const struct test_golden_case *item)
{
    for (size_t i = 0; i < sizeof thorough / sizeof thorough[0]; i++)
        if (strcmp(thorough[i], item->name) == 0)
            return true;
    return false;
}

static void check_engines(const struct test_golden_case *item,
                          struct forest_run_setup *setup,
                          const struct forest_output *reference)
{
    bool in_full = test_wanted_name() == NULL && is_thorough(item);
    size_t step = test_wanted_name() == NULL ? 8 : N_SHAPES;
    for (size_t e = 0; e < n_engines; e++)
        for (size_t shape = 0; shape < N_SHAPES; shape++) {
            struct forest_output output;
            struct gpuc_error error;
            if (!in_full && (shape + e + n_cases) % step != 0)
                continue;
            setup->engine = engines[e];
            setup->options.n_threads = thread_counts[shape % 3];
            setup->options.batch_rows = batch_sizes[shape / 3];
            enum gpuc_status status = forest_run(setup, &output, &error);
            if (status != GPUC_OK || output.size != reference->size ||
                memcmp(output.bytes, reference->bytes, output.size) != 0)
                fail_msg("%s on %s, %u threads, batches of %u: %s", item->name,
                         gpuc_engine_device(engines[e])->name, setup->options.n_threads,
                         setup->options.batch_rows,
                         status != GPUC_OK ? error.message : "other bytes");
            free(output.bytes);
            n_runs++;
        }
}

static void check_model(const struct test_golden_case *item, const char *file)
{
    char input[600], path[600];
    struct wanted wanted = find_wanted(item);
    bool is_part = strcmp(item->name, "xgb_iteration_range") == 0;
    struct forest_output reference;
    struct gpuc_error error;
    snprintf(path, sizeof path, "%s/%s", item->folder, file);
    snprintf(input, sizeof input, "%s/in.csv", item->folder);
    struct forest_run_setup setup = {.model =
                                         forest_open_model(path, is_part ? "3:11" : NULL),
                                     .engine = engines[n_engines - 1],
                                     .options = {.input_path = input,
                                                 .columns = "id",
                                                 .ignore = "id",
                                                 .output_columns = wanted.outputs,
                                                 .n_threads = 1,
                                                 .cancel_fd = -1}};

    assert_string_equal(gpuc_engine_device(setup.engine)->name, "scalar");
    if (forest_run(&setup, &reference, &error) != GPUC_OK)
        fail_msg("%s: %s", item->name, error.message);
    check_rows(item, &wanted, &reference);
    check_engines(item, &setup, &reference);
    free(reference.bytes);
    gpuc_model_free((struct gpuc_model *)setup.model);
    n_cases++;
}

/* The cases of tests/golden have one of the two files, those of `shared` both. */
static void check_xgboost(const struct test_golden_case *item)
{
    static const char *const files[] = {"model.json", "model.ubj"};
    size_t n_before = n_cases;
    for (size_t i = 0; i < 2; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", item->folder, files[i]);
        if (access(path, F_OK) == 0)
            check_model(item, files[i]);
    }
    assert_true(n_cases > n_before);
}

static void check_lightgbm(const struct test_golden_case *item)
{
    check_model(item, "model.txt");
}

static void check_family(const char *prefix,
                         void (*check)(const struct test_golden_case *item))
{
    size_t n_own;
    n_cases = 0;
    n_runs = 0;
    test_golden_each(prefix, check, &n_own);
    print_message("%zu models on %zu engines, %zu runs\n", n_cases, n_engines, n_runs);
    assert_true(n_own >= 20);
    assert_true(n_runs >= n_cases * n_engines);
}

static void test_xgboost(void **state)
{
    (void)state;
    check_family("xgb_", check_xgboost);
}

static void test_lightgbm(void **state)
{
    (void)state;
    check_family("lgb_", check_lightgbm);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_xgboost),
        cmocka_unit_test(test_lightgbm),
    };

    if (!test_want_device(argc, argv))
        return TEST_SKIPPED;
    return cmocka_run_group_tests(tests, open_engines, close_engines);
}
