/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the OpenCL engine does when OpenCL fails: every call in turn, with every code that
 * drivers are known to give, once and from then on, for each kind of model. Whatever
 * fails, the results are right or the error names the call, and every object is released.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/random_forest.h"
#include "host/opencl/cl_shape.h"
#include "host/opencl/engine_opencl.h"
#include "kernels/blackbox_row.h"
#include "kernels/blackbox_scratch.h"
#include "kernels/forest_select.h"
#include "opencl/failing_driver.h"
#include "opencl/random_texts.h"
#include "support/cmocka_all.h"

/* A kind of model with some work, and sizes that are too small for it on one go. */
struct subject {
    struct gpuc_model model;
    struct gpuc_work work;
    struct gpuc_work expected;
    const char *kernel;
    const struct gpuc_cl_shape *shape; /* that the kernel is of; NULL: of none */
    uint32_t lanes;                    /* of the black box */
    bool is_copied;                    /* to and from a device with memory of its own */
    size_t max_items[2];
    size_t max_sizes[2];
};

/* Work-items that a launch of rows on GPUs has at least. */
enum { TILES_GROUP = 128 };

enum { BLACKBOX_ROWS = 100, FOREST_ROWS = 2000, FOREST_STRIDE = 2048, N_TREES = 10 };

static struct subject blackbox = {
    .model = {.kind = GPUC_MODEL_BLACKBOX, .blackbox = {GPUC_SEED_PY3, 1}},
    .kernel = "gpuc_blackbox",
    .lanes = 1,
    .is_copied = true,
    .max_items = {64, 128},
    .max_sizes = {GPUC_MT_SIZE * 4 + 200, GPUC_MT_SIZE * 4 * 30 + 200},
};
/* Two work-items, each with scratch memory. */
static struct subject lanes = {
    .model = {.kind = GPUC_MODEL_BLACKBOX, .blackbox = {GPUC_SEED_PY3, 1}},
    .kernel = "gpuc_blackbox_lanes",
    .lanes = 8,
    .max_items = {1, 1},
    .max_sizes = {GPUC_SCRATCH_WORDS * 4, GPUC_SCRATCH_WORDS * 8 - 4},
};
/* Columns on the device are whole blocks and 64 items long. */
static struct subject forest = {
    .model = {.kind = GPUC_MODEL_FOREST},
    .kernel = "gpuc_forest_select",
    .shape = &gpuc_cl_shape_select,
    .max_items = {1, 2},
    .max_sizes = {(GPUC_SELECT_ROWS + 64) * N_TREES * 4,
                  (2 * GPUC_SELECT_ROWS + 64) * N_TREES * 4},
};
static struct subject copied_forest;
static struct gpuc_texts texts;
static struct test_forest *trees;
static struct gpuc_device device;
static long n_calls_to_attach; /* of the last life, before there was a session */

static struct gpuc_forest_results new_forest_results(void)
{
    struct gpuc_forest_results new = {
        gpuc_alloc(FOREST_STRIDE, sizeof(double)),
        gpuc_alloc(N_TREES * FOREST_STRIDE, sizeof(uint32_t)),
        FOREST_STRIDE,
    };
    assert_non_null(new.margins);
    assert_non_null(new.leaves);
    return new;
}

static void make_forest(void)
{
    const struct test_forest_shape shape = {
        .forest = {.number = GPUC_FLOAT64,
                   .n_features = 4,
                   .n_outputs = 1,
                   .leaf_size = 1,
                   .name = "random"},
        .n_trees = N_TREES,
        .n_leaves = 20,
        .n_thresholds = 6,
        .n_categories = 5,
    };
    trees = test_forest_new(&shape);
    forest.model.forest = trees->image;
    forest.work.features =
        (struct gpuc_feature_rows){test_forest_values(trees, FOREST_ROWS, FOREST_STRIDE),
                                   FOREST_STRIDE, FOREST_ROWS};
    forest.work.forest = new_forest_results();
    forest.expected.forest = new_forest_results();
    test_forest_answer(trees, &forest.work.features, &forest.expected.forest);
    copied_forest = forest;
    copied_forest.is_copied = true;
    copied_forest.kernel = "gpuc_forest_tiles";
    copied_forest.shape = &gpuc_cl_shape_tiles;
    copied_forest.max_items[0] = TILES_GROUP;
    copied_forest.max_items[1] = 4 * TILES_GROUP;
}

