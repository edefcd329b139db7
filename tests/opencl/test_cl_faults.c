/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the OpenCL engine does when OpenCL fails: every call in turn, with every code that
 * drivers are known to give, once and from then on. The linker puts the functions below
 * between the engine and OpenCL (--wrap). Whatever fails, the results are right or the
 * error names the call, and every object is released.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "host/opencl/cl_session.h"
#include "host/opencl/engine_opencl.h"
#include "kernels/blackbox_row.h"
#include "opencl/random_texts.h"

enum { NEVER = -1 };

static struct {
    long n_calls;         /* calls made */
    long fail_at;         /* the call that fails, from 0 */
    bool for_ever;        /* and all after it */
    cl_int code;          /* with this code */
    const char *failed;   /* the function that failed first */
    size_t max_items;     /* larger launches are out of memory */
    size_t max_size;      /* so are larger buffers */
    cl_int kernel_status; /* how kernels end; 0: as they do */
    long n_objects;       /* created and not released */
} driver;

static void reset_driver(void)
{
    driver.n_calls = 0;
    driver.fail_at = NEVER;
    driver.failed = NULL;
    driver.max_items = SIZE_MAX;
    driver.max_size = SIZE_MAX;
    driver.kernel_status = CL_COMPLETE;
}

/* What this call is to fail with. */
static cl_int fault(const char *function)
{
    long call = driver.n_calls++;

    if (driver.fail_at == NEVER || call < driver.fail_at ||
        (call > driver.fail_at && !driver.for_ever))
        return CL_SUCCESS;
    if (driver.failed == NULL)
        driver.failed = function;
    return driver.code;
}

