/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "host/cli/verify/verify.h"

enum { REFERENCE_THREADS = 1, REFERENCE_BATCH_ROWS = 4096, NAME_SIZE = 256 };

/* One run, of which `run` says with how many threads and rows. */
static enum gpuc_status run_job(struct gpuc_verify *verify, struct gpuc_engine *engine,
                                struct gpuc_verify_run *run, struct gpuc_error *error)
{
    struct gpuc_verify_output output;
    struct gpuc_job_options job = verify->job;
    enum gpuc_status status;
    gpuc_verify_output_init(&output, fileno(verify->reference_file),
                            run == &verify->reference);
    job.n_threads = run->n_threads;
    job.batch_rows = run->batch_rows;
    job.write = gpuc_verify_output_take;
    job.context = &output;
    double start = gpuc_clock_seconds();
    GPUC_TRY(gpuc_job_run(verify->model, engine, &job, &run->report, error));
    run->seconds = gpuc_clock_seconds() - start;
    run->device = *gpuc_engine_device(engine);
    GPUC_TRY(gpuc_verify_output_end(&output, verify->reference.result.n_bytes,
                                    &run->result, error));
out:
    return status;
}

/* Keeps and prints why a device was not run. `run`: the one that failed; NULL: none. */
static enum gpuc_status add_absence(struct gpuc_verify *verify,
                                    struct gpuc_verify_absences *absences,
                                    const char *device, const struct gpuc_verify_run *run,
                                    const char *reason, struct gpuc_error *error)
{
    void *items = absences->items;
    enum gpuc_status status =
        gpuc_grow(&items, &absences->capacity, absences->n_items + 1,
                  sizeof *absences->items, "the devices that did not run", error);
    if (status != GPUC_OK)
        return status;
    absences->items = items;
    struct gpuc_verify_absence *absence = &absences->items[absences->n_items++];
    *absence = (struct gpuc_verify_absence){0};
    snprintf(absence->device, sizeof absence->device, "%s", device);
    snprintf(absence->reason, sizeof absence->reason, "%s", reason);
    if (run != NULL) {
        absence->n_threads = run->n_threads;
        absence->batch_rows = run->batch_rows;
    }
    return gpuc_verify_print_absence(
        verify, absences == &verify->failed ? "FAILED" : "skipped", absence, error);
}

enum gpuc_status gpuc_verify_reference(struct gpuc_verify *verify,
                                       struct gpuc_error *error)
{
    struct gpuc_engine *engine = NULL;
    struct gpuc_verify_run *reference = &verify->reference;
    enum gpuc_status status;
    reference->n_threads = REFERENCE_THREADS;
    reference->batch_rows = REFERENCE_BATCH_ROWS;
    GPUC_TRY(gpuc_engine_open("scalar", &engine, error));
    gpuc_verify_print_head(verify);
    GPUC_TRY(run_job(verify, engine, reference, error));
    gpuc_verify_grid_init(&verify->grid, &verify->options->threads,
                          &verify->options->batch_rows, reference->report.rows);
    GPUC_TRY(gpuc_verify_print_run(verify, reference, error));
    gpuc_verify_print_left_out(verify);
out:
    gpuc_engine_close(engine);
    return status;
}

enum gpuc_status gpuc_verify_engine(struct gpuc_verify *verify,
                                    struct gpuc_engine *engine, struct gpuc_error *error)
{
    const struct gpuc_verify_grid *grid = &verify->grid;
    size_t n_sizes = grid->batch_rows.n_items;
    enum gpuc_status status;
    for (size_t i = 0; i < grid->threads.n_items * n_sizes; i++) {
        void *runs = verify->runs;
        status = gpuc_grow(&runs, &verify->runs_capacity, verify->n_runs + 1,
                           sizeof *verify->runs, "the runs", error);
        if (status != GPUC_OK)
            return status;
        verify->runs = runs;
        struct gpuc_verify_run *run = &verify->runs[verify->n_runs];
        *run =
            (struct gpuc_verify_run){.n_threads = grid->threads.items[i / n_sizes],
                                     .batch_rows = grid->batch_rows.items[i % n_sizes]};
        status = run_job(verify, engine, run, error);
        if (status == GPUC_ECANCELLED)
            return status;
        /* Where the reference came to its end, any other failure is the device's. */
        if (status != GPUC_OK)
            return add_absence(verify, &verify->failed, gpuc_engine_device(engine)->name,
                               run, error->message, error);
        verify->n_runs++;
        status = gpuc_verify_print_run(verify, run, error);
        if (status != GPUC_OK)
            return status;
    }
    return GPUC_OK;
}