static int set_up(void **state)
{
    struct gpuc_device_list list = {0};

    (void)state;
    /* What is measured is chance, and would go to the user's cache. */
    setenv("GPUCLASSIFY_TUNING", "off", 1);
    reset_driver();
    gpuc_engine_ops_opencl.probe(&gpuc_engine_ops_opencl, &list);
    for (size_t i = 0; i < list.n_devices && !device.usable; i++)
        device = list.devices[i];
    texts = random_texts(BLACKBOX_ROWS, 100, 40, 5);
    blackbox.work.texts = &texts;
    blackbox.work.blackbox = new_results(texts.n_rows);
    blackbox.expected.blackbox = scalar_results(&blackbox.model, &texts);
    lanes.work = blackbox.work;
    lanes.expected = blackbox.expected;
    make_forest();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    gpuc_texts_done(&texts);
    free_results(&blackbox.work.blackbox);
    free_results(&blackbox.expected.blackbox);
    gpuc_free((void *)(uintptr_t)forest.work.features.values);
    gpuc_free(forest.work.forest.margins);
    gpuc_free(forest.work.forest.leaves);
    gpuc_free(forest.expected.forest.margins);
    gpuc_free(forest.expected.forest.leaves);
    test_forest_free(trees);
    return 0;
}

/* Compares the rows; what lies beyond them has no meaning. */
static bool is_right(const struct subject *subject)
{
    if (subject->model.kind == GPUC_MODEL_BLACKBOX)
        return equal_results(&subject->work.blackbox, &subject->expected.blackbox,
                             BLACKBOX_ROWS);
    const struct gpuc_forest_results *results = &subject->work.forest;
    const struct gpuc_forest_results *expected = &subject->expected.forest;
    bool equal =
        memcmp(results->margins, expected->margins, FOREST_ROWS * sizeof(double)) == 0;
    for (size_t at = 0; at < N_TREES * FOREST_STRIDE; at += FOREST_STRIDE)
        equal = equal && memcmp(results->leaves + at, expected->leaves + at,
                                FOREST_ROWS * sizeof(uint32_t)) == 0;
    return equal;
}

static void forget_results(struct subject *subject)
{
    if (subject->model.kind == GPUC_MODEL_BLACKBOX) {
        memset(subject->work.blackbox.fractions, 0xa5,
               BLACKBOX_ROWS * sizeof *subject->work.blackbox.fractions);
        memset(subject->work.blackbox.digests, 0xa5, BLACKBOX_ROWS * GPUC_DIGEST_SIZE);
        return;
    }
    memset(subject->work.forest.margins, 0xa5, FOREST_STRIDE * sizeof(double));
    memset(subject->work.forest.leaves, 0xa5, N_TREES * FOREST_STRIDE * sizeof(uint32_t));
}

/* A session's whole life. */
static enum gpuc_status classify(struct gpuc_engine *engine, struct subject *subject,
                                 struct gpuc_error *error)
{
    struct gpuc_session *session = NULL;
    ((struct gpuc_cl_engine *)engine)->wanted.blackbox_lanes = subject->lanes;
    enum gpuc_status status =
        engine->ops->attach(engine, &subject->model, &session, error);
    n_calls_to_attach = driver.n_calls;
    if (status == GPUC_OK)
        status = engine->ops->classify(session, &subject->work, error);
    engine->ops->detach(session);
    return status;
}

/* Nothing fails, and devices are what the subject wants. */
static void reset(const struct subject *subject)
{
    reset_driver();
    driver.discrete_gpu = subject->is_copied;
}

static void skip_without_device(const struct subject *subject, const char *test)
{
    if (!device.usable) {
        print_message("%s: skipped, there is no usable OpenCL device\n", test);
        skip();
    }
    reset(subject);
}

/* An engine's whole life with one batch, from the list on. */
static enum gpuc_status live(struct subject *subject, struct gpuc_error *error)
{
    const struct gpuc_engine_ops *ops = &gpuc_engine_ops_opencl;
    struct gpuc_device_list list = {0};
    struct gpuc_engine *engine = NULL;

