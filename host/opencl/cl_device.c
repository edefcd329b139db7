/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_device.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Drops blanks at both ends and makes control characters blanks: it goes in one line. */
static void tidy(char *text)
{
    size_t size = strlen(text);
    size_t n_leading = strspn(text, " \t\r\n");

    size -= n_leading;
    memmove(text, text + n_leading, size + 1);
    while (size > 0 && strchr(" \t\r\n", text[size - 1]) != NULL)
        text[--size] = '\0';
    for (size_t i = 0; i < size; i++) {
        if (iscntrl((unsigned char)text[i]))
            text[i] = ' ';
    }
}

/* A string of the device, cut to fit; empty if there is none. */
static void get_string(cl_device_id id, cl_device_info what, char *text, size_t size)
{
    char whole[1024] = "";

    if (clGetDeviceInfo(id, what, sizeof whole, whole, NULL) != CL_SUCCESS)
        whole[0] = '\0';
    whole[sizeof whole - 1] = '\0';
    tidy(whole);
    snprintf(text, size, "%.*s", (int)(size - 1), whole);
}

/* A driver that will not answer leaves the value 0, which makes the device unusable. */
static void get_value(cl_device_id id, cl_device_info what, void *value, size_t size)
{
    if (clGetDeviceInfo(id, what, size, value, NULL) != CL_SUCCESS)
        memset(value, 0, size);
}

/* Of all loops of a kernel together; a constant in Mesa's source, that no query gives. */
enum { LLVMPIPE_MAX_ROUNDS = 65535 };

static bool is_pocl(cl_platform_id platform)
{
    char name[64] = "";

    return clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof name, name, NULL) ==
               CL_SUCCESS &&
           strcmp(name, "Portable Computing Language") == 0;
}

/* "OpenCL MAJOR.MINOR ..."; what does not look like that leaves the version 0.0. */
static void parse_version(const char *text, struct gpuc_cl_device *device)
{
    static const char prefix[] = "OpenCL ";
    char *end;

    if (strncmp(text, prefix, sizeof prefix - 1) != 0)
        return;
    unsigned long major = strtoul(text + sizeof prefix - 1, &end, 10);
    if (*end != '.' || !isdigit((unsigned char)end[1]))
        return;
    unsigned long minor = strtoul(end + 1, NULL, 10);
    if (major < 100 && minor < 100) {
        device->version_major = (unsigned)major;
        device->version_minor = (unsigned)minor;
    }
}

void gpuc_cl_device_describe(cl_platform_id platform, cl_device_id id,
                             struct gpuc_cl_device *ret_device)
{
    struct gpuc_cl_device device = {.platform = platform, .id = id};
    char version[64];

    device.pocl = is_pocl(platform);
    get_value(id, CL_DEVICE_TYPE, &device.type, sizeof device.type);
    get_value(id, CL_DEVICE_AVAILABLE, &device.available, sizeof device.available);
    get_value(id, CL_DEVICE_COMPILER_AVAILABLE, &device.compiler, sizeof device.compiler);
    get_value(id, CL_DEVICE_ENDIAN_LITTLE, &device.little_endian,
              sizeof device.little_endian);
    get_value(id, CL_DEVICE_HOST_UNIFIED_MEMORY, &device.unified, sizeof device.unified);
    get_value(id, CL_DEVICE_MAX_COMPUTE_UNITS, &device.n_units, sizeof device.n_units);
    get_value(id, CL_DEVICE_NATIVE_VECTOR_WIDTH_INT, &device.vector_width,
              sizeof device.vector_width);
    get_value(id, CL_DEVICE_GLOBAL_MEM_SIZE, &device.memory_size,
              sizeof device.memory_size);
    get_value(id, CL_DEVICE_MAX_MEM_ALLOC_SIZE, &device.max_alloc_size,
              sizeof device.max_alloc_size);
    get_value(id, CL_DEVICE_LOCAL_MEM_SIZE, &device.local_memory_size,
              sizeof device.local_memory_size);
    get_value(id, CL_DEVICE_SINGLE_FP_CONFIG, &device.float32_config,
              sizeof device.float32_config);
    get_value(id, CL_DEVICE_DOUBLE_FP_CONFIG, &device.float64_config,
              sizeof device.float64_config);
    get_string(id, CL_DEVICE_PROFILE, device.profile, sizeof device.profile);
    get_string(id, CL_DEVICE_NAME, device.name, sizeof device.name);
    get_string(id, CL_DEVICE_VENDOR, device.vendor, sizeof device.vendor);
    get_string(id, CL_DRIVER_VERSION, device.driver, sizeof device.driver);
    get_string(id, CL_DEVICE_VERSION, version, sizeof version);
    parse_version(version, &device);
    if (strncmp(device.name, "llvmpipe", 8) == 0)
        device.max_rounds = LLVMPIPE_MAX_ROUNDS;
    *ret_device = device;
}

