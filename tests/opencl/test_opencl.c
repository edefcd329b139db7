/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every OpenCL device of this machine against the scalar engine, byte for byte. Called as
 * `test_opencl small` it runs a few rows only, for devices that are interpreters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <pthread.h>

#include "host/opencl/cl_blackbox_session.h"
#include "host/opencl/cl_program.h"
#include "kernels/blackbox_row.h"
#include "opencl/all_devices.h"
#include "opencl/random_texts.h"

static void check_parity(const struct gpuc_texts *texts, const struct gpuc_model *model)
{
    struct gpuc_blackbox_results expected = scalar_results(model, texts);

    for (size_t i = 0; i < n_engines; i++) {
        struct gpuc_blackbox_results results = new_results(texts->n_rows);
        struct gpuc_error error = {0};
        if (classify_once(engines[i], model, texts, &results, &error) != GPUC_OK)
            fail_msg("%s: %s", engines[i]->device.name, error.message);
        assert_true(equal_results(&results, &expected, texts->n_rows));
        free_results(&results);
    }
    free_results(&expected);
}

/* Rows at the edges of work-groups, long and short texts, both seedings, all loads. */
static void test_parity(void **state)
{
    static const size_t row_counts[] = {0, 1, 2, 63, 64, 65, 1000};
    static const uint32_t loads[] = {0, 1, 10};

    (void)state;
    skip_without_device(__func__);
    for (size_t i = 0; i < sizeof row_counts / sizeof row_counts[0]; i++) {
        struct gpuc_texts texts = random_texts(row_counts[i], 300, 17, (uint32_t)i);
        for (size_t k = 0; k < sizeof loads / sizeof loads[0]; k++) {
            check_parity(&texts,
                         &(struct gpuc_model){.kind = GPUC_MODEL_BLACKBOX,
                                              .blackbox = {GPUC_SEED_PY2, loads[k]}});
            check_parity(&texts,
                         &(struct gpuc_model){.kind = GPUC_MODEL_BLACKBOX,
                                              .blackbox = {GPUC_SEED_PY3, loads[k]}});
        }
        gpuc_texts_done(&texts);
    }
}

/* Every size once: each padding of SHA-256 and SHA-512 and each odd end of a key. */
static void test_every_size(void **state)
{
    enum { N_SIZES = 300 };
    struct gpuc_texts texts = random_texts(N_SIZES, 0, 0, 1);

    (void)state;
    skip_without_device(__func__);
    for (uint32_t row = 0; row < N_SIZES; row++) {
        assert_int_equal(gpuc_bytes_reserve(&texts.bytes, row, NULL), GPUC_OK);
        texts.offsets[row] = (uint32_t)texts.bytes.size;
        texts.sizes[row] = row;
        for (uint32_t k = 0; k < row; k++)
            gpuc_bytes_put_byte(&texts.bytes, (uint8_t)('a' + (row + k) % 26));
    }
    check_parity(&texts, &(struct gpuc_model){.kind = GPUC_MODEL_BLACKBOX,
                                              .blackbox = {GPUC_SEED_PY3, 1}});
    gpuc_texts_done(&texts);
}

/* All texts empty: there are no bytes to copy at all. */
static void test_empty_texts(void **state)
{
    struct gpuc_texts texts = random_texts(3, 0, 0, 1);

    (void)state;
    skip_without_device(__func__);
    check_parity(&texts, &(struct gpuc_model){.kind = GPUC_MODEL_BLACKBOX,
                                              .blackbox = {GPUC_SEED_PY3, 10}});
    gpuc_texts_done(&texts);
}

/* One session serves batches of any size one after the other. */
static void test_growing_and_shrinking_batches(void **state)
{
    static const size_t row_counts[] = {1, 500, 3, 0, 2000, 64};
    const struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX,
                                     .blackbox = {GPUC_SEED_PY3, 1}};

    (void)state;
    skip_without_device(__func__);
    for (size_t i = 0; i < n_engines; i++) {
        const struct gpuc_engine_ops *ops = engines[i]->ops;
        struct gpuc_session *session = NULL;
        assert_int_equal(ops->attach(engines[i], &model, &session, NULL), GPUC_OK);
        for (size_t k = 0; k < sizeof row_counts / sizeof row_counts[0]; k++) {
            struct gpuc_texts texts = random_texts(row_counts[k], 200, 100, (uint32_t)k);
            struct gpuc_blackbox_results expected = scalar_results(&model, &texts);
            struct gpuc_blackbox_results results = new_results(texts.n_rows);
            assert_int_equal(
                ops->classify(session,
                              &(struct gpuc_work){.texts = &texts, .blackbox = results},
                              NULL),
                GPUC_OK);
            assert_true(equal_results(&results, &expected, texts.n_rows));
            free_results(&expected);
            free_results(&results);
            gpuc_texts_done(&texts);
        }
        ops->detach(session);
    }
}

