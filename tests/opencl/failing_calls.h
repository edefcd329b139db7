/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of OpenCL that failing_driver.c stands in front of. CMake reads the names
 * from here too, one in each line.
 */
#ifndef GPUC_TEST_FAILING_CALLS_H
#define GPUC_TEST_FAILING_CALLS_H

#define FAILING_CALLS(X)                                                                 \
  X(clBuildProgram)                                                                      \
  X(clCreateBuffer)                                                                      \
  X(clCreateCommandQueue)                                                                \
  X(clCreateContext)                                                                     \
  X(clCreateKernel)                                                                      \
  X(clCreateProgramWithBinary)                                                           \
  X(clCreateProgramWithSource)                                                           \
  X(clEnqueueMapBuffer)                                                                  \
  X(clEnqueueMarkerWithWaitList)                                                         \
  X(clEnqueueNDRangeKernel)                                                              \
  X(clEnqueueReadBuffer)                                                                 \
  X(clEnqueueReadBufferRect)                                                             \
  X(clEnqueueUnmapMemObject)                                                             \
  X(clEnqueueWriteBuffer)                                                                \
  X(clFinish)                                                                            \
  X(clFlush)                                                                             \
  X(clGetDeviceIDs)                                                                      \
  X(clGetDeviceInfo)                                                                     \
  X(clGetEventInfo)                                                                      \
  X(clGetEventProfilingInfo)                                                             \
  X(clGetKernelWorkGroupInfo)                                                            \
  X(clGetPlatformIDs)                                                                    \
  X(clGetPlatformInfo)                                                                   \
  X(clGetProgramBuildInfo)                                                               \
  X(clGetProgramInfo)                                                                    \
  X(clReleaseCommandQueue)                                                               \
  X(clReleaseContext)                                                                    \
  X(clReleaseEvent)                                                                      \
  X(clReleaseKernel)                                                                     \
  X(clReleaseMemObject)                                                                  \
  X(clReleaseProgram)                                                                    \
  X(clSetKernelArg)                                                                      \
  X(clWaitForEvents)

#endif