/* Puts itself in the place of a function that returns a code. */
#define WRAP(name, parameters, arguments)                                                \
  cl_int __real_##name parameters;                                                       \
  cl_int __wrap_##name parameters;                                                       \
  cl_int __wrap_##name parameters                                                        \
  {                                                                                      \
    cl_int code = fault(#name);                                                          \
    return code != CL_SUCCESS ? code : __real_##name arguments;                          \
  }

/* The same for a function that makes an object and has a last parameter for the code. */
#define WRAP_CREATE(type, name, parameters, arguments)                                   \
  type __real_##name parameters;                                                         \
  type __wrap_##name parameters;                                                         \
  type __wrap_##name parameters                                                          \
  {                                                                                      \
    *ret_code = fault(#name);                                                            \
    if (*ret_code != CL_SUCCESS)                                                         \
      return NULL;                                                                       \
    type object = __real_##name arguments;                                               \
    driver.n_objects += object != NULL;                                                  \
    return object;                                                                       \
  }

/* Releases are counted and do not fail. */
#define WRAP_RELEASE(type, name)                                                         \
  cl_int __real_##name(type object);                                                     \
  cl_int __wrap_##name(type object);                                                     \
  cl_int __wrap_##name(type object)                                                      \
  {                                                                                      \
    driver.n_objects--;                                                                  \
    return __real_##name(object);                                                        \
  }

/* NOLINTBEGIN(readability-function-size): OpenCL's own lists of parameters. */
WRAP(clGetPlatformIDs, (cl_uint n, cl_platform_id *ids, cl_uint *ret_n), (n, ids, ret_n))
WRAP(clGetDeviceIDs,
     (cl_platform_id platform, cl_device_type type, cl_uint n, cl_device_id *ids,
      cl_uint *ret_n),
     (platform, type, n, ids, ret_n))
WRAP(clGetDeviceInfo,
     (cl_device_id device, cl_device_info what, size_t size, void *value,
      size_t *ret_size),
     (device, what, size, value, ret_size))
WRAP(clBuildProgram,
     (cl_program program, cl_uint n, const cl_device_id *ids, const char *options,
      void(CL_CALLBACK *notify)(cl_program, void *), void *context),
     (program, n, ids, options, notify, context))
WRAP(clGetKernelWorkGroupInfo,
     (cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info what, size_t size,
      void *value, size_t *ret_size),
     (kernel, device, what, size, value, ret_size))
WRAP(clSetKernelArg, (cl_kernel kernel, cl_uint index, size_t size, const void *value),
     (kernel, index, size, value))
WRAP(clEnqueueWriteBuffer,
     (cl_command_queue queue, cl_mem memory, cl_bool blocking, size_t offset, size_t size,
      const void *data, cl_uint n_events, const cl_event *events, cl_event *ret_event),
     (queue, memory, blocking, offset, size, data, n_events, events, ret_event))
WRAP(clEnqueueReadBuffer,
     (cl_command_queue queue, cl_mem memory, cl_bool blocking, size_t offset, size_t size,
      void *data, cl_uint n_events, const cl_event *events, cl_event *ret_event),
     (queue, memory, blocking, offset, size, data, n_events, events, ret_event))
WRAP(clGetEventProfilingInfo,
     (cl_event event, cl_profiling_info what, size_t size, void *value, size_t *ret_size),
     (event, what, size, value, ret_size))
WRAP_CREATE(cl_context, clCreateContext,
            (const cl_context_properties *properties, cl_uint n, const cl_device_id *ids,
             void(CL_CALLBACK *notify)(const char *, const void *, size_t, void *),
             void *context, cl_int *ret_code),
            (properties, n, ids, notify, context, ret_code))
WRAP_CREATE(cl_program, clCreateProgramWithSource,
            (cl_context context, cl_uint n, const char **texts, const size_t *sizes,
             cl_int *ret_code),
            (context, n, texts, sizes, ret_code))
WRAP_CREATE(cl_command_queue, clCreateCommandQueue,
            (cl_context context, cl_device_id device, cl_command_queue_properties flags,
             cl_int *ret_code),
            (context, device, flags, ret_code))
WRAP_CREATE(cl_kernel, clCreateKernel,
            (cl_program program, const char *name, cl_int *ret_code),
            (program, name, ret_code))
WRAP_RELEASE(cl_context, clReleaseContext)
WRAP_RELEASE(cl_program, clReleaseProgram)
WRAP_RELEASE(cl_command_queue, clReleaseCommandQueue)
WRAP_RELEASE(cl_kernel, clReleaseKernel)
WRAP_RELEASE(cl_mem, clReleaseMemObject)
WRAP_RELEASE(cl_event, clReleaseEvent)

cl_mem __real_clCreateBuffer(cl_context context, cl_mem_flags flags, size_t size,
                             void *data, cl_int *ret_code);
cl_mem __wrap_clCreateBuffer(cl_context context, cl_mem_flags flags, size_t size,
                             void *data, cl_int *ret_code);
cl_mem __wrap_clCreateBuffer(cl_context context, cl_mem_flags flags, size_t size,
                             void *data, cl_int *ret_code)
{
    *ret_code = fault("clCreateBuffer");
    if (*ret_code == CL_SUCCESS && size > driver.max_size)
        *ret_code = CL_MEM_OBJECT_ALLOCATION_FAILURE;
    if (*ret_code != CL_SUCCESS)
        return NULL;
    driver.n_objects++;
    return __real_clCreateBuffer(context, flags, size, data, ret_code);
}

cl_int __real_clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint n,
                                     const size_t *offsets, const size_t *n_items,
                                     const size_t *group_sizes, cl_uint n_events,
                                     const cl_event *events, cl_event *ret_event);
cl_int __wrap_clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint n,
                                     const size_t *offsets, const size_t *n_items,
                                     const size_t *group_sizes, cl_uint n_events,
                                     const cl_event *events, cl_event *ret_event);
cl_int __wrap_clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint n,
                                     const size_t *offsets, const size_t *n_items,
                                     const size_t *group_sizes, cl_uint n_events,
                                     const cl_event *events, cl_event *ret_event)
{
    cl_int code = fault("clEnqueueNDRangeKernel");
    if (code == CL_SUCCESS && n_items[0] > driver.max_items)
        code = CL_MEM_OBJECT_ALLOCATION_FAILURE;
    if (code != CL_SUCCESS)
        return code;
    driver.n_objects++;
    return __real_clEnqueueNDRangeKernel(queue, kernel, n, offsets, n_items, group_sizes,
                                         n_events, events, ret_event);
}