/* However a batch is cut into launches, the bytes are the same. */
static void test_splits(void **state)
{
    static const struct gpuc_cl_limits limits[] = {
        {.max_rows = 1, .min_rows = 1, .max_text_size = 4096, .max_work = UINT64_MAX},
        {.max_rows = 7, .min_rows = 1, .max_text_size = 4096, .max_work = UINT64_MAX},
        {.max_rows = 64, .min_rows = 1, .max_text_size = 4096, .max_work = 10000},
        {.max_rows = 64, .min_rows = 5, .max_text_size = 3000, .max_work = 1},
        {.max_rows = 1000, .min_rows = 1, .max_text_size = 3000, .max_work = UINT64_MAX},
    };
    const struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX,
                                     .blackbox = {GPUC_SEED_PY3, 1}};
    struct gpuc_texts texts = random_texts(200, 300, 50, 9);

    (void)state;
    skip_without_device(__func__);
    struct gpuc_blackbox_results expected = scalar_results(&model, &texts);
    for (size_t i = 0; i < n_engines * (sizeof limits / sizeof limits[0]); i++) {
        struct gpuc_engine *engine = engines[i % n_engines];
        struct gpuc_blackbox_results results = new_results(texts.n_rows);
        struct gpuc_session *session = NULL;
        assert_int_equal(engine->ops->attach(engine, &model, &session, NULL), GPUC_OK);
        ((struct gpuc_cl_session *)session)->limits = limits[i / n_engines];
        assert_int_equal(
            engine->ops->classify(
                session, &(struct gpuc_work){.texts = &texts, .blackbox = results}, NULL),
            GPUC_OK);
        assert_true(equal_results(&results, &expected, texts.n_rows));
        engine->ops->detach(session);
        free_results(&results);
    }
    free_results(&expected);
    gpuc_texts_done(&texts);
}

/* The generator's words of neighbouring rows may lie side by side or apart. */
static void test_scratch_layouts(void **state)
{
    const struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX,
                                     .blackbox = {GPUC_SEED_PY3, 0}};
    struct gpuc_texts texts = random_texts(130, 300, 50, 3);

    (void)state;
    skip_without_device(__func__);
    struct gpuc_blackbox_results expected = scalar_results(&model, &texts);
    for (size_t i = 0; i < 2 * n_engines; i++) {
        struct gpuc_engine *engine = engines[i / 2];
        struct gpuc_blackbox_results results = new_results(texts.n_rows);
        struct gpuc_session *session = NULL;
        assert_int_equal(engine->ops->attach(engine, &model, &session, NULL), GPUC_OK);
        ((struct gpuc_cl_blackbox_session *)session)->kernel.interleaved = i % 2 != 0;
        assert_int_equal(
            engine->ops->classify(
                session, &(struct gpuc_work){.texts = &texts, .blackbox = results}, NULL),
            GPUC_OK);
        assert_true(equal_results(&results, &expected, texts.n_rows));
        engine->ops->detach(session);
        free_results(&results);
    }
    free_results(&expected);
    gpuc_texts_done(&texts);
}

static void test_too_long_text(void **state)
{
    const struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX,
                                     .blackbox = {GPUC_SEED_PY3, 0}};
    struct gpuc_texts texts = random_texts(2, 0, 1, 3);

    (void)state;
    skip_without_device(__func__);
    struct gpuc_blackbox_results results = new_results(texts.n_rows);
    struct gpuc_session *session = NULL;
    struct gpuc_error error;
    assert_int_equal(engines[0]->ops->attach(engines[0], &model, &session, NULL),
                     GPUC_OK);
    ((struct gpuc_cl_session *)session)->limits.max_text_size = 2499;
    assert_int_equal(
        engines[0]->ops->classify(
            session, &(struct gpuc_work){.texts = &texts, .blackbox = results}, &error),
        GPUC_EDEVICE);
    assert_string_equal(error.message, "a row's text of 2500 bytes does not fit into one "
                                       "buffer of the device");
    engines[0]->ops->detach(session);
    free_results(&results);
    gpuc_texts_done(&texts);
}

struct thread {
    struct gpuc_engine *engine;
    const struct gpuc_model *model;
    struct gpuc_session *session;
    uint32_t seed;
    bool is_equal;
};

