/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/bench/bench_figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *gpuc_bench_stage_name(enum gpuc_bench_stage stage)
{
    static const char *const names[GPUC_BENCH_N_STAGES] = {
        [GPUC_BENCH_READ] = "read",         [GPUC_BENCH_SURVEY] = "survey",
        [GPUC_BENCH_PARSE] = "parse",       [GPUC_BENCH_ENCODE] = "encode",
        [GPUC_BENCH_QUANTISE] = "quantise", [GPUC_BENCH_COPY] = "copy",
        [GPUC_BENCH_KERNEL] = "kernel",     [GPUC_BENCH_OTHER] = "other",
        [GPUC_BENCH_FORMAT] = "format",     [GPUC_BENCH_WRITE] = "write"};
    return names[stage];
}

void gpuc_bench_stages(const struct gpuc_job_report *report,
                       double stages[GPUC_BENCH_N_STAGES])
{
    const struct gpuc_stage_seconds *seconds = &report->seconds;
    double quantise = 0, copy = 0, kernel = 0;
    for (size_t i = 0; i < report->n_shares; i++) {
        quantise += report->shares[i].quantise_seconds;
        copy += report->shares[i].copy_seconds;
        kernel += report->shares[i].kernel_seconds;
    }
    double other = seconds->classify - quantise - copy - kernel;
    stages[GPUC_BENCH_READ] = seconds->read;
    stages[GPUC_BENCH_SURVEY] = seconds->survey;
    stages[GPUC_BENCH_PARSE] = seconds->parse;
    stages[GPUC_BENCH_ENCODE] = seconds->encode;
    stages[GPUC_BENCH_QUANTISE] = quantise;
    stages[GPUC_BENCH_COPY] = copy;
    stages[GPUC_BENCH_KERNEL] = kernel;
    stages[GPUC_BENCH_OTHER] = other > 0 ? other : 0;
    stages[GPUC_BENCH_FORMAT] = seconds->format;
    stages[GPUC_BENCH_WRITE] = seconds->write;
}

/* ---- what bounds a run ----------------------------------------------------------- */

/* A device whose kernels ran for more than the first part of the time had no more to
 * give, for less than the second, had to wait. */
static const double busy = 0.8, idle = 0.5;

double gpuc_bench_stage_sum(const struct gpuc_bench_setup *setup)
{
    double sum = 0;
    for (size_t i = 0; i < GPUC_BENCH_N_STAGES; i++)
        sum += setup->stages[i];
    return sum > 0 ? sum : 1;
}

bool gpuc_bench_is_opencl(const char *device_name)
{
    return strstr(device_name, "opencl") != NULL;
}

/* The OpenCL device that is busiest by its own clock; NULL: there is none. */
static const struct gpuc_device_share *
busiest_device(const struct gpuc_job_report *report)
{
    const struct gpuc_device_share *busiest = NULL;
    for (size_t i = 0; i < report->n_shares; i++) {
        const struct gpuc_device_share *share = &report->shares[i];
        if (gpuc_bench_is_opencl(share->name) &&
            (busiest == NULL || share->kernel_seconds > busiest->kernel_seconds))
            busiest = share;
    }
    return busiest;
}

/* Names the two stages that take the cores' time most. */
static void name_stages(const struct gpuc_bench_setup *setup, bool is_device, char *text,
                        size_t size)
{
    size_t first = GPUC_BENCH_N_STAGES, second = GPUC_BENCH_N_STAGES;
    double total = 0;
    for (size_t i = 0; i < GPUC_BENCH_N_STAGES; i++) {
        /* These pass on a device, and the core waits. */
        if (is_device &&
            (i == GPUC_BENCH_COPY || i == GPUC_BENCH_KERNEL || i == GPUC_BENCH_OTHER))
            continue;
        total += setup->stages[i];
        if (first == GPUC_BENCH_N_STAGES || setup->stages[i] > setup->stages[first]) {
            second = first;
            first = i;
        } else if (second == GPUC_BENCH_N_STAGES ||
                   setup->stages[i] > setup->stages[second]) {
            second = i;
        }
    }
    if (total <= 0)
        total = 1;
    snprintf(text, size, "%s and %s are %.0f %% of the work of %" PRIu32 " thread%s",
             gpuc_bench_stage_name((enum gpuc_bench_stage)first),
             gpuc_bench_stage_name((enum gpuc_bench_stage)second),
             100 * (setup->stages[first] + setup->stages[second]) / total,
             setup->n_threads, setup->n_threads == 1 ? "" : "s");
}

static void find_bound(struct gpuc_bench_setup *setup, const struct gpuc_bench_run *run)
{
    const struct gpuc_device_share *device = busiest_device(&run->report);
    char stages[sizeof setup->bound - 48];
    name_stages(setup, device != NULL, stages, sizeof stages);
    if (device == NULL)
        snprintf(setup->bound, sizeof setup->bound, "%s", stages);
    else if (device->kernel_seconds > busy * run->seconds)
        snprintf(setup->bound, sizeof setup->bound,
                 "kernels of %s run %.0f %% of the time: the device bounds it",
                 device->name, 100 * device->kernel_seconds / run->seconds);
    else
        snprintf(
            setup->bound, sizeof setup->bound, "%s; kernels run %.0f %% of the time%s",
            stages, 100 * device->kernel_seconds / run->seconds,
            device->kernel_seconds < idle * run->seconds ? ": the device waits" : "");
}

/* ---- figures --------------------------------------------------------------------- */

static int by_seconds(const void *a, const void *b)
{
    double x = ((const struct gpuc_bench_run *)a)->seconds;
    double y = ((const struct gpuc_bench_run *)b)->seconds;
    return (x > y) - (x < y);
}

static void fill(struct gpuc_bench_setup *setup, const struct gpuc_bench *bench)
{
    size_t n = bench->n_rounds;
    qsort(setup->runs, n, sizeof *setup->runs, by_seconds);
    setup->lowest = setup->runs[0].seconds;
    setup->highest = setup->runs[n - 1].seconds;
    setup->median = (setup->runs[(n - 1) / 2].seconds + setup->runs[n / 2].seconds) / 2;
    setup->rows_per_s = (double)bench->n_rows / setup->median;
    gpuc_bench_stages(&setup->runs[(n - 1) / 2].report, setup->stages);
    const struct gpuc_job_report *report = &setup->runs[(n - 1) / 2].report;
    for (size_t i = 0; i < report->n_shares; i++)
        setup->copied_bytes += report->shares[i].copied_bytes;
    setup->visits_per_s = bench->model.visits * setup->rows_per_s;
    if (setup->stages[GPUC_BENCH_KERNEL] > 0)
        setup->kernel_visits_per_s = bench->model.visits * (double)bench->n_rows /
                                     setup->stages[GPUC_BENCH_KERNEL];
    find_bound(setup, &setup->runs[(n - 1) / 2]);
}

void gpuc_bench_figures(struct gpuc_bench *bench)
{
    for (size_t i = 0; i < bench->n_setups; i++)
        fill(&bench->setups[i], bench);
    for (size_t i = 0; i < bench->n_setups; i++)
        bench->setups[i].speed_up = bench->setups[0].median / bench->setups[i].median;
}
