/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random configurations of whole jobs: model, devices, threads, rows of a batch, bytes of
 * a piece, and on OpenCL devices the shape of the kernel and its sizes. Each gives the
 * scalar engine's bytes. `test_configurations 500` runs so many, `500 7` with seed 7.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs/forest_runs.h"
#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/folder.h"
#include "support/random.h"

enum { N_DEFAULT = 40, ROWS_MAX = 30000, BYTES_MAX = 4 << 20, NAMES_SIZE = 24 };

/* One of each kind of arithmetic, input columns and outputs. */
static const char *const models[] = {
    "blackbox:py2",
    "blackbox:py3,slowness=3",
    "lgb_binary_sigmoid",
    "lgb_cat_strings",
    "lgb_linear_tree",
    "lgb_multiclass5",
    "lgb_rf_multi",
    "lgb_zero_as_missing",
    "xgb_cat_partition",
    "xgb_dart",
    "xgb_exact",
    "xgb_gblinear",
    "xgb_multitarget_vector_leaf",
    "xgb_softmax3",
    "old_xgb_1_2_parallel_multi",
    "xgb_stumps",
};
enum { N_MODELS = sizeof models / sizeof *models };

/* A model with the input of its jobs and the scalar engine's output; made when needed. */
static struct subject {
    struct gpuc_model *model;
    bool is_blackbox;
    char input[512];
    size_t n_rows;
    struct forest_output expected;
} subjects[N_MODELS];

static struct gpuc_device_list devices;
static struct test_folder folder;
static struct test_random generator;
static long n_wanted = N_DEFAULT, seed = 6;

/* From 1 to max: as many small ones as large ones. */
static uint32_t some_number(uint32_t max)
{
    uint32_t number = 1;

    while (number < max && test_random_below(&generator, 6) != 0)
        number = number * 2 + (uint32_t)test_random_below(&generator, 2);
    return number < max ? number : max;
}

/* Repeats the rows of a file until there are enough. */
static void write_input(struct subject *subject, size_t model, const char *path,
                        bool has_header)
{
    struct test_file file = test_read_file(path);
    char name[32];

    assert_non_null(file.bytes);
    assert_true(file.size > 0 && file.bytes[file.size - 1] == '\n');
    size_t start =
        has_header ? (size_t)(strchr((char *)file.bytes, '\n') + 1 - (char *)file.bytes)
                   : 0;
    size_t block_size = file.size - start, block_rows = 0, size = file.size;
    for (size_t i = start; i < file.size; i++)
        block_rows += file.bytes[i] == '\n';
    size_t n_rows = 1000 + test_random_below(&generator, ROWS_MAX - 1000);
    /* NOLINTBEGIN(clang-analyzer-core.DivideZero): there are rows. */
    size_t n_blocks = n_rows / block_rows + 1;
    if (n_blocks > BYTES_MAX / block_size + 1)
        n_blocks = BYTES_MAX / block_size + 1;
    /* NOLINTEND(clang-analyzer-core.DivideZero) */
    char *all = malloc(start + n_blocks * block_size);
    assert_non_null(all);
    memcpy(all, file.bytes, file.size);
    for (size_t i = 1; i < n_blocks; i++, size += block_size)
        memcpy(all + size, file.bytes + start, block_size);
    snprintf(name, sizeof name, "in%zu.csv", model);
    snprintf(subject->input, sizeof subject->input, "%s",
             test_folder_write(&folder, name, all, size));
    subject->n_rows = n_blocks * block_rows;
    free(all);
    free(file.bytes);
}

static struct gpuc_job_options options_of(const struct subject *subject)
{
    struct gpuc_job_options options = GPUC_JOB_OPTIONS_INIT;

    options.input_path = subject->input;
    options.ignore = subject->is_blackbox ? NULL : "id";
    return options;
}

static struct subject *get_subject(size_t model)
{
    static const char *const names[] = {"model.json", "model.txt", "model.ubj"};
    struct subject *subject = &subjects[model];
    struct gpuc_error error;
    char path[512];

    if (subject->model != NULL)
        return subject;
    subject->is_blackbox = strncmp(models[model], "blackbox", 8) == 0;
    if (subject->is_blackbox) {
        subject->model = forest_open_model(models[model], NULL);
        write_input(subject, model, GPUC_TEST_DATA "/golden/models/xgb_dart/in.csv",
                    false);
    }
    for (size_t i = 0; subject->model == NULL && i < 3; i++) {
        snprintf(path, sizeof path, GPUC_TEST_DATA "/golden/models/%s/%s", models[model],
                 names[i]);
        struct test_file file = test_read_file(path);
        if (file.bytes != NULL)
            subject->model = forest_open_model(path, NULL);
        free(file.bytes);
    }
    assert_non_null(subject->model);
    if (!subject->is_blackbox) {
        snprintf(path, sizeof path, GPUC_TEST_DATA "/golden/models/%s/in.csv",
                 models[model]);
        write_input(subject, model, path, true);
    }
    struct forest_run_setup setup = {subject->model, forest_open_engine("scalar"),
                                     options_of(subject)};
    setup.options.n_threads = 1;
    if (forest_run(&setup, &subject->expected, &error) != GPUC_OK)
        fail_msg("%s: %s", models[model], error.message);
    gpuc_engine_close(setup.engine);
    return subject;
}