static void *classify_some(void *argument)
{
    struct thread *thread = argument;

    thread->is_equal = true;
    for (uint32_t batch = 0; batch < 4; batch++) {
        struct gpuc_texts texts = random_texts(300, 200, 50, thread->seed + batch);
        struct gpuc_blackbox_results expected = scalar_results(thread->model, &texts);
        struct gpuc_blackbox_results results = new_results(texts.n_rows);
        if (thread->engine->ops->classify(
                thread->session,
                &(struct gpuc_work){.texts = &texts, .blackbox = results},
                NULL) != GPUC_OK ||
            !equal_results(&results, &expected, texts.n_rows))
            thread->is_equal = false;
        free_results(&expected);
        free_results(&results);
        gpuc_texts_done(&texts);
    }
    return NULL;
}

/* Sessions of one engine work side by side, also for different models. */
static void test_threads(void **state)
{
    enum { N_THREADS = 4 };
    static const struct gpuc_model models[] = {
        {.kind = GPUC_MODEL_BLACKBOX, .blackbox = {GPUC_SEED_PY3, 1}},
        {.kind = GPUC_MODEL_BLACKBOX, .blackbox = {GPUC_SEED_PY2, 3}},
    };
    struct thread threads[N_THREADS];
    pthread_t ids[N_THREADS];

    (void)state;
    skip_without_device(__func__);
    for (size_t i = 0; i < N_THREADS; i++) {
        threads[i] = (struct thread){.engine = engines[i % n_engines],
                                     .model = &models[i % 2],
                                     .seed = (uint32_t)(100 * i)};
        assert_int_equal(threads[i].engine->ops->attach(threads[i].engine,
                                                        threads[i].model,
                                                        &threads[i].session, NULL),
                         GPUC_OK);
    }
    for (size_t i = 0; i < N_THREADS; i++)
        assert_int_equal(pthread_create(&ids[i], NULL, classify_some, &threads[i]), 0);
    for (size_t i = 0; i < N_THREADS; i++) {
        assert_int_equal(pthread_join(ids[i], NULL), 0);
        assert_true(threads[i].is_equal);
        threads[i].engine->ops->detach(threads[i].session);
    }
}

/* The program is whole: no include is left to be looked for at run time. */
static void test_embedded_source(void **state)
{
    (void)state;
    assert_null(strstr(gpuc_kernel_blackbox, "#include \""));
    assert_non_null(strstr(gpuc_kernel_blackbox, "gpuc_sha512_compress"));
    assert_non_null(strstr(gpuc_kernel_blackbox, "__kernel void gpuc_blackbox("));
    assert_null(strstr(gpuc_kernel_blackbox, "fp64"));
}

static void test_build_failure(void **state)
{
    (void)state;
    skip_without_device(__func__);
    for (size_t i = 0; i < n_engines; i++) {
        const struct gpuc_cl_engine *engine = (struct gpuc_cl_engine *)engines[i];
        cl_program program = NULL;
        struct gpuc_error error = {0};
        assert_int_equal(gpuc_cl_program_build(engine->context, engine->device.id,
                                               "__kernel void f(void) { no_such(); }", "",
                                               &program, &error),
                         GPUC_EDEVICE);
        assert_null(program);
        print_message("%s\n", error.message);
        assert_memory_equal(error.message, "clBuildProgram: CL_", 19);
        assert_null(strchr(error.message, '\n'));
    }
}

/* A few rows of all kinds. */
static void test_small(void **state)
{
    struct gpuc_texts texts = random_texts(5, 100, 3, 3);

    (void)state;
    skip_without_device(__func__);
    check_parity(&texts, &(struct gpuc_model){.kind = GPUC_MODEL_BLACKBOX,
                                              .blackbox = {GPUC_SEED_PY3, 1}});
    check_parity(&texts, &(struct gpuc_model){.kind = GPUC_MODEL_BLACKBOX,
                                              .blackbox = {GPUC_SEED_PY2, 0}});
    gpuc_texts_done(&texts);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parity),
        cmocka_unit_test(test_every_size),
        cmocka_unit_test(test_empty_texts),
        cmocka_unit_test(test_growing_and_shrinking_batches),
        cmocka_unit_test(test_splits),
        cmocka_unit_test(test_scratch_layouts),
        cmocka_unit_test(test_too_long_text),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_embedded_source),
        cmocka_unit_test(test_build_failure),
    };
    const struct CMUnitTest small_tests[] = {
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_build_failure),
    };

    if (argc > 1 && strcmp(argv[1], "small") == 0)
        return cmocka_run_group_tests(small_tests, open_engines, close_engines);
    return cmocka_run_group_tests(tests, open_engines, close_engines);
}
