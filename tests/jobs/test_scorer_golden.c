/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every golden model through scorers: its input as columns of every type that says the
 * same, on every engine, gives the bits that the scalar engine's job gives for the file.
 * Called as `test_scorer_golden DEVICE` it runs each model on that device.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jobs/column_table.h"
#include "jobs/forest_outputs.h"
#include "jobs/forest_runs.h"
#include "model/golden_models.h"
#include "support/cmocka_all.h"
#include "support/wanted_device.h"

static const uint32_t batch_sizes[] = {0, 1, 63, 64, 65, 1000};
enum { N_VARIANTS = 6, PADDING = 5, SENTINEL = 0xa5, FILE_NAME_SIZE = 600 };

/* What a job gave for the file: column-major. */
struct reference {
    double *values;
    size_t n_columns;
    size_t n_rows;
};

/* A model with its input and what scorers must give for it. */
struct subject {
    const struct test_golden_case *item;
    struct gpuc_model *model;
    char outputs[64];
    bool is_float32;
    bool *is_text; /* columns that must be texts */
    struct reference reference;
};

static struct gpuc_engine *engines[64];
static size_t n_engines, n_cases, n_runs;
static size_t n_types[GPUC_TYPE_TEXT64 + 1];

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

/* ---- what the job gives ----------------------------------------------------------- */

static struct reference read_reference(const struct forest_output *output, size_t n_rows)
{
    struct reference reference = {.n_rows = n_rows, .n_columns = 1};
    char *at = strchr(output->bytes, '\n');
    assert_non_null(at);
    for (const char *c = output->bytes; c < at; c++)
        reference.n_columns += *c == ',';
    reference.values = calloc(reference.n_columns * n_rows, sizeof(double));
    assert_non_null(reference.values);
    for (size_t row = 0; row < n_rows; row++)
        for (size_t k = 0; k < reference.n_columns; k++) {
            reference.values[k * n_rows + row] = strtod(at + 1, &at);
            assert_int_equal(*at, k + 1 < reference.n_columns ? ',' : '\n');
        }
    assert_string_equal(at, "\n");
    return reference;
}

static void run_job(struct subject *subject)
{
    char input[FILE_NAME_SIZE];
    struct forest_output output;
    struct gpuc_error error;
    snprintf(input, sizeof input, "%s/in.csv", subject->item->folder);
    const struct forest_run_setup setup = {.model = subject->model,
                                           .engine = engines[n_engines - 1],
                                           .options = {.input_path = input,
                                                       .columns = "none",
                                                       .ignore = "id",
                                                       .output_columns = subject->outputs,
                                                       .cancel_fd = -1}};
    assert_string_equal(gpuc_engine_device(setup.engine)->name, "scalar");
    if (forest_run(&setup, &output, &error) != GPUC_OK)
        fail_msg("%s: %s", subject->item->name, error.message);
    subject->reference = read_reference(&output, subject->item->input.n_rows);
    free(output.bytes);
}

/* ---- what a scorer gives ---------------------------------------------------------- */

/* Everything that a scorer can give, with room behind each column that stays as it is. */
struct block {
    struct gpuc_results results;
    size_t n_bytes[4];
    uint8_t *parts[4];
};

static struct block make_block(const struct gpuc_scorer_shape *shape, size_t n_rows,
                               enum gpuc_type number)
{
    size_t stride = n_rows + PADDING;
    size_t size = number == GPUC_TYPE_FLOAT64 || shape->number == GPUC_TYPE_FLOAT64
                      ? sizeof(double)
                      : sizeof(float);
    struct block block = {.n_bytes = {shape->n_margins * stride * size,
                                      shape->n_values * stride * size,
                                      shape->n_labels * stride * sizeof(uint32_t),
                                      shape->n_leaves * stride * sizeof(uint32_t)}};
    for (size_t i = 0; i < 4; i++) {
        if (block.n_bytes[i] == 0)
            continue;
        block.parts[i] = malloc(block.n_bytes[i]);
        assert_non_null(block.parts[i]);
        memset(block.parts[i], SENTINEL, block.n_bytes[i]);
    }
    block.results = (struct gpuc_results){.number = number,
                                          .margins = block.parts[0],
                                          .values = block.parts[1],
                                          .labels = (uint32_t *)(void *)block.parts[2],
                                          .leaves = (uint32_t *)(void *)block.parts[3],
                                          .stride = stride};
    return block;
}