/* One usable device, or two that share the work. */
static void write_devices(char *text, size_t size)
{
    const char *names[2] = {NULL, NULL};
    bool are_two = test_random_below(&generator, 4) == 0;

    for (size_t i = 0; i < 1 + (size_t)are_two;) {
        /* Half of them OpenCL devices, which have the most to vary. */
        bool is_opencl = test_random_below(&generator, 2) == 0;
        const struct gpuc_device *device =
            &devices.devices[test_random_below(&generator, devices.n_devices)];
        if (!device->usable || (is_opencl && strncmp(device->name, "opencl", 6) != 0 &&
                                test_random_below(&generator, 8) != 0))
            continue;
        names[i] = device->name;
        if (i == 0 || strcmp(names[0], names[1]) != 0)
            i++;
    }
    snprintf(text, size, "%s%s%s", names[0], are_two ? "+" : "", are_two ? names[1] : "");
}

static void write_tuning(char *text, size_t size)
{
    static const char *const shapes[] = {"select", "packed", "bits", "tiles"};
    size_t used = 0;

    if (test_random_below(&generator, 3) != 0)
        used += (size_t)snprintf(text + used, size - used, "shape=%s",
                                 shapes[test_random_below(&generator, 4)]);
    if (test_random_below(&generator, 2) != 0)
        used += (size_t)snprintf(text + used, size - used, "%sgroup=%u",
                                 used > 0 ? "," : "", (unsigned)some_number(1024));
    if (test_random_below(&generator, 2) != 0)
        used += (size_t)snprintf(text + used, size - used, "%stile=%u",
                                 used > 0 ? "," : "", (unsigned)some_number(1 << 16));
    if (used == 0)
        snprintf(text, size, "off");
}

/* Runs a job as the text says; false: other bytes than the scalar engine's. */
static bool run_configuration(long number)
{
    char names[2 * NAMES_SIZE + 2], tuning[64];
    size_t model = test_random_below(&generator, N_MODELS);
    struct subject *subject = get_subject(model);
    struct forest_run_setup setup = {subject->model, NULL, options_of(subject)};
    struct forest_output output;
    struct gpuc_error error;

    write_devices(names, sizeof names);
    write_tuning(tuning, sizeof tuning);
    setup.options.n_threads = 1 + (uint32_t)test_random_below(&generator, 8);
    setup.options.batch_rows = some_number(70000);
    setup.options.piece_bytes = 1 + some_number(1 << 21);
    /* A job of a small batch takes as long as all others together. */
    if (setup.options.batch_rows * 200 < subject->n_rows)
        setup.options.batch_rows = (uint32_t)(subject->n_rows / 200);
    if (setup.options.piece_bytes < 1000)
        setup.options.piece_bytes = 1000;
    setenv("GPUCLASSIFY_TUNING", tuning, 1);
    setup.engine = forest_open_engine(names);
    enum gpuc_status status = forest_run(&setup, &output, &error);
    /* Not every shape is for every device and model. */
    if (status == GPUC_EUSAGE && strstr(error.message, "does not suit") != NULL) {
        free(output.bytes);
        gpuc_engine_close(setup.engine);
        setenv("GPUCLASSIFY_TUNING", "off", 1);
        setup.engine = forest_open_engine(names);
        status = forest_run(&setup, &output, &error);
    }
    bool is_right = status == GPUC_OK && output.size == subject->expected.size &&
                    memcmp(output.bytes, subject->expected.bytes, output.size) == 0;
    if (!is_right)
        print_error("configuration %ld: %s, %zu rows on %s, %u threads, batches of %u, "
                    "pieces of %u bytes, tuning '%s': %s\n",
                    number, models[model], subject->n_rows, names,
                    setup.options.n_threads, setup.options.batch_rows,
                    setup.options.piece_bytes, tuning,
                    status == GPUC_OK ? "other bytes" : error.message);
    free(output.bytes);
    gpuc_engine_close(setup.engine);
    return is_right;
}

static void test_configurations(void **state)
{
    long n_different = 0;

    (void)state;
    generator.state = (uint64_t)seed;
    for (long i = 0; i < n_wanted; i++)
        n_different += !run_configuration(i);
    print_message("%ld configurations (seed %ld), %ld differences\n", n_wanted, seed,
                  n_different);
    assert_int_equal(n_different, 0);
}

static int set_up(void **state)
{
    (void)state;
    folder = test_folder_new();
    if (gpuc_devices_list(&devices, NULL) != GPUC_OK)
        return -1;
    for (size_t i = 0; i < devices.n_devices; i++)
        print_message("%s: %s\n", devices.devices[i].name,
                      devices.devices[i].usable ? "takes part"
                                                : devices.devices[i].reason);
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_MODELS; i++) {
        gpuc_model_free(subjects[i].model);
        free(subjects[i].expected.bytes);
    }
    test_folder_free(&folder);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_configurations)};

    if (argc > 1)
        n_wanted = strtol(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtol(argv[2], NULL, 10);
    return cmocka_run_group_tests(tests, set_up, clean_up);
}
