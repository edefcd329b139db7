/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "host/cli/bench/bench_describe.h"
#include "host/cli/bench/bench_figures.h"
#include "host/cli/bench/bench_report.h"
#include "host/cli/report.h"

static double megabytes(uint64_t bytes)
{
    return 1e-6 * (double)bytes;
}

static void write_head(const struct gpuc_bench *bench, FILE *stream)
{
    char rows[128];
    gpuc_bench_describe_input(bench, rows, sizeof rows);
    fprintf(stream, "machine    %s, %" PRIu32 " core%s; gpuclassify %s, %s\n",
            bench->machine, bench->n_cores, bench->n_cores == 1 ? "" : "s",
            gpuc_version(), bench->date);
    fprintf(stream, "model      %s: %s\n", bench->model.name, bench->model.what);
    fprintf(stream, "input      %s%s%s, %.1f MB in, %.1f MB out\n", rows,
            bench->is_generated ? "" : " from ", bench->is_generated ? "" : bench->input,
            megabytes(bench->input_bytes), megabytes(bench->output_bytes));
    fprintf(
        stream,
        "output     equal in every run to the scalar engine's, byte for byte (SHA-256 "
        "%.16s..%s)\n",
        bench->sha256,
        bench->n_different_rows < bench->n_rows ? ", of the different rows" : "");
    fprintf(stream,
            "figures    median of %" PRIu32 " run%s of each setup, lowest and "
            "highest; setups take turns\n",
            bench->n_rounds, bench->n_rounds == 1 ? "" : "s");
    if (bench->n_rounds < 5)
        fputs("           fewer than 5 runs: take the figures with care\n", stream);
    fputc('\n', stream);
}

static int name_width(const struct gpuc_bench *bench)
{
    size_t width = strlen("device");
    for (size_t i = 0; i < bench->n_setups; i++) {
        size_t size = strlen(bench->setups[i].device->name);
        if (size > width)
            width = size;
    }
    return (int)width;
}

static void write_speeds(const struct gpuc_bench *bench, FILE *stream)
{
    int width = name_width(bench);
    char speed[32];
    fprintf(stream,
            "%-*s threads   seconds  lowest highest       rows/s speed-up  MB/s in "
            " MB/s out\n",
            width, "device");
    for (size_t i = 0; i < bench->n_setups; i++) {
        const struct gpuc_bench_setup *setup = &bench->setups[i];
        fprintf(stream, "%-*s %7" PRIu32 " %9.3f %7.3f %7.3f %12s %7.2fx %8.0f %9.0f\n",
                width, setup->device->name, setup->n_threads, setup->median,
                setup->lowest, setup->highest,
                gpuc_grouped((uint64_t)(setup->rows_per_s + 0.5), speed), setup->speed_up,
                megabytes(bench->input_bytes) / setup->median,
                megabytes(bench->output_bytes) / setup->median);
    }
    fprintf(stream, "%-*s %7" PRIu32 " %9.3f %7s %7s %12s   (the reference: one run)\n\n",
            width, "scalar", bench->reference_threads, bench->reference_seconds, "", "",
            gpuc_grouped(
                gpuc_rows_per_second(bench->n_different_rows, bench->reference_seconds),
                speed));
}

/* Each setup has a line of seconds, and one of parts of all stages. */
static void write_stages(const struct gpuc_bench *bench, FILE *stream)
{
    int width = name_width(bench);
    fputs(
        "seconds by stage, over all threads; copies and kernels by the device's clock\n",
        stream);
    fprintf(stream, "%-*s threads", width, "device");
    for (size_t s = 0; s < GPUC_BENCH_N_STAGES; s++)
        fprintf(stream, " %8s", gpuc_bench_stage_name((enum gpuc_bench_stage)s));
    fputc('\n', stream);
    for (size_t i = 0; i < bench->n_setups; i++) {
        const struct gpuc_bench_setup *setup = &bench->setups[i];
        double sum = gpuc_bench_stage_sum(setup);
        fprintf(stream, "%-*s %7" PRIu32, width, setup->device->name, setup->n_threads);
        for (size_t s = 0; s < GPUC_BENCH_N_STAGES; s++)
            fprintf(stream, " %8.3f", setup->stages[s]);
        fprintf(stream, "\n%*s", width + 8, "");
        for (size_t s = 0; s < GPUC_BENCH_N_STAGES; s++)
            fprintf(stream, " %6.0f %%", 100 * setup->stages[s] / sum);
        fprintf(stream, "\n%*s %s\n", width + 8, "", setup->bound);
    }
    fputc('\n', stream);
}

static void write_roofline(const struct gpuc_bench *bench, FILE *stream)
{
    const struct gpuc_bench_model *model = &bench->model;
    double rows = (double)bench->n_rows;
    fprintf(stream,
            "memory     memcpy copies %.1f GB/s on one core, %.1f GB/s on %" PRIu32 "\n",
            1e-9 * bench->memory.one_core, 1e-9 * bench->memory.all_cores,
            bench->n_cores);
    if (model->n_features > 0)
        fprintf(stream, "codes      %" PRIu32 " bytes a row\n", model->codes_size);
    if (model->n_counted > 0)
        fprintf(stream,
                "visits     a row meets %.1f splits, counted on the first %" PRIu64
                " rows\n",
                model->visits, model->n_counted);
    for (size_t i = 0; i < bench->n_setups; i++) {
        const struct gpuc_bench_setup *setup = &bench->setups[i];
        if (!setup->is_device)
            continue;
        fprintf(stream, "%-10s in and out are %.1f %% of what memcpy moves",
                setup->device->name,
                100 * (double)(bench->input_bytes + bench->output_bytes) / setup->median /
                    bench->memory.all_cores);
        if (setup->visits_per_s > 0)
            fprintf(stream, "; %.3g G splits/s", 1e-9 * setup->visits_per_s);
        if (setup->kernel_visits_per_s > 0)
            fprintf(stream, " (%.3g in a core's or device's kernels)",
                    1e-9 * setup->kernel_visits_per_s);
        if (setup->copied_bytes > 0)
            fprintf(stream, "; %.1f bytes a row to and from the device",
                    (double)setup->copied_bytes / rows);
        fputc('\n', stream);
    }
}

bool gpuc_bench_write_table(const struct gpuc_bench *bench, FILE *stream)
{
    write_head(bench, stream);
    write_speeds(bench, stream);
    write_stages(bench, stream);
    write_roofline(bench, stream);
    return fflush(stream) == 0 && !ferror(stream);
}