static void free_block(struct block *block)
{
    for (size_t i = 0; i < 4; i++)
        free(block->parts[i]);
}

/* The results from row `first` on, which another call fills. */
static struct gpuc_results results_from(const struct block *block, size_t first,
                                        size_t size)
{
    struct gpuc_results results = block->results;
    if (results.margins != NULL)
        results.margins = (char *)results.margins + first * size;
    if (results.values != NULL)
        results.values = (char *)results.values + first * size;
    if (results.labels != NULL)
        results.labels += first;
    if (results.leaves != NULL)
        results.leaves += first;
    return results;
}

/* The number at a place of a block's part, and whether nothing was put there. */
static double number_in(const uint8_t *part, size_t place, enum gpuc_type type,
                        bool *ret_untouched)
{
    union {
        double float64;
        float float32;
        uint32_t integer;
        uint8_t bytes[8];
    } number;
    size_t size = type == GPUC_TYPE_FLOAT64 ? 8 : 4;
    memcpy(number.bytes, part + place * size, size);
    *ret_untouched = true;
    for (size_t i = 0; i < size; i++)
        *ret_untouched = *ret_untouched && number.bytes[i] == SENTINEL;
    return type == GPUC_TYPE_FLOAT64   ? number.float64
           : type == GPUC_TYPE_FLOAT32 ? (double)number.float32
                                       : number.integer;
}

/* A float32 that the job wrote in decimal is the float32 nearest to what was read. */
static bool is_equal(double value, double expected, bool is_float32)
{
    if (is_float32)
        expected = (double)(float)expected;
    return (isnan(value) && isnan(expected)) ||
           (value == expected && !signbit(value) == !signbit(expected));
}

static void check_part(const struct subject *subject, const struct block *block,
                       size_t part, size_t *column, size_t width)
{
    static const char *const names[] = {"margin", "value", "label", "leaf"};
    const struct reference *reference = &subject->reference;
    bool is_integer = part >= 2;
    enum gpuc_type type =
        is_integer ? GPUC_TYPE_INT32
        : subject->is_float32 && block->results.number != GPUC_TYPE_FLOAT64
            ? GPUC_TYPE_FLOAT32
            : GPUC_TYPE_FLOAT64;
    for (size_t k = 0; k < width; k++, ++*column)
        for (size_t row = 0; row < reference->n_rows + PADDING; row++) {
            bool untouched;
            double value = number_in(block->parts[part], k * block->results.stride + row,
                                     type, &untouched);
            if (row >= reference->n_rows) {
                assert_true(untouched);
                continue;
            }
            double expected = reference->values[*column * reference->n_rows + row];
            if (untouched ||
                !is_equal(value, expected, subject->is_float32 && !is_integer))
                fail_msg("%s, row %zu, %s %zu: %.17g instead of %.17g",
                         subject->item->name, row + 1, names[part], k, value, expected);
        }
}

/* The job's columns are in the order of the outputs' list, which begins with `pred` or
 * `label` and `proba`. */
static void check_block(const struct subject *subject, const struct block *block,
                        const struct gpuc_scorer_shape *shape)
{
    size_t column = 0;
    bool has_label = shape->n_labels > 0;
    if (has_label)
        check_part(subject, block, 2, &column, shape->n_labels);
    check_part(subject, block, 1, &column, shape->n_values);
    check_part(subject, block, 0, &column, shape->n_margins);
    check_part(subject, block, 3, &column, shape->n_leaves);
    assert_int_equal(column, subject->reference.n_columns);
}

