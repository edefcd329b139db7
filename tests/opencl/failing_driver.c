/* SPDX-License-Identifier: Apache-2.0 */
#include "opencl/failing_driver.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct failing_driver driver;

#define NAME_OF(name) #name,
const char *const failing_call_names[N_FAILING_CALLS] = {FAILING_CALLS(NAME_OF)};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void reset_driver(void)
{
    driver.n_calls = 0;
    driver.function = NULL;
    driver.fail_at = NEVER;
    driver.failed = NULL;
    driver.n_faults = 0;
    driver.max_items = SIZE_MAX;
    driver.max_size = SIZE_MAX;
    driver.discrete_gpu = false;
    driver.fills = false;
}

/* What this call is to fail with. */
static cl_int choose_fault(const char *function)
{
    if (driver.function != NULL && strcmp(driver.function, function) != 0)
        return CL_SUCCESS;
    long call = driver.n_calls++;
    if (driver.fail_at == NEVER || call < driver.fail_at ||
        (call > driver.fail_at && !driver.for_ever))
        return CL_SUCCESS;
    if (driver.failed == NULL)
        driver.failed = function;
    driver.n_faults++;
    return driver.code;
}

static cl_int fault(enum failing_call call)
{
    pthread_mutex_lock(&mutex);
    driver.n_calls_of[call]++;
    cl_int code = choose_fault(failing_call_names[call]);
    pthread_mutex_unlock(&mutex);
    return code;
}

static void count_objects(long n_more)
{
    pthread_mutex_lock(&mutex);
    driver.n_objects += n_more;
    pthread_mutex_unlock(&mutex);
}

/* Whether the kernel of a launch crashes. */
static bool kernel_crashes(void)
{
    if (driver.function == NULL || strcmp(driver.function, "kernel") != 0)
        return false;
    pthread_mutex_lock(&mutex);
    cl_int code = choose_fault("kernel");
    pthread_mutex_unlock(&mutex);
    return code != CL_SUCCESS;
}

/* Replaces an event of the list of crashed ones, or NULL; false: there is none. */
static bool replace_crashed(cl_event event, cl_event by)
{
    bool found = false;

    pthread_mutex_lock(&mutex);
    for (size_t i = 0; i < N_CRASHED_EVENTS && !found; i++) {
        found = driver.crashed_events[i] == event;
        if (found)
            driver.crashed_events[i] = by;
    }
    pthread_mutex_unlock(&mutex);
    return found;
}

static bool has_crashed(cl_event event)
{
    return replace_crashed(event, event);
}

