/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/bench/bench_plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cores.h"
#include "base/text_list.h"

enum { THREADS_MAX = 1024, NAME_SIZE = 512 };

/* ---- numbers of threads ---------------------------------------------------------- */

/* Keeps the list ascending and without duplicates. */
static void add_count(struct gpuc_bench_counts *counts, uint32_t count)
{
    size_t place = 0;
    while (place < counts->n_items && counts->items[place] < count)
        place++;
    if (place < counts->n_items && counts->items[place] == count)
        return;
    memmove(&counts->items[place + 1], &counts->items[place],
            (counts->n_items - place) * sizeof *counts->items);
    counts->items[place] = count;
    counts->n_items++;
}

enum gpuc_status gpuc_bench_counts_read(const char *list, uint32_t n_cores,
                                        struct gpuc_bench_counts *ret_counts,
                                        struct gpuc_error *error)
{
    struct gpuc_bench_counts counts = {.items = {1}, .n_items = 1};
    for (uint32_t count = 2; list == NULL && count < n_cores; count *= 2)
        add_count(&counts, count);
    if (list == NULL)
        add_count(&counts, n_cores);
    for (const char *at = list; at != NULL;) {
        char *end;
        errno = 0;
        unsigned long count = strtoul(at, &end, 10);
        if (*at < '0' || *at > '9' || (*end != '\0' && *end != ',') || errno != 0 ||
            count < 1 || count > THREADS_MAX)
            return gpuc_fail(error, GPUC_EUSAGE,
                             "--threads takes numbers from 1 to %d with commas between, "
                             "not '%s'",
                             THREADS_MAX, list);
        if (counts.n_items == GPUC_BENCH_COUNTS_MAX)
            return gpuc_fail(error, GPUC_EUSAGE, "--threads takes %d numbers at most",
                             GPUC_BENCH_COUNTS_MAX - 1);
        add_count(&counts, (uint32_t)count);
        at = *end == ',' ? end + 1 : NULL;
    }
    *ret_counts = counts;
    return GPUC_OK;
}

/* ---- devices --------------------------------------------------------------------- */

/* Opens a device, unless it is open under another of its names. */
static enum gpuc_status add_engine(struct gpuc_bench_plan *plan, const char *name,
                                   const struct gpuc_engine_purpose *purpose,
                                   struct gpuc_error *error)
{
    struct gpuc_engine *engine = NULL;
    if (plan->n_engines == GPUC_BENCH_ENGINES_MAX)
        return gpuc_fail(error, GPUC_EUSAGE, "at most %d devices can be compared",
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

static enum gpuc_status open_named(struct gpuc_bench_plan *plan, const char *list,
                                   const struct gpuc_engine_purpose *purpose,
                                   struct gpuc_error *error)
{
    struct gpuc_text_list names = {0};
    enum gpuc_status status = gpuc_text_list_read(&names, list, "--device", error);
    for (size_t i = 0; i < names.n_items && status == GPUC_OK; i++) {
        char name[NAME_SIZE];
        int size = snprintf(name, sizeof name, "%.*s", (int)names.items[i].size,
                            gpuc_text_list_at(&names, i));
        if (size >= NAME_SIZE)
            status = gpuc_fail(error, GPUC_EUSAGE,
                               "--device: the name '%.60s...' is too long", name);
        else
            status = add_engine(plan, name, purpose, error);
    }
    gpuc_text_list_done(&names);
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
                                    const struct gpuc_bench_counts *counts,
                                    uint32_t n_rounds, struct gpuc_error *error)
{
    size_t n_setups = counts->n_items + plan->n_engines - 1;
    plan->setups = gpuc_alloc(n_setups, sizeof *plan->setups);
    if (plan->setups == NULL)
        return gpuc_fail_memory(error, n_setups * sizeof *plan->setups, "setups");
    plan->n_setups = n_setups;
    for (size_t i = 0; i < n_setups; i++) {
        struct gpuc_bench_setup *setup = &plan->setups[i];
        setup->is_scaling = i < counts->n_items;
        setup->is_device = i + 1 >= counts->n_items;
        setup->engine =
            setup->is_scaling ? plan->engines[0] : plan->engines[i - counts->n_items + 1];
        setup->device = gpuc_engine_device(setup->engine);
        setup->n_threads = counts->items[setup->is_scaling ? i : counts->n_items - 1];
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
    struct gpuc_bench_counts counts;
    enum gpuc_status status = GPUC_OK;

    *plan = (struct gpuc_bench_plan){0};
    GPUC_TRY(
        gpuc_bench_counts_read(options->threads, gpuc_count_cores(), &counts, error));
    const struct gpuc_engine_purpose purpose = {
        .model = model, .n_threads = counts.items[counts.n_items - 1]};
    if (options->devices != NULL)
        GPUC_TRY(open_named(plan, options->devices, &purpose, error));
    else
        GPUC_TRY(open_usable(plan, &purpose, on_skipped, error));
    GPUC_TRY(make_setups(plan, &counts, options->n_rounds, error));
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