static void run_scorer(const struct subject *subject, struct gpuc_engine *engine,
                       size_t variant)
{
    struct column_table table = column_table_make(&subject->item->input, variant,
                                                  subject->is_float32, subject->is_text);
    const struct gpuc_scorer_options options = {
        .names = table.names,
        .n_columns = table.n_columns,
        .outputs = subject->outputs,
        .ignore = "id",
        .batch_rows = batch_sizes[variant % (sizeof batch_sizes / sizeof *batch_sizes)]};
    struct gpuc_scorer *scorer = NULL;
    struct gpuc_error error;
    size_t n_rows = subject->item->input.n_rows, n_first = n_rows / 3;
    if (gpuc_scorer_open(subject->model, engine, &options, &scorer, &error) != GPUC_OK)
        fail_msg("%s: %s", subject->item->name, error.message);
    const struct gpuc_scorer_shape *shape = gpuc_scorer_shape(scorer);
    assert_int_equal(shape->number,
                     subject->is_float32 ? GPUC_TYPE_FLOAT32 : GPUC_TYPE_FLOAT64);
    struct block block =
        make_block(shape, n_rows, variant % 2 == 0 ? GPUC_TYPE_NONE : GPUC_TYPE_FLOAT64);
    bool is_small = subject->is_float32 && variant % 2 == 0;
    enum gpuc_status status =
        gpuc_scorer_run(scorer, table.columns, n_first, &block.results, &error);
    for (size_t i = 0; i < table.n_columns; i++)
        table.columns[i].first += n_first;
    const struct gpuc_results rest = results_from(&block, n_first, is_small ? 4 : 8);
    if (status == GPUC_OK)
        status = gpuc_scorer_run(scorer, table.columns, n_rows - n_first, &rest, &error);
    if (status != GPUC_OK)
        fail_msg("%s on %s: %s", subject->item->name, gpuc_engine_device(engine)->name,
                 error.message);
    check_block(subject, &block, shape);
    for (size_t type = 0; type <= GPUC_TYPE_TEXT64; type++)
        n_types[type] += table.n_types[type];
    free_block(&block);
    gpuc_scorer_close(scorer);
    column_table_free(&table);
    n_runs++;
}

/* ---- models ----------------------------------------------------------------------- */

/* Which columns of the input numbers cannot stand for: tables of texts or booleans. */
static bool *find_texts(const struct test_csv_table *input,
                        const struct gpuc_model_info *info)
{
    bool *is_text = calloc(input->n_columns, sizeof *is_text);
    assert_non_null(is_text);
    assert_int_equal(input->n_columns, info->n_features + 1);
    for (size_t f = 0; f < info->n_features; f++) {
        const struct gpuc_info_feature *feature = &info->features[f];
        for (uint32_t c = 0; feature->has_table && c < feature->n_categories; c++)
            if (info->categories[feature->first_category + c].kind !=
                GPUC_CATEGORY_NUMBER)
                is_text[f + 1] = true;
    }
    return is_text;
}

static void check_model(const struct test_golden_case *item, const char *file)
{
    char path[FILE_NAME_SIZE];
    bool is_part = strcmp(item->name, "xgb_iteration_range") == 0;
    snprintf(path, sizeof path, "%s/%s", item->folder, file);
    if (access(path, F_OK) != 0)
        return;
    struct subject subject = {.item = item,
                              .model = forest_open_model(path, is_part ? "3:11" : NULL),
                              .is_float32 = item->name[0] == 'x'};
    char outputs[40];
    gpuc_forest_outputs_all(subject.model, outputs, sizeof outputs);
    snprintf(subject.outputs, sizeof subject.outputs, "%s%s", outputs,
             subject.model->forest->n_trees > 0 ? ",leaf" : "");
    subject.is_text = find_texts(&item->input, &subject.model->info);
    run_job(&subject);
    for (size_t e = 0; e < n_engines; e++)
        for (size_t variant = 0; variant < N_VARIANTS; variant++)
            if (strstr(gpuc_engine_device(engines[e])->name, "opencl") == NULL ||
                (variant + n_cases) % N_VARIANTS == 0)
                run_scorer(&subject, engines[e], variant);
    free(subject.reference.values);
    free(subject.is_text);
    gpuc_model_free(subject.model);
    n_cases++;
}

static void check_case(const struct test_golden_case *item)
{
    static const char *const files[] = {"model.ubj", "model.json", "model.txt"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        check_model(item, files[i]);
}

static void test_models(void **state)
{
    static const char *const families[] = {"xgb_", "lgb_"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        size_t n_own;
        test_golden_each(families[i], check_case, &n_own);
        assert_true(n_own >= 20);
    }
    print_message("%zu models on %zu engines, %zu runs\n", n_cases, n_engines, n_runs);
    for (size_t type = GPUC_TYPE_FLOAT32; type <= GPUC_TYPE_TEXT64; type++)
        assert_true(n_types[type] > 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_models)};

    if (!test_want_device(argc, argv))
        return TEST_SKIPPED;
    return cmocka_run_group_tests(tests, open_engines, close_engines);
}
