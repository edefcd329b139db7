/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "host/cli/bench/bench_figures.h"
#include "host/cli/bench/bench_report.h"

/* Quoted, for names of devices are what drivers make them. */
static void put_text(const char *text, FILE *stream)
{
    fputc('"', stream);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', stream);
        fputc(*text, stream);
    }
    fputc('"', stream);
}

bool gpuc_bench_write_csv(const struct gpuc_bench *bench, FILE *stream)
{
    fputs(
        "machine,model,rows,rounds,device,threads,median_s,lowest_s,highest_s,rows_per_s,"
        "speed_up,input_bytes_per_s,output_bytes_per_s,copied_bytes,visits_per_s",
        stream);
    for (size_t s = 0; s < GPUC_BENCH_N_STAGES; s++)
        fprintf(stream, ",%s_s", gpuc_bench_stage_name((enum gpuc_bench_stage)s));
    fputc('\n', stream);
    for (size_t i = 0; i < bench->n_setups; i++) {
        const struct gpuc_bench_setup *setup = &bench->setups[i];
        put_text(bench->machine, stream);
        fputc(',', stream);
        put_text(bench->model.name, stream);
        fprintf(stream, ",%" PRIu64 ",%" PRIu32 ",", bench->n_rows, bench->n_rounds);
        put_text(setup->device->name, stream);
        fprintf(stream,
                ",%" PRIu32 ",%.6f,%.6f,%.6f,%.1f,%.4f,%.0f,%.0f,%" PRIu64 ",%.0f",
                setup->n_threads, setup->median, setup->lowest, setup->highest,
                setup->rows_per_s, setup->speed_up,
                (double)bench->input_bytes / setup->median,
                (double)bench->output_bytes / setup->median, setup->copied_bytes,
                setup->visits_per_s);
        for (size_t s = 0; s < GPUC_BENCH_N_STAGES; s++)
            fprintf(stream, ",%.6f", setup->stages[s]);
        fputc('\n', stream);
    }
    return !ferror(stream);
}