/* Puts itself in the place of a function that returns a code. */
#define FAIL(name, parameters, arguments)                                                \
  cl_int FAILING(name) parameters                                                        \
  {                                                                                      \
    cl_int code = fault(CALL_##name);                                                    \
    return code != CL_SUCCESS ? code : REAL(name) arguments;                             \
  }

/* The same for a command, whose last parameter is for its event. */
#define FAIL_COMMAND(name, parameters, arguments)                                        \
  cl_int FAILING(name) parameters                                                        \
  {                                                                                      \
    cl_int code = fault(CALL_##name);                                                    \
    if (code == CL_SUCCESS)                                                              \
      code = REAL(name) arguments;                                                       \
    count_objects(code == CL_SUCCESS && ret_event != NULL);                              \
    return code;                                                                         \
  }

/* The same for a function that makes an object and has a last parameter for the code. */
#define FAIL_CREATE(type, name, parameters, arguments)                                   \
  type FAILING(name) parameters                                                          \
  {                                                                                      \
    *ret_code = fault(CALL_##name);                                                      \
    if (*ret_code != CL_SUCCESS)                                                         \
      return NULL;                                                                       \
    type object = REAL(name) arguments;                                                  \
    count_objects(object != NULL);                                                       \
    return object;                                                                       \
  }

/* Releases are counted and do not fail. */
#define COUNT_RELEASE(type, name)                                                        \
  cl_int FAILING(name)(type object)                                                      \
  {                                                                                      \
    count_objects(-1);                                                                   \
    return REAL(name)(object);                                                           \
  }

/* NOLINTBEGIN(readability-function-size): OpenCL's own lists of parameters. */
FAIL(clGetPlatformIDs, (cl_uint n, cl_platform_id *ids, cl_uint *ret_n), (n, ids, ret_n))
FAIL(clGetPlatformInfo,
     (cl_platform_id platform, cl_platform_info what, size_t size, void *value,
      size_t *ret_size),
     (platform, what, size, value, ret_size))
FAIL(clGetDeviceIDs,
     (cl_platform_id platform, cl_device_type type, cl_uint n, cl_device_id *ids,
      cl_uint *ret_n),
     (platform, type, n, ids, ret_n))
FAIL(clBuildProgram,
     (cl_program program, cl_uint n, const cl_device_id *ids, const char *options,
      void(CL_CALLBACK *notify)(cl_program, void *), void *context),
     (program, n, ids, options, notify, context))
FAIL(clGetProgramInfo,
     (cl_program program, cl_program_info what, size_t size, void *value,
      size_t *ret_size),
     (program, what, size, value, ret_size))
FAIL(clGetProgramBuildInfo,
     (cl_program program, cl_device_id device, cl_program_build_info what, size_t size,
      void *value, size_t *ret_size),
     (program, device, what, size, value, ret_size))
FAIL(clGetKernelWorkGroupInfo,
     (cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info what, size_t size,
      void *value, size_t *ret_size),
     (kernel, device, what, size, value, ret_size))
FAIL(clSetKernelArg, (cl_kernel kernel, cl_uint index, size_t size, const void *value),
     (kernel, index, size, value))
FAIL(clFlush, (cl_command_queue queue), (queue))
FAIL_COMMAND(clEnqueueWriteBuffer,
             (cl_command_queue queue, cl_mem memory, cl_bool blocking, size_t offset,
              size_t size, const void *data, cl_uint n_events, const cl_event *events,
              cl_event *ret_event),
             (queue, memory, blocking, offset, size, data, n_events, events, ret_event))
FAIL_COMMAND(clEnqueueReadBuffer,
             (cl_command_queue queue, cl_mem memory, cl_bool blocking, size_t offset,
              size_t size, void *data, cl_uint n_events, const cl_event *events,
              cl_event *ret_event),
             (queue, memory, blocking, offset, size, data, n_events, events, ret_event))
FAIL_COMMAND(clEnqueueReadBufferRect,
             (cl_command_queue queue, cl_mem memory, cl_bool blocking,
              const size_t *origin, const size_t *host_origin, const size_t *region,
              size_t row_pitch, size_t slice_pitch, size_t host_row_pitch,
              size_t host_slice_pitch, void *data, cl_uint n_events,
              const cl_event *events, cl_event *ret_event),
             (queue, memory, blocking, origin, host_origin, region, row_pitch,
              slice_pitch, host_row_pitch, host_slice_pitch, data, n_events, events,
              ret_event))
FAIL_COMMAND(clEnqueueMarkerWithWaitList,
             (cl_command_queue queue, cl_uint n_events, const cl_event *events,
              cl_event *ret_event),
             (queue, n_events, events, ret_event))
FAIL_CREATE(cl_context, clCreateContext,
            (const cl_context_properties *properties, cl_uint n, const cl_device_id *ids,
             void(CL_CALLBACK *notify)(const char *, const void *, size_t, void *),
             void *context, cl_int *ret_code),
            (properties, n, ids, notify, context, ret_code))
FAIL_CREATE(cl_program, clCreateProgramWithSource,
            (cl_context context, cl_uint n, const char **texts, const size_t *sizes,
             cl_int *ret_code),
            (context, n, texts, sizes, ret_code))
FAIL_CREATE(cl_program, clCreateProgramWithBinary,
            (cl_context context, cl_uint n, const cl_device_id *ids, const size_t *sizes,
             const unsigned char **binaries, cl_int *ret_codes, cl_int *ret_code),
            (context, n, ids, sizes, binaries, ret_codes, ret_code))
FAIL_CREATE(cl_command_queue, clCreateCommandQueue,
            (cl_context context, cl_device_id device, cl_command_queue_properties flags,
             cl_int *ret_code),
            (context, device, flags, ret_code))
FAIL_CREATE(cl_kernel, clCreateKernel,
            (cl_program program, const char *name, cl_int *ret_code),
            (program, name, ret_code))
COUNT_RELEASE(cl_context, clReleaseContext)
COUNT_RELEASE(cl_program, clReleaseProgram)
COUNT_RELEASE(cl_command_queue, clReleaseCommandQueue)
COUNT_RELEASE(cl_kernel, clReleaseKernel)
COUNT_RELEASE(cl_mem, clReleaseMemObject)

cl_int FAILING(clReleaseEvent)(cl_event event)
{
    replace_crashed(event, NULL);
    count_objects(-1);
    return REAL(clReleaseEvent)(event);
}

cl_int FAILING(clGetDeviceInfo)(cl_device_id device, cl_device_info what, size_t size,
                                void *value, size_t *ret_size)
{
    cl_int code = fault(CALL_clGetDeviceInfo);

    if (code == CL_SUCCESS)
        code = REAL(clGetDeviceInfo)(device, what, size, value, ret_size);
    if (code != CL_SUCCESS || !driver.discrete_gpu || value == NULL)
        return code;
    if (what == CL_DEVICE_TYPE)
        *(cl_device_type *)value = CL_DEVICE_TYPE_GPU;
    if (what == CL_DEVICE_HOST_UNIFIED_MEMORY)
        *(cl_bool *)value = CL_FALSE;
    return code;
}

cl_mem FAILING(clCreateBuffer)(cl_context context, cl_mem_flags flags, size_t size,
                               void *data, cl_int *ret_code)
{
    const cl_mem_flags one_way = CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY;
    void *rubbish = NULL;

    *ret_code = fault(CALL_clCreateBuffer);
    if (*ret_code == CL_SUCCESS && size > driver.max_size)
        *ret_code = CL_MEM_OBJECT_ALLOCATION_FAILURE;
    if (*ret_code != CL_SUCCESS)
        return NULL;
    if (driver.fills && data == NULL && (flags & one_way) == 0)
        rubbish = malloc(size);
    if (rubbish != NULL) {
        memset(rubbish, 0xa5, size);
        data = rubbish;
        flags |= CL_MEM_COPY_HOST_PTR;
    }
    cl_mem memory = REAL(clCreateBuffer)(context, flags, size, data, ret_code);
    free(rubbish);
    count_objects(memory != NULL);
    return memory;
}

void *FAILING(clEnqueueMapBuffer)(cl_command_queue queue, cl_mem memory, cl_bool blocking,
                                  cl_map_flags flags, size_t offset, size_t size,
                                  cl_uint n_events, const cl_event *events,
                                  cl_event *ret_event, cl_int *ret_code)
{
    *ret_code = fault(CALL_clEnqueueMapBuffer);
    if (*ret_code != CL_SUCCESS)
        return NULL;
    void *mapped = REAL(clEnqueueMapBuffer)(queue, memory, blocking, flags, offset, size,
                                            n_events, events, ret_event, ret_code);
    if (*ret_code == CL_SUCCESS)
        count_objects(ret_event != NULL ? 2 : 1);
    return mapped;
}

/* Counts as a release, whether it fails or not. */
cl_int FAILING(clEnqueueUnmapMemObject)(cl_command_queue queue, cl_mem memory,
                                        void *mapped, cl_uint n_events,
                                        const cl_event *events, cl_event *ret_event)
{
    cl_int code = fault(CALL_clEnqueueUnmapMemObject);
    cl_int real_code = REAL(clEnqueueUnmapMemObject)(
        queue, memory, mapped, n_events, events, code == CL_SUCCESS ? ret_event : NULL);

    if (code == CL_SUCCESS)
        code = real_code;
    count_objects(code == CL_SUCCESS && ret_event != NULL ? 0 : -1);
    return code;
}

/* A crashed kernel writes nothing; only its event tells. */
cl_int FAILING(clEnqueueNDRangeKernel)(cl_command_queue queue, cl_kernel kernel,
                                       cl_uint n, const size_t *offsets,
                                       const size_t *n_items, const size_t *group_sizes,
                                       cl_uint n_events, const cl_event *events,
                                       cl_event *ret_event)
{
    cl_int code = fault(CALL_clEnqueueNDRangeKernel);

    if (code == CL_SUCCESS && n_items[0] > driver.max_items)
        code = CL_MEM_OBJECT_ALLOCATION_FAILURE;
    if (code != CL_SUCCESS)
        return code;
    if (!kernel_crashes())
        code = REAL(clEnqueueNDRangeKernel)(queue, kernel, n, offsets, n_items,
                                            group_sizes, n_events, events, ret_event);
    else {
        code = REAL(clEnqueueMarkerWithWaitList)(queue, n_events, events, ret_event);
        if (code == CL_SUCCESS && ret_event != NULL)
            replace_crashed(NULL, *ret_event);
    }
    count_objects(code == CL_SUCCESS && ret_event != NULL);
    return code;
}

/* NOLINTEND(readability-function-size) */

/* Waits in any case: else the commands would go on under the test's feet. */
cl_int FAILING(clFinish)(cl_command_queue queue)
{
    cl_int code = fault(CALL_clFinish);
    cl_int real_code = REAL(clFinish)(queue);
    return code != CL_SUCCESS ? code : real_code;
}

cl_int FAILING(clWaitForEvents)(cl_uint n_events, const cl_event *events)
{
    cl_int code = fault(CALL_clWaitForEvents);
    cl_int real_code = REAL(clWaitForEvents)(n_events, events);

    for (cl_uint i = 0; i < n_events && code == CL_SUCCESS; i++) {
        if (has_crashed(events[i]))
            code = CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST;
    }
    return code != CL_SUCCESS ? code : real_code;
}

cl_int FAILING(clGetEventInfo)(cl_event event, cl_event_info what, size_t size,
                               void *value, size_t *ret_size)
{
    cl_int code = fault(CALL_clGetEventInfo);

    if (code == CL_SUCCESS)
        code = REAL(clGetEventInfo)(event, what, size, value, ret_size);
    if (code == CL_SUCCESS && what == CL_EVENT_COMMAND_EXECUTION_STATUS &&
        has_crashed(event))
        *(cl_int *)value = driver.code;
    return code;
}

cl_int FAILING(clGetEventProfilingInfo)(cl_event event, cl_profiling_info what,
                                        size_t size, void *value, size_t *ret_size)
{
    cl_int code = fault(CALL_clGetEventProfilingInfo);

    if (code == CL_SUCCESS && has_crashed(event))
        code = CL_PROFILING_INFO_NOT_AVAILABLE;
    if (code != CL_SUCCESS)
        return code;
    return REAL(clGetEventProfilingInfo)(event, what, size, value, ret_size);
}