    ops->probe(ops, &list);
    assert_true(list.n_devices > 0);
    for (size_t i = 0; i < list.n_devices; i++)
        assert_int_equal(list.devices[i].usable, list.devices[i].reason[0] == '\0');
    enum gpuc_status status = ops->open(ops, &device, &engine, error);
    if (status == GPUC_OK)
        status = classify(engine, subject, error);
    ops->close(engine);
    return status;
}

static bool means_less_may_do(cl_int code)
{
    return code == CL_MEM_OBJECT_ALLOCATION_FAILURE || code == CL_OUT_OF_RESOURCES ||
           code == CL_OUT_OF_HOST_MEMORY;
}

/* Judges a run in which driver.failed failed. None did where the run got by with fewer
 * calls than another: a device that is polled is asked once or more. */
static void check_outcome(const struct subject *subject, enum gpuc_status status,
                          const struct gpuc_error *error)
{
    assert_int_equal(driver.n_objects, 0);
    if (status == GPUC_OK) {
        assert_true(is_right(subject));
        return;
    }
    assert_non_null(driver.failed);
    assert_int_equal(status, GPUC_EDEVICE);
    assert_int_equal(error->status, status);
    assert_null(strchr(error->message, '\n'));
    /* A device that does not answer a question is found wanting, not the question. */
    if (strcmp(driver.failed, "clGetDeviceInfo") == 0 ||
        strcmp(driver.failed, "clGetPlatformInfo") == 0)
        assert_true(strlen(error->message) > 0);
    else if (driver.for_ever)
        assert_memory_equal(error->message, "cl", 2);
    else
        assert_memory_equal(error->message, driver.failed, strlen(driver.failed));
}

/* Each call of an engine's life, with a code that ends it. */
static void test_every_call(void **state)
{
    struct subject *subject = *state;
    struct gpuc_error error;
    unsigned n_survived = 0;

    skip_without_device(subject, __func__);
    assert_int_equal(live(subject, &error), GPUC_OK);
    long n_calls = driver.n_calls;
    for (long call = 0; call < 2 * n_calls; call++) {
        reset(subject);
        forget_results(subject);
        driver.code = CL_INVALID_VALUE;
        driver.fail_at = call / 2;
        driver.for_ever = call % 2 != 0;
        enum gpuc_status status = live(subject, &error);
        check_outcome(subject, status, &error);
        n_survived += status == GPUC_OK;
    }
    print_message("%ld calls failed once and for ever; %u lives went on\n", n_calls,
                  n_survived);
}

/* Each call of a session's life, with every code. */
static void test_every_code(void **state)
{
    struct subject *subject = *state;
    static const cl_int codes[] = {
        CL_DEVICE_NOT_AVAILABLE,    CL_MEM_OBJECT_ALLOCATION_FAILURE,
        CL_OUT_OF_RESOURCES,        CL_OUT_OF_HOST_MEMORY,
        CL_BUILD_PROGRAM_FAILURE,   CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
        CL_INVALID_VALUE,           CL_INVALID_COMMAND_QUEUE,
        CL_INVALID_WORK_GROUP_SIZE, -9999,
    };
    enum { N_CODES = sizeof codes / sizeof codes[0] };
    const struct gpuc_engine_ops *ops = &gpuc_engine_ops_opencl;
    struct gpuc_engine *engine = NULL;
    struct gpuc_error error;

    skip_without_device(subject, __func__);
    assert_int_equal(ops->open(ops, &device, &engine, &error), GPUC_OK);
    ((struct gpuc_cl_engine *)engine)->wanted =
        (struct gpuc_cl_wanted){subject->shape, .is_trusted = true};
    /* What the first session of a kind leaves to the engine stays there. */
    assert_int_equal(classify(engine, subject, &error), GPUC_OK);
    long n_engine_objects = driver.n_objects;
    driver.n_objects = 0;
    driver.n_calls = 0;
    assert_int_equal(classify(engine, subject, &error), GPUC_OK);
    long n_calls = driver.n_calls;
    for (long run = 0; run < 2 * N_CODES * n_calls; run++) {
        reset(subject);
        forget_results(subject);
        driver.code = codes[run % N_CODES];
        driver.fail_at = run / N_CODES / 2;
        driver.for_ever = run / N_CODES % 2 != 0;
        enum gpuc_status status = classify(engine, subject, &error);
        check_outcome(subject, status, &error);
        /* Too little memory once is nothing that stops a batch. */
        if (driver.failed != NULL && !driver.for_ever && means_less_may_do(driver.code) &&
            driver.fail_at >= n_calls_to_attach &&
            (strncmp(driver.failed, "clEnqueue", 9) == 0 ||
             strcmp(driver.failed, "clCreateBuffer") == 0 ||
             strcmp(driver.failed, "clFinish") == 0))
            assert_int_equal(status, GPUC_OK);
    }
    print_message("%ld calls failed with %d codes, once and for ever\n", n_calls,
                  (int)N_CODES);
    driver.n_objects = n_engine_objects;
    ops->close(engine);
    assert_int_equal(driver.n_objects, 0);
}

