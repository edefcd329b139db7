/* SPDX-License-Identifier: Apache-2.0 */
#include "host/device_names.h"

#include <stdio.h>
#include <string.h>

#include "base/closest_name.h"
#include "disabled.h"
#ifdef GPUC_HAVE_OPENCL
#  include "host/opencl/engine_opencl.h"
#endif

const struct gpuc_engine_ops *const gpuc_device_families[] = {
#ifdef GPUC_HAVE_OPENCL
    &gpuc_engine_ops_opencl,
#endif
    &gpuc_engine_ops_avx512,
    &gpuc_engine_ops_avx2,
    &gpuc_engine_ops_sse42,
    &gpuc_engine_ops_scalar,
    NULL,
};

static bool is_cpu_family(const struct gpuc_engine_ops *ops)
{
    return ops->interface == NULL;
}

bool gpuc_is_built(const struct gpuc_engine_ops *family)
{
    return !is_cpu_family(family) || family->kernels != NULL;
}

const struct gpuc_engine_ops *gpuc_device_family(const char *device_name)
{
    size_t size = strcspn(device_name, ":");
    const struct gpuc_engine_ops *family;

    for (size_t i = 0; (family = gpuc_device_families[i]) != NULL; i++) {
        if (strlen(family->name) == size && memcmp(family->name, device_name, size) == 0)
            break;
    }
    return family;
}

bool gpuc_is_cpu_name(const char *device_name)
{
    const struct gpuc_engine_ops *family = gpuc_device_family(device_name);
    return strcmp(device_name, "cpu") == 0 || (family != NULL && is_cpu_family(family));
}

enum gpuc_device_kind gpuc_device_kind(const struct gpuc_device *device)
{
#ifdef GPUC_HAVE_OPENCL
    if (!gpuc_is_cpu_name(device->name))
        return gpuc_opencl_device_kind(device);
#endif
    (void)device;
    return GPUC_DEVICE_CPU_ENGINE;
}

static void disable(struct gpuc_device *device)
{
    device->usable = false;
    snprintf(device->reason, sizeof device->reason, "disabled by GPUCLASSIFY_DISABLE");
}

/* An entry for a family of which no device can be listed. */
static struct gpuc_device *append_family(struct gpuc_device_list *list, const char *name,
                                         const char *summary)
{
    struct gpuc_device *device = &list->devices[list->n_devices++];

    *device = (struct gpuc_device){0};
    snprintf(device->name, sizeof device->name, "%s", name);
    snprintf(device->summary, sizeof device->summary, "%s", summary);
    return device;
}

static void append_devices(struct gpuc_device_list *list,
                           const struct gpuc_engine_ops *ops)
{
    size_t first = list->n_devices;

    /* A family that is switched off is not even probed: its driver may be what crashes.
     */
    if (gpuc_disabled(ops->name)) {
        disable(append_family(list, ops->name, ops->summary));
        return;
    }
    ops->probe(ops, list);
    for (size_t i = first; i < list->n_devices; i++) {
        struct gpuc_device *device = &list->devices[i];
        if (gpuc_disabled(device->name) || gpuc_disabled(device->alias))
            disable(device);
    }
}

void gpuc_devices_fill(struct gpuc_device_list *list, bool cpu_only)
{
    list->n_devices = 0;
#ifndef GPUC_HAVE_OPENCL
    if (!cpu_only)
        snprintf(append_family(list, "opencl", "OpenCL devices")->reason,
                 sizeof list->devices[0].reason, "this program was built without OpenCL");
#endif
    const struct gpuc_engine_ops *family;
    for (size_t i = 0; (family = gpuc_device_families[i]) != NULL; i++) {
        if (!cpu_only || is_cpu_family(family))
            append_devices(list, family);
    }
}

static const struct gpuc_device *find_device(const struct gpuc_device_list *list,
                                             const char *name)
{
    for (size_t i = 0; i < list->n_devices; i++) {
        const struct gpuc_device *device = &list->devices[i];
        if (strcmp(device->name, name) == 0 ||
            (device->alias[0] != '\0' && strcmp(device->alias, name) == 0))
            return device;
    }
    return NULL;
}

/* What to say of a name that no device of the list has; true if it may be mistyped. */
static bool explain_unknown(const struct gpuc_device_list *list, const char *name,
                            char *reason, size_t size)
{
    bool is_opencl = strcmp(name, "opencl-gpu") == 0 || strcmp(name, "opencl-cpu") == 0 ||
                     strncmp(name, "opencl:", 7) == 0;
    /* The entry that stands for all of OpenCL is there only if there is no device. */
    const struct gpuc_device *family = find_device(list, "opencl");

    if (is_opencl && family != NULL)
        snprintf(reason, size, "%s", family->reason);
    else if (strcmp(name, "opencl-gpu") == 0)
        snprintf(reason, size, "no OpenCL device is a GPU");
    else if (strcmp(name, "opencl-cpu") == 0)
        snprintf(reason, size, "no OpenCL device is a CPU");
    else
        snprintf(reason, size, "there is no such device");
    return !is_opencl;
}

static enum gpuc_status fail_unusable(const char *wanted, const char *reason,
                                      bool is_unknown, struct gpuc_error *error)
{
    static const char *const words[] = {"auto", "cpu", "gpu", "all"};
    struct gpuc_device_list list;
    struct gpuc_closest_name closest;
    char usable[512] = "", hint[GPUC_CLOSEST_HINT_SIZE];
    size_t used = 0;

    gpuc_devices_fill(&list, false);
    gpuc_closest_name_init(&closest, wanted, strlen(wanted));
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        gpuc_closest_name_offer(&closest, words[i], strlen(words[i]));
    for (size_t i = 0; i < list.n_devices && used < sizeof usable; i++) {
        const struct gpuc_device *device = &list.devices[i];
        const char *between = used > 0 ? ", " : "";
        int n_written = 0;
        if (device->usable && device->alias[0] != '\0')
            n_written = snprintf(usable + used, sizeof usable - used, "%s%s (%s)",
                                 between, device->name, device->alias);
        else if (device->usable)
            n_written = snprintf(usable + used, sizeof usable - used, "%s%s", between,
                                 device->name);
        used += n_written > 0 ? (size_t)n_written : 0;
        if (device->usable)
            gpuc_closest_name_offer(&closest, device->name, strlen(device->name));
    }
    return gpuc_fail(error, GPUC_EDEVICE, "device '%.100s': %s; usable: %s%s", wanted,
                     reason, usable,
                     is_unknown ? gpuc_closest_name_hint(&closest, hint) : "");
}

enum gpuc_status gpuc_device_find(const struct gpuc_device_list *list, const char *wanted,
                                  const struct gpuc_device **ret_device,
                                  struct gpuc_error *error)
{
    const char *name = strcmp(wanted, "gpu") == 0 ? "opencl-gpu" : wanted;
    const struct gpuc_device *device = find_device(list, name);
    char reason[sizeof device->reason];

    if (device == NULL) {
        bool is_unknown = explain_unknown(list, name, reason, sizeof reason);
        return fail_unusable(wanted, reason, is_unknown, error);
    }
    if (!device->usable)
        return fail_unusable(wanted, device->reason, false, error);
    *ret_device = device;
    return GPUC_OK;
}
