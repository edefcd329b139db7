/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/bench/bench_plan.h"

#include <stdio.h>
#include <string.h>

#include "base/cores.h"

enum { NAME_SIZE = 512 };

/* ---- numbers of threads ---------------------------------------------------------- */

/* Keeps the list ascending and without duplicates. */
static void add_count(struct gpuc_bench_threads *threads, uint32_t count)
{
    size_t place = 0;
    while (place < threads->n_items && threads->items[place] < count)
        place++;
    if (place < threads->n_items && threads->items[place] == count)
        return;
    memmove(&threads->items[place + 1], &threads->items[place],
            (threads->n_items - place) * sizeof *threads->items);
    threads->items[place] = count;
    threads->n_items++;
}

struct gpuc_bench_threads gpuc_bench_choose_threads(const struct gpuc_counts *wanted,
                                                    uint32_t n_cores)
{
    struct gpuc_bench_threads threads = {.items = {1}, .n_items = 1};
    for (size_t i = 0; i < wanted->n_items; i++)
        add_count(&threads, wanted->items[i]);
    if (wanted->n_items > 0)
        return threads;
    for (uint32_t count = 2; count < n_cores; count *= 2)
        add_count(&threads, count);
    add_count(&threads, n_cores);
    return threads;
}

/* ---- devices --------------------------------------------------------------------- */

/* Opens a device, unless it is open under another of its names. */
static enum gpuc_status add_engine(struct gpuc_bench_plan *plan, const char *name,
                                   const struct gpuc_engine_purpose *purpose,
                                   struct gpuc_error *error)
{
    struct gpuc_engine *engine = NULL;
    if (plan->n_engines == GPUC_BENCH_ENGINES_MAX)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "at most %d devices can be compared: name fewer with --device",
                         GPUC_BENCH_ENGINES_MAX);
    enum gpuc_status status = gpuc_engine_open_for(name, purpose, &engine, error);
    if (status != GPUC_OK)
        return status;
    for (size_t i = 0; i < plan->n_engines; i++) {
        if (strcmp(gpuc_engine_device(plan->engines[i])->name,
                   gpuc_engine_device(engine)->name) == 0) {
            gpuc_engine_close(engine);
            return GPUC_OK;
        }
    }
    plan->engines[plan->n_engines++] = engine;
    return GPUC_OK;
}

static enum gpuc_status open_named(struct gpuc_bench_plan *plan,
                                   const struct gpuc_text_list *names,
                                   const struct gpuc_engine_purpose *purpose,
                                   struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < names->n_items && status == GPUC_OK; i++) {
        char name[NAME_SIZE];
        int size = snprintf(name, sizeof name, "%.*s", (int)names->items[i].size,
                            gpuc_text_list_at(names, i));
        status = size < NAME_SIZE
                     ? add_engine(plan, name, purpose, error)
                     : gpuc_fail(error, GPUC_EDEVICE,
                                 "device '%.60s..': there is no such device", name);
    }
    return status;
}

/* The fastest CPU engine, and every other device that is worth a comparison. */
static enum gpuc_status open_usable(struct gpuc_bench_plan *plan,
                                    const struct gpuc_engine_purpose *purpose,
                                    void (*on_skipped)(const char *message),
                                    struct gpuc_error *error)
{
    static struct gpuc_device_list list;
    struct gpuc_error cause;
    enum gpuc_status status = gpuc_devices_list(&list, error);
    if (status == GPUC_OK)
        status = add_engine(plan, "cpu", purpose, error);
    for (size_t i = 0; i < list.n_devices && status == GPUC_OK; i++) {
        const struct gpuc_device *device = &list.devices[i];
        if (!device->usable || strcmp(device->name, "scalar") == 0)
            continue;
        status = add_engine(plan, device->name, purpose, &cause);
        if (status == GPUC_EDEVICE) {
            on_skipped(cause.message);
            status = GPUC_OK;
        } else if (status != GPUC_OK) {
            status = gpuc_fail(error, status, "%s", cause.message);
        }
    }
    return status;
}

/* ---- setups ---------------------------------------------------------------------- */

static enum gpuc_status make_setups(struct gpuc_bench_plan *plan,
                                    const struct gpuc_bench_threads *threads,
                                    uint32_t n_rounds, struct gpuc_error *error)
{
    size_t n_setups = threads->n_items + plan->n_engines - 1;
    plan->setups = gpuc_alloc(n_setups, sizeof *plan->setups);
    if (plan->setups == NULL)
        return gpuc_fail_memory(error, n_setups * sizeof *plan->setups, "setups");
    plan->n_setups = n_setups;
    for (size_t i = 0; i < n_setups; i++) {
        struct gpuc_bench_setup *setup = &plan->setups[i];
        setup->is_scaling = i < threads->n_items;
        setup->is_device = i + 1 >= threads->n_items;
        setup->engine = setup->is_scaling ? plan->engines[0]
                                          : plan->engines[i - threads->n_items + 1];
        setup->device = gpuc_engine_device(setup->engine);
        setup->n_threads = threads->items[setup->is_scaling ? i : threads->n_items - 1];
        setup->runs = gpuc_alloc(n_rounds, sizeof *setup->runs);
        if (setup->runs == NULL)
            return gpuc_fail_memory(error, n_rounds * sizeof *setup->runs, "runs");
    }
    return GPUC_OK;
}

enum gpuc_status gpuc_bench_plan_init(struct gpuc_bench_plan *plan,
                                      const struct gpuc_bench_options *options,
                                      const struct gpuc_model *model,
                                      void (*on_skipped)(const char *message),
                                      struct gpuc_error *error)
{
    const struct gpuc_bench_threads threads =
        gpuc_bench_choose_threads(&options->threads, gpuc_count_cores());
    const struct gpuc_engine_purpose purpose = {
        .model = model, .n_threads = threads.items[threads.n_items - 1]};
    enum gpuc_status status = GPUC_OK;

    *plan = (struct gpuc_bench_plan){0};
    if (options->devices.n_items > 0)
        GPUC_TRY(open_named(plan, &options->devices, &purpose, error));
    else
        GPUC_TRY(open_usable(plan, &purpose, on_skipped, error));
    GPUC_TRY(make_setups(plan, &threads, options->n_rounds, error));
out:
    return status;
}

void gpuc_bench_plan_done(struct gpuc_bench_plan *plan)
{
    for (size_t i = 0; i < plan->n_setups; i++)
        gpuc_free(plan->setups[i].runs);
    gpuc_free(plan->setups);
    for (size_t i = 0; i < plan->n_engines; i++)
        gpuc_engine_close(plan->engines[i]);
    *plan = (struct gpuc_bench_plan){0};
}
