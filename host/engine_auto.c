/* SPDX-License-Identifier: Apache-2.0 */
#include "host/engine_auto.h"

#include <stdio.h>
#include <string.h>

#include "base/cores.h"
#include "host/choose.h"
#include "host/device_names.h"
#include "host/engine_team.h"
#include "host/engine_timing.h"
#include "host/engines.h"
#include "jobs/job.h"

/* What loading an OpenCL driver, its compiler and a GPU's context takes, about. */
static const double opencl_open_seconds = 0.3;

/*
 * What a row costs a core beside the model, measured with --verbose on an EPYC with AVX2:
 * reading, parsing, making values and writing, without packing.
 */
static const double host_row_seconds = 100e-9;
static const double host_field_seconds = 20e-9;     /* of a forest's input */
static const double host_text_row_seconds = 0.5e-6; /* of the black box's */

/* More than any CPU engine takes a core, which spares short jobs the measuring. */
static const double most_visit_seconds = 20e-9;  /* for a node of a tree */
static const double most_text_seconds = 10e-6;   /* for the black box without updates */
static const double most_update_seconds = 10e-6; /* for each of its updates */

/* Bytes of a row of the black box's input, whose columns are not known yet. */
static const double text_row_bytes = 100;

/* What a job is taken for whose size is not known. */
static const double many_rows = 1e9;

static const struct gpuc_timing_limits cpu_limits = {4096, 1 << 20, 2e-3};
static const struct gpuc_timing_limits gpu_limits = {1 << 16, 1 << 24, 50e-3};

/* A choice on its way. */
struct search {
    const struct gpuc_engine_purpose *purpose;
    struct gpuc_figures figures;
    struct gpuc_engine *cpu;
    struct gpuc_engine *gpu; /* the best so far; NULL: none */
    char passed_over[GPUC_REASON_SIZE];
};

static void estimate_rows(struct search *search)
{
    const struct gpuc_model *model = search->purpose->model;
    double bytes = (double)search->purpose->input_bytes, row_bytes = text_row_bytes;

    search->figures.host_seconds = host_text_row_seconds;
    if (model->kind == GPUC_MODEL_FOREST) {
        row_bytes = (double)model->forest->n_features * GPUC_FIELD_BYTES_USUAL + 1;
        search->figures.host_seconds =
            host_row_seconds + host_field_seconds * (double)model->forest->n_features;
    }
    search->figures.n_rows = bytes > 0 ? bytes / row_bytes + 1 : many_rows;
}

/* What a row costs a core at most. */
static double most_cpu_seconds(const struct gpuc_model *model)
{
    if (model->kind == GPUC_MODEL_FOREST)
        return most_visit_seconds * model->forest->n_trees * model->forest->max_depth;
    return most_text_seconds + most_update_seconds * model->blackbox.slowness;
}

/* Whether a GPU that takes no time but to be opened would be better than the CPU. */
static bool may_pay(struct search *search, double seconds[GPUC_N_CHOICES])
{
    search->figures.has_gpu = true;
    search->figures.open_seconds = opencl_open_seconds;
    return gpuc_choose(&search->figures, seconds) != GPUC_CHOICE_CPU;
}

static enum gpuc_status time_cpu(struct search *search, struct gpuc_error *error)
{
    struct gpuc_timing_limits limits = cpu_limits;
    struct gpuc_timing timing;

    if (search->figures.n_rows < (double)limits.n_rows)
        limits.n_rows = (size_t)search->figures.n_rows;
    enum gpuc_status status =
        gpuc_engine_time(search->cpu, search->purpose->model, &limits, &timing, error);
    if (status != GPUC_OK)
        return status;
    search->figures.host_seconds += timing.quantise_seconds;
    search->figures.cpu_seconds = timing.model_seconds;
    return GPUC_OK;
}

/* Opens and times a GPU, and keeps it if it is the fastest so far. */
static void try_gpu(struct search *search, const struct gpuc_device *device)
{
    const struct gpuc_candidate candidate = {gpuc_device_family(device->name), device,
                                             search->purpose->model};
    struct gpuc_engine *engine = NULL;
    struct gpuc_timing timing;
    struct gpuc_error cause, named;

    if (gpuc_engine_open_first(&candidate, 1, &engine, &cause) != GPUC_OK) {
        gpuc_pass_over(search->passed_over, &cause);
        return;
    }
    if (gpuc_engine_time(engine, search->purpose->model, &gpu_limits, &timing, &cause) !=
        GPUC_OK) {
        gpuc_fail(&named, cause.status, "%s: %s", device->name, cause.message);
        gpuc_pass_over(search->passed_over, &named);
        gpuc_engine_close(engine);
        return;
    }
    struct gpuc_engine *worse = engine;
    if (search->gpu == NULL || timing.model_seconds < search->figures.gpu_seconds) {
        worse = search->gpu;
        search->gpu = engine;
        search->figures.gpu_seconds = timing.model_seconds;
    }
    gpuc_engine_close(worse);
}

static void try_gpus(struct search *search)
{
    struct gpuc_device_list list;

    gpuc_devices_fill(&list, false);
    for (size_t i = 0; i < list.n_devices; i++) {
        if (!list.devices[i].usable)
            continue;
        enum gpuc_device_kind kind = gpuc_device_kind(&list.devices[i]);
        if (kind == GPUC_DEVICE_DISCRETE_GPU || kind == GPUC_DEVICE_OPENCL_GPU)
            try_gpu(search, &list.devices[i]);
    }
}

/* ---- what is said ---------------------------------------------------------------- */

/* Seconds are of the job, or of a million rows where its size is not known. */
static double shown(const struct search *search, double seconds)
{
    return search->purpose->input_bytes > 0 ? seconds : seconds * 1e6 / many_rows;
}

