/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/bench/bench_outputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/cli/bench/bench_report.h"

/* In the order of the sinks. */
static bool (*const writers[GPUC_BENCH_N_FILES])(const struct gpuc_bench *, FILE *) = {
    gpuc_bench_write_csv, gpuc_bench_write_json, gpuc_bench_write_svg};

enum gpuc_status gpuc_bench_outputs_open(struct gpuc_bench_outputs *outputs,
                                         const struct gpuc_bench_options *options,
                                         struct gpuc_error *error)
{
    const char *const paths[GPUC_BENCH_N_FILES] = {options->csv_path, options->json_path,
                                                   options->svg_path};
    enum gpuc_status status = GPUC_OK;
    *outputs = (struct gpuc_bench_outputs){0};
    for (size_t i = 0; i < GPUC_BENCH_N_FILES && status == GPUC_OK; i++) {
        if (paths[i] == NULL)
            continue;
        status = gpuc_sink_open(paths[i], 1, -1, &outputs->sinks[i], error);
        outputs->has_stdout = outputs->has_stdout || strcmp(paths[i], "-") == 0;
    }
    return status;
}

/* Makes the whole text first, for a sink wants no FILE. */
static enum gpuc_status write_file(struct gpuc_sink *sink, size_t number,
                                   const struct gpuc_bench *bench,
                                   struct gpuc_error *error)
{
    char *text = NULL;
    size_t size = 0;
    enum gpuc_status status = GPUC_OK;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        return gpuc_fail_errno(error, errno, "results in memory");
    bool good = writers[number](bench, stream);
    good = fclose(stream) == 0 && good;
    if (!good)
        status = gpuc_fail(error, GPUC_ENOMEM, "out of memory (results)");
    if (status == GPUC_OK)
        status = gpuc_sink_write(sink, text, size, error);
    if (status == GPUC_OK)
        status = gpuc_sink_commit(sink, error);
    free(text);
    return status;
}

enum gpuc_status gpuc_bench_outputs_write(struct gpuc_bench_outputs *outputs,
                                          const struct gpuc_bench *bench,
                                          struct gpuc_error *error)
{
    FILE *stream = outputs->has_stdout ? stderr : stdout;
    enum gpuc_status status = GPUC_OK;
    errno = EIO;
    if (!gpuc_bench_write_table(bench, stream))
        status = gpuc_fail_errno(error, errno, "%s",
                                 outputs->has_stdout ? "<stderr>" : "<stdout>");
    for (size_t i = 0; i < GPUC_BENCH_N_FILES && status == GPUC_OK; i++)
        if (outputs->sinks[i] != NULL)
            status = write_file(outputs->sinks[i], i, bench, error);
    return status;
}

void gpuc_bench_outputs_close(struct gpuc_bench_outputs *outputs)
{
    for (size_t i = 0; i < GPUC_BENCH_N_FILES; i++)
        gpuc_sink_close(outputs->sinks[i]);
}
