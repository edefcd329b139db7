/* SPDX-License-Identifier: Apache-2.0 */
#include "host/engines.h"

#include <stdio.h>
#include <string.h>

#include "disabled.h"
#include "host/self_test.h"
#ifdef GPUC_HAVE_OPENCL
#  include "host/opencl/engine_opencl.h"
#endif

/* Best first, scalar last. */
static const struct gpuc_engine_ops *const families[] = {
#ifdef GPUC_HAVE_OPENCL
    &gpuc_engine_ops_opencl,
#endif
    &gpuc_engine_ops_avx512, &gpuc_engine_ops_avx2,
    &gpuc_engine_ops_sse42,  &gpuc_engine_ops_scalar,
};
enum { N_FAMILIES = sizeof families / sizeof families[0] };

static bool is_cpu_family(const struct gpuc_engine_ops *ops)
{
    return ops->kernels != NULL;
}

static bool is_discrete_gpu(const struct gpuc_device *device)
{
#ifdef GPUC_HAVE_OPENCL
    return gpuc_opencl_is_discrete_gpu(device);
#else
    (void)device;
    return false;
#endif
}

/* The family whose device this is: a device is called FAMILY or FAMILY:NUMBER. */
static const struct gpuc_engine_ops *family_of(const char *device_name)
{
    size_t size = strcspn(device_name, ":");

    for (size_t i = 0; i < N_FAMILIES; i++) {
        if (strlen(families[i]->name) == size &&
            memcmp(families[i]->name, device_name, size) == 0)
            return families[i];
    }
    return NULL;
}

/* ---- the list ------------------------------------------------------------------- */

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

/* All devices, or those of the CPU engines alone, for which no driver need be loaded. */
static void list_devices(struct gpuc_device_list *list, bool cpu_only)
{
    list->n_devices = 0;
#ifndef GPUC_HAVE_OPENCL
    if (!cpu_only)
        snprintf(append_family(list, "opencl", "OpenCL devices")->reason,
                 sizeof list->devices[0].reason, "this program was built without OpenCL");
#endif
    for (size_t i = 0; i < N_FAMILIES; i++) {
        if (!cpu_only || is_cpu_family(families[i]))
            append_devices(list, families[i]);
    }
}

enum gpuc_status gpuc_devices_list(struct gpuc_device_list *ret_list,
                                   struct gpuc_error *error)
{
    enum gpuc_status status = gpuc_disabled_check(error);

    if (status == GPUC_OK)
        list_devices(ret_list, false);
    return status;
}

/* ---- opening -------------------------------------------------------------------- */

/* Opens a usable device and tests it. Messages begin with the device's name. */
static enum gpuc_status open_tested(const struct gpuc_engine_ops *ops,
                                    const struct gpuc_device *device,
                                    struct gpuc_engine **ret_engine,
                                    struct gpuc_error *error)
{
    struct gpuc_error cause;
    struct gpuc_engine *engine = NULL;

    enum gpuc_status status = ops->open(ops, device, &engine, &cause);
    if (status == GPUC_OK)
        status = gpuc_self_test(engine, &cause);
    if (status != GPUC_OK) {
        ops->close(engine);
        return gpuc_fail(error, status, "%s: %s", device->name, cause.message);
    }
    *ret_engine = engine;
    return GPUC_OK;
}

enum gpuc_status gpuc_engine_open_first(const struct gpuc_candidate *candidates,
                                        size_t n_candidates,
                                        struct gpuc_engine **ret_engine,
                                        struct gpuc_error *error)
{
    char passed_over[sizeof(*ret_engine)->device.reason] = "";
    struct gpuc_error cause;

    enum gpuc_status status =
        gpuc_fail(&cause, GPUC_EDEVICE, "there is no device to choose from");
    for (size_t i = 0; i < n_candidates; i++) {
        status = open_tested(candidates[i].ops, candidates[i].device, ret_engine, &cause);
        if (status == GPUC_OK) {
            memcpy((*ret_engine)->device.reason, passed_over, sizeof passed_over);
            return GPUC_OK;
        }
        if (status != GPUC_EDEVICE && status != GPUC_ENOMEM)
            break;
        if (passed_over[0] == '\0')
            snprintf(passed_over, sizeof passed_over, "passed over %.*s",
                     (int)sizeof passed_over - 13, cause.message);
    }
    return gpuc_fail(error, status, "%s", cause.message);
}

