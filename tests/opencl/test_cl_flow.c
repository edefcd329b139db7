/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How batches flow to a device: several launches are under way at once, what was copied
 * and how long it took is counted, and all sessions together keep to the device's memory.
 * Each for devices that share the host's memory and, by pretence, for GPUs with their
 * own.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cpu/random_forest.h"
#include "host/opencl/cl_forest_session.h"
#include "opencl/all_devices.h"
#include "support/cmocka_all.h"

enum { N_AT_ONCE = 3, N_ROWS = 3000, STRIDE = 3008, PATIENCE_SECONDS = 30 };
enum { N_SESSIONS = 20, SMALL_MEMORY = 4 << 20 };

static struct test_forest *trees;
static struct gpuc_model model = {.kind = GPUC_MODEL_FOREST};
static struct gpuc_feature_rows rows = {.stride = STRIDE, .n_rows = N_ROWS};
static double expected[STRIDE];

/* What stands between the engine and OpenCL. */
static struct {
    pthread_mutex_t mutex;
    cl_event gate;    /* that launches wait for; NULL: they do not */
    size_t n_at_gate; /* launches */
    uint64_t
        device_bytes; /* of buffers that sessions have now; those of models excepted */
    uint64_t max_device_bytes;
} driver = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* NOLINTBEGIN(readability-function-size): OpenCL's own lists of parameters. */
extern __typeof__(clEnqueueNDRangeKernel) __real_clEnqueueNDRangeKernel,
    __wrap_clEnqueueNDRangeKernel;
extern __typeof__(clCreateBuffer) __real_clCreateBuffer, __wrap_clCreateBuffer;
extern __typeof__(clReleaseMemObject) __real_clReleaseMemObject,
    __wrap_clReleaseMemObject;

cl_int __wrap_clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint n,
                                     const size_t *offsets, const size_t *n_items,
                                     const size_t *group_sizes, cl_uint n_events,
                                     const cl_event *events, cl_event *ret_event)
{
    if (driver.gate == NULL)
        return __real_clEnqueueNDRangeKernel(queue, kernel, n, offsets, n_items,
                                             group_sizes, n_events, events, ret_event);
    cl_int code = __real_clEnqueueNDRangeKernel(queue, kernel, n, offsets, n_items,
                                                group_sizes, 1, &driver.gate, ret_event);
    pthread_mutex_lock(&driver.mutex);
    driver.n_at_gate++;
    pthread_mutex_unlock(&driver.mutex);
    return code;
}

/* Of buffers for launches that are on the device. */
static uint64_t device_size(cl_mem_flags flags, size_t size)
{
    const cl_mem_flags uses = CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY | CL_MEM_READ_WRITE;
    return (flags & CL_MEM_COPY_HOST_PTR) == 0 && (flags & uses) != 0 ? size : 0;
}

cl_mem __wrap_clCreateBuffer(cl_context context, cl_mem_flags flags, size_t size,
                             void *data, cl_int *ret_code)
{
    driver.device_bytes += device_size(flags, size);
    if (driver.device_bytes > driver.max_device_bytes)
        driver.max_device_bytes = driver.device_bytes;
    return __real_clCreateBuffer(context, flags, size, data, ret_code);
}

cl_int __wrap_clReleaseMemObject(cl_mem memory)
{
    cl_mem_flags flags = 0;
    size_t size = 0;

    clGetMemObjectInfo(memory, CL_MEM_FLAGS, sizeof flags, &flags, NULL);
    clGetMemObjectInfo(memory, CL_MEM_SIZE, sizeof size, &size, NULL);
    driver.device_bytes -= device_size(flags, size);
    return __real_clReleaseMemObject(memory);
}
/* NOLINTEND(readability-function-size) */

static struct gpuc_cl_engine *first_engine(const char *test, bool is_gpu)
{
    skip_without_device(test);
    struct gpuc_cl_engine *engine = (struct gpuc_cl_engine *)engines[0];
    engine->flow = (struct gpuc_cl_flow){is_gpu, is_gpu};
    return engine;
}

static struct gpuc_session *attach(struct gpuc_cl_engine *engine)
{
    struct gpuc_session *session = NULL;
    struct gpuc_error error;

    if (engine->base.ops->attach(&engine->base, &model, &session, &error) != GPUC_OK)
        fail_msg("%s", error.message);
    return session;
}

/* On any thread; false if a margin is wrong. */
static bool classify(struct gpuc_session *session)
{
    double *margins = gpuc_alloc(STRIDE, sizeof *margins);
    struct gpuc_work work = {.features = rows, .forest = {margins, NULL, STRIDE}};
    bool is_right = session->engine->ops->classify(session, &work, NULL) == GPUC_OK &&
                    memcmp(margins, expected, N_ROWS * sizeof *margins) == 0;
    gpuc_free(margins);
    return is_right;
}

static void *classify_on_thread(void *session)
{
    return classify(session) ? session : NULL;
}

static bool all_are_at_gate(void)
{
    pthread_mutex_lock(&driver.mutex);
    bool are_there = driver.n_at_gate == N_AT_ONCE;
    pthread_mutex_unlock(&driver.mutex);
    return are_there;
}