/* NOLINTEND(readability-function-size) */

/* Waits in any case: else the commands would go on under the test's feet. */
cl_int __real_clFinish(cl_command_queue queue);
cl_int __wrap_clFinish(cl_command_queue queue);
cl_int __wrap_clFinish(cl_command_queue queue)
{
    cl_int code = fault("clFinish");
    cl_int real_code = __real_clFinish(queue);
    return code != CL_SUCCESS ? code : real_code;
}

cl_int __real_clGetEventInfo(cl_event event, cl_event_info what, size_t size, void *value,
                             size_t *ret_size);
cl_int __wrap_clGetEventInfo(cl_event event, cl_event_info what, size_t size, void *value,
                             size_t *ret_size);
cl_int __wrap_clGetEventInfo(cl_event event, cl_event_info what, size_t size, void *value,
                             size_t *ret_size)
{
    cl_int code = fault("clGetEventInfo");
    if (code == CL_SUCCESS)
        code = __real_clGetEventInfo(event, what, size, value, ret_size);
    if (code == CL_SUCCESS && driver.kernel_status != CL_COMPLETE)
        *(cl_int *)value = driver.kernel_status;
    return code;
}

/* ---- the tests ------------------------------------------------------------------ */

static const struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX,
                                        .blackbox = {GPUC_SEED_PY3, 1}};
static struct gpuc_texts texts;
static struct gpuc_blackbox_results expected;
static struct gpuc_blackbox_results results;
static struct gpuc_device device;

static int set_up(void **state)
{
    struct gpuc_device_list list = {0};

    (void)state;
    reset_driver();
    gpuc_engine_ops_opencl.probe(&gpuc_engine_ops_opencl, &list);
    for (size_t i = 0; i < list.n_devices && !device.usable; i++)
        device = list.devices[i];
    texts = random_texts(100, 100, 40, 5);
    expected = scalar_results(&model, &texts);
    results = new_results(texts.n_rows);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    gpuc_texts_done(&texts);
    free_results(&expected);
    free_results(&results);
    return 0;
}

static void skip_without_device(const char *test)
{
    if (!device.usable) {
        print_message("%s: skipped, there is no usable OpenCL device\n", test);
        skip();
    }
    reset_driver();
}

/* An engine's whole life with one batch, from the list on. */
static enum gpuc_status live(struct gpuc_error *error)
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
        status = classify_once(engine, &model, &texts, &results, error);
    ops->close(engine);
    return status;
}

static bool means_less_may_do(cl_int code)
{
    return code == CL_MEM_OBJECT_ALLOCATION_FAILURE || code == CL_OUT_OF_RESOURCES ||
           code == CL_OUT_OF_HOST_MEMORY;
}

/* Judges a run in which driver.failed failed. */
static void check_outcome(enum gpuc_status status, const struct gpuc_error *error)
{
    assert_int_equal(driver.n_objects, 0);
    if (status == GPUC_OK) {
        assert_true(equal_results(&results, &expected, texts.n_rows));
        return;
    }
    assert_true(status == GPUC_EDEVICE || status == GPUC_ENOMEM);
    assert_int_equal(error->status, status);
    assert_null(strchr(error->message, '\n'));
    /* A device that does not answer a question is found wanting, not the question. */
    if (strcmp(driver.failed, "clGetDeviceInfo") == 0)
        assert_true(strlen(error->message) > 0);
    else if (driver.for_ever)
        assert_memory_equal(error->message, "cl", 2);
    else
        assert_memory_equal(error->message, driver.failed, strlen(driver.failed));
}

static void forget_results(void)
{
    memset(results.fractions, 0xa5, texts.n_rows * sizeof *results.fractions);
    memset(results.digests, 0xa5, texts.n_rows * GPUC_DIGEST_SIZE);
}

