/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failing_driver.c as a layer of the ICD loader, for programs as they are: the loader
 * takes it from OPENCL_LAYERS. The environment says what fails:
 *
 *     GPUC_FAULT_AT        the call that fails, from 0
 *     GPUC_FAULT_FUNCTION  counts the calls of this function alone; "kernel": kernels
 *                          fail, not calls
 *     GPUC_FAULT_CODE      with this code
 *     GPUC_FAULT_FOR_EVER  any value: all calls after it fail too
 *     GPUC_FAULT_MAX_SIZE  bytes: larger buffers are out of memory
 *     GPUC_FAULT_GPU       any value: devices say that they are discrete GPUs
 *     GPUC_FAULT_FILL      any value: buffers that kernels read and write begin full of
 *                          rubbish
 *     GPUC_FAULT_REPORT    a file, written at exit, of lines: a function and how often it
 *                          was called; "objects" and how many were not released;
 *                          "faults" and how often something failed
 */
#include <CL/cl_layer.h>
#include <stdio.h>
#include <stdlib.h>

#include "opencl/failing_driver.h"

#define EXPORTED __attribute__((visibility("default")))

const cl_icd_dispatch *gpuc_real_calls;

static long number_of(const char *variable, long absent)
{
    const char *text = getenv(variable);
    return text != NULL ? strtol(text, NULL, 10) : absent;
}

static void read_environment(void)
{
    reset_driver();
    driver.fail_at = number_of("GPUC_FAULT_AT", NEVER);
    driver.function = getenv("GPUC_FAULT_FUNCTION");
    driver.code = (cl_int)number_of("GPUC_FAULT_CODE", CL_OUT_OF_RESOURCES);
    driver.for_ever = getenv("GPUC_FAULT_FOR_EVER") != NULL;
    driver.max_size = (size_t)number_of("GPUC_FAULT_MAX_SIZE", -1);
    driver.discrete_gpu = getenv("GPUC_FAULT_GPU") != NULL;
    driver.fills = getenv("GPUC_FAULT_FILL") != NULL;
}

EXPORTED cl_int clGetLayerInfo(cl_layer_info what, size_t size, void *value,
                               size_t *ret_size)
{
    if (what != CL_LAYER_API_VERSION)
        return CL_INVALID_VALUE;
    if (value != NULL && size < sizeof(cl_layer_api_version))
        return CL_INVALID_VALUE;
    if (value != NULL)
        *(cl_layer_api_version *)value = CL_LAYER_API_VERSION_100;
    if (ret_size != NULL)
        *ret_size = sizeof(cl_layer_api_version);
    return CL_SUCCESS;
}

EXPORTED cl_int clInitLayer(cl_uint n_entries, const cl_icd_dispatch *real_calls,
                            cl_uint *ret_n_entries, const cl_icd_dispatch **ret_calls)
{
    static cl_icd_dispatch calls;

    if (n_entries < sizeof calls / sizeof calls.clGetPlatformIDs)
        return CL_INVALID_VALUE;
    read_environment();
    gpuc_real_calls = real_calls;
#define PUT(name) calls.name = FAILING(name);
    calls = *real_calls;
    FAILING_CALLS(PUT)
    *ret_n_entries = sizeof calls / sizeof calls.clGetPlatformIDs;
    *ret_calls = &calls;
    return CL_SUCCESS;
}

__attribute__((destructor)) static void write_report(void)
{
    const char *path = getenv("GPUC_FAULT_REPORT");
    FILE *file = path != NULL ? fopen(path, "w") : NULL;

    if (file == NULL)
        return;
    for (int i = 0; i < N_FAILING_CALLS; i++)
        fprintf(file, "%s %ld\n", failing_call_names[i], driver.n_calls_of[i]);
    fprintf(file, "objects %ld\nfaults %ld\n", driver.n_objects, driver.n_faults);
    fclose(file);
}
