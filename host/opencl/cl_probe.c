/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_probe.h"

#include <inttypes.h>
#include <stdio.h>

enum { MAX_PLATFORMS = 16, MAX_DEVICES = 48 };
_Static_assert(MAX_DEVICES + 8 <= sizeof((struct gpuc_device_list *)0)->devices /
                                      sizeof(struct gpuc_device),
               "the list has room for the CPU engines too");

/* What the ICD loader returns where no driver is installed. */
enum { PLATFORM_NOT_FOUND_KHR = -1001 };

static cl_uint smaller(cl_uint a, cl_uint b)
{
    return a < b ? a : b;
}

enum gpuc_status gpuc_cl_device_find(uint32_t platform_index, uint32_t device_index,
                                     struct gpuc_cl_device *ret_device,
                                     struct gpuc_error *error)
{
    cl_platform_id platforms[MAX_PLATFORMS];
    cl_device_id ids[MAX_DEVICES];
    cl_uint n_platforms = 0, n_ids = 0;
    enum gpuc_status status;

    GPUC_TRY(GPUC_CL(error, clGetPlatformIDs(MAX_PLATFORMS, platforms, &n_platforms)));
    if (platform_index >= smaller(n_platforms, MAX_PLATFORMS))
        return gpuc_fail(error, GPUC_EDEVICE, "there is no OpenCL platform %" PRIu32,
                         platform_index);
    GPUC_TRY(GPUC_CL(error, clGetDeviceIDs(platforms[platform_index], CL_DEVICE_TYPE_ALL,
                                           MAX_DEVICES, ids, &n_ids)));
    if (device_index >= smaller(n_ids, MAX_DEVICES))
        return gpuc_fail(error, GPUC_EDEVICE,
                         "OpenCL platform %" PRIu32 " has no device %" PRIu32,
                         platform_index, device_index);
    gpuc_cl_device_describe(platforms[platform_index], ids[device_index], ret_device);
out:
    return status;
}

/* Gives the alias to the first usable device, or failing that to the first of the kind.
 */
static void give_alias(struct gpuc_device_list *list, size_t first,
                       const cl_device_type *types, cl_device_type type,
                       const char *alias)
{
    size_t end = list->n_devices;
    size_t chosen = end;

    for (size_t i = first; i < end; i++) {
        const struct gpuc_device *device = &list->devices[i];
        if ((types[i - first] & type) == 0 || device->alias[0] != '\0')
            continue;
        if (chosen == end || (device->usable && !list->devices[chosen].usable))
            chosen = i;
    }
    if (chosen < end)
        snprintf(list->devices[chosen].alias, sizeof list->devices[chosen].alias, "%s",
                 alias);
}

static void append_device(struct gpuc_device_list *list, uint32_t platform_index,
                          uint32_t device_index, const struct gpuc_cl_device *described)
{
    struct gpuc_device *device = &list->devices[list->n_devices++];

    *device = (struct gpuc_device){.platform_index = platform_index,
                                   .device_index = device_index};
    /* Both are small: what is listed is bounded. */
    snprintf(device->name, sizeof device->name, "opencl:%" PRIu16 ".%" PRIu16,
             (uint16_t)platform_index, (uint16_t)device_index);
    gpuc_cl_device_summary(described, device->summary, sizeof device->summary);
    gpuc_cl_device_reason(described, device->reason, sizeof device->reason);
    device->usable = device->reason[0] == '\0';
}

static void append_none(struct gpuc_device_list *list, cl_int code, cl_uint n_platforms)
{
    struct gpuc_device *device = &list->devices[list->n_devices++];

    *device = (struct gpuc_device){.name = "opencl", .summary = "OpenCL devices"};
    if (code == PLATFORM_NOT_FOUND_KHR || (code == CL_SUCCESS && n_platforms == 0))
        snprintf(device->reason, sizeof device->reason,
                 "no OpenCL platform found (is an ICD installed?)");
    else if (code != CL_SUCCESS)
        snprintf(device->reason, sizeof device->reason, "clGetPlatformIDs: %s (%d)",
                 gpuc_cl_code_name(code), (int)code);
    else
        snprintf(device->reason, sizeof device->reason,
                 "no device on any of %u OpenCL platforms", (unsigned)n_platforms);
}

void gpuc_cl_devices_probe(struct gpuc_device_list *list)
{
    cl_platform_id platforms[MAX_PLATFORMS];
    cl_device_type types[MAX_DEVICES] = {0};
    cl_uint n_platforms = 0;
    size_t first = list->n_devices;

    cl_int code = clGetPlatformIDs(MAX_PLATFORMS, platforms, &n_platforms);
    if (code != CL_SUCCESS)
        n_platforms = 0;
    n_platforms = smaller(n_platforms, MAX_PLATFORMS);
    for (cl_uint platform = 0; platform < n_platforms; platform++) {
        cl_device_id ids[MAX_DEVICES];
        cl_uint n_ids = 0;
        /* A platform without devices answers CL_DEVICE_NOT_FOUND: nothing to list. */
        if (clGetDeviceIDs(platforms[platform], CL_DEVICE_TYPE_ALL, MAX_DEVICES, ids,
                           &n_ids) != CL_SUCCESS)
            continue;
        n_ids = smaller(n_ids, MAX_DEVICES);
        for (cl_uint i = 0; i < n_ids && list->n_devices - first < MAX_DEVICES; i++) {
            struct gpuc_cl_device described;
            gpuc_cl_device_describe(platforms[platform], ids[i], &described);
            types[list->n_devices - first] = described.type;
            append_device(list, platform, i, &described);
        }
    }
    give_alias(list, first, types, CL_DEVICE_TYPE_GPU, "opencl-gpu");
    give_alias(list, first, types, CL_DEVICE_TYPE_CPU, "opencl-cpu");
    if (list->n_devices == first)
        append_none(list, code, n_platforms);
}