/* Each call of an engine's life, with a code that ends it. */
static void test_every_call(void **state)
{
    struct gpuc_error error;
    unsigned n_survived = 0;

    (void)state;
    skip_without_device(__func__);
    assert_int_equal(live(&error), GPUC_OK);
    long n_calls = driver.n_calls;
    for (long call = 0; call < 2 * n_calls; call++) {
        reset_driver();
        forget_results();
        driver.code = CL_INVALID_VALUE;
        driver.fail_at = call / 2;
        driver.for_ever = call % 2 != 0;
        enum gpuc_status status = live(&error);
        check_outcome(status, &error);
        n_survived += status == GPUC_OK;
    }
    print_message("%ld calls failed once and for ever; %u lives went on\n", n_calls,
                  n_survived);
}

/* Each call of a session's life, with every code. */
static void test_every_code(void **state)
{
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

    (void)state;
    skip_without_device(__func__);
    assert_int_equal(ops->open(ops, &device, &engine, &error), GPUC_OK);
    long n_engine_objects = driver.n_objects;
    driver.n_objects = 0;
    driver.n_calls = 0;
    assert_int_equal(classify_once(engine, &model, &texts, &results, &error), GPUC_OK);
    long n_calls = driver.n_calls;
    for (long run = 0; run < 2 * N_CODES * n_calls; run++) {
        reset_driver();
        forget_results();
        driver.code = codes[run % N_CODES];
        driver.fail_at = run / N_CODES / 2;
        driver.for_ever = run / N_CODES % 2 != 0;
        enum gpuc_status status = classify_once(engine, &model, &texts, &results, &error);
        check_outcome(status, &error);
        /* Too little memory once is nothing that stops a batch. */
        if (!driver.for_ever && means_less_may_do(driver.code) &&
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
    static const size_t max_items[] = {64, 128};
    static const size_t max_sizes[] = {GPUC_MT_SIZE * 4, GPUC_MT_SIZE * 4 * 30};
    struct gpuc_error error;

    (void)state;
    skip_without_device(__func__);
    for (size_t i = 0; i < 2; i++) {
        reset_driver();
        forget_results();
        driver.max_items = max_items[i];
        assert_int_equal(live(&error), GPUC_OK);
        assert_true(equal_results(&results, &expected, texts.n_rows));
        reset_driver();
        forget_results();
        driver.max_size = max_sizes[i] + 200;
        assert_int_equal(live(&error), GPUC_OK);
        assert_true(equal_results(&results, &expected, texts.n_rows));
        assert_int_equal(driver.n_objects, 0);
    }
    reset_driver();
    driver.max_items = 0;
    assert_int_equal(live(&error), GPUC_ENOMEM);
    assert_string_equal(error.message,
                        "clEnqueueNDRangeKernel: CL_MEM_OBJECT_ALLOCATION_FAILURE (-4)");
    assert_int_equal(driver.n_objects, 0);
}

/* A kernel that crashes may tell only its event. */
static void test_crashed_kernel(void **state)
{
    struct gpuc_error error;

    (void)state;
    skip_without_device(__func__);
    driver.kernel_status = CL_INVALID_KERNEL_ARGS;
    assert_int_equal(live(&error), GPUC_EDEVICE);
    assert_string_equal(error.message,
                        "kernel gpuc_blackbox: CL_INVALID_KERNEL_ARGS (-52)");
    driver.kernel_status = CL_OUT_OF_RESOURCES;
    assert_int_equal(live(&error), GPUC_ENOMEM);
    assert_string_equal(error.message, "kernel gpuc_blackbox: CL_OUT_OF_RESOURCES (-5)");
    assert_int_equal(driver.n_objects, 0);
}

/* The host's memory runs out at each request in turn. */
static void test_host_memory(void **state)
{
    struct gpuc_error error;
    long n_requests = 0;
    enum gpuc_status status;

    (void)state;
    skip_without_device(__func__);
    do {
        gpuc_memory_fail_after(n_requests++, true);
        status = live(&error);
        gpuc_memory_fail_after(NEVER, false);
        assert_int_equal(driver.n_objects, 0);
        assert_true(status == GPUC_OK || status == GPUC_ENOMEM);
    } while (status != GPUC_OK);
    assert_true(n_requests > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_call),    cmocka_unit_test(test_every_code),
        cmocka_unit_test(test_little_memory), cmocka_unit_test(test_crashed_kernel),
        cmocka_unit_test(test_host_memory),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