/* A device with little memory gets smaller and smaller launches, down to one row. */
static void test_little_memory(void **state)
{
    struct subject *subject = *state;
    struct gpuc_error error;

    skip_without_device(subject, __func__);
    for (size_t i = 0; i < 2; i++) {
        reset(subject);
        forget_results(subject);
        driver.max_items = subject->max_items[i];
        assert_int_equal(live(subject, &error), GPUC_OK);
        assert_true(is_right(subject));
        reset(subject);
        forget_results(subject);
        driver.max_size = subject->max_sizes[i];
        assert_int_equal(live(subject, &error), GPUC_OK);
        assert_true(is_right(subject));
        assert_int_equal(driver.n_objects, 0);
    }
    reset(subject);
    driver.max_items = 0;
    assert_int_equal(live(subject, &error), GPUC_EDEVICE);
    assert_string_equal(error.message,
                        "clEnqueueNDRangeKernel: CL_MEM_OBJECT_ALLOCATION_FAILURE (-4)");
    assert_int_equal(driver.n_objects, 0);
}

/* A kernel that crashes may tell only its event. */
static void test_crashed_kernel(void **state)
{
    struct subject *subject = *state;
    char expected[80];
    struct gpuc_error error;

    skip_without_device(subject, __func__);
    driver.function = "kernel";
    driver.fail_at = 0;
    driver.for_ever = true;
    driver.code = CL_INVALID_KERNEL_ARGS;
    assert_int_equal(live(subject, &error), GPUC_EDEVICE);
    snprintf(expected, sizeof expected, "kernel %s: CL_INVALID_KERNEL_ARGS (-52)",
             subject->kernel);
    assert_string_equal(error.message, expected);
    driver.code = CL_OUT_OF_RESOURCES;
    assert_int_equal(live(subject, &error), GPUC_EDEVICE);
    snprintf(expected, sizeof expected, "kernel %s: CL_OUT_OF_RESOURCES (-5)",
             subject->kernel);
    assert_string_equal(error.message, expected);
    assert_int_equal(driver.n_objects, 0);
}

/* The host's memory runs out at each request in turn. */
static void test_host_memory(void **state)
{
    struct subject *subject = *state;
    struct gpuc_error error;
    long n_requests = 0;
    enum gpuc_status status;

    skip_without_device(subject, __func__);
    do {
        gpuc_memory_fail_after(n_requests++, true);
        status = live(subject, &error);
        gpuc_memory_fail_after(NEVER, false);
        assert_int_equal(driver.n_objects, 0);
        assert_true(status == GPUC_OK || status == GPUC_EDEVICE || status == GPUC_ENOMEM);
    } while (status != GPUC_OK);
    assert_true(n_requests > 2);
}

#define TEST(test, subject)                                                              \
  {                                                                                      \
    .name = #test " " #subject, .test_func = (test), .initial_state = &(subject)         \
  }

#define TESTS(subject)                                                                   \
  TEST(test_every_call, subject), TEST(test_every_code, subject),                        \
      TEST(test_little_memory, subject), TEST(test_crashed_kernel, subject),             \
      TEST(test_host_memory, subject)

int main(void)
{
    const struct CMUnitTest tests[] = {TESTS(blackbox), TESTS(lanes), TESTS(forest),
                                       TESTS(copied_forest)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
