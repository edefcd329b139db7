/* SPDX-License-Identifier: Apache-2.0 */
#include "opencl/failing_driver.h"

struct failing_driver driver;

void reset_driver(void)
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
WRAP(clEnqueueReadBufferRect,
     (cl_command_queue queue, cl_mem memory, cl_bool blocking, const size_t *origin,
      const size_t *host_origin, const size_t *region, size_t row_pitch,
      size_t slice_pitch, size_t host_row_pitch, size_t host_slice_pitch, void *data,
      cl_uint n_events, const cl_event *events, cl_event *ret_event),
     (queue, memory, blocking, origin, host_origin, region, row_pitch, slice_pitch,
      host_row_pitch, host_slice_pitch, data, n_events, events, ret_event))
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