/* A finding if it does not open. */
static enum gpuc_status verify_device(struct gpuc_verify *verify, const char *name,
                                      struct gpuc_error *error)
{
    struct gpuc_engine *engine = NULL;
    enum gpuc_status status = gpuc_engine_open(name, &engine, error);
    if (status != GPUC_OK)
        return add_absence(verify, &verify->failed, name, NULL, error->message, error);
    status = gpuc_verify_engine(verify, engine, error);
    gpuc_engine_close(engine);
    return status;
}

static enum gpuc_status verify_listed(struct gpuc_verify *verify,
                                      const struct gpuc_device_list *list,
                                      struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < list->n_devices && status == GPUC_OK; i++) {
        const struct gpuc_device *device = &list->devices[i];
        status = device->usable ? verify_device(verify, device->name, error)
                                : add_absence(verify, &verify->skipped, device->name,
                                              NULL, device->reason, error);
    }
    return status;
}

static void widen(struct gpuc_verify *verify, const char *name)
{
    int width = (int)strlen(name);
    if (verify->device_width < width)
        verify->device_width = width;
}

/* The name of device number `i` of those that the options name. */
static const char *name_of(const struct gpuc_verify *verify, size_t i,
                           char name[NAME_SIZE])
{
    const struct gpuc_text_list *names = &verify->options->devices;
    snprintf(name, NAME_SIZE, "%.*s", (int)names->items[i].size,
             gpuc_text_list_at(names, i));
    return name;
}

/* Opens each named device once, so that a mistake is told before hours of work. */
static enum gpuc_status check_named(struct gpuc_verify *verify, struct gpuc_error *error)
{
    char name[NAME_SIZE];
    for (size_t i = 0; i < verify->options->devices.n_items; i++) {
        struct gpuc_engine *engine = NULL;
        enum gpuc_status status =
            gpuc_engine_open(name_of(verify, i, name), &engine, error);
        if (status != GPUC_OK)
            return status;
        widen(verify, gpuc_engine_device(engine)->name);
        gpuc_engine_close(engine);
    }
    return GPUC_OK;
}

enum gpuc_status gpuc_verify_devices(struct gpuc_verify *verify, struct gpuc_error *error)
{
    size_t n_named = verify->options->devices.n_items;
    struct gpuc_device_list list = {0};
    char name[NAME_SIZE];
    enum gpuc_status status;
    GPUC_TRY(check_named(verify, error));
    if (n_named == 0)
        GPUC_TRY(gpuc_devices_list(&list, error));
    for (size_t i = 0; i < list.n_devices; i++)
        widen(verify, list.devices[i].name);
    GPUC_TRY(gpuc_verify_reference(verify, error));
    for (size_t i = 0; i < n_named; i++)
        GPUC_TRY(verify_device(verify, name_of(verify, i, name), error));
    GPUC_TRY(verify_listed(verify, &list, error));
out:
    return status;
}

size_t gpuc_verify_n_different(const struct gpuc_verify *verify)
{
    size_t n_different = 0;
    for (size_t i = 0; i < verify->n_runs; i++)
        n_different += verify->runs[i].result.differs;
    return n_different;
}

void gpuc_verify_done(struct gpuc_verify *verify)
{
    gpuc_free(verify->runs);
    gpuc_free(verify->failed.items);
    gpuc_free(verify->skipped.items);
}