/* For "auto" and "cpu": what these words stand for, in order. */
static enum gpuc_status open_best(const struct gpuc_device_list *list,
                                  struct gpuc_engine **ret_engine,
                                  struct gpuc_error *error)
{
    struct gpuc_candidate candidates[sizeof list->devices / sizeof list->devices[0]];
    size_t n_candidates = 0;

    for (size_t i = 0; i < list->n_devices; i++) {
        const struct gpuc_device *device = &list->devices[i];
        const struct gpuc_engine_ops *ops = family_of(device->name);
        if (device->usable && (is_cpu_family(ops) || is_discrete_gpu(device)))
            candidates[n_candidates++] = (struct gpuc_candidate){ops, device};
    }
    return gpuc_engine_open_first(candidates, n_candidates, ret_engine, error);
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

/* What to say of a name that no device of the list has. */
static void explain_unknown(const struct gpuc_device_list *list, const char *name,
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
}

static enum gpuc_status fail_unusable(const char *wanted, const char *reason,
                                      struct gpuc_error *error)
{
    struct gpuc_device_list list;
    char usable[512] = "";
    size_t used = 0;

    list_devices(&list, false);
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
    }
    return gpuc_fail(error, GPUC_EDEVICE, "device '%.100s': %s; usable: %s", wanted,
                     reason, usable);
}

static enum gpuc_status open_named(const char *wanted,
                                   const struct gpuc_device_list *list,
                                   struct gpuc_engine **ret_engine,
                                   struct gpuc_error *error)
{
    const char *name = strcmp(wanted, "gpu") == 0 ? "opencl-gpu" : wanted;
    const struct gpuc_device *device = find_device(list, name);
    char reason[sizeof device->reason];

    if (device == NULL) {
        explain_unknown(list, name, reason, sizeof reason);
        return fail_unusable(wanted, reason, error);
    }
    if (!device->usable)
        return fail_unusable(wanted, device->reason, error);
    return open_tested(family_of(device->name), device, ret_engine, error);
}

enum gpuc_status gpuc_engine_open(const char *device_name,
                                  struct gpuc_engine **ret_engine,
                                  struct gpuc_error *error)
{
    struct gpuc_device_list list;
    enum gpuc_status status = gpuc_disabled_check(error);

    if (status != GPUC_OK)
        return status;
    const struct gpuc_engine_ops *family = family_of(device_name);
    bool is_cpu = strcmp(device_name, "cpu") == 0;
    list_devices(&list, is_cpu || (family != NULL && is_cpu_family(family)));
    if (is_cpu || strcmp(device_name, "auto") == 0)
        return open_best(&list, ret_engine, error);
    return open_named(device_name, &list, ret_engine, error);
}

enum gpuc_status gpuc_device_check(const struct gpuc_device *device,
                                   struct gpuc_error *error)
{
    const struct gpuc_engine_ops *family = family_of(device->name);
    struct gpuc_engine *engine = NULL;

    if (!device->usable || family == NULL)
        return gpuc_fail(error, GPUC_EDEVICE, "%s: %s", device->name, device->reason);
    enum gpuc_status status = open_tested(family, device, &engine, error);
    gpuc_engine_close(engine);
    return status;
}

enum gpuc_status gpuc_engine_open_for(const char *device_name,
                                      const struct gpuc_engine_purpose *purpose,
                                      struct gpuc_engine **ret_engine,
                                      struct gpuc_error *error)
{
    (void)purpose;
    return gpuc_engine_open(device_name, ret_engine, error);
}

const char *gpuc_engine_choice(const struct gpuc_engine *engine)
{
    return engine->choice;
}

const struct gpuc_device *gpuc_engine_device(const struct gpuc_engine *engine)
{
    return &engine->device;
}

void gpuc_engine_close(struct gpuc_engine *engine)
{
    if (engine != NULL)
        engine->ops->close(engine);
}
