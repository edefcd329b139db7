/* SPDX-License-Identifier: Apache-2.0 */
#include "host/engines.h"

#include <stdio.h>
#include <string.h>

#include "disabled.h"
#include "host/device_names.h"
#include "host/engine_auto.h"
#include "host/engine_team.h"
#include "host/self_test.h"

enum gpuc_status gpuc_devices_list(struct gpuc_device_list *ret_list,
                                   struct gpuc_error *error)
{
    enum gpuc_status status = gpuc_disabled_check(error);

    if (status == GPUC_OK)
        gpuc_devices_fill(ret_list, false);
    return status;
}

/* ---- one device ------------------------------------------------------------------ */

/* Opens a usable device and tests it. Messages begin with the device's name. */
static enum gpuc_status open_tested(const struct gpuc_candidate *candidate,
                                    struct gpuc_engine **ret_engine,
                                    struct gpuc_error *error)
{
    const struct gpuc_engine_ops *ops = candidate->ops;
    struct gpuc_error cause;
    struct gpuc_engine *engine = NULL;

    enum gpuc_status status = ops->open(ops, candidate->device, &engine, &cause);
    if (status == GPUC_OK)
        status = gpuc_self_test(engine, candidate->model, &cause);
    if (status == GPUC_OK) {
        engine->is_tested = true;
        *ret_engine = engine;
    } else {
        ops->close(engine);
        gpuc_fail(error, status, "%s: %s", candidate->device->name, cause.message);
    }
    return status;
}

void gpuc_pass_over(char reason[GPUC_REASON_SIZE], const struct gpuc_error *cause)
{
    if (reason[0] == '\0')
        snprintf(reason, GPUC_REASON_SIZE, "passed over %.*s", GPUC_REASON_SIZE - 13,
                 cause->message);
}

enum gpuc_status gpuc_engine_open_first(const struct gpuc_candidate *candidates,
                                        size_t n_candidates,
                                        struct gpuc_engine **ret_engine,
                                        struct gpuc_error *error)
{
    char passed_over[GPUC_REASON_SIZE] = "";
    struct gpuc_error cause;

    enum gpuc_status status =
        gpuc_fail(&cause, GPUC_EDEVICE, "there is no device to choose from");
    for (size_t i = 0; i < n_candidates; i++) {
        status = open_tested(&candidates[i], ret_engine, &cause);
        if (status == GPUC_OK) {
            memcpy((*ret_engine)->device.reason, passed_over, sizeof passed_over);
            return GPUC_OK;
        }
        if (status != GPUC_EDEVICE && status != GPUC_ENOMEM)
            break;
        gpuc_pass_over(passed_over, &cause);
    }
    return gpuc_fail(error, status, "%s", cause.message);
}

enum gpuc_status gpuc_engine_open_cpu(const struct gpuc_device_list *list,
                                      const struct gpuc_model *model,
                                      struct gpuc_engine **ret_engine,
                                      struct gpuc_error *error)
{
    struct gpuc_candidate candidates[sizeof list->devices / sizeof list->devices[0]];
    size_t n_candidates = 0;

    for (size_t i = 0; i < list->n_devices; i++) {
        const struct gpuc_device *device = &list->devices[i];
        if (device->usable && gpuc_is_cpu_name(device->name))
            candidates[n_candidates++] =
                (struct gpuc_candidate){gpuc_device_family(device->name), device, model};
    }
    return gpuc_engine_open_first(candidates, n_candidates, ret_engine, error);
}

/* Opens what is not "auto" and no list: a name, an alias, "gpu" or "cpu". */
static enum gpuc_status open_one(const char *name, const struct gpuc_device_list *list,
                                 const struct gpuc_model *model,
                                 struct gpuc_engine **ret_engine,
                                 struct gpuc_error *error)
{
    const struct gpuc_device *device = NULL;
    enum gpuc_status status;

    if (strcmp(name, "cpu") == 0)
        return gpuc_engine_open_cpu(list, model, ret_engine, error);
    GPUC_TRY(gpuc_device_find(list, name, &device, error));
    const struct gpuc_candidate candidate = {gpuc_device_family(device->name), device,
                                             model};
    status = open_tested(&candidate, ret_engine, error);
out:
    return status;
}

enum gpuc_status gpuc_device_check(const struct gpuc_device *device,
                                   struct gpuc_error *error)
{
    const struct gpuc_candidate candidate = {gpuc_device_family(device->name), device,
                                             NULL};
    struct gpuc_engine *engine = NULL;

    if (!device->usable || candidate.ops == NULL)
        return gpuc_fail(error, GPUC_EDEVICE, "%s: %s", device->name, device->reason);
    enum gpuc_status status = open_tested(&candidate, &engine, error);
    gpuc_engine_close(engine);
    return status;
}

/* ---- several devices ------------------------------------------------------------- */

enum { NAME_SIZE = sizeof((struct gpuc_device *)0)->name };

/* Cuts the next name off a list as "gpu+cpu"; false: there is none left. */
static bool next_name(const char **rest, char name[NAME_SIZE])
{
    if (*rest == NULL)
        return false;
    size_t size = strcspn(*rest, "+");
    snprintf(name, NAME_SIZE, "%.*s", (int)(size < NAME_SIZE ? size : NAME_SIZE), *rest);
    *rest = (*rest)[size] == '+' ? *rest + size + 1 : NULL;
    return true;
}