void gpuc_cl_device_reason(const struct gpuc_cl_device *device, char *reason, size_t size)
{
    reason[0] = '\0';
    if (!device->available)
        snprintf(reason, size, "the device is not available");
    else if ((device->type & CL_DEVICE_TYPE_CUSTOM) != 0)
        snprintf(reason, size, "a custom device does not run OpenCL C");
    else if (!device->compiler)
        snprintf(reason, size, "the driver has no compiler");
    else if (device->version_major == 0)
        snprintf(reason, size, "the device does not tell its OpenCL version");
    else if (device->version_major == 1 && device->version_minor < 2)
        snprintf(reason, size, "OpenCL 1.2 is needed, the device has %u.%u",
                 device->version_major, device->version_minor);
    else if (strcmp(device->profile, "FULL_PROFILE") != 0)
        snprintf(reason, size, "the full profile is needed, the device has '%s'",
                 device->profile);
    else if (!device->little_endian)
        snprintf(reason, size, "the device is big-endian");
    else if (device->max_alloc_size == 0)
        snprintf(reason, size, "the device does not tell how much memory it has");
}

bool gpuc_cl_device_adds_exactly(const struct gpuc_cl_device *device, unsigned n_bits)
{
    const cl_device_fp_config needed =
        CL_FP_ROUND_TO_NEAREST | CL_FP_INF_NAN | CL_FP_DENORM;
    cl_device_fp_config config =
        n_bits == 32 ? device->float32_config : device->float64_config;
    return (config & needed) == needed;
}

void gpuc_cl_device_summary(const struct gpuc_cl_device *device, char *summary,
                            size_t size)
{
    const char *kind = "device";
    if ((device->type & CL_DEVICE_TYPE_GPU) != 0)
        kind = "GPU";
    else if (gpuc_cl_device_is_cpu(device))
        kind = "CPU";
    else if ((device->type & CL_DEVICE_TYPE_ACCELERATOR) != 0)
        kind = "accelerator";

    uint64_t tenths_gib = device->memory_size / ((UINT64_C(1) << 30) / 10);
    snprintf(summary, size,
             "OpenCL %s: %s (%s, driver %s), %u units, %" PRIu64 ".%" PRIu64 " GiB", kind,
             device->name, device->vendor, device->driver, (unsigned)device->n_units,
             tenths_gib / 10, tenths_gib % 10);
}

bool gpuc_cl_device_is_discrete_gpu(const struct gpuc_cl_device *device)
{
    return (device->type & CL_DEVICE_TYPE_GPU) != 0 && !gpuc_cl_device_is_cpu(device) &&
           !device->unified;
}

unsigned gpuc_cl_device_lane_bytes(const struct gpuc_cl_device *device)
{
    if (!gpuc_cl_device_is_cpu(device) || device->max_rounds > 0)
        return 0;
    return device->pocl ? 64 : 16;
}