/* The choices not taken. */
static void describe_others(const struct search *search, enum gpuc_choice chosen,
                            const double seconds[GPUC_N_CHOICES], char *text, size_t size)
{
    static const char *const names[GPUC_N_CHOICES] = {"the CPU", "the GPU", "both"};
    size_t used = 0;

    text[0] = '\0';
    for (int i = 0; i < GPUC_N_CHOICES && used < size; i++) {
        if (i == (int)chosen)
            continue;
        int n = snprintf(text + used, size - used, "%s%s %.3g s", used > 0 ? ", " : "",
                         names[i], shown(search, seconds[i]));
        used += n > 0 ? (size_t)n : 0;
    }
}

/* `why`: there is no other choice; NULL: there is. */
static void say(const struct search *search, struct gpuc_engine *engine,
                enum gpuc_choice chosen, const double seconds[GPUC_N_CHOICES],
                const char *why)
{
    char rows[40] = "every million rows", others[80];

    if (search->purpose->input_bytes > 0)
        snprintf(rows, sizeof rows, "about %.0f rows", search->figures.n_rows);
    describe_others(search, chosen, seconds, others, sizeof others);
    snprintf(engine->choice, sizeof engine->choice,
             "auto chose %s: estimated %.3g s for %s; %s", engine->device.name,
             shown(search, seconds[chosen]), rows, why != NULL ? why : others);
}

/* ---- the choice ------------------------------------------------------------------ */

/* Makes the engine of the choice; what it does not need is closed. */
static enum gpuc_status settle(struct search *search, enum gpuc_choice choice,
                               struct gpuc_engine **ret_engine, struct gpuc_error *error)
{
    struct gpuc_engine *members[] = {search->gpu, search->cpu};
    struct gpuc_engine *engine = search->cpu;

    if (choice != GPUC_CHOICE_CPU) {
        enum gpuc_status status = gpuc_team_new(
            members, choice == GPUC_CHOICE_BOTH ? 2 : 1, search->cpu, &engine, error);
        if (status != GPUC_OK)
            return status;
    }
    if (search->passed_over[0] != '\0')
        memcpy(engine->device.reason, search->passed_over, sizeof search->passed_over);
    *ret_engine = engine;
    return GPUC_OK;
}

/* Without a model there is nothing to time. */
static enum gpuc_status choose_untimed(struct search *search,
                                       struct gpuc_engine **ret_engine,
                                       struct gpuc_error *error)
{
    struct gpuc_device_list list;
    struct gpuc_error cause;

    gpuc_devices_fill(&list, false);
    for (size_t i = 0; i < list.n_devices && search->gpu == NULL; i++) {
        const struct gpuc_device *device = &list.devices[i];
        const struct gpuc_candidate candidate = {gpuc_device_family(device->name), device,
                                                 NULL};
        if (device->usable && gpuc_device_kind(device) == GPUC_DEVICE_DISCRETE_GPU &&
            gpuc_engine_open_first(&candidate, 1, &search->gpu, &cause) != GPUC_OK)
            gpuc_pass_over(search->passed_over, &cause);
    }
    enum gpuc_status status =
        settle(search, search->gpu != NULL ? GPUC_CHOICE_GPU : GPUC_CHOICE_CPU,
               ret_engine, error);
    if (status == GPUC_OK)
        snprintf((*ret_engine)->choice, sizeof(*ret_engine)->choice,
                 "auto chose %s: nothing is known of the job",
                 (*ret_engine)->device.name);
    return status;
}

static enum gpuc_status choose_timed(struct search *search,
                                     struct gpuc_engine **ret_engine,
                                     struct gpuc_error *error)
{
    struct gpuc_figures *figures = &search->figures;
    double seconds[GPUC_N_CHOICES];
    enum gpuc_status status;
    const char *why = "opening OpenCL would not pay";
    enum gpuc_choice choice = GPUC_CHOICE_CPU;

    estimate_rows(search);
    figures->cpu_seconds = most_cpu_seconds(search->purpose->model);
    bool is_long = may_pay(search, seconds);
    if (is_long) {
        GPUC_TRY(time_cpu(search, error));
        is_long = may_pay(search, seconds);
    }
    if (is_long) {
        try_gpus(search);
        figures->open_seconds = 0; /* done */
        figures->has_gpu = search->gpu != NULL;
        choice = gpuc_choose(figures, seconds);
        why = search->gpu != NULL ? NULL : "no OpenCL GPU";
    }
    GPUC_TRY(settle(search, choice, ret_engine, error));
    say(search, *ret_engine, choice, seconds, why);
    if (choice == GPUC_CHOICE_CPU)
        gpuc_engine_close(search->gpu);
out:
    return status;
}

enum gpuc_status gpuc_engine_open_auto(const struct gpuc_engine_purpose *purpose,
                                       struct gpuc_engine **ret_engine,
                                       struct gpuc_error *error)
{
    struct search search = {.purpose = purpose};
    struct gpuc_device_list cpus;

    gpuc_devices_fill(&cpus, true);
    enum gpuc_status status = gpuc_engine_open_cpu(
        &cpus, purpose != NULL ? purpose->model : NULL, &search.cpu, error);
    if (status != GPUC_OK)
        return status;
    if (purpose == NULL || purpose->model == NULL) {
        status = choose_untimed(&search, ret_engine, error);
    } else {
        search.figures.n_cores =
            purpose->n_threads > 0 ? purpose->n_threads : gpuc_count_cores();
        status = choose_timed(&search, ret_engine, error);
    }
    if (status != GPUC_OK) {
        gpuc_engine_close(search.gpu);
        gpuc_engine_close(search.cpu);
    }
    return status;
}