/* True if every part of a list is a CPU engine's name. */
static bool are_cpu_names(const char *wanted)
{
    char name[NAME_SIZE];
    bool all = true;

    while (all && next_name(&wanted, name))
        all = gpuc_is_cpu_name(name);
    return all;
}

/* Engines on their way to a team. */
struct opened {
    const struct gpuc_model *model; /* that they are for; NULL: any */
    struct gpuc_engine *engines[GPUC_TEAM_MEMBERS_MAX];
    size_t n_engines;
};

static enum gpuc_status add_device(struct opened *opened, const char *wanted,
                                   const char *name, const struct gpuc_device_list *list,
                                   struct gpuc_error *error)
{
    struct gpuc_engine *engine = NULL;

    if (opened->n_engines == GPUC_TEAM_MEMBERS_MAX)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "device '%.100s': more than %d devices: name fewer", wanted,
                         GPUC_TEAM_MEMBERS_MAX);
    enum gpuc_status status = open_one(name, list, opened->model, &engine, error);
    if (status != GPUC_OK)
        return status;
    opened->engines[opened->n_engines++] = engine;
    for (size_t i = 0; i + 1 < opened->n_engines; i++) {
        if (strcmp(opened->engines[i]->device.name, engine->device.name) == 0)
            return gpuc_fail(error, GPUC_EUSAGE,
                             "device '%.100s': %s is named twice: leave one out", wanted,
                             engine->device.name);
    }
    return GPUC_OK;
}

/* Opens the devices of a list as "gpu+cpu". */
static enum gpuc_status add_listed(struct opened *opened, const char *wanted,
                                   const struct gpuc_device_list *list,
                                   struct gpuc_error *error)
{
    const char *rest = wanted;
    char name[NAME_SIZE];
    enum gpuc_status status = GPUC_OK;

    while (status == GPUC_OK && next_name(&rest, name)) {
        if (strcmp(name, "auto") == 0 || strcmp(name, "all") == 0)
            return gpuc_fail(
                error, GPUC_EUSAGE,
                "device '%.100s': %s cannot be combined with others: name it alone",
                wanted, name);
        status = add_device(opened, wanted, name, list, error);
    }
    return status;
}

/* Opens what "all" stands for; a device that fails is passed over. */
static enum gpuc_status add_all(struct opened *opened,
                                const struct gpuc_device_list *list,
                                struct gpuc_error *error)
{
    char passed_over[GPUC_REASON_SIZE] = "";
    struct gpuc_error cause;
    enum gpuc_status status;

    for (size_t i = 0; i < list->n_devices; i++) {
        const struct gpuc_device *device = &list->devices[i];
        if (!device->usable || opened->n_engines + 1 == GPUC_TEAM_MEMBERS_MAX)
            continue;
        enum gpuc_device_kind kind = gpuc_device_kind(device);
        if (kind == GPUC_DEVICE_CPU_ENGINE || kind == GPUC_DEVICE_OPENCL_CPU)
            continue;
        status = add_device(opened, "all", device->name, list, &cause);
        if (status != GPUC_OK)
            gpuc_pass_over(passed_over, &cause);
    }
    status = add_device(opened, "all", "cpu", list, error);
    if (status == GPUC_OK && passed_over[0] != '\0')
        memcpy(opened->engines[opened->n_engines - 1]->device.reason, passed_over,
               sizeof passed_over);
    return status;
}

static enum gpuc_status open_several(const char *wanted,
                                     const struct gpuc_device_list *list,
                                     const struct gpuc_model *model,
                                     struct gpuc_engine **ret_engine,
                                     struct gpuc_error *error)
{
    struct opened opened = {.model = model};
    enum gpuc_status status = strcmp(wanted, "all") == 0
                                  ? add_all(&opened, list, error)
                                  : add_listed(&opened, wanted, list, error);

    if (status == GPUC_OK && opened.n_engines == 1)
        *ret_engine = opened.engines[0];
    else if (status == GPUC_OK)
        status = gpuc_team_new(opened.engines, opened.n_engines, NULL, ret_engine, error);
    if (status == GPUC_OK)
        return GPUC_OK;
    while (opened.n_engines > 0)
        gpuc_engine_close(opened.engines[--opened.n_engines]);
    return status;
}

/* ---- any ------------------------------------------------------------------------- */

enum gpuc_status gpuc_engine_open_for(const char *device_name,
                                      const struct gpuc_engine_purpose *purpose,
                                      struct gpuc_engine **ret_engine,
                                      struct gpuc_error *error)
{
    const struct gpuc_model *model = purpose != NULL ? purpose->model : NULL;
    struct gpuc_device_list list;
    enum gpuc_status status = gpuc_disabled_check(error);

    if (status != GPUC_OK)
        return status;
    if (strcmp(device_name, "auto") == 0)
        return gpuc_engine_open_auto(purpose, ret_engine, error);
    gpuc_devices_fill(&list, are_cpu_names(device_name));
    if (strcmp(device_name, "all") == 0 || strchr(device_name, '+') != NULL)
        return open_several(device_name, &list, model, ret_engine, error);
    return open_one(device_name, &list, model, ret_engine, error);
}

enum gpuc_status gpuc_engine_open(const char *device_name,
                                  struct gpuc_engine **ret_engine,
                                  struct gpuc_error *error)
{
    return gpuc_engine_open_for(device_name, NULL, ret_engine, error);
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