/* Kernels that have to wait for each other do not keep their sessions from the queue. */
static void test_launches_at_once(void **state)
{
    struct gpuc_cl_engine *engine = first_engine(__func__, *state != NULL);
    struct gpuc_session *sessions[N_AT_ONCE];
    pthread_t threads[N_AT_ONCE];
    bool are_at_once = false;
    cl_int code;

    for (size_t i = 0; i < N_AT_ONCE; i++)
        sessions[i] = attach(engine);
    driver.n_at_gate = 0;
    driver.gate = clCreateUserEvent(engine->context, &code);
    assert_int_equal(code, CL_SUCCESS);
    for (size_t i = 0; i < N_AT_ONCE; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, classify_on_thread, sessions[i]), 0);
    for (unsigned i = 0; i < 1000 * PATIENCE_SECONDS && !are_at_once; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        are_at_once = all_are_at_gate();
    }
    assert_int_equal(clSetUserEventStatus(driver.gate, CL_COMPLETE), CL_SUCCESS);
    for (size_t i = 0; i < N_AT_ONCE; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        assert_ptr_equal(result, sessions[i]);
        engine->base.ops->detach(sessions[i]);
    }
    clReleaseEvent(driver.gate);
    driver.gate = NULL;
    assert_true(are_at_once);
}

/* Codes travel there and margins back, or nothing does. */
static void test_counts(void **state)
{
    bool is_gpu = *state != NULL;
    struct gpuc_cl_engine *engine = first_engine(__func__, is_gpu);
    struct gpuc_session *session = attach(engine);
    const struct gpuc_device_share *done = &session->done;
    uint64_t codes_size = model.forest->codes_size;

    assert_true(classify(session));
    assert_true(classify(session));
    assert_int_equal(done->rows, 2 * N_ROWS);
    assert_int_equal(done->n_calls, 2);
    assert_true(done->quantise_seconds > 0);
    assert_true(done->copy_seconds > 0);
    assert_true(done->kernel_seconds > 0);
    assert_true(done->seconds > done->quantise_seconds);
    uint64_t margins_bytes = 2 * N_ROWS * sizeof(double);
    if (!is_gpu)
        assert_int_equal(done->copied_bytes, 0);
    else
        assert_in_range(done->copied_bytes, margins_bytes + 2 * codes_size * N_ROWS,
                        margins_bytes + 2 * codes_size * (N_ROWS + 1024));
    engine->base.ops->detach(session);
}

/* Sessions share a quarter of the memory, however many there are. */
static void test_memory(void **state)
{
    struct gpuc_cl_engine *engine = first_engine(__func__, *state != NULL);
    cl_ulong memory_size = engine->device.memory_size;
    struct gpuc_session *sessions[N_SESSIONS];

    engine->device.memory_size = SMALL_MEMORY;
    driver.max_device_bytes = 0;
    for (size_t i = 0; i < N_SESSIONS; i++) {
        sessions[i] = attach(engine);
        /* The first one has more to itself, for now. */
        assert_true(i > 0 || classify(sessions[i]));
    }
    for (size_t i = 0; i < 2 * N_SESSIONS; i++)
        assert_true(classify(sessions[i % N_SESSIONS]));
    assert_in_range(driver.max_device_bytes, SMALL_MEMORY / 16, SMALL_MEMORY / 4);
    for (size_t i = 0; i < N_SESSIONS; i++)
        engine->base.ops->detach(sessions[i]);
    assert_int_equal(driver.device_bytes, 0);
    engine->device.memory_size = memory_size;
}

/* A GPU gets more rows at once, and sessions that wait for it beside those at work. */
static void test_sessions(void **state)
{
    bool is_gpu = *state != NULL;
    struct gpuc_cl_engine *engine = first_engine(__func__, is_gpu);
    cl_device_type type = engine->device.type;

    engine->device.type = is_gpu ? CL_DEVICE_TYPE_GPU : CL_DEVICE_TYPE_CPU;
    assert_int_equal(engine->base.ops->n_sessions(&engine->base, 1), is_gpu ? 4 : 3);
    assert_int_equal(engine->base.ops->n_sessions(&engine->base, 8), is_gpu ? 11 : 8);
    struct gpuc_session *session = attach(engine);
    if (is_gpu)
        assert_in_range(session->batch_rows, 10000, 200000);
    else
        assert_int_equal(session->batch_rows, 0);
    assert_true(classify(session));
    engine->base.ops->detach(session);
    engine->device.type = type;
}

static int set_up(void **state)
{
    const struct test_forest_shape shape = {
        .forest = {.number = GPUC_FLOAT64,
                   .n_features = 8,
                   .n_outputs = 1,
                   .leaf_size = 1,
                   .name = "random"},
        .n_trees = 20,
        .n_leaves = 30,
        .n_thresholds = 50,
    };
    trees = test_forest_new(&shape);
    model.forest = trees->image;
    rows.values = test_forest_values(trees, N_ROWS, STRIDE);
    uint32_t *leaves = gpuc_alloc(shape.n_trees * STRIDE, sizeof *leaves);
    assert_non_null(leaves);
    test_forest_answer(trees, &rows,
                       &(struct gpuc_forest_results){expected, leaves, STRIDE});
    gpuc_free(leaves);
    return open_engines(state);
}

static int tear_down(void **state)
{
    gpuc_free((void *)(uintptr_t)rows.values);
    test_forest_free(trees);
    return close_engines(state);
}

#define TESTS(kind, state)                                                               \
  {"test_launches_at_once " kind, test_launches_at_once, NULL, NULL, state},             \
      {"test_counts " kind, test_counts, NULL, NULL, state},                             \
      {"test_memory " kind, test_memory, NULL, NULL, state},                             \
  {                                                                                      \
    "test_sessions " kind, test_sessions, NULL, NULL, state                              \
  }

int main(void)
{
    static bool is_gpu = true;
    const struct CMUnitTest tests[] = {TESTS("CPU", NULL), TESTS("GPU", &is_gpu)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
